"""Reading staff."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask_login import UserMixin
from sqlalchemy import Connection, Integer, bindparam, select
from sqlalchemy.orm import Session

from canteen.foundation.database import json_rows, read_json_rows
from canteen.foundation.prepared import Prepared
from canteen.staff.models import Staff, StaffRole
from canteen.staff.rules import AT_COUNTER, Role

_STAFF: Any = Staff.__table__
_ROLES: Any = StaffRole.__table__


Standing = tuple[Any, Any]
"""Somebody's own row, if they still work here, and their roles, as `who` reads them."""


class NotAsRemembered(Exception):
    """Somebody who was taken from memory has left, or has other roles, another name or session."""


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The person of a request: read once, in one statement, and bound to no session."""

    id: int
    name: str
    username: str
    locale: str | None
    session_stamp: str
    held: tuple[tuple[int | None, Role], ...]
    """(site id, role); without a site, at every one."""
    standing: Standing = (None, None)
    """What the database said of them, to be held against what it says later."""

    def roles_at(self, site_id: int) -> frozenset[Role]:
        """What this person may be at a site; an administrator is one everywhere."""
        return frozenset(role for site, role in self.held if site in (site_id, None))

    def at_counter(self) -> "SignedIn":
        """The same person as they are let in by a PIN: a clerk, whatever else they are."""
        held = {(site, Role.CLERK) for site, role in self.held if role in AT_COUNTER}
        return replace(self, held=tuple(held))

    @cached_property
    def site_ids(self) -> list[int] | None:
        """The sites of their roles in order; None when they have one everywhere."""
        if any(site is None for site, _role in self.held):
            return None
        return sorted({site for site, _role in self.held if site is not None})


def signed_in(connection: Connection, *, staff_id: int, session_stamp: str) -> SignedIn | None:
    """The active person whose session bears this stamp, or None."""
    row = _SIGNED_IN.one(connection, {"asker_id": staff_id})
    for name, username, locale, stamp in read_json_rows(row.asker):
        if stamp != session_stamp:
            return None
        return SignedIn(
            id=staff_id,
            name=name,
            username=username,
            locale=locale,
            session_stamp=stamp,
            held=tuple((site, Role(role)) for site, role in read_json_rows(row.asker_roles)),
            standing=(row.asker, row.asker_roles),
        )
    return None


def who(dialect: str) -> tuple[Any, Any]:
    """Columns `asker` and `asker_roles` of the statement's ``asker_id``: their `Standing`."""
    asker = bindparam("asker_id", type_=Integer())
    row = json_rows(
        dialect, _STAFF.c.name, _STAFF.c.username, _STAFF.c.locale, _STAFF.c.session_stamp
    )
    known = select(row).where(_STAFF.c.id == asker, _STAFF.c.active)
    roles = select(json_rows(dialect, _ROLES.c.site_id, _ROLES.c.role)).where(
        _ROLES.c.staff_id == asker
    )
    return (
        known.correlate(None).scalar_subquery().label("asker"),
        roles.correlate(None).scalar_subquery().label("asker_roles"),
    )


_SIGNED_IN = Prepared(lambda dialect: select(*who(dialect)))


def everybody(session: Session, *, site_id: int) -> Sequence[Staff]:
    """Everybody with a role at the site, or everywhere; people first who still work here."""
    held = select(StaffRole.staff_id).where(
        (StaffRole.site_id == site_id) | StaffRole.site_id.is_(None)
    )
    query = select(Staff).where(Staff.id.in_(held)).order_by(Staff.active.desc(), Staff.username)
    return session.scalars(query).unique().all()


def with_pin(session: Session, *, site_id: int) -> Sequence[Staff]:
    """Who may change over by PIN at the counters of a site, by name."""
    held = select(StaffRole.staff_id).where(
        (StaffRole.site_id == site_id) | StaffRole.site_id.is_(None),
        StaffRole.role.in_(AT_COUNTER),
    )
    query = select(Staff).where(Staff.id.in_(held), Staff.active, Staff.pin_hash != "")
    return session.scalars(query.order_by(Staff.name, Staff.id)).unique().all()


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
