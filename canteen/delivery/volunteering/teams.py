"""Teams, and the households somebody usually goes to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.models import Volunteer
from canteen.delivery.volunteering.models import UsualStop, VolunteerTeam
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.sites.models import Site


@retried
def save_team(
    *, site_id: int, team_id: int | None, values: Mapping[str, Any], by: int, now: datetime
) -> int | Refusal:
    """Add a team or change one. Its id; team_name_taken for a name another team has."""
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)  # of two at once one comes second
        same = session.scalars(
            select(VolunteerTeam).filter_by(site_id=site_id, name=values["name"])
        ).one_or_none()
        if same is not None and same.id != team_id:
            return Refusal("team_name_taken")
        team = (
            VolunteerTeam(site_id=site_id)
            if team_id is None
            else session.get_one(VolunteerTeam, team_id)
        )
        for name, value in values.items():
            setattr(team, name, value)
        session.add(team)
        session.flush()
        audit.record(
            session, at=now, staff_id=by, action="saved", subject="volunteer_team",
            subject_id=team.id,
        )  # fmt: skip
        return team.id


@retried
def assign_household(
    *, site_id: int, volunteer_id: int, resident_id: int, period_code: str, by: int, now: datetime
) -> Refusal | None:
    """From now on somebody's meal is usually brought by this volunteer. Harmless twice.

    A person has one usual volunteer in a period: the former gives way. Codes:
    volunteer_elsewhere.
    """
    with transaction() as session:
        volunteer = session.get(Volunteer, volunteer_id, with_for_update=True)
        if volunteer is None or volunteer.site_id != site_id:
            return Refusal("volunteer_elsewhere")
        row = session.get(UsualStop, (resident_id, period_code), with_for_update=True)
        if row is None:
            row = UsualStop(resident_id=resident_id, period_code=period_code)
            session.add(row)
        row.volunteer_id = volunteer_id
        _note(session, "assigned_household", volunteer_id, resident_id, now=now, by=by)
        return None


@retried
def release_household(
    *, volunteer_id: int, resident_id: int, period_code: str, by: int, now: datetime
) -> None:
    """Nobody in particular brings this meal any more. Harmless twice."""
    with transaction() as session:
        row = session.get(UsualStop, (resident_id, period_code), with_for_update=True)
        if row is not None and row.volunteer_id == volunteer_id:
            session.delete(row)
            _note(session, "released_household", volunteer_id, resident_id, now=now, by=by)


def _note(
    session: Session, action: str, volunteer_id: int, resident_id: int, *, now: datetime, by: int
) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action, subject="volunteer",
        subject_id=volunteer_id, note=f"resident {resident_id}",
    )  # fmt: skip
