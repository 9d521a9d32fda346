"""Reading menus: weeks, what is served today, the library."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, selectinload

from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.menus.categories import DEFAULT_WINDOWS
from canteen.menus.dishes import canonical_of
from canteen.menus.held import PlaceKey
from canteen.menus.ingredient_queries import facts_of as facts_of
from canteen.menus.ingredient_queries import ingredient_facts as ingredient_facts
from canteen.menus.ingredient_queries import ingredients as ingredients
from canteen.menus.ingredient_queries import known_ingredients as known_ingredients
from canteen.menus.ingredient_queries import own_values as own_values
from canteen.menus.ingredient_queries import words as words
from canteen.menus.library_models import DishName
from canteen.menus.models import (
    Dish,
    DishIngredient,
    MenuEntry,
    MenuSlot,
    MenuWeek,
    RepeatExemption,
)
from canteen.menus.plan import PeriodFacts, SlotFacts, WeekPlan, lay_out
from canteen.menus.plan_models import MenuSubstitution
from canteen.menus.rating_queries import ratings as ratings
from canteen.menus.served import LAST_SUBSTITUTION, SERVED_DISH
from canteen.menus.served import TodaysDish as TodaysDish
from canteen.menus.served import dishes_around as dishes_around
from canteen.menus.served import standing_dishes as standing_dishes
from canteen.menus.served import todays_dishes as todays_dishes
from canteen.menus.served import weeks_served as weeks_served
from canteen.sites import queries as sites
from canteen.sites.models import MealPeriod

MOST_CHOICES = 30


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A dish to pick."""

    id: int
    name: str
    name_en: str
    category: str
    price_fen: int
    to_confirm: bool


# --- Weeks -----------------------------------------------------------------------------


def week_plan(session: Session, *, site_id: int, monday: date) -> WeekPlan:
    """A week as a grid; a week nobody has touched is an empty draft. At most nine queries."""
    slots = slots_of(session, site_id)
    windows = site_windows(session, site_id, has_slots=bool(slots))
    week = week_row(session, site_id=site_id, monday=monday)
    return lay_out(
        monday=monday,
        state=week.state if week else "draft",
        published_at=week.published_at if week else None,
        periods=[
            PeriodFacts(code=one.code, name=one.name, name_en=one.name_en)
            for one in sites.periods(session, site_id)
        ],
        slots=slots,
        dishes=standing_dishes(session, site_id, MenuEntry.week_id == week.id) if week else (),
        around=dishes_around(session, site_id, monday, windows),
        windows=windows,
    )


def week_row(session: Session, *, site_id: int, monday: date) -> MenuWeek | None:
    """The row of a week, or None before its first dish."""
    query = select(MenuWeek).where(MenuWeek.site_id == site_id, MenuWeek.monday == monday)
    return session.scalars(query).one_or_none()


def dishes_by_place(
    session: Session, *, site_id: int, monday: date
) -> dict[PlaceKey, tuple[int, bool]]:
    """The dish of every filled place of a week, and whether it is locked."""
    query = select(MenuEntry).join(MenuWeek, MenuWeek.id == MenuEntry.week_id)
    rows = session.scalars(query.where(MenuWeek.site_id == site_id, MenuWeek.monday == monday))
    return {
        (one.service_date, one.period_code, one.slot_code, one.position): (one.dish_id, one.pinned)
        for one in rows
    }


def slot_rows(session: Session, site_id: int) -> Sequence[MenuSlot]:
    """The rows of a site's grid as they are stored, in order."""
    query = select(MenuSlot).where(MenuSlot.site_id == site_id)
    return session.scalars(query.order_by(MenuSlot.position, MenuSlot.id)).all()


def slots_of(session: Session, site_id: int) -> list[SlotFacts]:
    """The rows of a site's grid, in order."""
    return [
        SlotFacts(
            period=row.period_code,
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            categories=words(row.categories),
            places=row.places,
            servings=row.servings,
        )
        for row in slot_rows(session, site_id)
    ]


def site_windows(session: Session, site_id: int, *, has_slots: bool) -> Mapping[str, int]:
    """The kinds that may return and after how many days; the defaults before a site's own."""
    query = select(RepeatExemption).where(RepeatExemption.site_id == site_id)
    own = {row.category: row.window_days for row in session.scalars(query)}
    return own if own or has_slots else DEFAULT_WINDOWS


def published_mondays(session: Session, site_id: int, *, around: date) -> Sequence[date]:
    """Published weeks near a day, for links from one week to the next."""
    query = select(MenuWeek.monday).where(
        MenuWeek.site_id == site_id,
        MenuWeek.state == "published",
        MenuWeek.monday.between(around - timedelta(days=28), around + timedelta(days=28)),
    )
    return session.scalars(query.order_by(MenuWeek.monday)).all()


# --- Library ---------------------------------------------------------------------------


def dishes(
    session: Session,
    *,
    text: str = "",
    category: str = "",
    to_confirm: bool = False,
    active: bool | None = None,
    page: int = 1,
) -> Page[Dish]:
    """A page of the library by pinyin; `text` is any part of a name, pinyin or its initials."""
    query = _found(select(Dish), text, (category,) if category else ())
    if to_confirm:
        query = query.where(Dish.tags.contains("to_confirm"))
    if active is not None:
        query = query.where(Dish.active == active)
    query = query.order_by(Dish.search, Dish.id)
    rows = session.scalars(query.limit(PAGE_SIZE + 1).offset((page - 1) * PAGE_SIZE)).all()
    return cut(rows, page)


