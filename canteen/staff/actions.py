"""Changing staff: adding people, roles, passwords."""

import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash, generate_password_hash

from canteen.foundation import audit
from canteen.foundation.database import broke, db, transaction
from canteen.foundation.wording import Refusal
from canteen.staff.models import Staff, StaffRole
from canteen.staff.queries import by_username, other_administrators
from canteen.staff.rules import Role, check_new_person, check_password

_NOBODY = generate_password_hash("nobody has this password")


def verify_sign_in(*, username: str, password: str) -> Staff | Refusal:
    """The person whose password this is. An unknown name takes as long as a wrong password."""
    person = by_username(db.session(), username.strip())
    known = person.password_hash if person and person.active else _NOBODY
    if check_password_hash(known, password) and person is not None and person.active:
        return person
    return Refusal("sign_in_wrong")


def add_staff(
    *,
    username: str,
    name: str,
    password: str,
    site_id: int | None,
    roles: Collection[Role],
    now: datetime,
    by: int | None,
) -> int | Refusal:
    """Add a person with roles at one site (administrators: everywhere). Returns the id.

    Codes: username_form, staff_name_form, those of `check_password`, username_taken.
    """
    if refusal := check_new_person(username=username, name=name):
        return refusal
    if refusal := check_password(password, username=username):
        return refusal
    try:
        with transaction() as session:
            person = Staff(
                username=username,
                name=name,
                password_hash=generate_password_hash(password),
                session_stamp=secrets.token_hex(8),
                created_at=now,
            )
            person.roles = [_role(role, site_id) for role in sorted(set(roles))]
            session.add(person)
            session.flush()
            audit.record(
                session, at=now, staff_id=by, action="added", subject="staff", subject_id=person.id
            )
            return person.id
    except IntegrityError as error:
        if broke(error, "uq_staff_username", "staff.username"):
            return Refusal("username_taken", {"username": username})
        raise


def change_staff(
    *,
    staff_id: int,
    name: str,
    active: bool,
    site_id: int,
    roles: Collection[Role],
    now: datetime,
    by: int,
) -> Refusal | None:
    """Set name, roles at one site, and whether the person may still sign in."""
    with transaction() as session:
        person = session.get_one(Staff, staff_id)
        stays = active and Role.ADMINISTRATOR in roles
        was = any(held.role == Role.ADMINISTRATOR for held in person.roles)
        if was and not stays and not other_administrators(session, staff_id):
            return Refusal("last_administrator")
        person.name = name
        if person.active and not active:
            person.session_stamp = secrets.token_hex(8)
        person.active = active
        elsewhere = [held for held in person.roles if held.site_id not in (site_id, None)]
        person.roles = elsewhere
        session.flush()  # the old roles go before the new ones come: they may be the same
        person.roles = elsewhere + [_role(role, site_id) for role in sorted(set(roles))]
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="changed_roles",
            subject="staff",
            subject_id=staff_id,
            note=" ".join(sorted(set(roles))),
        )
        return None


def set_password(*, staff_id: int, password: str, now: datetime, by: int) -> Refusal | None:
    """Give somebody a new password; every session they had open ends."""
    with transaction() as session:
        person = session.get_one(Staff, staff_id)
        if refusal := check_password(password, username=person.username):
            return refusal
        person.password_hash = generate_password_hash(password)
        person.session_stamp = secrets.token_hex(8)
        person.pin_failures, person.pin_locked_until = 0, None
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="set_password",
            subject="staff",
            subject_id=staff_id,
        )
        return None


def change_own_password(*, staff_id: int, old: str, password: str, now: datetime) -> Refusal | None:
    """Change one's own password, knowing the old one."""
    stored = db.session.scalar(select(Staff.password_hash).where(Staff.id == staff_id))
    if stored is None or not check_password_hash(stored, old):
        return Refusal("password_old_wrong")
    return set_password(staff_id=staff_id, password=password, now=now, by=staff_id)


def set_locale(*, staff_id: int, locale: str) -> None:
    """Remember the language a person chose."""
    with transaction() as session:
        session.get_one(Staff, staff_id).locale = locale


def _role(role: Role, site_id: int | None) -> StaffRole:
    return StaffRole(role=role, site_id=None if role is Role.ADMINISTRATOR else site_id)
