"""Changing who is on the register and who carries: programmes, needs, pauses, volunteers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    FreeMealProgramme,
    Roster,
    Volunteer,
    VolunteerArea,
)
from canteen.foundation import audit
from canteen.foundation.database import broke, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident
from canteen.sites.models import Site

_FIXED = ("funder_code", "price_fen", "tags", "valid_from")
"""What published rosters rest on."""


def save_programme(
    *,
    site_id: int,
    programme_id: int | None,
    values: Mapping[str, Any],
    by: int,
    now: datetime,
) -> int | Refusal:
    """Add a programme or change one. Its id.

    Two programmes never hold on one day, so that nobody falls between them. Once a roster
    was published by it, only its name and end may change. Codes: programme_overlaps,
    programme_in_use.
    """
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)  # one change at a time
        other = _overlapping(session, site_id, programme_id, values)
        if other is not None:
            return Refusal("programme_overlaps", {"name": other.name})
        programme = (
            FreeMealProgramme(site_id=site_id)
            if programme_id is None
            else session.get_one(FreeMealProgramme, programme_id)
        )
        if programme_id is not None and _in_use(session, programme_id):
            changed = [name for name in _FIXED if getattr(programme, name) != values[name]]
            if changed:
                return Refusal("programme_in_use")
        for name, value in values.items():
            setattr(programme, name, value)
        session.add(programme)
        session.flush()
        _audit(session, by, now, "saved", "free_meal_programme", programme.id)
        return programme.id


def add_need(
    *,
    site_id: int,
    resident_id: int,
    period_code: str,
    weekdays: str,
    valid_from: date,
    valid_until: date | None,
    by: int,
    now: datetime,
) -> Refusal | None:
    """Remember that a person needs meals brought; need_overlaps if it is already known."""
    with transaction() as session:
        session.get_one(
            Resident, resident_id, with_for_update=True
        )  # two at once: one after the other
        same = select(DeliveryNeed.id).where(
            DeliveryNeed.resident_id == resident_id, DeliveryNeed.period_code == period_code
        )
        same = same.where(
            or_(DeliveryNeed.valid_until.is_(None), DeliveryNeed.valid_until >= valid_from)
        )
        if valid_until is not None:
            same = same.where(DeliveryNeed.valid_from <= valid_until)
        if session.scalar(same.limit(1)) is not None:
            return Refusal("need_overlaps")
        session.add(
            DeliveryNeed(
                site_id=site_id,
                resident_id=resident_id,
                period_code=period_code,
                weekdays=weekdays,
                valid_from=valid_from,
                valid_until=valid_until,
                recorded_by=by,
                recorded_at=now,
            )
        )
        return None


def end_need(*, need_id: int, last_day: date, by: int, now: datetime) -> None:
    """Bring nothing after `last_day`; a need that would end before it began is taken away."""
    with transaction() as session:
        need = session.get_one(DeliveryNeed, need_id)
        if last_day < need.valid_from:
            session.delete(need)
        elif need.valid_until is None or need.valid_until > last_day:
            need.valid_until = last_day
        _audit(session, by, now, "ended", "delivery_need", need_id)


def add_pause(
    *, resident_id: int, since: date, until: date, reason: str, by: int, now: datetime
) -> Refusal | None:
    """Bring nothing from `since` to `until` (both included); pause_overlaps if it is known."""
    with transaction() as session:
        session.get_one(Resident, resident_id, with_for_update=True)
        same = select(DeliveryPause.id).where(
            DeliveryPause.resident_id == resident_id,
            DeliveryPause.since <= until,
            DeliveryPause.until >= since,
        )
        if session.scalar(same.limit(1)) is not None:
            return Refusal("pause_overlaps")
        session.add(
            DeliveryPause(
                resident_id=resident_id,
                since=since,
                until=until,
                reason=reason,
                recorded_by=by,
                recorded_at=now,
            )
        )
        return None


def end_pause(*, pause_id: int, last_day: date, by: int, now: datetime) -> None:
    """Bring meals again after `last_day`; a pause that would end before it began is taken away."""
    with transaction() as session:
        pause = session.get_one(DeliveryPause, pause_id)
        if last_day < pause.since:
            session.delete(pause)
        elif pause.until > last_day:
            pause.until = last_day
        _audit(session, by, now, "ended", "delivery_pause", pause_id)


def save_volunteer(
    *,
    site_id: int,
    volunteer_id: int | None,
    values: Mapping[str, Any],
    by: int,
    now: datetime,
) -> int | Refusal:
    """Add a volunteer or change one. Their id; sign_in_taken for somebody else's sign-in.

    The same new volunteer sent twice, also at once, is one.
    """
    try:
        with transaction() as session:
            session.get_one(Site, site_id, with_for_update=True)  # of two at once one comes second
            volunteer = (
                _same_volunteer(session, site_id, values) or Volunteer(site_id=site_id)
                if volunteer_id is None
                else session.get_one(Volunteer, volunteer_id)
            )
            for name, value in values.items():
                setattr(volunteer, name, value)
            session.add(volunteer)
            session.flush()
            _audit(session, by, now, "saved", "volunteer", volunteer.id)
            return volunteer.id
    except IntegrityError as error:
        if broke(error, "uq_volunteers_staff_id", "volunteers.staff_id"):
            return Refusal("sign_in_taken")
        raise


def _same_volunteer(session: Session, site_id: int, values: Mapping[str, Any]) -> Volunteer | None:
    query = select(Volunteer).filter_by(site_id=site_id, **values).limit(1)
    return session.scalars(query).one_or_none()


def add_area(*, volunteer_id: int, grid_node_id: int) -> None:
    """Give a volunteer a part of the grid. Harmless twice."""
    with transaction() as session:
        session.get_one(Volunteer, volunteer_id, with_for_update=True)
        if session.get(VolunteerArea, (volunteer_id, grid_node_id)) is None:
            session.add(VolunteerArea(volunteer_id=volunteer_id, grid_node_id=grid_node_id))


def remove_area(*, volunteer_id: int, grid_node_id: int) -> None:
    """Take a part of the grid from a volunteer. Harmless twice."""
    with transaction() as session:
        session.execute(
            delete(VolunteerArea).where(
                VolunteerArea.volunteer_id == volunteer_id,
                VolunteerArea.grid_node_id == grid_node_id,
            )
        )


def _overlapping(
    session: Session, site_id: int, programme_id: int | None, values: Mapping[str, Any]
) -> FreeMealProgramme | None:
    query = select(FreeMealProgramme).where(
        FreeMealProgramme.site_id == site_id,
        or_(
            FreeMealProgramme.valid_until.is_(None),
            FreeMealProgramme.valid_until >= values["valid_from"],
        ),
    )
    if values["valid_until"] is not None:
        query = query.where(FreeMealProgramme.valid_from <= values["valid_until"])
    if programme_id is not None:
        query = query.where(FreeMealProgramme.id != programme_id)
    return session.scalars(query.limit(1)).one_or_none()


def _in_use(session: Session, programme_id: int) -> bool:
    query = select(Roster.id).where(Roster.programme_id == programme_id).limit(1)
    return session.scalar(query) is not None


def _audit(
    session: Session, by: int, now: datetime, action: str, subject: str, subject_id: int
) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action, subject=subject, subject_id=subject_id
    )
