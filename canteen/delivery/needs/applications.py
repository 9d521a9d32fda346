"""Applications in two steps: somebody asks and shows why, somebody else decides.

What is agreed to but has no place waits in line, and gets the next free place by a person's
hand. Whatever brings more meals takes two people; ending takes one.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen.delivery import register
from canteen.delivery.models import DeliveryNeed, NeedState
from canteen.delivery.needs import queries, rules
from canteen.delivery.needs.syncing import sync_rosters
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident, Status
from canteen.residents.rules import plain_reason, plain_text
from canteen.sites.models import Site
from canteen.staff.models import Staff


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks for: meals in a period on ISO weekdays, from and until, and why."""

    period_code: str
    weekdays: str
    valid_from: date
    valid_until: date | None
    asked_by: str
    asked_name: str = ""
    evidence: str


@retried
def propose_need(
    *, site_id: int, resident_id: int, asked: Asked, by: int, now: datetime
) -> Refusal | None:
    """Record an application; it brings meals when somebody else has approved it.

    Codes: those of `rules.check_application`, text_too_long, and need_overlaps where one
    holds, waits or is asked for already on one of the days.
    """
    evidence, name = plain_text(asked.evidence, 200), plain_text(asked.asked_name, 40)
    for text in (evidence, name):
        if isinstance(text, Refusal):
            return text
    refusal = rules.check_application(
        valid_from=asked.valid_from,
        valid_until=asked.valid_until,
        asked_by=asked.asked_by,
        asked_name=str(name),
        evidence=str(evidence),
    )
    if refusal:
        return refusal
    with transaction() as session:
        session.get_one(Resident, resident_id, with_for_update=True)  # two at once: one by one
        if _overlaps(session, site_id, resident_id, asked):
            return Refusal("need_overlaps")
        need = DeliveryNeed(
            site_id=site_id,
            resident_id=resident_id,
            period_code=asked.period_code,
            weekdays=asked.weekdays,
            valid_from=asked.valid_from,
            valid_until=asked.valid_until,
            asked_by=asked.asked_by,
            asked_name=str(name),
            evidence=str(evidence),
            recorded_by=by,
            recorded_at=now,
            state=NeedState.PROPOSED,
        )
        session.add(need)
        session.flush()
        _note(session, "proposed_need", need, now=now, by=by)
        return None


@dataclass(frozen=True)
class Settled:
    """What became of an application: from which day meals come, or what it waits for."""

    name: str
    begins: date | None = None
    waits_for: str = ""


@retried
def approve_need(
    *, site_id: int, need_id: int, urgent_reason: str, today: date, by: int, now: datetime
) -> Settled | Refusal:
    """Agree to an application: meals come, or it waits for a place or for money.

    Where today's cut-off is over meals begin on the first day that can still be changed.
    Approved by the same person again, it is answered like the first time. Codes: need_gone,
    need_own, need_decided_by (`name`), need_is_over, text_too_long.
    """
    reason = plain_text(urgent_reason, 100)
    if isinstance(reason, Refusal):
        return reason
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)  # of two approvals one comes second
        need = _locked(session, site_id, need_id)
        if need is None:
            return Refusal("need_gone")
        resident = session.get_one(Resident, need.resident_id)
        if resident.status != Status.ACTIVE:
            return Refusal("need_gone")
        refusal = rules.may_decide(state=need.state, recorded_by=need.recorded_by, by=by)
        if refusal and refusal.code == "need_decided":
            if need.decided_by == by and need.state != NeedState.DECLINED:
                return Settled(resident.name, need.valid_from, need.waits_for)
            return _decided_by(session, need)
        begins = _first_day(session, need, today=today, now=now)
        refusal = refusal or _over(need, begins)
        if refusal:
            return refusal
        need.decided_by, need.decided_at, need.urgent_reason = by, now, reason
        waits_for = _waits_for(session, need, today)
        if waits_for or _somebody_waits(session, need, urgent=bool(reason)):
            need.state, need.waits_for = NeedState.WAITING, waits_for or rules.PLACES
            _note(session, "queued_need", need, now=now, by=by)
            return Settled(resident.name, None, need.waits_for)
        _begin(session, need, begins, today=today)
        _note(session, "approved_need", need, now=now, by=by)
        return Settled(resident.name, begins)


@retried
def admit_need(
    *, site_id: int, need_id: int, reason: str, today: date, by: int, now: datetime
) -> Settled | Refusal:
    """Give the free place to somebody in line: the first, or anybody with a reason.

    Codes: need_gone, need_not_waiting, not_first_in_line (`place`), no_place_free,
    no_money_free, need_is_over, text_too_long.
    """
    plain = plain_text(reason, 100)
    if isinstance(plain, Refusal):
        return plain
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)  # one admission at a time
        need = _locked(session, site_id, need_id)
        if need is None:
            return Refusal("need_gone")
        begins = _first_day(session, need, today=today, now=now)
        line = queries.line(session, site_id=site_id)
        refusal = rules.may_admit(line, need_id, reason=plain) or _over(need, begins)
        if refusal:
            return refusal
        waits_for = _waits_for(session, need, today)
        if waits_for:
            return Refusal("no_place_free" if waits_for == rules.PLACES else "no_money_free")
        resident = session.get_one(Resident, need.resident_id)
        _begin(session, need, begins, today=today)
        _note(session, "admitted_need", need, now=now, by=by, why=plain)
        return Settled(resident.name, begins)


