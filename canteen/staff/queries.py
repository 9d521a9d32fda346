"""Reading staff."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.staff.models import Staff, StaffRole
from canteen.staff.rules import Role


def everybody(session: Session, *, site_id: int) -> Sequence[Staff]:
    """Everybody with a role at the site, or everywhere; people first who still work here."""
    held = select(StaffRole.staff_id).where(
        (StaffRole.site_id == site_id) | StaffRole.site_id.is_(None)
    )
    query = select(Staff).where(Staff.id.in_(held)).order_by(Staff.active.desc(), Staff.username)
    return session.scalars(query).unique().all()


def by_username(session: Session, username: str) -> Staff | None:
    """The person who signs in with this name, or None."""
    return session.scalars(select(Staff).where(Staff.username == username)).unique().one_or_none()


def other_administrators(session: Session, staff_id: int) -> bool:
    """Whether somebody else who is active is an administrator."""
    query = (
        select(Staff.id)
        .join(StaffRole)
        .where(StaffRole.role == Role.ADMINISTRATOR, Staff.active, Staff.id != staff_id)
        .limit(1)
    )
    return session.execute(query).first() is not None
