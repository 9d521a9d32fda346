"""What must be put right before anything can be planned: the library, the grid, the rules.

Only what makes planning impossible or meaningless stands here. A library that is sound but too
small is no problem of this kind: `conflicts` explains it. Every refusal has its sentence in
`wording.SENTENCES`; its facts are words and numbers as a person knows them. Pure, and quick for
ten thousand dishes.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from canteen.foundation.wording import Refusal
from canteen.menus.categories import CATEGORIES
from canteen.menus.planning.facts import Cell, PlanDish, PlanFacts
from canteen.menus.planning.rules import SOFT, reasons_not

NAMED = 3
"""How many names a sentence gives before it only counts."""

MOST_FEN = 100_000
MOST_UNITS = 100_000
MOST_GRAMS = 10_000
MOST_PLACES = 30
MOST_DAYS = 366
MOST_COUNT = 1_000


def problems_of(facts: PlanFacts) -> list[Refusal]:
    """Why these facts cannot be planned with, the gravest first; [] if they can.

    Codes: planning_no_cells, planning_no_dishes, planning_cell_twice, planning_slot_categories,
    planning_category_unknown, planning_name_empty, planning_same_name, planning_dish_gone,
    planning_pinned_outside, planning_dish_… and planning_slot_… and planning_rule_… with the
    field whose figure is absurd, planning_rule_unknown, planning_band, planning_cost_missing.
    """
    checks: Sequence[Callable[[PlanFacts], Iterable[Refusal]]] = (
        _grid, _library, _names, _gone, _figures_of_dishes, _figures_of_cells,
        _figures_of_rules,
    )  # fmt: skip
    found = list(chain.from_iterable(check(facts) for check in checks))
    return found or list(_costs(facts))


def may_be_planned(facts: PlanFacts) -> list[PlanDish]:
    """Dishes that could stand in one of the meals asked for: not those of other meals, nor those
    that only stand already."""
    periods = {cell.period for cell in facts.cells}
    return [dish for dish in facts.dishes if not dish.periods or dish.periods & periods]


def _grid(facts: PlanFacts) -> Iterator[Refusal]:
    if not any(cell.places > 0 for cell in facts.cells):
        yield Refusal("planning_no_cells", {})
    for key, times in Counter(cell.key for cell in facts.cells).items():
        if times > 1:
            yield Refusal("planning_cell_twice", {"day": key[0].isoformat(), "slot": key[2]})
            break
    wrong: dict[str, str] = {}
    for cell in facts.cells:
        unknown = [one for one in cell.categories if one not in CATEGORIES]
        if unknown or not cell.categories:
            wrong[cell.slot] = "、".join(unknown)
    for slot, value in wrong.items():
        yield Refusal("planning_slot_categories", {"slot": slot, "value": value})


def _library(facts: PlanFacts) -> Iterator[Refusal]:
    dishes = may_be_planned(facts)
    if not dishes and facts.cells:
        yield Refusal("planning_no_dishes", {})
    unknown = [dish for dish in dishes if dish.category not in CATEGORIES]
    if unknown:
        words = "、".join(dict.fromkeys(dish.category or "?" for dish in unknown[:NAMED]))
        yield _of_dishes("planning_category_unknown", unknown, value=words)


def _names(facts: PlanFacts) -> Iterator[Refusal]:
    """One dish is one row: two rows of one name would stand in one week as two dishes."""
    dishes = may_be_planned(facts)
    nameless = [dish for dish in dishes if not dish.canonical]
    if nameless:
        yield _of_dishes("planning_name_empty", nameless)
    same: dict[str, list[PlanDish]] = defaultdict(list)
    for dish in dishes:
        if dish.canonical:
            same[dish.canonical].append(dish)
    groups = [group for group in same.values() if len(group) > 1]
    if groups:
        names = ["、".join(dish.name for dish in group[:NAMED]) for group in groups[:NAMED]]
        yield Refusal("planning_same_name", {"count": len(groups), "names": "；".join(names)})


def _gone(facts: PlanFacts) -> Iterator[Refusal]:
    """Dishes that are pinned, stand or stood, and are not in the library."""
    for cell in facts.cells:
        where = {"day": cell.day.isoformat(), "slot": cell.slot}
        for position, dish_id in cell.pinned.items():
            if dish_id not in facts.by_id:
                yield Refusal("planning_dish_gone", where)
            elif not 0 <= position < cell.places:
                name = facts.by_id[dish_id].name
                yield Refusal(
                    "planning_pinned_outside", where | {"name": name, "places": cell.places}
                )
    stood = [(one.day, one.period, one.dish_id) for one in facts.standing]
    stood += [(one.day, one.slot, one.dish_id) for one in facts.before]
    for day, where_it_stood, dish_id in stood:
        if dish_id not in facts.by_id:
            yield Refusal("planning_dish_gone", {"day": day.isoformat(), "slot": where_it_stood})
            return


@dataclass(frozen=True)
class _Figure:
    """Numbers that must lie between two bounds, and what they are."""

    field: str
    values: Iterable[int | None]
    low: int
    high: int

    def wrong(self) -> Iterator[int]:
        """Those that do not."""
        return (one for one in self.values if one is not None and not self.low <= one <= self.high)


def _figures_of_dishes(facts: PlanFacts) -> Iterator[Refusal]:
    for field, low, high, values_of in _OF_A_DISH:
        wrong: dict[int, int] = {}
        for dish in facts.dishes:
            for value in values_of(dish):
                if value is not None and not low <= value <= high:
                    wrong[dish.id] = value
        if wrong:
            dishes = [facts.by_id[one] for one in wrong]
            value = next(iter(wrong.values()))
            yield _of_dishes(f"planning_dish_{field}", dishes, value=value, low=low, high=high)


_OF_A_DISH: tuple[tuple[str, int, int, Callable[[PlanDish], Iterable[int | None]]], ...] = (
    ("cost_fen", 0, MOST_FEN, lambda dish: (dish.cost_fen,)),
    ("price_fen", 0, MOST_FEN, lambda dish: (dish.price_fen,)),
    ("rating", 100, 500, lambda dish: (dish.rating,)),
    ("nutrients", 0, MOST_UNITS, lambda dish: dish.nutrients.values()),
    ("grams", 0, MOST_GRAMS, lambda dish: dish.grams.values()),
)


def _figures_of_cells(facts: PlanFacts) -> Iterator[Refusal]:
    for field, bad in (("places", _bad_places), ("servings", _bad_servings)):
        wrong = {cell.slot: getattr(cell, field) for cell in facts.cells if bad(cell)}
        for slot, value in wrong.items():
            yield Refusal(
                f"planning_slot_{field}",
                {"slot": slot, "value": value, "low": 0, "high": MOST_PLACES},
            )


def _bad_places(cell: Cell) -> bool:
    return not 0 <= cell.places <= MOST_PLACES


def _bad_servings(cell: Cell) -> bool:
    return not 0 <= cell.servings <= MOST_PLACES


def _figures_of_rules(facts: PlanFacts) -> Iterator[Refusal]:
    for figure in _rule_figures(facts):
        for value in figure.wrong():
            yield Refusal(
                f"planning_rule_{figure.field}",
                {"value": value, "low": figure.low, "high": figure.high},
            )
            break
    strange = sorted(set(facts.soft.importance) - set(SOFT))
    if strange:
        yield Refusal("planning_rule_unknown", {"value": "、".join(strange)})
    for code, band in facts.soft.bands.items():
        if band.low is not None and band.high is not None and band.low > band.high:
            yield Refusal("planning_band", {"nutrient": code, "low": band.low, "high": band.high})


def _rule_figures(facts: PlanFacts) -> Iterator[_Figure]:
    hard, soft = facts.hard, facts.soft
    capacities = [most for tools in hard.capacity.values() for most in tools.values()]
    limits = [one for band in soft.bands.values() for one in (band.low, band.high)]
    kinds = (soft.foods_a_day, soft.foods_a_week, soft.methods_in_a_meal, soft.fish_a_week)
    yield _Figure("windows", hard.windows.values(), 0, MOST_DAYS)
    yield _Figure("return_days", hard.return_days.values(), 0, MOST_DAYS)
    yield _Figure("diets", hard.diets.values(), 0, MOST_PLACES)
    yield _Figure("capacity", capacities, 0, MOST_COUNT)
    yield _Figure("budget_fen", hard.budget_fen.values(), 0, MOST_FEN)
    yield _Figure("importance", soft.importance.values(), 0, 10)
    yield _Figure("meal_share", soft.meal_share.values(), 0, 100)
    yield _Figure("bands", limits, 0, MOST_UNITS)
    yield _Figure("kinds", kinds, 0, MOST_COUNT)
    yield _Figure("soy_days_a_week", (soft.soy_days_a_week,), 0, 7)


def _costs(facts: PlanFacts) -> Iterator[Refusal]:
    """Cells of a budget that have dishes enough, but not dishes enough of known cost."""
    missing: dict[int, PlanDish] = {}
    by_category: dict[str, list[PlanDish]] = defaultdict(list)
    for dish in facts.dishes:
        by_category[dish.category].append(dish)
    seen: set[object] = set()
    for cell in facts.cells:
        alike = (cell.period, cell.categories, cell.places)
        if cell.period not in facts.hard.budget_fen or alike in seen:
            continue
        seen.add(alike)
        known, unknown = 0, []
        for dish in chain.from_iterable(by_category[one] for one in cell.categories):
            reasons = reasons_not(dish, cell, facts.hard)
            known += not reasons
            if reasons == ("cost",):
                unknown.append(dish)
        if known < cell.places - len(cell.pinned) <= known + len(unknown):
            missing |= {dish.id: dish for dish in unknown}
    if missing:
        yield _of_dishes("planning_cost_missing", list(missing.values()))


def _of_dishes(code: str, dishes: Sequence[PlanDish], **more: object) -> Refusal:
    names = "、".join(dish.name for dish in dishes[:NAMED])
    known: Mapping[str, object] = {"count": len(dishes), "names": names, **more}
    return Refusal(code, known)
