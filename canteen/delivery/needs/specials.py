"""One day that is different: more boxes, none, or the meal in another period; until the cut-off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.needs import queries, rules
from canteen.delivery.needs.models import DeliverySpecial, SpecialKind
from canteen.delivery.needs.syncing import periods_with_need, sync_rosters
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident


@dataclass(frozen=True, kw_only=True)
class Special:
    """One person's day that is different, and why. `more` is for more boxes, `other_period` for
    the meal in another period; with any other kind they count for nothing."""

    resident_id: int
    day: date
    period_code: str
    kind: SpecialKind
    reason: str
    more: int = 0
    other_period: str = ""


@retried
def add_special(
    special: Special, *, site_id: int, today: date, by: int, now: datetime
) -> Refusal | None:
    """Let one day be different: more boxes, none, or the meal in another period.

    Codes: special_day_over, past_cutoff (`period`, `ends`), special_known, no_need_that_day,
    same_period, special_paused.
    """
    with transaction() as session:
        session.get_one(Resident, special.resident_id, with_for_update=True)
        concerned = [code for code in (special.period_code, special.other_period) if code]
        refusal = _check_day(session, site_id, special.day, concerned, today, now)
        if refusal is None:
            refusal = _check_special(session, site_id, special)
        if refusal is None and special.other_period == special.period_code:
            refusal = Refusal("same_period")
        if refusal:
            return refusal
        to_other = special.kind is SpecialKind.OTHER_PERIOD
        row = DeliverySpecial(
            site_id=site_id,
            resident_id=special.resident_id,
            service_date=special.day,
            period_code=special.period_code,
            kind=special.kind,
            more=special.more if special.kind is SpecialKind.MORE else 0,
            other_period=special.other_period if to_other else "",
            reason=special.reason,
            recorded_by=by,
            recorded_at=now,
        )
        session.add(row)
        session.flush()
        audit.record(
            session,
            at=now,
            staff_id=by,
            action=f"special_{special.kind}",
            subject="resident",
            subject_id=special.resident_id,
        )
        sync_rosters(session, site_id=site_id, resident_id=special.resident_id, since=today)
        return None


@retried
def remove_special(
    *, site_id: int, special_id: int, today: date, by: int, now: datetime
) -> Refusal | None:
    """Take a special back; harmless twice. Codes: special_day_over, past_cutoff."""
    with transaction() as session:
        row = session.get(DeliverySpecial, special_id, with_for_update=True)
        if row is None or row.site_id != site_id:
            return None
        concerned = [row.period_code, *([row.other_period] if row.other_period else [])]
        refusal = _check_day(session, site_id, row.service_date, concerned, today, now)
        if refusal:
            return refusal
        resident_id = row.resident_id
        session.delete(row)
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="removed_special",
            subject="resident",
            subject_id=resident_id,
        )
        sync_rosters(session, site_id=site_id, resident_id=resident_id, since=today)
        return None


def _check_day(
    session: Session, site_id: int, day: date, periods: Collection[str], today: date, now: datetime
) -> Refusal | None:
    """Whether all of some periods of a day can still be changed."""
    if day < today:
        return Refusal("special_day_over", {"day": day.isoformat()})
    zone = queries.zone_of(session, site_id)
    terms = queries.terms_of(session, site_id=site_id)
    for code in periods:
        ends = rules.changes_end(terms[code], day, zone)
        if ends <= now:
            return Refusal("past_cutoff", {"ends": f"{ends:%m-%d %H:%M}"})
    return None


def _check_special(session: Session, site_id: int, special: Special) -> Refusal | None:
    resident_id, day = special.resident_id, special.day
    known = select(DeliverySpecial.id).where(
        DeliverySpecial.resident_id == resident_id,
        DeliverySpecial.service_date == day,
        DeliverySpecial.period_code == special.period_code,
    )
    if session.scalar(known.limit(1)) is not None:
        return Refusal("special_known")
    if queries.is_paused(session, resident_id=resident_id, since=day, until=day):
        return Refusal("special_paused")
    if special.kind is SpecialKind.MORE:
        if not queries.has_place(session, site_id=site_id, resident_id=resident_id, day=day):
            return Refusal("no_need_that_day")
    elif not periods_with_need(
        session, site_id=site_id, resident_id=resident_id, day=day, codes=[special.period_code]
    ):
        return Refusal("no_need_that_day")
    return None
