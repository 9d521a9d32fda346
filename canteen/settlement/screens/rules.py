"""How long a code and a picture last, and how a token is stored. Pure."""

import hashlib
from datetime import timedelta

CODE_LASTS = timedelta(minutes=10)

STALE_AFTER = timedelta(seconds=90)
"""What a counter showed before it fell silent is nobody's business any more. It says every
half minute that it is there."""


def token_hash(token: str) -> str:
    """How a tablet's token is stored: 256 random bits need no key."""
    return hashlib.sha256(token.encode()).hexdigest()
