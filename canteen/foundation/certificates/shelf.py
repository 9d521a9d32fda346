"""Where the certificates lie: ``https/`` in the data folder, private keys for the owner only.

``ca.crt`` is public; ``ca.key`` signs; ``server.pem`` holds the server's key and certificate
in one file, so that a new pair takes the old one's place in one step; ``names.txt`` keeps
names that were asked for beside the machine's own.
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from canteen.foundation.certificates import authority as making
from canteen.foundation.certificates.authority import RENEW_BEFORE, Names

NOTHING = Names((), ())


class CannotVouch(Exception):
    """What was asked cannot be done; the message says why and what to do, in both languages."""


@dataclass(frozen=True)
class Ready:
    """What lies ready to serve with, and what had to be made for it."""

    server: Path
    names: Names
    authority: x509.Certificate
    made_authority: bool
    made_leaf: bool
    left_out: Names
    """Names of this machine that the authority may not vouch for."""


class Shelf:
    """The certificates of one installation."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "https"
        self.authority_file = self.folder / "ca.crt"
        self._authority_key_file = self.folder / "ca.key"
        self.server_file = self.folder / "server.pem"
        self._names_file = self.folder / "names.txt"

    def authority(self) -> x509.Certificate | None:
        """The authority, if there is one. Raises CannotVouch for a file that is none."""
        if not self.authority_file.exists():
            return None
        try:
            return x509.load_pem_x509_certificate(self.authority_file.read_bytes())
        except ValueError as error:
            raise _damaged(self.authority_file) from error

    def leaf(self) -> x509.Certificate | None:
        """The server's certificate; None where there is none that can be read."""
        try:
            return x509.load_pem_x509_certificate(self.server_file.read_bytes())
        except (OSError, ValueError):
            return None

    def extra_names(self) -> tuple[str, ...]:
        """Names asked for beside the machine's own."""
        if not self._names_file.exists():
            return ()
        return tuple(self._names_file.read_text("utf-8").split())

    def add_names(self, names: tuple[str, ...]) -> None:
        """Remember names for this certificate and every later one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        known = dict.fromkeys([*self.extra_names(), *names])
        _write(self._names_file, "".join(f"{name}\n" for name in known).encode(), secret=False)

    def make_ready(
        self, *, own: Names, now: datetime, extra: Names = NOTHING, anew: bool = False
    ) -> Ready:
        """Authority and server certificate for this machine; what is still good is kept.

        A new authority may vouch for local names and for the machine's `own`; `extra` names go
        into the server's certificate as far as they are among those.
        `anew` makes a new authority, which every tablet has to install again; so does the end
        of the old one. Raises CannotVouch when the authority's key is gone or damaged.
        """
        known = None if anew else self.authority()
        expired = known is not None and known.not_valid_after_utc <= now
        made_authority = known is None or expired
        if known is None or expired:
            known = self._make_authority(own, now)
        names = Names(
            tuple(dict.fromkeys([*own.dns, *extra.dns])),
            tuple(dict.fromkeys([*own.addresses, *extra.addresses])),
        )
        fit = making.permitted(names, known)
        left_out = Names(
            dns=tuple(one for one in names.dns if one not in fit.dns),
            addresses=tuple(one for one in names.addresses if one not in fit.addresses),
        )
        made_leaf = self.leaf_is_due(names=fit, now=now)
        if made_leaf:
            self._make_leaf(fit, known, now)
        return Ready(self.server_file, fit, known, made_authority, made_leaf, left_out)

    def prove_key(self) -> None:
        """Raises CannotVouch where nothing could be renewed: the authority's key is gone,
        damaged or another one's."""
        known = self.authority()
        if known is not None:
            self._authority_key(known)

    def leaf_is_due(self, *, names: Names, now: datetime) -> bool:
        """Whether a new server certificate is needed: none, near its end, other names or maker."""
        leaf, known = self.leaf(), self.authority()
        if leaf is None or known is None:
            return True
        near_its_end = leaf.not_valid_after_utc - now < RENEW_BEFORE
        until_the_end = leaf.not_valid_after_utc >= known.not_valid_after_utc
        return (
            now < leaf.not_valid_before_utc
            or leaf.not_valid_after_utc <= now
            or (near_its_end and not until_the_end)
            or not making.names_of(leaf).covers(names)
            or not _is_signed_by(leaf, known)
        )

    def _make_authority(self, own: Names, now: datetime) -> x509.Certificate:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = making.new_key()
        made = making.make_authority(key, own=own, now=now)
        _write(self._authority_key_file, _pem(key), secret=True)
        _write(self.authority_file, made.public_bytes(serialization.Encoding.PEM), secret=False)
        return made

    def _make_leaf(self, names: Names, known: x509.Certificate, now: datetime) -> None:
        key = making.new_key()
        leaf = making.make_leaf(
            key.public_key(),
            names=names,
            authority=known,
            authority_key=self._authority_key(known),
            now=now,
        )
        pair = _pem(key) + leaf.public_bytes(serialization.Encoding.PEM)
        _write(self.server_file, pair, secret=True)

    def _authority_key(self, known: x509.Certificate) -> ec.EllipticCurvePrivateKey:
        try:
            key = serialization.load_pem_private_key(
                self._authority_key_file.read_bytes(), password=None
            )
        except FileNotFoundError as error:
            raise CannotVouch(
                f"证书的密钥不见了：{self._authority_key_file}。从备份放回；没有备份就运行 "
                "canteen https setup --new-authority，每台平板要重装证书\n"
                "the authority's key is gone: put it back from your backup, or run "
                "canteen https setup --new-authority and install it anew on every tablet"
            ) from error
        except ValueError as error:
            raise _damaged(self._authority_key_file) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != (
            known.public_key()
        ):
            raise _damaged(self._authority_key_file)
        return key


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as people compare it: pairs of hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _is_signed_by(leaf: x509.Certificate, known: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(known)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes, *, secret: bool) -> None:
    """Whole or not at all; a secret is nobody else's to read from its first byte on."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not secret:
            Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _damaged(path: Path) -> CannotVouch:
    return CannotVouch(
        f"读不懂 {path}。从备份放回；没有备份就运行 canteen https setup --new-authority\n"
        f"{path.name} cannot be read: put it back from your backup, or run "
        "canteen https setup --new-authority"
    )
