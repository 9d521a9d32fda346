"""PINs: four to six digits by which somebody changes over at a counter, and no more than that.

Whoever comes in by PIN is a clerk there, whatever else they are: a manager's pages want their
password. Every try is counted before it is looked at, so that many at once are not more tries.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from werkzeug.security import check_password_hash, generate_password_hash

from canteen.foundation import audit
from canteen.foundation.database import db, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.staff.models import Staff
from canteen.staff.rules import AT_COUNTER, PIN_LOCKED_MINUTES, PIN_TRIES, check_pin

_LOCKED = timedelta(minutes=PIN_LOCKED_MINUTES)


def set_pin(*, staff_id: int, password: str, pin: str, now: datetime) -> Refusal | None:
    """Give oneself a PIN, knowing one's password; "" takes it away. A locked PIN is free again.

    Codes: password_old_wrong, pin_form, pin_easy.
    """
    stored = db.session.scalar(select(Staff.password_hash).where(Staff.id == staff_id))
    if stored is None or not check_password_hash(stored, password):
        return Refusal("password_old_wrong")
    if pin and (refusal := check_pin(pin)):
        return refusal
    hashed = generate_password_hash(pin) if pin else ""
    with transaction() as session:
        person = session.get_one(Staff, staff_id)
        person.pin_hash, person.pin_failures, person.pin_locked_until = hashed, 0, None
        audit.record(
            session, at=now, staff_id=staff_id, action="set_pin" if pin else "removed_pin",
            subject="staff", subject_id=staff_id,
        )  # fmt: skip
    return None


def verify_pin(*, staff_id: int, pin: str, site_id: int, now: datetime) -> Staff | Refusal:
    """The person whose PIN this is, if they work at the counters of a site.

    Codes: pin_form, pin_none, pin_wrong (`left` tries), pin_locked (`minutes`).
    """
    if not 4 <= len(pin) <= 6:
        return Refusal("pin_form")
    tries = _count_try(staff_id, now)
    person = db.session.get(Staff, staff_id)
    if person is None or not person.pin_hash or not person.active:
        return Refusal("pin_none")
    if not person.roles_at(site_id) & AT_COUNTER:
        return Refusal("pin_none")
    if tries is None or tries > PIN_TRIES:
        return Refusal("pin_locked", {"minutes": PIN_LOCKED_MINUTES})
    right = check_password_hash(person.pin_hash, pin)
    _note_outcome(staff_id, right=right, last=tries >= PIN_TRIES, now=now)
    if right:
        return db.session.get_one(Staff, staff_id)
    if tries >= PIN_TRIES:
        return Refusal("pin_locked", {"minutes": PIN_LOCKED_MINUTES})
    return Refusal("pin_wrong", {"left": PIN_TRIES - tries})


@retried
def _count_try(staff_id: int, now: datetime) -> int | None:
    """Which try in a row this is; None while the PIN is locked."""
    with transaction() as session:
        tried: int | None = session.scalar(
            update(Staff)
            .where(
                Staff.id == staff_id,
                or_(
                    Staff.pin_locked_until.is_(None),
                    Staff.pin_locked_until <= now,
                    Staff.pin_locked_until > now + _LOCKED,  # the clock was set back since
                ),
            )
            .values(pin_failures=Staff.pin_failures + 1)
            .returning(Staff.pin_failures)
            .execution_options(synchronize_session=False)
        )
        return tried


@retried
def _note_outcome(staff_id: int, *, right: bool, last: bool, now: datetime) -> None:
    if not right and not last:
        return
    until = None if right else now + _LOCKED
    with transaction() as session:
        person = session.get_one(Staff, staff_id)
        person.pin_failures, person.pin_locked_until = 0, until
        if not right:
            audit.record(
                session, at=now, staff_id=None, action="locked_pin", subject="staff",
                subject_id=staff_id,
            )  # fmt: skip
