"""A volunteer's own link for saying that they do not come: signed, dated, without a name.

It carries a number and the moment it ends, nothing else; only the server can make one, and
it opens no door and no name.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from itsdangerous import BadSignature, Signer

HOLDS_FOR = timedelta(days=8)
"""A link is sent once a week."""
_SALT = "volunteer-absence"


def make_link(volunteer_id: int, *, now: datetime, secrets: Sequence[str]) -> str:
    """The last part of a link's address; `secrets` newest first."""
    ends = int((now + HOLDS_FOR).timestamp())
    return _signer(secrets).sign(f"{volunteer_id}-{ends}").decode()


def read_link(token: str, *, now: datetime, secrets: Sequence[str]) -> int | None:
    """The volunteer a link was made for; None if it is forged, cut or over."""
    try:
        volunteer_id, ends = _signer(secrets).unsign(token).decode().split("-")
    except (BadSignature, ValueError):
        return None
    return int(volunteer_id) if now.timestamp() < int(ends) else None


def _signer(secrets: Sequence[str]) -> Signer:
    return Signer(
        list(reversed(secrets)), salt=_SALT, key_derivation="hmac", digest_method=hashlib.sha256
    )
