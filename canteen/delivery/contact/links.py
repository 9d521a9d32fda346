"""The code on a contact card: digits that say which card, and nothing of who lives there.

6 digits of site, 8 of household, 2 of issue, then a MAC. A card made anew ends the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from canteen.delivery.digits import opened, sealed

_PURPOSE = b"canteen contact card 1:"
_SITE, _HOUSEHOLD, _ISSUE = 6, 8, 2
_BODY = _SITE + _HOUSEHOLD + _ISSUE


@dataclass(frozen=True, kw_only=True)
class CardLink:
    """Which issue of which household's card a genuine code is."""

    site_id: int
    household_id: int
    issue: int


def make_link(card: CardLink, *, secrets: Sequence[bytes]) -> str:
    """The digits on a card; `secrets` newest first."""
    fields = (card.site_id, _SITE), (card.household_id, _HOUSEHOLD), (card.issue, _ISSUE)
    return sealed(fields, purpose=_PURPOSE, secrets=secrets)


def read_link(digits: str, *, secrets: Sequence[bytes]) -> CardLink | None:
    """Which card a code is of; None if it is forged or cut."""
    body = opened(digits, length=_BODY, purpose=_PURPOSE, secrets=secrets)
    if body is None:
        return None
    return CardLink(
        site_id=int(body[:_SITE]),
        household_id=int(body[_SITE:-_ISSUE]),
        issue=int(body[-_ISSUE:]),
    )
