"""Changing who pays and who carries: programmes, volunteers and their areas."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.delivery.models import (
    FreeMealProgramme,
    Roster,
    Volunteer,
    VolunteerArea,
)
from canteen.delivery.volunteering.absences import leave_rounds
from canteen.foundation import audit
from canteen.foundation.calendar import service_date
from canteen.foundation.database import broke, transaction
from canteen.foundation.wording import Refusal
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


def save_volunteer(
    *,
    site_id: int,
    volunteer_id: int | None,
    values: Mapping[str, Any],
    by: int,
    now: datetime,
) -> int | Refusal:
    """Add a volunteer or change one. Their id; sign_in_taken for somebody else's sign-in.

    Who stops carrying meals leaves their open stops in red. The same new volunteer sent
    twice, also at once, is one.
    """
    try:
        with transaction() as session:
            site = session.get_one(Site, site_id, with_for_update=True)  # two at once: in turn
            volunteer = (
                _same_volunteer(session, site_id, values) or Volunteer(site_id=site_id)
                if volunteer_id is None
                else session.get_one(Volunteer, volunteer_id)
            )
            for name, value in values.items():
                setattr(volunteer, name, value)
            session.add(volunteer)
            session.flush()
            if not volunteer.active:
                leave_rounds(session, volunteer=volunteer, today=service_date(now, site.time_zone))
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
