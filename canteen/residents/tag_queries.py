"""Proposals that wait, and papers that run out. Reads, changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.residents.models import Resident, ResidentTag, Status, TagState
from canteen.residents.tag_rules import EXPIRES_SOON_DAYS
from canteen.staff.models import Staff, StaffRole
from canteen.staff.rules import Role

DECIDERS = (Role.MANAGER, Role.COMMUNITY)
"""Who may decide on a proposal at their site; administrators may everywhere."""


@dataclass(frozen=True)
class Proposal:
    """One tag that waits for a second person."""

    tag_id: int
    resident_id: int
    name: str
    birthday: date | None
    tag: str
    valid_from: date
    valid_until: date | None
    evidence: str
    proposed_by: int | None
    proposer: str
    proposed_at: datetime


def proposals(session: Session, *, site_id: int, number: int) -> Page[Proposal]:
    """A page of proposals at a site, those that wait longest first."""
    tag = ResidentTag
    query = (
        select(
            tag.id, Resident.id, Resident.name, Resident.birthday, tag.tag, tag.valid_from,
            tag.valid_until, tag.evidence, tag.recorded_by, Staff.name, tag.recorded_at,
        )
        .join(Resident, Resident.id == tag.resident_id)
        .outerjoin(Staff, Staff.id == tag.recorded_by)
        .where(*_waiting(site_id))
        .order_by(tag.recorded_at, tag.id)
        .limit(PAGE_SIZE + 1)
        .offset(PAGE_SIZE * (number - 1))
    )  # fmt: skip
    rows = session.execute(query).all()
    return cut([Proposal(*row[:9], row[9] or "—", row[10]) for row in rows], number)


def others_who_may_decide(session: Session, *, site_id: int, staff_id: int) -> list[str]:
    """The names of colleagues who may decide at a site, without the one who asks."""
    held = exists().where(
        StaffRole.staff_id == Staff.id,
        or_(
            (StaffRole.site_id == site_id) & StaffRole.role.in_(DECIDERS),
            StaffRole.role == Role.ADMINISTRATOR,
        ),
    )
    query = select(Staff.name).where(Staff.active, Staff.id != staff_id, held)
    return list(session.scalars(query.order_by(Staff.id).limit(20)))


@dataclass(frozen=True)
class RunningOut:
    """An approved tag at its end. `days_left` is below zero after its last day."""

    tag_id: int
    resident_id: int
    name: str
    birthday: date | None
    tag: str
    valid_until: date
    evidence: str
    renewal_waits: bool
    days_left: int


def running_out(session: Session, *, site_id: int, today: date, number: int) -> Page[RunningOut]:
    """A page of tags that end within 30 days or did in the last 30, without an approved renewal.

    The soonest first. One query, whatever their number.
    """
    tag = ResidentTag
    query = (
        select(
            tag.id, Resident.id, Resident.name, Resident.birthday, tag.tag, tag.valid_until,
            tag.evidence, _longer(TagState.PROPOSED),
        )
        .join(Resident, Resident.id == tag.resident_id)
        .where(*_at_its_end(site_id, today))
        .order_by(tag.valid_until, Resident.sort_name, tag.id)
        .limit(PAGE_SIZE + 1)
        .offset(PAGE_SIZE * (number - 1))
    )  # fmt: skip
    found = [_running_out(row, today) for row in session.execute(query)]
    return cut(found, number)


@dataclass(frozen=True)
class ToDo:
    """How many proposals wait at a site, and how many tags are at their end."""

    proposals: int
    running_out: int


def to_do(session: Session, *, site_id: int, today: date) -> ToDo:
    """Both figures in one query."""
    waiting = (
        select(func.count())
        .select_from(ResidentTag)
        .join(Resident, Resident.id == ResidentTag.resident_id)
        .where(*_waiting(site_id))
    )
    ending = (
        select(func.count())
        .select_from(ResidentTag)
        .join(Resident, Resident.id == ResidentTag.resident_id)
        .where(*_at_its_end(site_id, today))
    )
    row = session.execute(select(waiting.scalar_subquery(), ending.scalar_subquery())).one()
    return ToDo(*row)


def names_of_staff(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of some people who work here, by id."""
    wanted = {one for one in ids if one}
    query = select(Staff.id, Staff.name).where(Staff.id.in_(wanted))
    return {row.id: row.name for row in session.execute(query)} if wanted else {}


def _running_out(row: Any, today: date) -> RunningOut:
    tag_id, resident_id, name, birthday, tag, valid_until, evidence, renewal_waits = row
    return RunningOut(
        tag_id=tag_id,
        resident_id=resident_id,
        name=name,
        birthday=birthday,
        tag=tag,
        valid_until=valid_until,
        evidence=evidence,
        renewal_waits=renewal_waits,
        days_left=(valid_until - today).days,
    )


def _waiting(site_id: int) -> list[ColumnElement[bool]]:
    return [
        ResidentTag.state == TagState.PROPOSED,
        Resident.site_id == site_id,
        Resident.status == Status.ACTIVE,
    ]


def _at_its_end(site_id: int, today: date) -> list[ColumnElement[bool]]:
    around = timedelta(days=EXPIRES_SOON_DAYS)
    return [
        ResidentTag.state == TagState.APPROVED,
        ResidentTag.valid_until.between(today - around, today + around),
        Resident.site_id == site_id,
        Resident.status == Status.ACTIVE,
        ~_longer(TagState.APPROVED),
    ]


def _longer(state: TagState) -> ColumnElement[bool]:
    """Whether the person has the same tag in this state for longer."""
    later = aliased(ResidentTag)
    return exists().where(
        later.resident_id == ResidentTag.resident_id,
        later.tag == ResidentTag.tag,
        later.id != ResidentTag.id,
        later.state == state,
        or_(later.valid_until.is_(None), later.valid_until > ResidentTag.valid_until),
    )
