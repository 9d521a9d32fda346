"""What chance writes into a page: ids, tokens, digests. A 501 in one of them is no room."""

import re

_CHANCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w.=+-]{24,}", re.ASCII)


def without_chance(text: str) -> str:
    """A page's text less its ids, tokens and digests: whoever looks for digits looks here."""
    return _CHANCE.sub("…", text)
