"""Codes on paper: digits with a keyed MAC, which only this installation can make.

Digits alone, because a scan gun types through whatever input method the office's computer
has on. The MAC is HMAC-SHA256 modulo 10^14 (46 bits): enough for what opens no name.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence

MAC_DIGITS = 14


def sealed(fields: Sequence[tuple[int, int]], *, purpose: bytes, secrets: Sequence[bytes]) -> str:
    """Numbers, each with how many digits it has, and their MAC; `purpose` keeps uses apart.

    `secrets` are the keys for paper, newest first. Raises ValueError for a number that does not
    fit: cut or shifted digits would lead to somebody else's.
    """
    for number, digits in fields:
        if not 0 <= number < 10**digits:
            raise ValueError(f"{number} does not fit into the {digits} digits of a printed code")
    body = "".join(f"{number:0{digits}d}" for number, digits in fields)
    return body + _mac(body, purpose, secrets[0])


def opened(digits: str, *, length: int, purpose: bytes, secrets: Sequence[bytes]) -> str | None:
    """The `length` digits that were sealed; None if they are cut or nobody of us made them."""
    if not re.fullmatch(rf"[0-9]{{{length + MAC_DIGITS}}}", digits, re.ASCII):
        return None
    body, mac = digits[:length], digits[length:]
    matches = [hmac.compare_digest(mac, _mac(body, purpose, one)) for one in secrets]
    return body if any(matches) else None


def _mac(body: str, purpose: bytes, secret: bytes) -> str:
    made = hmac.new(secret, purpose + body.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(made) % 10**MAC_DIGITS:0{MAC_DIGITS}d}"
