"""The hardship register against the meals: who is registered, who was served, who was not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    NeedState,
    Roster,
    RosterStop,
    StopOutcome,
)
from canteen.delivery.needs.models import DeliverySpecial, SpecialKind
from canteen.residents.models import Resident, ResidentTag, TagState
from canteen.residents.tags import HARDSHIP
from canteen.settlement.models import Meal
from canteen.statistics.rules import Coverage

SHOWN = 500
"""Names on one page; more than that is a list to work through, not to read."""


def coverage(
    session: Session, *, site_id: int, days: Sequence[date], needing_delivery: bool = False
) -> list[Coverage]:
    """Registered and served on each of some days (at most a few weeks), in one query.

    Registered: a resident of this site, alive and living here on that day, with a hardship
    tag valid on it; with `needing_delivery` also a delivery need that holds on that weekday
    (a pause does not take anybody off the register). Served: of these, who had a standing
    meal on that day, at whichever site.
    """
    asked = union_all(
        *(
            select(
                literal(index).label("place"), Resident.id.label("id"), _served(day).label("ate")
            ).where(*_registered(site_id, day, needing_delivery=needing_delivery))
            for index, day in enumerate(days)
        )
    ).subquery()
    query = select(asked.c.place, func.count(), func.count().filter(asked.c.ate)).group_by(
        asked.c.place
    )
    found = {place: (registered, served) for place, registered, served in session.execute(query)}
    return [Coverage(day, *found.get(index, (0, 0))) for index, day in enumerate(days)]


def first_day(session: Session, *, site_id: int) -> date | None:
    """The day of a site's first standing meal; None while nothing was ever served."""
    query = select(func.min(Meal.service_date))
    return session.scalar(query.where(Meal.site_id == site_id, Meal.voided_at.is_(None)))


@dataclass(frozen=True)
class Unserved:
    """Somebody on the register without a meal that day, and what is known of why (codes).

    `outcome` is the last word of whoever stood at the door, `problem` why no volunteer had
    the stop; `on_roster` without either means that nobody has said anything.
    """

    resident_id: int
    name: str
    outcome: str
    problem: str
    paused: str
    on_roster: bool
    called_off: str = ""
    """Why nobody wanted the meal that day, in the words of who wrote it down."""
    in_line: bool = False
    """Whether they ask for meals to be brought and have no place yet."""

    @property
    def reason(self) -> str:
        """The code of the one reason that is shown."""
        if self.outcome:
            return self.outcome
        if self.paused:
            return "paused"
        if self.called_off:
            return "none_today"
        if self.problem:
            return "not_routed"
        if self.on_roster:
            return "no_outcome"
        return "in_line" if self.in_line else "no_meal"


def unserved(
    session: Session, *, site_id: int, day: date, needing_delivery: bool = False
) -> list[Unserved]:
    """The register's people without a standing meal that day, by name; at most `SHOWN`.

    One query. Of several rosters on the day the one with something to say counts.
    """
    later = aliased(StopOutcome)
    stops = (
        select(
            RosterStop.resident_id,
            func.max(RosterStop.problem).label("problem"),
            func.max(StopOutcome.kind).label("outcome"),
        )
        .join(Roster, Roster.id == RosterStop.roster_id)
        .outerjoin(
            StopOutcome,
            and_(
                StopOutcome.stop_id == RosterStop.id,
                ~exists().where(later.follows_id == StopOutcome.id),
            ),
        )
        .where(Roster.site_id == site_id, Roster.service_date == day)
        .group_by(RosterStop.resident_id)
        .subquery()
    )
    query: Select[Any] = (
        select(
            Resident.id,
            Resident.name,
            func.coalesce(stops.c.outcome, ""),
            func.coalesce(stops.c.problem, ""),
            func.coalesce(_pause(day), ""),
            stops.c.resident_id,
            func.coalesce(_special(day), ""),
            _in_line(),
        )
        .outerjoin(stops, stops.c.resident_id == Resident.id)
        .where(*_registered(site_id, day, needing_delivery=needing_delivery), ~_served(day))
        .order_by(Resident.sort_name, Resident.id)
        .limit(SHOWN)
    )
    return [
        Unserved(who, name, outcome, problem, paused, stop is not None, special, bool(waits))
        for who, name, outcome, problem, paused, stop, special, waits in session.execute(query)
    ]


def _registered(site_id: int, day: date, *, needing_delivery: bool) -> list[ColumnElement[bool]]:
    tagged = select(ResidentTag.resident_id).where(  # IN: the short list of tags leads the way
        ResidentTag.tag.in_(sorted(HARDSHIP)),
        ResidentTag.state == TagState.APPROVED,
        ResidentTag.valid_from <= day,
        or_(ResidentTag.valid_until.is_(None), ResidentTag.valid_until >= day),
    )
    here = or_(Resident.ended_on.is_(None), Resident.ended_on > day)
    conditions: list[ColumnElement[bool]] = [
        Resident.id.in_(tagged),
        Resident.site_id == site_id,
        here,
    ]
    if needing_delivery:
        needed = select(DeliveryNeed.resident_id).where(  # IN again: EXISTS reads all for each
            DeliveryNeed.site_id == site_id,
            DeliveryNeed.state == NeedState.APPROVED,
            DeliveryNeed.weekdays.contains(str(day.isoweekday())),
            DeliveryNeed.valid_from <= day,
            or_(DeliveryNeed.valid_until.is_(None), DeliveryNeed.valid_until >= day),
        )
        conditions.append(Resident.id.in_(needed))
    return conditions


def _served(day: date) -> ColumnElement[bool]:
    return exists().where(
        Meal.resident_id == Resident.id, Meal.service_date == day, Meal.voided_at.is_(None)
    )


def _pause(day: date) -> ColumnElement[str]:
    query = select(func.max(DeliveryPause.reason)).where(
        DeliveryPause.resident_id == Resident.id,
        DeliveryPause.since <= day,
        DeliveryPause.until >= day,
    )
    return query.correlate(Resident).scalar_subquery()


def _special(day: date) -> ColumnElement[str]:
    query = select(func.max(DeliverySpecial.reason)).where(
        DeliverySpecial.resident_id == Resident.id,
        DeliverySpecial.service_date == day,
        DeliverySpecial.kind == SpecialKind.NONE,
    )
    return query.correlate(Resident).scalar_subquery()


def _in_line() -> ColumnElement[bool]:
    return exists().where(
        DeliveryNeed.resident_id == Resident.id,
        DeliveryNeed.state.in_((NeedState.PROPOSED, NeedState.WAITING)),
    )
