"""Codes on paper: digits with a keyed MAC, which only this installation can make.

Digits alone, because a scan gun types through whatever input method the office's computer
has on. The MAC is HMAC-SHA256 modulo 10^14 (46 bits): enough for what opens no name.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence

MAC_DIGITS = 14


def sealed(body: str, *, purpose: bytes, secrets: Sequence[str]) -> str:
    """The digits of `body` with their MAC. `secrets` newest first; `purpose` keeps uses apart."""
    return body + _mac(body, purpose, secrets[0])


def opened(digits: str, *, length: int, purpose: bytes, secrets: Sequence[str]) -> str | None:
    """The `length` digits that were sealed; None if they are cut or nobody of us made them."""
    if not re.fullmatch(rf"[0-9]{{{length + MAC_DIGITS}}}", digits, re.ASCII):
        return None
    body, mac = digits[:length], digits[length:]
    matches = [hmac.compare_digest(mac, _mac(body, purpose, one)) for one in secrets]
    return body if any(matches) else None


def _mac(body: str, purpose: bytes, secret: str) -> str:
    made = hmac.new(secret.encode(), purpose + body.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(made) % 10**MAC_DIGITS:0{MAC_DIGITS}d}"
