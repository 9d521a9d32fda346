"""Menus of the weeks around the demo: no dish twice in a week, meat and vegetables, two grains."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import select

from canteen.demo.world import Community, World
from canteen.foundation.calendar import week_of
from canteen.menus.models import Dish, DishIngredient, Ingredient, MenuEntry, MenuWeek
from canteen.menus.names import canonical_name
from canteen.menus.nutrition import IngredientFacts, RecipeLine, main_ingredient_of
from canteen.menus.repeats import PlacedDish, find_repeats

_SEASONS = ("winter", "spring", "summer", "autumn")
_COLD = ("tossed", "pickled", "marinated")
_INSTEAD = {"cold_vegetable": "vegetable"}
_PLAN: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("breakfast", "staple", ("snack", "snack", "coarse")),
    ("breakfast", "porridge", ("porridge", "drink")),
    ("breakfast", "side", ("egg", "cold_vegetable")),
    ("lunch", "meat", ("main_meat", "main_meat")),
    ("lunch", "half_meat", ("half_meat", "half_meat")),
    ("lunch", "vegetable", ("vegetable", "vegetable")),
    ("lunch", "soup", ("soup",)),
    ("lunch", "staple", ("rice", "coarse")),
    ("dinner", "meat", ("main_meat",)),
    ("dinner", "half_meat", ("half_meat",)),
    ("dinner", "vegetable", ("vegetable",)),
    ("dinner", "soup", ("soup",)),
    ("dinner", "staple", ("staple_dish",)),
)
"""What each place of a day holds: a category, or a narrower wish."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dish of the library as planning sees it."""

    id: int
    name: str
    canonical: str
    category: str
    method: str
    seasons: tuple[str, ...]
    price_fen: int
    main: str

    @property
    def likeness(self) -> tuple[str, str]:
        """What a diner would call the same again."""
        return canonical_name(self.main), self.method


Placed = tuple[date, str, str, int, Candidate]
"""Day, period, slot, position, dish."""


def weeks_of(world: World) -> list[date]:
    """The Mondays of every week that the demo's days touch; the last is the current one."""
    first = week_of(world.days[0])[0]
    count = (week_of(world.today)[0] - first).days // 7 + 1
    return [first + timedelta(days=7 * number) for number in range(count)]


def plan_weeks(world: World) -> dict[date, list[Placed]]:
    """Every week of the demo and the next one. Proves itself free of repeats."""
    mondays = weeks_of(world)
    mondays.append(mondays[-1] + timedelta(days=7))
    larder = _Larder(_candidates(world), world.rng)
    plans = {monday: list(_plan_week(larder, monday)) for monday in mondays}
    placed = [
        PlacedDish(day=day, name=dish.name, category=dish.category, dish_id=dish.id)
        for plan in plans.values()
        for day, _period, _slot, _position, dish in plan
    ]
    assert not find_repeats(placed), "the demo's menus repeat a dish"
    return plans


def write_weeks(world: World, community: Community, plans: dict[date, list[Placed]]) -> None:
    """Publish the weeks up to the current one, each on the Friday before; the next is a draft."""
    for monday, plan in plans.items():
        draft = monday > world.today
        published = None if draft else world.at(monday - timedelta(days=3), time(16, 20))
        week_id = world.rows.add(
            MenuWeek,
            site_id=community.site_id,
            monday=monday,
            state="draft" if draft else "published",
            published_at=published,
            published_by=None if draft else community.crew.manager,
        )
        for day, period, slot, position, dish in plan:
            world.rows.add(
                MenuEntry,
                week_id=week_id,
                service_date=day,
                period_code=period,
                slot_code=slot,
                position=position,
                dish_id=dish.id,
                dish_name=dish.name,
                price_fen=dish.price_fen,
            )
        world.tell("菜单 / menus", len(plan))


class _Larder:
    """Dishes by wish, taken in turn so that each returns as late as it can."""

    def __init__(self, candidates: Sequence[Candidate], rng: random.Random) -> None:
        self._queues: dict[str, list[Candidate]] = defaultdict(list)
        shuffled = list(candidates)
        rng.shuffle(shuffled)
        for one in shuffled:
            for wish in _wishes(one):
                self._queues[wish].append(one)

    def take(self, wish: str, season: str, used: "_Used") -> Candidate:
        """The dish that has waited longest among those that may stand here."""
        queue = self._queues[wish]
        fits = [one for one in queue if not one.seasons or season in one.seasons]
        free = [one for one in fits if one.canonical not in used.names]
        fresh = [one for one in free if one.likeness not in used.likenesses]
        if not free and wish in _INSTEAD:
            return self.take(_INSTEAD[wish], season, used)
        chosen = (fresh or free)[0]
        for other in self._queues.values():
            if chosen in other:
                other.remove(chosen)
                other.append(chosen)
        used.names.add(chosen.canonical)
        used.likenesses.add(chosen.likeness)
        return chosen


class _Used:
    """What a week holds already."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.likenesses: set[tuple[str, str]] = set()


def _plan_week(larder: _Larder, monday: date) -> Iterator[Placed]:
    used = _Used()
    for day in week_of(monday):
        of_the_day = _Used()  # plain rice and milk may stand every day
        for period, slot, wishes in _PLAN:
            for position, wish in enumerate(wishes):
                known = of_the_day if wish in ("rice", "drink") else used
                dish = larder.take(wish, _SEASONS[day.month % 12 // 3], known)
                yield day, period, slot, position, dish


def _wishes(dish: Candidate) -> list[str]:
    wishes = [dish.category]
    if dish.category in ("vegetable", "snack") and dish.method in _COLD:
        return ["cold_vegetable"]
    if dish.name in ("米饭", "软米饭", "二米饭"):
        wishes.append("rice")
    return wishes


def _candidates(world: World) -> list[Candidate]:
    mains = _main_ingredients(world)
    return [
        Candidate(
            id=dish.id,
            name=dish.name,
            canonical=dish.canonical,
            category=dish.category,
            method=dish.method,
            seasons=tuple(filter(None, dish.season.split(";"))),
            price_fen=dish.price_fen,
            main=mains.get(dish.id, ""),
        )
        for dish in world.session.scalars(select(Dish).where(Dish.active).order_by(Dish.id))
    ]


def _main_ingredients(world: World) -> dict[int, str]:
    query = select(
        DishIngredient.dish_id,
        Dish.category,
        DishIngredient.grams,
        Ingredient.name,
        Ingredient.food_group,
    )
    query = query.join(Dish, Dish.id == DishIngredient.dish_id)
    query = query.join(Ingredient, Ingredient.id == DishIngredient.ingredient_id)
    recipes: dict[tuple[int, str], list[RecipeLine]] = defaultdict(list)
    facts: dict[str, IngredientFacts] = {}
    for dish_id, category, grams, name, group in world.session.execute(query):
        recipes[dish_id, category].append(RecipeLine(ingredient=name, grams=grams))
        facts[name] = IngredientFacts(name=name, food_group=group)
    return {
        dish_id: main_ingredient_of(recipe, facts, category)
        for (dish_id, category), recipe in recipes.items()
    }
