"""What really stands and is served: places with their last substitution, as the rules take them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from canteen.menus.ingredient_queries import ingredient_facts, words
from canteen.menus.models import Dish, DishIngredient, Ingredient, MenuEntry, MenuSlot, MenuWeek
from canteen.menus.nutrition import RecipeLine, allergens_of, main_ingredient_of
from canteen.menus.plan import PlannedDish, StandingDish
from canteen.menus.plan_models import MenuSubstitution

LAST_SUBSTITUTION = MenuSubstitution.id == (
    select(func.max(MenuSubstitution.id))
    .where(MenuSubstitution.entry_id == MenuEntry.id)
    .correlate(MenuEntry)
    .scalar_subquery()
)
"""Joins a place to its last substitution."""
SERVED_DISH = func.coalesce(MenuSubstitution.dish_id, MenuEntry.dish_id)


@dataclass(frozen=True, kw_only=True)
class TodaysDish:
    """A dish of a published menu, with the price it was published at."""

    dish_id: int
    name: str
    name_en: str
    price_fen: int
    slot_code: str
    slot_name: str
    slot_name_en: str
    instead_of: str = ""
    """The published dish that this one was served for."""


def todays_dishes(
    session: Session, *, site_id: int, service_date: date, period_code: str
) -> list[TodaysDish]:
    """What is served at a meal by the published menu, in menu order; [] where there is none.

    A dish that was changed on the day counts, with its price, not the one it stands for.
    """
    on_the_slot = (
        (MenuSlot.site_id == site_id)
        & (MenuSlot.period_code == MenuEntry.period_code)
        & (MenuSlot.code == MenuEntry.slot_code)
    )
    query = (
        select(MenuEntry, MenuSubstitution, Dish.name_en, MenuSlot.name, MenuSlot.name_en)
        .join(MenuWeek, MenuWeek.id == MenuEntry.week_id)
        .outerjoin(MenuSubstitution, LAST_SUBSTITUTION)
        .join(Dish, Dish.id == SERVED_DISH)
        .outerjoin(MenuSlot, on_the_slot)
        .where(
            MenuWeek.site_id == site_id,
            MenuWeek.monday == service_date - timedelta(days=service_date.weekday()),
            MenuWeek.state == "published",
            MenuEntry.service_date == service_date,
            MenuEntry.period_code == period_code,
        )
        .order_by(MenuSlot.position, MenuEntry.slot_code, MenuEntry.position)
    )
    return [
        TodaysDish(
            dish_id=(late or entry).dish_id,
            name=(late or entry).dish_name,
            name_en=dish_en,
            price_fen=(late or entry).price_fen,
            slot_code=entry.slot_code,
            slot_name=name or entry.slot_code,
            slot_name_en=name_en or "",
            instead_of=entry.dish_name if late and late.dish_id != entry.dish_id else "",
        )
        for entry, late, dish_en, name, name_en in session.execute(query)
    ]


def standing_dishes(session: Session, site_id: int, *conditions: Any) -> list[StandingDish]:
    """Placed dishes as they are served, with what the rules and the marks need; four queries.

    `conditions` choose entries; `MenuWeek` is joined. Allergens are what the site knows of them.
    """
    planned = aliased(Dish)
    chosen = (
        select(MenuEntry)
        .join(MenuWeek, MenuWeek.id == MenuEntry.week_id)
        .outerjoin(MenuSubstitution, LAST_SUBSTITUTION)
        .where(*conditions)
    )
    query = (
        chosen.with_only_columns(MenuEntry, MenuSubstitution, Dish, planned.name_en)
        .join(Dish, Dish.id == SERVED_DISH)
        .join(planned, planned.id == MenuEntry.dish_id)
        .order_by(MenuEntry.service_date, MenuEntry.period_code, MenuEntry.slot_code)
        .order_by(MenuEntry.position)
    )
    rows = session.execute(query).all()
    recipes = _recipes(session, site_id, chosen.with_only_columns(SERVED_DISH))
    return [
        StandingDish(
            day=entry.service_date,
            name=(late or entry).dish_name,
            category=dish.category,
            period=entry.period_code,
            slot=entry.slot_code,
            dish_id=dish.id,
            main_ingredient=recipes.get(dish.id, _NO_RECIPE)[0],
            method=dish.method,
            position=entry.position,
            name_en=dish.name_en,
            price_fen=(late or entry).price_fen,
            pinned=entry.pinned,
            entry_id=entry.id,
            texture=dish.texture,
            tags=words(dish.tags),
            allergens=recipes.get(dish.id, _NO_RECIPE)[1],
            allergens_known=dish.id in recipes,
            photo=dish.photo,
            instead_of=PlannedDish(
                dish_id=entry.dish_id,
                name=entry.dish_name,
                name_en=planned_en,
                reason=late.reason,
            )
            if late and late.dish_id != entry.dish_id
            else None,
        )
        for entry, late, dish, planned_en in rows
    ]


_NO_RECIPE: tuple[str, frozenset[str]] = ("", frozenset())


def served_between(
    session: Session, *, site_id: int, first: date, last: date
) -> list[StandingDish]:
    """What published weeks serve from one day to another; four queries."""
    return standing_dishes(session, site_id, *_published(site_id, first, last))


def _published(site_id: int, first: date, last: date) -> tuple[Any, ...]:
    return (
        MenuWeek.site_id == site_id,
        MenuWeek.state == "published",
        MenuEntry.service_date.between(first, last),
    )


def weeks_served(
    session: Session, *, site_id: int, first: date, last: date
) -> tuple[list[StandingDish], dict[date, datetime]]:
    """The dishes of published weeks from `first` to `last`, and when each day was last changed:
    by publishing or by a substitution. Five queries."""
    within = _published(site_id, first, last)
    query = (
        select(
            MenuEntry.service_date,
            func.max(MenuWeek.published_at),
            func.max(MenuSubstitution.made_at),
        )
        .join(MenuWeek, MenuWeek.id == MenuEntry.week_id)
        .outerjoin(MenuSubstitution, MenuSubstitution.entry_id == MenuEntry.id)
        .where(*within)
        .group_by(MenuEntry.service_date)
    )
    changed: dict[date, datetime] = {
        day: max(filter(None, instants)) for day, *instants in session.execute(query)
    }
    return standing_dishes(session, site_id, *within), changed


def _recipes(
    session: Session, site_id: int, dish_ids: Select[Any]
) -> dict[int, tuple[str, frozenset[str]]]:
    """The main ingredient and the allergens of dishes."""
    query = (
        select(DishIngredient.dish_id, Dish.category, DishIngredient.grams, Ingredient.name)
        .join(Dish, Dish.id == DishIngredient.dish_id)
        .join(Ingredient, Ingredient.id == DishIngredient.ingredient_id)
        .where(DishIngredient.dish_id.in_(dish_ids))
    )
    recipes: dict[tuple[int, str], list[RecipeLine]] = {}
    for dish_id, category, grams, name in session.execute(query):
        line = RecipeLine(ingredient=name, grams=grams)
        recipes.setdefault((dish_id, category), []).append(line)
    names = {line.ingredient for recipe in recipes.values() for line in recipe}
    facts = ingredient_facts(session, site_id, names)
    return {
        dish_id: (main_ingredient_of(recipe, facts, category), allergens_of(recipe, facts).known)
        for (dish_id, category), recipe in recipes.items()
    }


def dishes_around(
    session: Session, site_id: int, monday: date, windows: Mapping[str, int]
) -> list[StandingDish]:
    """Dishes of the weeks beside this one, if any kind waits longer than a day."""
    reach = max(windows.values(), default=0)
    if reach < 2:
        return []
    weeks = select(MenuWeek.id).where(MenuWeek.site_id == site_id, MenuWeek.monday != monday)
    return standing_dishes(
        session,
        site_id,
        MenuEntry.week_id.in_(weeks),
        MenuEntry.service_date.between(
            monday - timedelta(days=reach), monday + timedelta(days=6 + reach)
        ),
    )
