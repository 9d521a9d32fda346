"""The 22 digits in the code on a card. Pure; the keys are passed in.

8 digits of card number, 1 of issue, 13 of a keyed MAC over both (HMAC-SHA256 taken modulo
10^13, 43 bits: enough behind a sign-in and a rate limit). Digits alone, because a scan gun
types through whatever input method the counter's computer has on.
"""

import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from canteen.foundation.wording import Refusal

NUMBER_DIGITS = 8
MAC_DIGITS = 13
TOKEN_DIGITS = NUMBER_DIGITS + 1 + MAC_DIGITS
SHORTEST_KEY = 16
CODE_FORM = re.compile(r"[0-9]{22}")
"""What a card's code looks like, whoever made it."""

# Keeps these MACs apart from any other use of the same key.
_PURPOSE = b"canteen card 1:"


@dataclass(frozen=True)
class CardClaim:
    """What a genuine code says. Whether that issue is still good, the database knows."""

    number: str
    issue: int


def make_token(number: str, issue: int, key: bytes) -> str:
    """The digits for a card. `number` is 8 digits, `issue` 0 to 9."""
    if not re.fullmatch(r"[0-9]{8}", number) or not 0 <= issue <= 9:
        raise ValueError("a card has a number of 8 digits and an issue of one")
    return f"{number}{issue}{_mac(number, issue, key)}"


def read_token(text: str, keys: Sequence[bytes]) -> CardClaim | Refusal:
    """What a scanned code claims, if one of `keys` made it.

    Codes: token_missing; token_not_ours (letters, a web address, too many digits);
    token_cut (`digits`, fewer than 22); token_tampered (no key made it). A card of another
    installation and a forged or misread one all end as token_tampered: a MAC cannot tell
    them apart. Who knows the cards may say token_foreign if `unproven_number` is unknown.
    """
    if not keys:
        raise ValueError("no key to read a card with")
    digits = plain_scan(text)
    if not digits:
        return Refusal("token_missing")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > TOKEN_DIGITS:
        return Refusal("token_not_ours")
    if len(digits) < TOKEN_DIGITS:
        return Refusal("token_cut", {"digits": len(digits), "expected": TOKEN_DIGITS})
    number, issue, mac = digits[:8], int(digits[8]), digits[9:]
    matches = [hmac.compare_digest(mac, _mac(number, issue, key)) for key in keys]
    return CardClaim(number, issue) if any(matches) else Refusal("token_tampered")


def unproven_number(text: str) -> str | None:
    """The card number a code bears, true or forged; None if it is not 22 digits."""
    digits = plain_scan(text)
    return digits[:NUMBER_DIGITS] if CODE_FORM.fullmatch(digits) else None


def plain_scan(text: str) -> str:
    """A scan without what a gun or an input method adds: width, spaces, a closing return."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _mac(number: str, issue: int, key: bytes) -> str:
    if len(key) < SHORTEST_KEY:
        raise ValueError("the key is too short")
    mac = _begun(key).copy()
    mac.update(f"{number}{issue}".encode())
    return f"{int.from_bytes(mac.digest()) % 10**MAC_DIGITS:0{MAC_DIGITS}d}"


@lru_cache(maxsize=16)
def _begun(key: bytes) -> hmac.HMAC:
    """The MAC under a key as far as it is the same for every card: half of what one costs."""
    return hmac.new(key, _PURPOSE, "sha256")
