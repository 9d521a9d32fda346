"""Pauses and endings: until the cut-off at once, after it from the next day.

Each change reaches the rounds that are published already, inside its own transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.models import DeliveryNeed, DeliveryPause, NeedState
from canteen.delivery.needs import queries, rules
from canteen.delivery.needs.models import DeliverySpecial, SpecialKind
from canteen.delivery.needs.syncing import periods_with_need, sync_rosters
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Taken:
    """A change that was taken; `late` periods of today were past their cut-off and stay as
    they were, the change begins on `begins`."""

    begins: date
    late: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Away:
    """Somebody needs nothing brought from `since` to `until` (both included)."""

    resident_id: int
    since: date
    until: date
    reason: str


@retried
def add_pause(
    away: Away, *, site_id: int, today: date, by: int, now: datetime
) -> Taken | Refusal:  # fmt: skip
    """Bring nothing while somebody is away.

    Where a meal of today is past its cut-off it is still brought: the pause begins
    tomorrow, and what can still be changed today is called off by a special. Codes:
    pause_overlaps, all_past_cutoff (nothing of it can be changed any more).
    """
    with transaction() as session:
        return put_pause(session, away, site_id=site_id, today=today, by=by, now=now)


def put_pause(
    session: Session, away: Away, *, site_id: int, today: date, by: int, now: datetime
) -> Taken | Refusal:
    """What `add_pause` does, in the caller's transaction. A refusal has changed nothing."""
    resident_id, since, until = away.resident_id, away.since, away.until
    session.get_one(Resident, resident_id, with_for_update=True)
    if queries.is_paused(session, resident_id=resident_id, since=since, until=until):
        return Refusal("pause_overlaps")
    late: list[str] = []
    if since <= today <= until:
        late, still = _today(session, site_id, resident_id, today, now)
        if late:
            if until == today and not still:
                return Refusal("all_past_cutoff", _day_after(today))
            _none_today(session, site_id, resident_id, today, still, away.reason, by, now)
            since = today + _DAY
    if since <= until:
        pause = DeliveryPause(
            resident_id=resident_id,
            since=since,
            until=until,
            reason=away.reason,
            recorded_by=by,
            recorded_at=now,
        )
        session.add(pause)
        session.flush()
        _note(session, "paused", "delivery_pause", pause.id, now=now, by=by)
    sync_rosters(session, site_id=site_id, resident_id=resident_id, since=today)
    return Taken(since, late)


@retried
def end_pause(
    *, site_id: int, pause_id: int, last_day: date, today: date, by: int, now: datetime
) -> Taken:
    """Bring meals again after `last_day`, or from the first day that can still be changed.

    A pause that would end before it began is taken away.
    """
    with transaction() as session:
        pause = session.get_one(DeliveryPause, pause_id, with_for_update=True)
        late: list[str] = []
        if last_day < today <= pause.until and pause.since <= today:
            late = _passed(session, site_id, pause.resident_id, today, now)
            if late:
                last_day = today
        if last_day < pause.since:
            session.delete(pause)
        elif pause.until > last_day:
            pause.until = last_day
        _note(session, "ended", "delivery_pause", pause_id, now=now, by=by)
        sync_rosters(session, site_id=site_id, resident_id=pause.resident_id, since=today)
        return Taken(last_day + _DAY, late)


@retried
def end_need(*, need_id: int, last_day: date, today: date, by: int, now: datetime) -> Taken:
    """Bring nothing after `last_day`; today's meal past its cut-off is still brought.

    A need that would end before it began is taken away.
    """
    with transaction() as session:
        return close_need(session, need_id=need_id, last_day=last_day, today=today, by=by, now=now)


def close_need(
    session: Session,
    *,
    need_id: int,
    last_day: date,
    today: date,
    by: int,
    now: datetime,
    nobody_there: bool = False,
) -> Taken:
    """What `end_need` does, in the caller's transaction.

    `nobody_there`: who died or moved gets nothing any more, also of what is cooked already.
    """
    need = session.get_one(DeliveryNeed, need_id, with_for_update=True)
    late: list[str] = []
    if last_day < today and need.state == NeedState.APPROVED and not nobody_there:
        terms = queries.terms_of(session, site_id=need.site_id)[need.period_code]
        zone = queries.zone_of(session, need.site_id)
        if rules.changes_end(terms, today, zone) <= now:
            last_day, late = today, [need.period_code]
    if last_day < need.valid_from:
        session.delete(need)
    elif need.valid_until is None or need.valid_until > last_day:
        need.valid_until = last_day
    _note(session, "ended", "delivery_need", need_id, now=now, by=by)
    sync_rosters(session, site_id=need.site_id, resident_id=need.resident_id, since=today)
    return Taken(last_day + _DAY, late)


def _passed(
    session: Session, site_id: int, resident_id: int, today: date, now: datetime
) -> list[str]:
    """The periods of today past their cut-off in which the person has an approved need."""
    zone = queries.zone_of(session, site_id)
    passed = [
        code
        for code, terms in queries.terms_of(session, site_id=site_id).items()
        if rules.changes_end(terms, today, zone) <= now
    ]
    query = select(DeliveryNeed.period_code).where(
        DeliveryNeed.site_id == site_id,
        DeliveryNeed.resident_id == resident_id,
        DeliveryNeed.state == NeedState.APPROVED,
        DeliveryNeed.period_code.in_(passed),
        DeliveryNeed.weekdays.contains(str(today.isoweekday())),
        DeliveryNeed.valid_from <= today,
    )
    return sorted(set(session.scalars(query)), key=passed.index)


def _today(
    session: Session, site_id: int, resident_id: int, today: date, now: datetime
) -> tuple[list[str], list[str]]:
    """Of the periods in which something comes today: those past their cut-off, and the others."""
    codes = list(queries.terms_of(session, site_id=site_id))
    coming = periods_with_need(
        session, site_id=site_id, resident_id=resident_id, day=today, codes=codes
    )
    over = {
        one.period_code
        for one in queries.open_until(session, site_id=site_id, day=today, now=now)
        if one.over
    }
    return [one for one in coming if one in over], [one for one in coming if one not in over]


def _none_today(
    session: Session,
    site_id: int,
    resident_id: int,
    today: date,
    periods: Collection[str],
    reason: str,
    by: int,
    now: datetime,
) -> None:
    """Call off what can still be called off today; a special that stands there gives way."""
    for code in periods:
        row = session.scalars(
            select(DeliverySpecial).where(
                DeliverySpecial.resident_id == resident_id,
                DeliverySpecial.service_date == today,
                DeliverySpecial.period_code == code,
            )
        ).one_or_none()
        row = row or DeliverySpecial(
            site_id=site_id, resident_id=resident_id, service_date=today, period_code=code
        )
        row.kind, row.more, row.other_period, row.reason = SpecialKind.NONE, 0, "", reason
        row.recorded_by, row.recorded_at = by, now
        session.add(row)


def _day_after(today: date) -> dict[str, str]:
    return {"day": (today + _DAY).isoformat()}


def _note(
    session: Session, action: str, subject: str, subject_id: int, *, now: datetime, by: int
) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action, subject=subject, subject_id=subject_id
    )
