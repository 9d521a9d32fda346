"""The free-meal register: who needs a meal brought on a day, and whether they are entitled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from canteen.delivery.models import DeliveryNeed, DeliveryPause, FreeMealProgramme
from canteen.foundation.calendar import age_on
from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.residents.models import GridNode, Household, Resident, ResidentTag, Status, TagState
from canteen.residents.pinyin import title_of

ENTITLED = "entitled"
EXPIRED = "expired"
NEVER = "never"


@dataclass(frozen=True)
class Entry:
    """One person of the register, with what a volunteer must know at the door."""

    resident_id: int
    name: str
    gender: str
    birthday: date | None
    phone: str
    texture: str
    diets: str
    diet_note: str
    may_leave_at_door: bool
    unit_id: int | None
    path: str
    sort_key: str
    room: str
    door_note: str
    standing: str
    """`ENTITLED`, `EXPIRED` (held a tag of the programme once) or `NEVER`."""

    def title(self, day: date) -> str:
        """陈奶奶, by the age on `day`."""
        age = age_on(self.birthday, day) if self.birthday else None
        return title_of(self.name, self.gender, age)[0]


def programme_on(session: Session, *, site_id: int, day: date) -> FreeMealProgramme | None:
    """The programme that gives free meals at a site on a day; at most one does."""
    query = select(FreeMealProgramme).where(
        FreeMealProgramme.site_id == site_id, _holds(FreeMealProgramme, day)
    )
    return session.scalars(query.order_by(FreeMealProgramme.id).limit(1)).one_or_none()


def everybody(
    session: Session, *, site_id: int, day: date, period_code: str, tags: Collection[str]
) -> Sequence[Entry]:
    """Everybody with a delivery need that day, in grid order; `standing` says who is entitled.

    Left out are only those on a pause, and the dead and the moved from that day on. One
    query, whatever their number.
    """
    query = _query(site_id=site_id, day=day, period_code=period_code, tags=tags)
    return [_entry(row) for row in session.execute(query)]


def page(
    session: Session,
    *,
    site_id: int,
    day: date,
    period_code: str,
    tags: Collection[str],
    number: int,
) -> Page[Entry]:
    """One page of the same list."""
    query = _query(site_id=site_id, day=day, period_code=period_code, tags=tags)
    query = query.limit(PAGE_SIZE + 1).offset((number - 1) * PAGE_SIZE)
    return cut([_entry(row) for row in session.execute(query)], number)


def counts(
    session: Session, *, site_id: int, day: date, period_code: str, tags: Collection[str]
) -> dict[str, int]:
    """How many stand on the register, by standing."""
    rows = _query(site_id=site_id, day=day, period_code=period_code, tags=tags)
    inner = rows.order_by(None).subquery()
    query = select(inner.c.now_valid, inner.c.once_valid, func.count())
    result = {ENTITLED: 0, EXPIRED: 0, NEVER: 0}
    for valid, once, count in session.execute(
        query.group_by(inner.c.now_valid, inner.c.once_valid)
    ):
        result[_standing(valid, once)] += count
    return result


def is_entitled(
    session: Session, *, resident_id: int, day: date, programme: FreeMealProgramme
) -> bool:
    """Whether the programme may pay for this person on this day: alive, here, tag valid."""
    query = select(Resident.id).where(
        Resident.id == resident_id, _lives_on(day), _tagged(programme.tags.split(";"), day)
    )
    return session.scalar(query) is not None


def _query(
    *, site_id: int, day: date, period_code: str, tags: Collection[str]
) -> Select[*tuple[Any, ...]]:
    needed = Resident.id.in_(  # not EXISTS: SQLite would walk through every resident
        select(DeliveryNeed.resident_id).where(
            DeliveryNeed.site_id == site_id,
            DeliveryNeed.period_code == period_code,
            DeliveryNeed.weekdays.contains(str(day.isoweekday())),
            _holds(DeliveryNeed, day),
        )
    )
    paused = exists().where(
        DeliveryPause.resident_id == Resident.id,
        DeliveryPause.since <= day,
        DeliveryPause.until >= day,
    )
    return (
        select(
            Resident,
            Household.room,
            Household.door_note,
            GridNode.id.label("unit_id"),
            GridNode.path,
            GridNode.sort_key,
            _tagged(tags, day).label("now_valid"),
            _tagged(tags, None).label("once_valid"),
        )
        .outerjoin(Household, Household.id == Resident.household_id)
        .outerjoin(GridNode, GridNode.id == Household.unit_id)
        .where(needed, ~paused, _lives_on(day))
        .order_by(
            GridNode.id.is_(None), GridNode.sort_key, func.length(Household.room),
            Household.room, Resident.id,
        )
    )  # fmt: skip


def _tagged(tags: Collection[str], day: date | None) -> ColumnElement[bool]:
    held = and_(
        ResidentTag.resident_id == Resident.id,
        ResidentTag.tag.in_(tags),
        ResidentTag.state == TagState.APPROVED,
    )
    return exists().where(held if day is None else and_(held, _holds(ResidentTag, day)))


def _lives_on(day: date) -> ColumnElement[bool]:
    return or_(Resident.status == Status.ACTIVE, Resident.ended_on > day)


def _holds(dated: Any, day: date) -> ColumnElement[bool]:
    return and_(dated.valid_from <= day, or_(dated.valid_until.is_(None), dated.valid_until >= day))


def _standing(valid: bool, once: bool) -> str:
    return ENTITLED if valid else EXPIRED if once else NEVER


def _entry(row: Any) -> Entry:
    person: Resident = row.Resident
    return Entry(
        resident_id=person.id,
        name=person.name,
        gender=person.gender,
        birthday=person.birthday,
        phone=person.phone,
        texture=person.texture,
        diets=person.diets,
        diet_note=person.diet_note,
        may_leave_at_door=person.may_leave_at_door,
        unit_id=row.unit_id,
        path=row.path or "",
        sort_key=row.sort_key or "",
        room=row.room or "",
        door_note=row.door_note or "",
        standing=_standing(row.now_valid, row.once_valid),
    )
