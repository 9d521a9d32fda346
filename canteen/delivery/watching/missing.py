"""Who eats in, is watched, and did not come for too long. Read only; nothing here begins."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from canteen.delivery.models import DeliveryPause, OutcomeKind, Roster, RosterStop, StopOutcome
from canteen.delivery.standing import standing_outcome
from canteen.delivery.watching import rules
from canteen.delivery.watching.models import Alarm, WatchedDiner
from canteen.foundation.calendar import age_on
from canteen.residents.models import Resident, Status
from canteen.residents.pinyin import title_of
from canteen.settlement.models import Meal
from canteen.sites import queries as site_queries
from canteen.sites.models import Site

_LOOK_BACK = 60
"""Days: twice the longest absence that can be set."""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Somebody who stayed away on so many days of service in a row."""

    resident_id: int
    title: str
    days: int
    last_day: date
    """The last day that counted: with the person it makes an alarm one of a kind."""


def missing_now(
    session: Session,
    *,
    site_id: int,
    today: date,
    now: datetime,
    resident_id: int | None = None,
) -> Sequence[Missing]:
    """Watched diners of a site who stayed away too long and for whom nobody looks yet.

    A day counts when the site served a meal on it and its last period is over. A meal anywhere
    and at any door counts as having come, and so does whatever somebody said at the door
    besides that nobody answered; days on a pause do not count, nor people in an institution.
    Seven queries, whatever the number of people.
    """
    watched = _watched(session, site_id=site_id, resident_id=resident_id)
    if not watched:
        return []
    ids = [one.resident_id for one, _person in watched]
    until = _last_day_over(session, site_id=site_id, today=today, now=now)
    served = _served(session, site_id=site_id, until=until)
    zone = ZoneInfo(session.get_one(Site, site_id).time_zone)
    seen = _last_seen(session, ids, zone)
    paused = _pauses(session, ids)
    found = []
    for watch, person in watched:
        assert watch.missed_days is not None
        who = watch.resident_id
        days = rules.missed_in_a_row(
            served=served,
            seen=(watch.since - timedelta(days=1) if watch.since else None, *seen.get(who, ())),
            paused=paused.get(who, ()),
            until=until,
        )
        if days >= watch.missed_days:
            title = _title(person, today)
            found.append(Missing(resident_id=who, title=title, days=days, last_day=max(served)))
    return sorted(found, key=lambda one: (-one.days, one.resident_id))


def _watched(
    session: Session, *, site_id: int, resident_id: int | None
) -> Sequence[tuple[WatchedDiner, Resident]]:
    looked_for = exists().where(
        Alarm.resident_id == Resident.id, Alarm.site_id == site_id, Alarm.ended_at.is_(None)
    )
    query = (
        select(WatchedDiner, Resident)
        .join(Resident, Resident.id == WatchedDiner.resident_id)
        .where(
            WatchedDiner.missed_days.is_not(None),
            Resident.site_id == site_id,
            Resident.status == Status.ACTIVE,
            ~Resident.in_institution,
            ~looked_for,
        )
    )
    if resident_id is not None:
        query = query.where(Resident.id == resident_id)
    return [(watch, person) for watch, person in session.execute(query)]


def _title(person: Resident, day: date) -> str:
    age = age_on(person.birthday, day) if person.birthday else None
    return title_of(person.name, person.gender, age)[0]


def _last_day_over(session: Session, *, site_id: int, today: date, now: datetime) -> date:
    """Today once its last period has ended, else yesterday."""
    zone = ZoneInfo(session.get_one(Site, site_id).time_zone)
    ends = [one.ends for one in site_queries.periods(session, site_id)]
    local = now.astimezone(zone)
    over = bool(ends) and (local.date() > today or local.time() > max(ends))
    return today if over else today - timedelta(days=1)


def _served(session: Session, *, site_id: int, until: date) -> Collection[date]:
    """The days of the last two months on which the site served anybody: one look-up a day."""
    days = [until - timedelta(days=back) for back in range(_LOOK_BACK)]
    served = [
        exists().where(Meal.site_id == site_id, Meal.service_date == day, Meal.voided_at.is_(None))
        for day in days
    ]
    row = session.execute(select(*(one.label(f"d{n}") for n, one in enumerate(served)))).one()
    return [day for day, was in zip(days, row, strict=True) if was]


def _last_seen(session: Session, ids: Collection[int], zone: ZoneInfo) -> dict[int, list[date]]:
    """By person: the last meal, the last word at their door, the end of the last alarm."""
    meals = (
        select(Meal.resident_id, func.max(Meal.service_date))
        .where(Meal.resident_id.in_(ids), Meal.voided_at.is_(None))
        .group_by(Meal.resident_id)
    )
    doors = (
        select(RosterStop.resident_id, func.max(Roster.service_date))
        .join(Roster, Roster.id == RosterStop.roster_id)
        .join(StopOutcome, (StopOutcome.stop_id == RosterStop.id) & standing_outcome())
        .where(
            RosterStop.resident_id.in_(ids),
            StopOutcome.kind.not_in((OutcomeKind.NOBODY_ANSWERS, OutcomeKind.LEFT_AT_DOOR)),
        )
        .group_by(RosterStop.resident_id)
    )
    alarms = (
        select(Alarm.resident_id, func.max(Alarm.ended_at))
        .where(Alarm.resident_id.in_(ids), Alarm.ended_at.is_not(None))
        .group_by(Alarm.resident_id)
    )
    seen: dict[int, list[date]] = {}
    for query in (meals, doors):
        for who, day in session.execute(query):
            if who is not None:
                seen.setdefault(who, []).append(day)
    for who, ended_at in session.execute(alarms):
        if ended_at is not None:
            seen.setdefault(who, []).append(ended_at.astimezone(zone).date())
    return seen


def _pauses(session: Session, ids: Collection[int]) -> dict[int, list[tuple[date, date]]]:
    query = select(DeliveryPause).where(DeliveryPause.resident_id.in_(ids))
    found: dict[int, list[tuple[date, date]]] = {}
    for one in session.scalars(query):
        found.setdefault(one.resident_id, []).append((one.since, one.until))
    return found
