"""What a repricing reads: one day's meals as they were booked, and the ground they stood on."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from canteen.cards.standing import path_of
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.residents.models import Resident
from canteen.settlement.models import Meal, MealLine
from canteen.settlement.trays import A_LA_CARTE
from canteen.sites.models import DayKind, MealSet, Site
from canteen.sites.queries import day_kind, is_workday
from canteen.subsidies.conditions import Place
from canteen.subsidies.models import ResidentPass
from canteen.subsidies.rules import Part

PROGRAMME = "free_meal"
"""What the parts of a free-meal programme name as their policy."""


@dataclass(frozen=True, slots=True)
class BookedMeal:
    """A standing meal of a resident, with what it keeps."""

    id: UUID
    site_id: int
    resident_id: int
    period_code: str
    set_code: str
    channel: str
    price_fen: int
    subsidy_fen: int
    age: int | None
    age_band: str
    tags: frozenset[str]
    hukou_path: Place
    parts: tuple[Part, ...]
    extra: bool
    withdrawn: bool
    created_at: datetime
    beside: tuple[str, int] | None
    """The set (class, fen) of a tray that something was added to."""

    @property
    def is_programme(self) -> bool:
        """Whether a free-meal programme paid it."""
        return any(part.policy == PROGRAMME for part in self.parts)


@dataclass(frozen=True, slots=True)
class Person:
    """What a meal does not keep of its diner, as it is today."""

    site_id: int
    birthday: date | None
    residence_path: Place
    in_institution: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """A day at a site: its kind, its diners, their passes (policy, pass), what meals earned."""

    is_workday: bool
    is_public_holiday: bool
    people: Mapping[int, Person]
    passes: Mapping[int, list[tuple[str, str]]]
    grants: Mapping[UUID, list[Part]]


class Meals:
    """The meals of a site's diners, day by day. A diner is who ate here in the span at all."""

    def __init__(self, session: Session, *, site_id: int, first_day: date, last_day: date) -> None:
        self._session, self._site_id = session, site_id
        here = aliased(Meal)
        self._diners = select(here.resident_id).where(
            here.site_id == site_id,
            here.service_date.between(first_day, last_day),
            here.resident_id.is_not(None),
        )
        sites = session.scalar(select(func.count()).select_from(Site)) or 0
        self._alone = sites < 2

    def of(self, day: date) -> list[BookedMeal]:
        """Their standing meals of a day at every site, in the order of booking."""
        query = (
            select(
                *(Meal.__table__.c[name] for name in _COLUMNS),
                MealLine.item_class.label("beside_class"),
                MealLine.unit_price_fen.label("beside_fen"),
            )
            .outerjoin(
                MealLine,
                (MealLine.meal_id == Meal.id)
                & (MealLine.position == 1)
                & (Meal.set_code != A_LA_CARTE),
            )
            .where(Meal.service_date == day, Meal.voided_at.is_(None))
            .where(Meal.resident_id.is_not(None))
        )
        rows = list(self._session.execute(query.where(Meal.site_id == self._site_id)))
        if not self._alone:
            elsewhere = query.where(
                Meal.site_id != self._site_id, Meal.resident_id.in_(self._diners)
            )
            rows += self._session.execute(elsewhere)
        return sorted((_booked(row) for row in rows), key=lambda meal: (meal.created_at, meal.id))


_COLUMNS = (
    *("id", "site_id", "resident_id", "period_code", "set_code", "channel", "price_fen"),
    *("subsidy_fen", "age", "age_band", "tags", "hukou", "parts", "extra", "withdrawn_at"),
    "created_at",
)


def _booked(row: Any) -> BookedMeal:
    return BookedMeal(
        id=row.id,
        site_id=row.site_id,
        resident_id=row.resident_id,
        period_code=row.period_code,
        set_code=row.set_code,
        channel=row.channel,
        price_fen=row.price_fen,
        subsidy_fen=row.subsidy_fen,
        age=row.age,
        age_band=row.age_band,
        tags=frozenset(tag for tag in row.tags.split(";") if tag),
        hukou_path=path_of(*row.hukou.split("/")),
        parts=tuple(Part(**part) for part in json.loads(row.parts or "[]")),
        extra=row.extra,
        withdrawn=row.withdrawn_at is not None,
        created_at=row.created_at,
        beside=(row.beside_class, row.beside_fen) if row.beside_class else None,
    )


def ground_of(session: Session, site_id: int, day: date) -> Ground:
    """What the day's meals of a site stood on. Four short queries."""
    eaten = select(Meal.resident_id).where(
        Meal.site_id == site_id, Meal.service_date == day, Meal.resident_id.is_not(None)
    )
    kind = day_kind(session, day)
    return Ground(
        is_workday=is_workday(kind),
        is_public_holiday=kind == DayKind.HOLIDAY,
        people=_people(session, eaten),
        passes=_passes(session, eaten, day),
        grants=_grants(session, site_id, day),
    )


def _people(session: Session, eaten: Any) -> dict[int, Person]:
    query = (
        select(
            Resident.id, Resident.site_id, Resident.birthday, Resident.in_institution,
            Site.city, Site.district, Site.town,
        )
        .join(Site, Site.id == Resident.site_id)
        .where(Resident.id.in_(eaten))
    )  # fmt: skip
    return {
        resident_id: Person(home_id, birthday, path_of(*names), in_institution)
        for resident_id, home_id, birthday, in_institution, *names in session.execute(query)
    }


def _passes(session: Session, eaten: Any, day: date) -> dict[int, list[tuple[str, str]]]:
    query = select(
        ResidentPass.resident_id, ResidentPass.policy_code, ResidentPass.pass_code
    ).where(
        ResidentPass.resident_id.in_(eaten),
        ResidentPass.valid_from <= day,
        ResidentPass.valid_until >= day,
    )
    held: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for resident_id, policy, code in session.execute(query):
        held[resident_id].append((policy, code))
    return held


def _grants(session: Session, site_id: int, day: date) -> dict[UUID, list[Part]]:
    query = (
        select(Transfer.meal_id, Account.code, Transfer.amount_fen, Transfer.policy)
        .join(Account, Account.id == Transfer.debit_account_id)
        .where(
            Transfer.site_id == site_id,
            Transfer.service_date == day,
            Transfer.kind == TransferKind.OPERATOR_GRANT,
        )
    )
    earned: defaultdict[UUID, list[Part]] = defaultdict(list)
    for meal_id, code, fen, policy in session.execute(query):
        assert meal_id is not None, "a grant belongs to a meal"
        earned[meal_id].append(Part(code.partition(":")[2], fen, *policy.split("/", 1)))
    return earned


def item_classes(session: Session, site_id: int) -> dict[tuple[str, str], str]:
    """The class of each set of a site, by period and code."""
    rows = session.execute(
        select(MealSet.period_code, MealSet.code, MealSet.item_class).where(
            MealSet.site_id == site_id
        )
    )
    return {(period, code): item_class for period, code, item_class in rows}
