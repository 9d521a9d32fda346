"""What people do about somebody who does not answer, and how it ended."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from canteen.delivery.models import DeliveryNeed, DeliveryPause, NeedState
from canteen.delivery.needs.changes import Away, close_need, put_pause
from canteen.delivery.watching import rules
from canteen.delivery.watching.missing import missing_now
from canteen.delivery.watching.models import Alarm, AlarmStep, WatchedDiner
from canteen.delivery.watching.opening import Begun, begin, open_alarm
from canteen.delivery.watching.rules import Cause, EndingKind, StepResult
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What somebody found at a step."""

    result: StepResult
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How an alarm ended, as a person types it; `last_day`: nothing is brought until then."""

    kind: EndingKind
    note: str = ""
    last_day: date | None = None


@retried
def record_step(
    *, site_id: int, step_id: int, found: Found, by: int, now: datetime
) -> Refusal | None:
    """Remember what was done at a step. Of two at once one is kept, the other is told.

    One conditional update decides, on either database. The same person saying the same again
    is harmless. Codes: alarm_gone, alarm_over, step_done (`who` did it is on the page).
    """
    with transaction() as session:
        step = session.get(AlarmStep, step_id)
        alarm = _locked(session, step.alarm_id if step else 0)
        if step is None or alarm is None or alarm.site_id != site_id:
            return Refusal("alarm_gone")
        session.refresh(step)  # after the lock: its twin may be just done
        if (step.done_by, step.result, step.note) == (by, found.result, found.note):
            return None
        refusal = rules.check_record(
            ended=alarm.ended_at is not None, done=step.done_at is not None
        )
        if refusal:
            return refusal
        taken = session.execute(
            update(AlarmStep)
            .where(AlarmStep.id == step_id, AlarmStep.done_at.is_(None))
            .values(result=found.result, note=found.note, done_at=now, done_by=by)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            return Refusal("step_done")
        _note(session, "alarm_step", alarm.id, now=now, by=by, note=f"{step.kind}: {found.result}")
        return None


@retried
def end_alarm(
    *, site_id: int, alarm_id: int, ending: Ending, today: date, by: int, now: datetime
) -> Refusal | None:
    """Close an alarm by what a person found out: the only way in which one closes.

    A hospital or a journey pauses the deliveries until the day that was typed; death and moving
    end the person's needs here. No meal and no money is touched. The same ending twice is one.
    Codes: alarm_gone, alarm_over, those of `rules.check_ending`.
    """
    refusal = rules.check_ending(
        kind=ending.kind, note=ending.note, last_day=ending.last_day, today=today
    )
    if refusal:
        return refusal
    with transaction() as session:
        known = session.get(Alarm, alarm_id)
        if known is None or known.site_id != site_id:
            return Refusal("alarm_gone")
        # The person first, as where an alarm begins: a door shut now joins it or begins anew.
        session.get_one(Resident, known.resident_id, with_for_update=True)
        alarm = _locked(session, alarm_id)
        assert alarm is not None, "alarms are never taken away"
        if alarm.ended_at is not None:
            same = (alarm.ended_by, alarm.ending) == (by, ending.kind)
            return None if same else Refusal("alarm_over")
        alarm.ending, alarm.ending_note = ending.kind, ending.note
        alarm.ended_at, alarm.ended_by = now, by
        session.flush()
        if ending.kind in rules.MAY_PAUSE and ending.last_day is not None:
            _pause(session, alarm, ending.last_day, ending.kind, today=today, by=by, now=now)
        if ending.kind in rules.ENDS_NEEDS:
            _end_needs(session, alarm, today=today, by=by, now=now)
        _note(session, "alarm_ended", alarm.id, now=now, by=by, note=ending.kind)
        return None


@retried
def look_for(
    *, site_id: int, resident_id: int, today: date, by: int | None, now: datetime
) -> int | Refusal:
    """Begin the ladder for a diner who stays away too long; the alarm's id.

    Who is looked for already has one alarm: a repeat, or the worker at the same moment, gets
    that one. `by` is None for the worker. Codes: diner_not_missing.
    """
    with transaction() as session:
        session.get_one(Resident, resident_id, with_for_update=True)
        alarm = open_alarm(session, site_id=site_id, resident_id=resident_id)
        if alarm is not None:
            return alarm.id
        found = missing_now(session, site_id=site_id, today=today, now=now, resident_id=resident_id)
        if not found:
            return Refusal("diner_not_missing")
        begun = Begun(
            site_id=site_id,
            resident_id=resident_id,
            cause=Cause.MISSED,
            service_date=found[0].last_day,
            missed_days=found[0].days,
        )
        return begin(session, begun, by=by, now=now).id


@retried
def watch_diner(
    *,
    site_id: int,
    resident_id: int,
    missed_days: int | None,
    neighbour: tuple[str, str],
    today: date,
    by: int,
    now: datetime,
) -> Refusal | None:
    """Set after how many days away somebody looks for a person (None: nobody does), and the
    neighbour to ask: name and phone. Counting begins today. Codes: watch_elsewhere."""
    with transaction() as session:
        resident = session.get_one(Resident, resident_id, with_for_update=True)
        if resident.site_id != site_id:
            return Refusal("watch_elsewhere")
        row = session.get(WatchedDiner, resident_id) or WatchedDiner(resident_id=resident_id)
        if missed_days is None:
            row.since = None
        elif row.since is None:
            row.since = today
        row.missed_days = missed_days
        row.neighbour_name, row.neighbour_phone = neighbour
        row.changed_at, row.changed_by = now, by
        session.add(row)
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="set_watch",
            subject="resident",
            subject_id=resident_id,
            note=str(missed_days or "-"),
        )
        return None


def _pause(
    session: Session,
    alarm: Alarm,
    until: date,
    kind: EndingKind,
    *,
    today: date,
    by: int,
    now: datetime,
) -> None:
    """Nothing is brought until then, from the first day that no other pause holds already."""
    known = select(DeliveryPause.until).where(
        DeliveryPause.resident_id == alarm.resident_id,
        DeliveryPause.since <= until,
        DeliveryPause.until >= today,
    )
    since = max([today, *(one + _DAY for one in session.scalars(known))])
    if since > until:
        return
    put_pause(  # refused where today is past its cut-off and no other day was meant: no effect
        session,
        Away(resident_id=alarm.resident_id, since=since, until=until, reason=_REASONS[kind]),
        site_id=alarm.site_id,
        today=today,
        by=by,
        now=now,
    )


_REASONS = {
    EndingKind.AWAY_SAFE: "外出",
    EndingKind.IN_HOSPITAL: "住院",
    EndingKind.TAKEN_TO_HOSPITAL: "送医",
}
"""Data, as people type the reason of a pause."""


def _end_needs(session: Session, alarm: Alarm, *, today: date, by: int, now: datetime) -> None:
    query = select(DeliveryNeed.id).where(
        DeliveryNeed.resident_id == alarm.resident_id,
        DeliveryNeed.site_id == alarm.site_id,
        DeliveryNeed.state == NeedState.APPROVED,
        (DeliveryNeed.valid_until.is_(None)) | (DeliveryNeed.valid_until >= today),
    )
    for need_id in session.scalars(query).all():
        close_need(
            session, need_id=need_id, last_day=today - _DAY, today=today, by=by, now=now,
            nobody_there=True,
        )  # fmt: skip


def _locked(session: Session, alarm_id: int) -> Alarm | None:
    return session.get(Alarm, alarm_id, with_for_update=True, populate_existing=True)


def _note(
    session: Session, action: str, alarm_id: int, *, now: datetime, by: int, note: str
) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action, subject="alarm", subject_id=alarm_id, note=note
    )
