"""The code on a sheet: digits that lead to a round, signed, dated, with nobody's name.

8 digits of roster, 8 of volunteer, 7 of the hour it ends (since 1970), then a MAC.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from canteen.delivery.digits import MAC_DIGITS, opened, sealed

_PURPOSE = b"canteen sheet 1:"
_BODY = 8 + 8 + 7
DIGITS = _BODY + MAC_DIGITS
_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class SheetLink:
    """What a genuine code leads to; `over` once the round is no longer shown to its volunteer."""

    roster_id: int
    volunteer_id: int
    over: bool


def make_link(
    *, roster_id: int, volunteer_id: int, ends: datetime, secrets: Sequence[bytes]
) -> str:  # fmt: skip
    """The digits for one volunteer's sheet of a roster; good through the hour `ends` lies in."""
    hour = -(-int(ends.timestamp()) // _HOUR)
    fields = (roster_id, 8), (volunteer_id, 8), (hour, 7)
    return sealed(fields, purpose=_PURPOSE, secrets=secrets)


def read_link(digits: str, *, now: datetime, secrets: Sequence[bytes]) -> SheetLink | None:
    """What a code leads to; None if it is forged or cut. `secrets` newest first."""
    body = opened(digits, length=_BODY, purpose=_PURPOSE, secrets=secrets)
    if body is None:
        return None
    return SheetLink(
        roster_id=int(body[:8]),
        volunteer_id=int(body[8:16]),
        over=now.timestamp() >= int(body[16:]) * _HOUR,
    )


def scanned(text: str) -> str:
    """The digits of a sheet out of what a gun typed: the whole address, or only its end."""
    found = re.findall(rf"[0-9]{{{DIGITS}}}", text, re.ASCII)
    return found[-1] if found else ""
