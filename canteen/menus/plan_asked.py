"""What somebody asks the computer to plan, as it travels to the worker and is kept. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from canteen.foundation.calendar import week_of
from canteen.foundation.wording import Refusal
from canteen.menus.plan_settings import Ban

MOST_WEEKS = 4
LEAST_SECONDS, MOST_SECONDS = 2, 120

Place = tuple[date, str, str, int]
"""Day, period, slot and position."""

Kind = Literal["plan", "change"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question to the planner.

    `periods` () are all meals of the site. `keep`: what stands already stays, only empty places
    are filled. A "change" keeps near to what stands: `bans` are for this once, `locked` days do
    not change, and in `elsewhere` places another dish is wanted.
    """

    site_id: int
    monday: date
    weeks: int = 1
    periods: tuple[str, ...] = ()
    keep: bool = True
    seconds: int = 20
    kind: Kind = "plan"
    bans: tuple[Ban, ...] = ()
    locked: tuple[date, ...] = ()
    elsewhere: tuple[Place, ...] = ()

    @property
    def mondays(self) -> tuple[date, ...]:
        """The Monday of each week asked for."""
        return tuple(self.monday + timedelta(days=7 * number) for number in range(self.weeks))

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the weeks asked for."""
        return tuple(day for monday in self.mondays for day in week_of(monday))


def wrong_with(asked: Asked, *, periods: Mapping[str, str]) -> Refusal | None:
    """Why this cannot be asked; `periods` are the site's, name by code.

    Codes: plan_weeks, plan_seconds, plan_period, plan_day_outside.
    """
    if not 1 <= asked.weeks <= MOST_WEEKS:
        return Refusal("plan_weeks", {"value": asked.weeks, "limit": MOST_WEEKS})
    if not LEAST_SECONDS <= asked.seconds <= MOST_SECONDS:
        facts = {"value": asked.seconds, "low": LEAST_SECONDS, "high": MOST_SECONDS}
        return Refusal("plan_seconds", facts)
    for period in asked.periods:
        if period not in periods:
            known = "、".join(periods)
            return Refusal("plan_period", {"value": period[:20], "known": known})
    for day in (*asked.locked, *(place[0] for place in asked.elsewhere)):
        if day not in asked.days:
            return Refusal("plan_day_outside", {"value": day.isoformat()})
    return None


def to_json(asked: Asked) -> dict[str, Any]:
    """As a job's arguments and a proposal's document carry it."""
    return {
        "site_id": asked.site_id,
        "monday": asked.monday.isoformat(),
        "weeks": asked.weeks,
        "periods": list(asked.periods),
        "keep": asked.keep,
        "seconds": asked.seconds,
        "kind": asked.kind,
        "bans": [
            {
                "mark": ban.mark,
                "days": [day.isoformat() for day in ban.days],
                "periods": list(ban.periods),
                "reason": ban.reason,
            }
            for ban in asked.bans
        ],
        "locked": [day.isoformat() for day in asked.locked],
        "elsewhere": [place_to_json(place) for place in asked.elsewhere],
    }


def from_json(stored: Mapping[str, Any]) -> Asked:
    """The question that `to_json` wrote."""
    return Asked(
        site_id=stored["site_id"],
        monday=date.fromisoformat(stored["monday"]),
        weeks=stored["weeks"],
        periods=tuple(stored["periods"]),
        keep=stored["keep"],
        seconds=stored["seconds"],
        kind=stored["kind"],
        bans=tuple(
            Ban(
                mark=ban["mark"],
                days=tuple(map(date.fromisoformat, ban["days"])),
                periods=tuple(ban["periods"]),
                reason=ban["reason"],
            )
            for ban in stored["bans"]
        ),
        locked=tuple(map(date.fromisoformat, stored["locked"])),
        elsewhere=tuple(map(place_from_json, stored["elsewhere"])),
    )


def place_to_json(place: Place) -> list[Any]:
    """``["2026-11-23", "lunch", "meat", 0]``."""
    day, period, slot, position = place
    return [day.isoformat(), period, slot, position]


def place_from_json(stored: list[Any]) -> Place:
    """The place that `place_to_json` wrote."""
    day, period, slot, position = stored
    return date.fromisoformat(day), str(period), str(slot), int(position)
