"""The free-meal register: who needs a meal brought on a day, and whether they are entitled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    FreeMealProgramme,
    NeedState,
    Roster,
)
from canteen.delivery.needs.models import DeliverySpecial, SpecialKind
from canteen.foundation.calendar import age_on
from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.residents.models import GridNode, Household, Resident, ResidentTag, Status, TagState
from canteen.residents.pinyin import title_of

ENTITLED = "entitled"
EXPIRED = "expired"
NEVER = "never"
_CHUNK = 500  # ids in one IN list


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
    boxes: int = 1

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
    """Everybody who gets a box that day, in grid order; `standing` says who is entitled.

    Approved needs and one-day specials count; left out are those on a pause, and the dead
    and the moved from that day on. One query, whatever their number.
    """
    query = _query(site_id=site_id, day=day, period_code=period_code, tags=tags)
    return [_entry(row) for row in session.execute(query)]


def one_entry(
    session: Session,
    *,
    resident_id: int,
    site_id: int,
    day: date,
    period_code: str,
    tags: Collection[str],
) -> Entry | None:
    """What the register says of one person; None if nothing is brought to them that day."""
    query = _query(site_id=site_id, day=day, period_code=period_code, tags=tags)
    row = session.execute(query.where(Resident.id == resident_id)).one_or_none()
    return _entry(row) if row else None


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


def entitled_among(session: Session, *, roster: Roster, resident_ids: Collection[int]) -> set[int]:
    """Of some people on a roster those whom its programme may pay for that day; in chunks."""
    programme = session.get_one(FreeMealProgramme, roster.programme_id)
    ids, day = sorted(resident_ids), roster.service_date
    found: set[int] = set()
    for start in range(0, len(ids), _CHUNK):
        query = select(Resident.id).where(
            Resident.id.in_(ids[start : start + _CHUNK]),
            _lives_on(day),
            _tagged(programme.tags.split(";"), day),
        )
        found |= set(session.scalars(query))
    return found


def _query(
    *, site_id: int, day: date, period_code: str, tags: Collection[str]
) -> Select[*tuple[Any, ...]]:
    special = aliased(DeliverySpecial)
    boxes = _boxes(special, site_id=site_id, day=day, period_code=period_code)
    return (
        select(
            Resident,
            Household.room,
            Household.door_note,
            GridNode.id.label("unit_id"),
            GridNode.path,
            GridNode.sort_key,
            _tagged(tags, day).label("now_valid"),
            _tagged(tags, day, or_before=True).label("once_valid"),
            boxes.label("boxes"),
        )
        .outerjoin(Household, Household.id == Resident.household_id)
        .outerjoin(GridNode, GridNode.id == Household.unit_id)
        .outerjoin(
            special,
            and_(
                special.resident_id == Resident.id,
                special.site_id == site_id,
                special.service_date == day,
                special.period_code == period_code,
            ),
        )
        .where(
            Resident.id.in_(_concerned(site_id=site_id, day=day, period_code=period_code)),
            boxes > 0,
            ~_paused(day),
            _lives_on(day),
        )
        .order_by(
            GridNode.id.is_(None), GridNode.sort_key, func.length(Household.room),
            Household.room, Resident.id,
        )
    )  # fmt: skip


def _concerned(*, site_id: int, day: date, period_code: str) -> Any:
    """Whoever could get a box: not EXISTS, SQLite would walk through every resident."""
    needed = select(DeliveryNeed.resident_id).where(
        *_wanted(site_id=site_id, day=day), DeliveryNeed.period_code == period_code
    )
    special = select(DeliverySpecial.resident_id).where(
        DeliverySpecial.site_id == site_id,
        DeliverySpecial.service_date == day,
        or_(
            DeliverySpecial.period_code == period_code,
            DeliverySpecial.other_period == period_code,
        ),
    )
    return needed.union_all(special)


def _boxes(special: Any, *, site_id: int, day: date, period_code: str) -> ColumnElement[int]:
    """How many boxes a person gets: the usual one, more of them, or one of another period.

    A special counts only while the person has an approved need that holds on the day. IN and
    not EXISTS: SQLite would read all needs of the site again for each person.
    """
    needing = select(DeliveryNeed.resident_id)
    usual = Resident.id.in_(
        needing.where(*_wanted(site_id=site_id, day=day), DeliveryNeed.period_code == period_code)
    )
    known = Resident.id.in_(
        needing.where(
            DeliveryNeed.site_id == site_id,
            DeliveryNeed.state == NeedState.APPROVED,
            _holds(DeliveryNeed, day),
        )
    )
    moved = aliased(DeliverySpecial)
    moved_here = exists().where(
        moved.resident_id == Resident.id,
        moved.site_id == site_id,
        moved.service_date == day,
        moved.other_period == period_code,
        exists().where(
            DeliveryNeed.resident_id == moved.resident_id,
            *_wanted(site_id=site_id, day=day),
            DeliveryNeed.period_code == moved.period_code,
        ),
    )
    own = case((special.kind == SpecialKind.OTHER_PERIOD, 0), (usual, 1), else_=0)
    more = case((known, func.coalesce(special.more, 0)), else_=0)
    everything = own + more + case((moved_here, 1), else_=0)
    return case((special.kind == SpecialKind.NONE, 0), else_=everything)


def _wanted(*, site_id: int, day: date) -> tuple[ColumnElement[bool], ...]:
    """Of a need: approved, and it holds on that day and weekday."""
    return (
        DeliveryNeed.site_id == site_id,
        DeliveryNeed.state == NeedState.APPROVED,
        DeliveryNeed.weekdays.contains(str(day.isoweekday())),
        _holds(DeliveryNeed, day),
    )


def _paused(day: date) -> ColumnElement[bool]:
    return exists().where(
        DeliveryPause.resident_id == Resident.id,
        DeliveryPause.since <= day,
        DeliveryPause.until >= day,
    )


def _tagged(tags: Collection[str], day: date, *, or_before: bool = False) -> ColumnElement[bool]:
    """A tag that begins later does not count: nobody's entitlement has run out before it began."""
    held = select(ResidentTag.resident_id).where(
        ResidentTag.tag.in_(tags),
        ResidentTag.state == TagState.APPROVED,
        ResidentTag.valid_from <= day if or_before else _holds(ResidentTag, day),
    )
    return Resident.id.in_(held)


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
        boxes=row.boxes,
    )
