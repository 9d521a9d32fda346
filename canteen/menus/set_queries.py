"""Reading what the sets of a week hold and cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.menus.ingredient_queries import ingredient_facts
from canteen.menus.models import DishIngredient, Ingredient
from canteen.menus.nutrition import (
    IngredientFacts,
    RecipeLine,
    allergens_of,
    cost_of,
    food_kinds_of,
    nutrition_of,
)
from canteen.menus.plan import StandingDish, WeekPlan
from canteen.menus.plan_facts import settings_of
from canteen.menus.sets import (
    Meter,
    Offer,
    Portion,
    Set,
    mean_of,
    meters_of,
    set_of,
    together,
    variety_meter,
)
from canteen.menus.targets import Targets, targets_of


@dataclass(frozen=True, kw_only=True)
class MealSet:
    """A meal of a day: what is offered, what a diner takes of it, and how that measures up."""

    day: date
    period: str
    offers: tuple[Offer, ...]
    set: Set
    meters: dict[str, Meter]


@dataclass(frozen=True, kw_only=True)
class WeekSets:
    """The sets of a week. `days` has the meters of each day, None where nothing stands; `week`
    are those of the average day, `costs` the average set's by period."""

    meals: dict[tuple[date, str], MealSet]
    days: tuple[dict[str, Meter] | None, ...]
    week: dict[str, Meter]
    costs: dict[str, Meter]
    targets: Targets


def week_sets(session: Session, plan: WeekPlan, *, site_id: int) -> WeekSets:
    """The sets of a week that has been read: five queries, however many dishes stand in it."""
    portions = _portions(session, plan.dishes, site_id)
    targets = targets_of(settings_of(session, site_id))
    meals = {
        (day, period): MealSet(
            day=day,
            period=period,
            offers=offers,
            set=(one := set_of(offers)),
            meters=meters_of(one, (period,), targets),
        )
        for (day, period), offers in _offers(plan, portions).items()
    }
    return WeekSets(
        meals=meals,
        days=tuple(_day(day, meals, targets) for day in plan.days),
        week=_week(meals, targets),
        costs=_costs(plan, meals, targets),
        targets=targets,
    )


def _portions(session: Session, dishes: Iterable[StandingDish], site_id: int) -> dict[int, Portion]:
    """A portion of each dish, by its id, as far as the site knows what is in it."""
    named = {one.dish_id: one for one in dishes if one.dish_id is not None}
    ids = select(DishIngredient.ingredient_id).where(DishIngredient.dish_id.in_(named))
    rows = session.execute(
        select(Ingredient.id, Ingredient.name).where(Ingredient.id.in_(ids))
    ).all()
    names = {row.id: row.name for row in rows}
    facts = ingredient_facts(session, site_id, list(names.values()))
    recipes: dict[int, list[RecipeLine]] = {}
    query = select(DishIngredient.dish_id, DishIngredient.ingredient_id, DishIngredient.grams)
    for dish_id, ingredient_id, grams in session.execute(
        query.where(DishIngredient.dish_id.in_(named))
    ):
        line = RecipeLine(ingredient=names[ingredient_id], grams=grams)
        recipes.setdefault(dish_id, []).append(line)
    return {number: _portion(one, recipes.get(number, []), facts) for number, one in named.items()}


def _portion(
    dish: StandingDish, recipe: list[RecipeLine], facts: dict[str, IngredientFacts]
) -> Portion:
    assert dish.dish_id is not None
    if not recipe:
        return Portion(dish_id=dish.dish_id, name=dish.name, name_en=dish.name_en)
    cost, harms = cost_of(recipe, facts), allergens_of(recipe, facts)
    return Portion(
        dish_id=dish.dish_id,
        name=dish.name,
        name_en=dish.name_en,
        nutrition=nutrition_of(recipe, facts),
        cost_fen=cost.fen,
        cost_known=not cost.unknown,
        allergens=harms.known,
        allergens_known=not harms.unknown,
        foods=food_kinds_of([recipe], facts),
    )


def _offers(
    plan: WeekPlan, portions: dict[int, Portion]
) -> dict[tuple[date, str], tuple[Offer, ...]]:
    """What each meal offers, slot by slot as in the menu; meals with nothing are left out."""
    found: dict[tuple[date, str], list[Offer]] = {}
    for meal in plan.periods:
        for row in meal.slots:
            for day, cells in zip(plan.days, row.days, strict=True):
                dishes = [place.dish.dish_id for place in cells if place.dish]
                if dishes:
                    offer = Offer(
                        day=day,
                        period=meal.period.code,
                        slot=row.slot.code,
                        servings=row.slot.servings,
                        portions=tuple(portions[one] for one in dishes if one is not None),
                    )
                    found.setdefault((day, meal.period.code), []).append(offer)
    return {key: tuple(offers) for key, offers in found.items()}


def _day(
    day: date, meals: dict[tuple[date, str], MealSet], targets: Targets
) -> dict[str, Meter] | None:
    own = [one for (when, _period), one in meals.items() if when == day]
    if not own:
        return None
    periods = tuple(one.period for one in own)
    found = meters_of(together(one.set for one in own), periods, targets)
    offers = [offer for one in own for offer in one.offers]
    return {**found, "foods": variety_meter(offers, targets.foods_a_day)}


def _week(meals: dict[tuple[date, str], MealSet], targets: Targets) -> dict[str, Meter]:
    """The average day of those that have a meal, and the kinds of food of all of them."""
    if not meals:
        return {}
    days: dict[date, list[MealSet]] = {}
    for one in meals.values():
        days.setdefault(one.day, []).append(one)
    average = mean_of([together(one.set for one in own) for own in days.values()])
    periods = tuple(dict.fromkeys(one.period for one in meals.values()))
    # A day that lacks a meal would look too low beside the whole day's share.
    even = len(meals) == len(days) * len(periods)
    found = meters_of(average, periods if even else (), targets)
    offers = [offer for one in meals.values() for offer in one.offers]
    return {**found, "foods": variety_meter(offers, targets.foods_a_week)}


def _costs(
    plan: WeekPlan, meals: dict[tuple[date, str], MealSet], targets: Targets
) -> dict[str, Meter]:
    found = {}
    for meal in plan.periods:
        code = meal.period.code
        own = [one.set for one in meals.values() if one.period == code]
        if own:
            found[code] = meters_of(mean_of(own), (code,), targets)["cost"]
    return found
