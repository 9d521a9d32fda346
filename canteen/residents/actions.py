"""Changing people: what is known of them, their tags, whether they still live here."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.crypto import Keys
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents import grid, registration
from canteen.residents.models import Resident, ResidentTag, Status
from canteen.residents.rules import Person, check_tag, overlap, plain_text


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


@retried
def record_tag(
    *,
    resident_id: int,
    tag: str,
    valid_from: date,
    valid_until: date | None,
    evidence: str,
    now: datetime,
    by: int,
) -> Refusal | None:
    """Record a tag with its evidence.

    Codes: those of `check_tag`, and tag_overlaps where the same tag holds on one of the
    days already.
    """
    with transaction() as session:
        resident = _held(session, resident_id)
        plain = plain_text(evidence, 200)
        if isinstance(plain, Refusal):
            return plain
        refusal = check_tag(
            tag=tag, valid_from=valid_from, valid_until=valid_until,
            evidence=plain, birthday=resident.birthday,
        )  # fmt: skip
        if refusal:
            return refusal
        same = [(t.valid_from, t.valid_until) for t in resident.tags if t.tag == tag]
        if overlap(same, valid_from, valid_until):
            return Refusal("tag_overlaps")
        session.add(
            ResidentTag(
                resident_id=resident_id, tag=tag, valid_from=valid_from, valid_until=valid_until,
                evidence=plain, recorded_by=by, recorded_at=now,
            )
        )  # fmt: skip
        audit.record(
            session, at=now, staff_id=by, action="recorded_tag",
            subject="resident", subject_id=resident_id, note=f"{tag} {valid_from.isoformat()}",
        )  # fmt: skip
        return None


def end_tag(
    *, resident_id: int, tag_id: int, last_day: date, now: datetime, by: int
) -> Refusal | None:
    """Let a tag hold until `last_day` and no longer. Codes: tag_gone, tag_ends_first."""
    with transaction() as session:
        _held(session, resident_id)
        tag = session.get(ResidentTag, tag_id)
        if tag is None or tag.resident_id != resident_id:
            return Refusal("tag_gone")
        if last_day < tag.valid_from:
            facts = {"first": tag.valid_from.isoformat(), "last": last_day.isoformat()}
            return Refusal("tag_ends_first", facts)
        tag.valid_until = last_day
        audit.record(
            session, at=now, staff_id=by, action="ended_tag",
            subject="resident", subject_id=resident_id, note=f"{tag.tag} {last_day.isoformat()}",
        )  # fmt: skip
        return None


def end_residence(
    *, resident_id: int, status: Status, ended_on: date, today: date, now: datetime, by: int
) -> Refusal | None:
    """Somebody has moved away or died. Codes: ended_future, ended_before_birth."""
    assert status is not Status.ACTIVE
    if ended_on > today:
        return Refusal("ended_future", {"day": ended_on.isoformat()})
    with transaction() as session:
        resident = _held(session, resident_id)
        if resident.birthday and ended_on < resident.birthday:
            return Refusal("ended_before_birth", {"birthday": resident.birthday.isoformat()})
        resident.status, resident.ended_on = status, ended_on
        audit.record(
            session, at=now, staff_id=by, action=f"marked_{status}",
            subject="resident", subject_id=resident_id, note=ended_on.isoformat(),
        )  # fmt: skip
        return None


def resume_residence(*, resident_id: int, now: datetime, by: int) -> None:
    """Somebody is back, or was never gone."""
    with transaction() as session:
        resident = _held(session, resident_id)
        before = resident.status
        resident.status, resident.ended_on = Status.ACTIVE, None
        audit.record(
            session, at=now, staff_id=by, action="marked_active",
            subject="resident", subject_id=resident_id, note=before,
        )  # fmt: skip


def disclose_id_number(
    *, resident_id: int, reason: str, keys: Keys, now: datetime, by: int
) -> str | Refusal:
    """The whole ID number, once, with the reason kept. Codes: reason_missing, id_not_kept."""
    plain = plain_text(reason, 200)
    if isinstance(plain, Refusal):
        return plain
    if len(plain) < 2:
        return Refusal("reason_missing")
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


def _held(session: Session, resident_id: int) -> Resident:
    """The person, locked on PostgreSQL, so that two changes at once come one after the other."""
    query = select(Resident).where(Resident.id == resident_id).with_for_update()
    return session.scalars(query).one()
