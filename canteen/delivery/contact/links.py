"""The code on a contact card: digits that say which card, and nothing of who lives there.

4 digits of site, 8 of household, 2 of issue, then a MAC. A card made anew ends the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from canteen.delivery.digits import opened, sealed

_PURPOSE = b"canteen contact card 1:"
_BODY = 4 + 8 + 2


@dataclass(frozen=True, kw_only=True)
class CardLink:
    """Which issue of which household's card a genuine code is."""

    site_id: int
    household_id: int
    issue: int


def make_link(card: CardLink, *, secrets: Sequence[str]) -> str:
    """The digits on a card; `secrets` newest first."""
    body = f"{card.site_id:04d}{card.household_id:08d}{card.issue:02d}"
    return sealed(body, purpose=_PURPOSE, secrets=secrets)


def read_link(digits: str, *, secrets: Sequence[str]) -> CardLink | None:
    """Which card a code is of; None if it is forged or cut."""
    body = opened(digits, length=_BODY, purpose=_PURPOSE, secrets=secrets)
    if body is None:
        return None
    return CardLink(site_id=int(body[:4]), household_id=int(body[4:12]), issue=int(body[12:]))
