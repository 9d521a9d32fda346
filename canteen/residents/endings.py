"""Somebody has died or moved away; or was thought to have, and has not.

What follows for cards belongs to another room, so the transaction belongs to the caller.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident, Status
from canteen.residents.rules import plain_reason
from canteen.residents.tag_actions import held


def check_ending(*, birthday: date | None, ended_on: date, today: date) -> Refusal | None:
    """Whether somebody can have gone on a day. Codes: ended_future, ended_before_birth."""
    if ended_on > today:
        return Refusal("ended_future", {"day": ended_on.isoformat()})
    if birthday and ended_on < birthday:
        return Refusal("ended_before_birth", {"birthday": birthday.isoformat()})
    return None


def brings_news(resident: Resident, ended_on: date) -> bool:
    """Whether a report changes anything: who is gone already keeps the earlier day."""
    return resident.ended_on is None or ended_on < resident.ended_on


def write_ending(
    session: Session, resident: Resident, status: Status, ended_on: date, *, now: datetime, by: int
) -> None:
    """From `ended_on` on the person gets no subsidy."""
    assert status is not Status.ACTIVE
    resident.status, resident.ended_on = status, ended_on
    audit.record(
        session, at=now, staff_id=by, action=f"marked_{status}",
        subject="resident", subject_id=resident.id, note=ended_on.isoformat(),
    )  # fmt: skip


@retried
def correct_ending(
    *,
    resident_id: int,
    status: Status,
    ended_on: date,
    reason: str,
    today: date,
    now: datetime,
    by: int,
) -> Refusal | None:
    """Set what happened and when anew, later than before too; with the reason kept.

    Codes: those of `check_ending`, not_ended, correction_reason_missing, text_too_long.
    """
    plain = plain_reason(reason, missing="correction_reason_missing")
    if isinstance(plain, Refusal):
        return plain
    with transaction() as session:
        resident = held(session, resident_id)
        if resident.status == Status.ACTIVE:
            return Refusal("not_ended")
        refusal = check_ending(birthday=resident.birthday, ended_on=ended_on, today=today)
        if refusal:
            return refusal
        before = f"{resident.status} {resident.ended_on}"
        resident.status, resident.ended_on = status, ended_on
        audit.record(
            session, at=now, staff_id=by, action="corrected_ending",
            subject="resident", subject_id=resident_id,
            note=f"{before} -> {status} {ended_on}: {plain}",
        )  # fmt: skip
        return None


@retried
def resume_residence(*, resident_id: int, reason: str, now: datetime, by: int) -> Refusal | None:
    """Somebody is back, or was never gone; a card that was closed stays closed.

    Codes: correction_reason_missing, text_too_long. Harmless twice.
    """
    plain = plain_reason(reason, missing="correction_reason_missing")
    if isinstance(plain, Refusal):
        return plain
    with transaction() as session:
        resident = held(session, resident_id)
        if resident.status == Status.ACTIVE:
            return None
        before = f"{resident.status} {resident.ended_on}"
        resident.status, resident.ended_on = Status.ACTIVE, None
        audit.record(
            session, at=now, staff_id=by, action="marked_active",
            subject="resident", subject_id=resident_id, note=f"{before}: {plain}",
        )  # fmt: skip
        return None