def choices(
    session: Session, *, text: str, categories: Sequence[str], limit: int = MOST_CHOICES
) -> tuple[list[Choice], bool]:
    """Dishes to pick, the nearest names first, and whether there are more than `limit`."""
    query = _found(select(Dish).where(Dish.active), text, categories)
    wanted = _plain(text)
    near = case(
        (Dish.name.startswith(wanted, autoescape=True), 0),
        (Dish.search.contains(f" {wanted}", autoescape=True), 1),
        (Dish.search.startswith(wanted, autoescape=True), 2),
        else_=3,
    )
    order = [near, func.length(Dish.name), Dish.search] if wanted else [Dish.search]
    rows = session.scalars(query.order_by(*order, Dish.id).limit(limit + 1)).all()
    found = [
        Choice(
            id=row.id,
            name=row.name,
            name_en=row.name_en,
            category=row.category,
            price_fen=row.price_fen,
            to_confirm="to_confirm" in row.tags,
        )
        for row in rows[:limit]
    ]
    return found, len(rows) > limit


def uses_in_week(
    session: Session, *, site_id: int, monday: date, dish_ids: Sequence[int]
) -> dict[int, list[tuple[date, str]]]:
    """Where dishes already stand in a week: day and period by dish."""
    query = (
        select(SERVED_DISH, MenuEntry.service_date, MenuEntry.period_code)
        .join(MenuWeek, MenuWeek.id == MenuEntry.week_id)
        .outerjoin(MenuSubstitution, LAST_SUBSTITUTION)
        .where(MenuWeek.site_id == site_id, MenuWeek.monday == monday)
        .where(SERVED_DISH.in_(dish_ids))
        .order_by(MenuEntry.service_date)
    )
    found: dict[int, list[tuple[date, str]]] = {}
    for dish_id, day, period in session.execute(query):
        found.setdefault(dish_id, []).append((day, period))
    return found


def dish(session: Session, dish_id: int) -> Dish | None:
    """A dish with its recipe."""
    recipe = selectinload(Dish.recipe).joinedload(DishIngredient.ingredient)
    return session.scalars(select(Dish).where(Dish.id == dish_id).options(recipe)).one_or_none()


def all_dishes(session: Session) -> Sequence[Dish]:
    """The whole library with recipes, for a file; two queries."""
    recipe = selectinload(Dish.recipe).joinedload(DishIngredient.ingredient)
    return session.scalars(select(Dish).options(recipe).order_by(Dish.search, Dish.id)).all()


def same_dish(session: Session, name: str) -> Dish | None:
    """The dish of the library that this name means, however it is spelled; a name that was
    merged into another dish means that one."""
    canonical = canonical_of(name)
    query = select(Dish).where(or_(Dish.canonical == canonical, Dish.name == name))
    found = session.scalars(query.limit(1)).first()
    return found or dishes_by_canonical(session, (canonical,)).get(canonical)


def dishes_by_canonical(session: Session, names: Collection[str]) -> dict[str, Dish]:
    """Dishes by the canonical names asked for, their own or one merged into them; two queries."""
    query = select(DishName.canonical, Dish).join(Dish, Dish.id == DishName.dish_id)
    chosen = query.where(DishName.canonical.in_(names))
    merged = {row.canonical: row.Dish for row in session.execute(chosen)}
    rows = session.scalars(select(Dish).where(Dish.canonical.in_(names)))
    return merged | {row.canonical: row for row in rows}


def dish_names(session: Session) -> list[tuple[int, str, str]]:
    """Id, name and canonical name of every dish in use; one query."""
    query = select(Dish.id, Dish.name, Dish.canonical).where(Dish.active).order_by(Dish.id)
    return [(row.id, row.name, row.canonical) for row in session.execute(query)]


def merged_names(session: Session) -> dict[str, str]:
    """The name of the dish that is left, by the canonical name of each that was merged into it."""
    query = select(DishName.canonical, Dish.name).join(Dish, Dish.id == DishName.dish_id)
    return {row.canonical: row.name for row in session.execute(query)}


def period_words(session: Session) -> dict[str, str]:
    """The code of every meal that any site serves, by code and name: dishes may be kept for it."""
    rows = session.scalars(select(MealPeriod)).all()
    return {
        word.casefold(): row.code
        for row in rows
        for word in (row.code, row.name, row.name_en)
        if word
    }


def _found(query: Select[Any], text: str, categories: Sequence[str]) -> Select[Any]:
    if wanted := _plain(text):
        # The canonical name finds 西红柿炒蛋 for somebody who types 番茄炒鸡蛋.
        same = Dish.canonical == canonical_of(text)
        spaced = " ".join(text.split()).casefold()[:40]
        found = (Dish.search.contains(one, autoescape=True) for one in {wanted, spaced})
        query = query.where(or_(same, *found))
    return query.where(Dish.category.in_(categories)) if categories else query


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()[:40]
