"""The roster's signature: what a device kept is what this installation gave it.

ECDSA over P-256, because every browser's WebCrypto proves it. The key is derived from the
installation's sign-in key, so that there is no file more to lose; it changes when that does,
and devices then fetch their roster anew.
"""

import base64
import hashlib
import hmac
from datetime import date

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_PURPOSE = b"canteen counter roster 1"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the group of P-256 (FIPS 186-4, D.1.2.3)."""


def sign(body: bytes, secret: str) -> str:
    """The signature in base64, 64 bytes as WebCrypto takes them: r and s, 32 bytes each."""
    r, s = decode_dss_signature(_key(secret).sign(body, ec.ECDSA(hashes.SHA256())))
    return base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode("ascii")


def public_key(secret: str) -> str:
    """The key that proves signatures, in base64 (SubjectPublicKeyInfo)."""
    spki = _key(secret).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(spki).decode("ascii")


def roster_salt(secret: str, *, site_id: int, day: date) -> str:
    """What a site's roster of one day hashes its cards with; the same all day, so that a roster
    in which nothing changed is known as the same."""
    said = f"canteen counter roster salt 1:{site_id}:{day.isoformat()}"
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]


def _key(secret: str) -> ec.EllipticCurvePrivateKey:
    digest = hmac.new(secret.encode(), _PURPOSE, hashlib.sha512).digest()
    return ec.derive_private_key(int.from_bytes(digest) % (_ORDER - 1) + 1, ec.SECP256R1())
