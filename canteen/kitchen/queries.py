"""Reading for the kitchen: portions, what was eaten of late, and the dishes of a week."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.kitchen.models import DishShare, ExpectedPortions
from canteen.kitchen.rules import (
    WEEKS_LOOKED_AT,
    CookedDish,
    Expected,
    PurchaseList,
    purchase_list,
    suggested_portions,
)
from canteen.menus import queries as menus
from canteen.menus.models import DishIngredient, Ingredient
from canteen.menus.nutrition import RecipeLine
from canteen.menus.plan import StandingDish
from canteen.menus.served import served_between
from canteen.settlement.models import Meal

Meals = dict[tuple[date, str], Expected]


@dataclass(frozen=True, kw_only=True)
class KitchenWeek:
    """A week of the kitchen: what is expected at each meal and what is cooked for it."""

    monday: date
    expected: Meals
    dishes: tuple[CookedDish, ...]
    published: bool

    @property
    def days(self) -> tuple[date, ...]:
        """Monday to Sunday."""
        return tuple(self.monday + timedelta(days=number) for number in range(7))


def kitchen_week(
    session: Session, *, site_id: int, monday: date, today: date, periods: Sequence[str]
) -> KitchenWeek:
    """A published week as the kitchen sees it; a draft has no dishes yet. Eleven queries."""
    sunday = monday + timedelta(days=6)
    served = served_between(session, site_id=site_id, first=monday, last=sunday)
    expected = expected_portions(
        session, site_id=site_id, monday=monday, today=today, periods=periods
    )
    week = menus.week_row(session, site_id=site_id, monday=monday)
    return KitchenWeek(
        monday=monday,
        expected=expected,
        dishes=tuple(_cooked(session, site_id, served, expected)),
        published=week is not None and week.state == "published",
    )


def purchases(
    session: Session, *, site_id: int, week: KitchenWeek, days: Collection[date] = ()
) -> PurchaseList:
    """What to buy for these days of a week, or for all of it; prices are the site's own."""
    dishes = [dish for dish in week.dishes if not days or dish.day in days]
    names = {line.ingredient for dish in dishes for line in dish.recipe}
    facts = menus.ingredient_facts(session, site_id, names)
    return purchase_list(dishes, expected=week.expected, facts=facts)


def english_names(session: Session, shopping: PurchaseList) -> dict[str, str]:
    """The English of what is on a list, by its name; one query."""
    names = [line.ingredient for line in shopping.lines]
    query = select(Ingredient.name, Ingredient.name_en).where(Ingredient.name.in_(names))
    return {row.name: row.name_en for row in session.execute(query) if row.name_en}


def expected_portions(
    session: Session, *, site_id: int, monday: date, today: date, periods: Sequence[str]
) -> Meals:
    """Each meal of a week: the number a person typed, and the one the last weeks suggest.

    The suggestion is the average of the same weekday and period in the four weeks before the day,
    or before today for days to come; days without a meal are left out. Two queries.
    """
    rows = session.scalars(
        select(ExpectedPortions).where(
            ExpectedPortions.site_id == site_id,
            ExpectedPortions.service_date.between(monday, monday + timedelta(days=6)),
        )
    )
    typed = {(row.service_date, row.period_code): row.portions for row in rows}
    looked_at = {
        day: _same_weekdays(day, today)
        for day in (monday + timedelta(days=number) for number in range(7))
    }
    eaten = _meals_eaten(session, site_id, [day for days in looked_at.values() for day in days])
    return {
        (day, period): Expected(
            typed=typed.get((day, period)),
            suggested=suggested_portions([eaten.get((one, period), 0) for one in days]),
        )
        for day, days in looked_at.items()
        for period in periods
    }


def _same_weekdays(day: date, today: date) -> list[date]:
    """The last days of one weekday that are over before both a day and today."""
    before = min(day, today)
    last = before - timedelta(days=(before.weekday() - day.weekday()) % 7 or 7)
    return [last - timedelta(days=7 * number) for number in range(WEEKS_LOOKED_AT)]


def _meals_eaten(
    session: Session, site_id: int, days: Collection[date]
) -> dict[tuple[date, str], int]:
    query = (
        select(Meal.service_date, Meal.period_code, func.count())
        .where(Meal.site_id == site_id, Meal.service_date.in_(set(days)), Meal.voided_at.is_(None))
        .group_by(Meal.service_date, Meal.period_code)
    )
    return {(day, period): count for day, period, count in session.execute(query)}


def _cooked(
    session: Session, site_id: int, served: Sequence[StandingDish], expected: Meals
) -> list[CookedDish]:
    servings = {
        (slot.period, slot.code): slot.servings for slot in menus.slots_of(session, site_id)
    }
    beside = Counter((dish.day, dish.period, dish.slot) for dish in served)
    shares = _shares(session, [dish.entry_id for dish in served if dish.entry_id])
    recipes = _recipes(session, {dish.dish_id for dish in served if dish.dish_id})
    found = []
    for dish in served:
        assert isinstance(dish.day, date)
        assert dish.entry_id is not None
        assert dish.dish_id is not None
        taken = servings.get((dish.period, dish.slot), 1)
        percent = shares.get(dish.entry_id)
        meal = expected.get((dish.day, dish.period), Expected())
        found.append(
            CookedDish(
                entry_id=dish.entry_id,
                day=dish.day,
                period=dish.period,
                slot=dish.slot,
                name=dish.name,
                published_name=dish.published_name,
                name_en=dish.name_en,
                dish_id=dish.dish_id,
                recipe=recipes.get(dish.dish_id, ()),
                servings=taken,
                beside=beside[dish.day, dish.period, dish.slot],
                percent=percent,
                diners=meal.portions,
            )
        )
    return found


def _shares(session: Session, entry_ids: Sequence[int]) -> dict[int, int]:
    query = select(DishShare.entry_id, DishShare.percent).where(DishShare.entry_id.in_(entry_ids))
    return {row.entry_id: row.percent for row in session.execute(query)}


def _recipes(session: Session, dish_ids: Collection[int]) -> dict[int, tuple[RecipeLine, ...]]:
    query = (
        select(DishIngredient.dish_id, DishIngredient.grams, Ingredient.name)
        .join(Ingredient, Ingredient.id == DishIngredient.ingredient_id)
        .where(DishIngredient.dish_id.in_(dish_ids))
        .order_by(DishIngredient.dish_id, DishIngredient.position)
    )
    recipes: dict[int, list[RecipeLine]] = {}
    for dish_id, grams, name in session.execute(query):
        recipes.setdefault(dish_id, []).append(RecipeLine(ingredient=name, grams=grams))
    return {dish_id: tuple(lines) for dish_id, lines in recipes.items()}
