"""Changing what is known of people, and what is noted of who looked at it."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from canteen.foundation import audit
from canteen.foundation.crypto import Keys
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents import grid, registration
from canteen.residents.models import Resident
from canteen.residents.rules import Person, plain_reason


@retried
def change_resident(
    *,
    resident_id: int,
    person: Person,
    unit_id: int | None,
    room: str,
    keys: Keys,
    now: datetime,
    by: int,
) -> Refusal | None:
    """Set everything that is typed about a person; the audit log names the columns."""
    try:
        with transaction() as session:
            resident = session.get_one(Resident, resident_id)
            door = grid.household_id(session, unit_id=unit_id, room=room)
            changed = registration.change_resident(
                session, resident, person, household_id=door, keys=keys, now=now, by=by
            )
            if isinstance(changed, Refusal):
                session.rollback()
                return changed
            return None
    except IntegrityError as error:
        if broke(error, "uq_residents_id_number_hash", "residents.id_number_hash"):
            return Refusal("resident_registered", {"resident_id": resident_id})
        raise


def disclose_id_number(
    *, resident_id: int, reason: str, keys: Keys, now: datetime, by: int
) -> str | Refusal:
    """The whole ID number, once, with the reason kept. Codes: reason_missing, id_not_kept."""
    plain = plain_reason(reason, missing="reason_missing")
    if isinstance(plain, Refusal):
        return plain
    with transaction() as session:
        resident = session.get_one(Resident, resident_id)
        if resident.id_number_encrypted is None:
            return Refusal("id_not_kept")
        number = keys.decrypt(resident.id_number_encrypted)
        audit.record(
            session, at=now, staff_id=by, action="saw_id_number",
            subject="resident", subject_id=resident_id, note=plain,
        )  # fmt: skip
        return number


def record_export(*, site_id: int, count: int, now: datetime, by: int) -> None:
    """Note that somebody took a list of people away in a file."""
    with transaction() as session:
        audit.record(
            session, at=now, staff_id=by, action="exported_residents",
            subject="site", subject_id=site_id, note=str(count),
        )  # fmt: skip
