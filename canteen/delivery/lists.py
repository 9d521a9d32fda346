"""The lists behind the roster: volunteers and their areas, programmes, needs, pauses."""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    FreeMealProgramme,
    Volunteer,
    VolunteerArea,
)
from canteen.residents.models import GridNode, Resident, SearchKey
from canteen.residents.pinyin import query_key
from canteen.staff.models import Staff, StaffRole
from canteen.staff.rules import Role
from canteen.subsidies.models import Funder

_CHUNK = 500  # ids in one IN list


def place_names(session: Session, paths: Collection[str]) -> dict[str, str]:
    """``金牛小区 2栋 1单元`` for each path of a unit; the community is left out."""
    ids = sorted({int(one) for path in paths for one in path.split("/") if one})
    names: dict[int, str] = {}
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        query = select(GridNode.id, GridNode.name).where(GridNode.id.in_(part))
        names.update((node_id, name) for node_id, name in session.execute(query))
    return {
        path: " ".join(names.get(int(one), "") for one in path.split("/")[2:] if one)
        for path in set(paths)
    }


def volunteers(session: Session, *, site_id: int, active_only: bool = True) -> Sequence[Volunteer]:
    """Who carries meals at a site."""
    query = select(Volunteer).where(Volunteer.site_id == site_id)
    if active_only:
        query = query.where(Volunteer.active)
    return session.scalars(query.order_by(Volunteer.active.desc(), Volunteer.id)).all()


def areas_of(session: Session, *, site_id: int) -> dict[int, list[tuple[int, str]]]:
    """The areas of each volunteer of a site: grid node id and its full name. Two queries."""
    query = (
        select(VolunteerArea.volunteer_id, GridNode)
        .join(GridNode, GridNode.id == VolunteerArea.grid_node_id)
        .join(Volunteer, Volunteer.id == VolunteerArea.volunteer_id)
        .where(Volunteer.site_id == site_id)
        .order_by(GridNode.sort_key)
    )
    rows = [(volunteer_id, node) for volunteer_id, node in session.execute(query)]
    places = place_names(session, [node.path for _id, node in rows])
    areas: dict[int, list[tuple[int, str]]] = {}
    for volunteer_id, node in rows:
        areas.setdefault(volunteer_id, []).append((node.id, places[node.path] or node.name))
    return areas


def nodes_under(session: Session, parent_id: int | None) -> Sequence[GridNode]:
    """The places one step down from a place of the grid; the communities for None."""
    below = GridNode.parent_id.is_(None) if parent_id is None else GridNode.parent_id == parent_id
    return session.scalars(select(GridNode).where(below).order_by(GridNode.sort_key)).all()


def free_sign_ins(session: Session, *, site_id: int, volunteer_id: int | None) -> Sequence[Staff]:
    """Staff with the role volunteer at a site who are no other volunteer's sign-in."""
    taken = exists().where(
        Volunteer.staff_id == Staff.id, Volunteer.id != (volunteer_id if volunteer_id else 0)
    )
    holds = exists().where(
        StaffRole.staff_id == Staff.id,
        StaffRole.site_id == site_id,
        StaffRole.role == Role.VOLUNTEER,
    )
    query = select(Staff).where(holds, ~taken, Staff.active).order_by(Staff.name)
    return session.scalars(query).unique().all()


def programmes(session: Session, *, site_id: int) -> Sequence[FreeMealProgramme]:
    """Every programme of a site, newest first."""
    query = select(FreeMealProgramme).where(FreeMealProgramme.site_id == site_id)
    return session.scalars(
        query.order_by(FreeMealProgramme.valid_from.desc(), FreeMealProgramme.id.desc())
    ).all()


def needs_of(session: Session, *, site_id: int, resident_id: int) -> Sequence[DeliveryNeed]:
    """A person's delivery needs at a site, newest first."""
    query = select(DeliveryNeed).where(
        DeliveryNeed.resident_id == resident_id, DeliveryNeed.site_id == site_id
    )
    return session.scalars(
        query.order_by(DeliveryNeed.valid_from.desc(), DeliveryNeed.id.desc())
    ).all()


def pauses_of(session: Session, *, resident_id: int) -> Sequence[DeliveryPause]:
    """A person's pauses, newest first."""
    query = select(DeliveryPause).where(DeliveryPause.resident_id == resident_id)
    return session.scalars(
        query.order_by(DeliveryPause.since.desc(), DeliveryPause.id.desc())
    ).all()


def find_people(
    session: Session, *, site_id: int, text: str, limit: int = 20
) -> Sequence[Resident]:
    """Residents of a site whose name, pinyin or initials begin with what was typed."""
    key = query_key(text)
    if not key:
        return []
    query = (
        select(Resident)
        .where(
            Resident.site_id == site_id,
            exists().where(
                SearchKey.resident_id == Resident.id,
                SearchKey.key >= key,
                SearchKey.key < key + "\U0010ffff",
            ),
        )
        .order_by(Resident.sort_name, Resident.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def funders(session: Session) -> Sequence[Funder]:
    """Everybody who can pay for free meals."""
    return session.scalars(select(Funder).order_by(Funder.id)).all()