@retried
def decline_need(
    *, site_id: int, need_id: int, reason: str, by: int, now: datetime
) -> Settled | Refusal:
    """Decline an application, or take it out of the line, with the reason.

    Codes: need_gone, need_own, need_decided_by, decline_needs_reason, text_too_long.
    """
    plain = plain_reason(reason, missing="decline_needs_reason")
    if isinstance(plain, Refusal):
        return plain
    with transaction() as session:
        need = _locked(session, site_id, need_id)
        if need is None:
            return Refusal("need_gone")
        resident = session.get_one(Resident, need.resident_id)
        if need.state == NeedState.DECLINED:
            return Settled(resident.name)
        if need.state == NeedState.APPROVED:
            return _decided_by(session, need)
        if need.recorded_by == by:
            return Refusal("need_own")
        need.state, need.waits_for = NeedState.DECLINED, ""
        need.decided_by, need.decided_at, need.decline_reason = by, now, plain
        _note(session, "declined_need", need, now=now, by=by)
        return Settled(resident.name)


@retried
def withdraw_need(*, site_id: int, need_id: int, by: int, now: datetime) -> Refusal | None:
    """Take back an application that nobody has decided on. Codes: need_gone, need_not_own."""
    with transaction() as session:
        need = _locked(session, site_id, need_id)
        if need is None or need.state != NeedState.PROPOSED:
            return Refusal("need_gone")
        if need.recorded_by != by:
            return Refusal("need_not_own")
        _note(session, "withdrew_need", need, now=now, by=by)
        session.delete(need)
        return None


def _first_day(session: Session, need: DeliveryNeed, *, today: date, now: datetime) -> date:
    """The first day of a need that can still be changed."""
    terms = queries.terms_of(session, site_id=need.site_id)[need.period_code]
    zone = queries.zone_of(session, need.site_id)
    return max(need.valid_from, rules.first_open_day(terms, now=now, today=today, zone=zone))


def _over(need: DeliveryNeed, begins: date) -> Refusal | None:
    if need.valid_until is not None and need.valid_until < begins:
        return Refusal("need_is_over", {"last": need.valid_until.isoformat()})
    return None


def _begin(session: Session, need: DeliveryNeed, begins: date, *, today: date) -> None:
    """Meals come from a day on; rounds that are published learn of it."""
    need.valid_from, need.state, need.waits_for = begins, NeedState.APPROVED, ""
    sync_rosters(session, site_id=need.site_id, resident_id=need.resident_id, since=today)


def _waits_for(session: Session, need: DeliveryNeed, today: date) -> str:
    programme = register.programme_on(
        session, site_id=need.site_id, day=max(today, need.valid_from)
    )
    if programme is None:
        return ""
    known = queries.has_place(
        session, site_id=need.site_id, resident_id=need.resident_id, day=today
    )
    return rules.waits_for(
        queries.room(session, programme=programme, day=today),
        weekdays=need.weekdays,
        new_person=not known,
    )


def _somebody_waits(session: Session, need: DeliveryNeed, *, urgent: bool) -> bool:
    """Whether others stand in line: nobody is approved past them."""
    line = queries.line(session, site_id=need.site_id)
    ahead = [one for one in line if one.urgent or not urgent]
    return any(one.need_id != need.id for one in ahead)


def _overlaps(session: Session, site_id: int, resident_id: int, asked: Asked) -> bool:
    query = select(DeliveryNeed.id).where(
        DeliveryNeed.site_id == site_id,
        DeliveryNeed.resident_id == resident_id,
        DeliveryNeed.period_code == asked.period_code,
        DeliveryNeed.state != NeedState.DECLINED,
        or_(DeliveryNeed.valid_until.is_(None), DeliveryNeed.valid_until >= asked.valid_from),
    )
    if asked.valid_until is not None:
        query = query.where(DeliveryNeed.valid_from <= asked.valid_until)
    return session.scalar(query.limit(1)) is not None


def _locked(session: Session, site_id: int, need_id: int) -> DeliveryNeed | None:
    need = session.get(DeliveryNeed, need_id, with_for_update=True, populate_existing=True)
    return need if need is not None and need.site_id == site_id else None


def _decided_by(session: Session, need: DeliveryNeed) -> Refusal:
    decider = session.get(Staff, need.decided_by) if need.decided_by else None
    return Refusal("need_decided_by", {"name": decider.name if decider else "—"})


def _note(
    session: Session, action: str, need: DeliveryNeed, *, now: datetime, by: int, why: str = ""
) -> None:
    audit.record(
        session,
        at=now,
        staff_id=by,
        action=action,
        subject="delivery_need",
        subject_id=need.id,
        note=why,
    )
