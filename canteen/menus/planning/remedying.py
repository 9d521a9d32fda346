"""What a remedy makes of the facts. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from statistics import median_low
from types import MappingProxyType

from canteen.menus.categories import CATEGORIES
from canteen.menus.planning.demands import Remedy
from canteen.menus.planning.facts import Cell, HardRules, PlanDish, PlanFacts

Change = Callable[[PlanFacts, Remedy], PlanFacts]


def with_remedy(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    """The facts as they would be with a remedy; KeyError for a kind there is not."""
    return _CHANGES[remedy.kind](facts, remedy)


def _together(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    for part in remedy.parts:
        facts = with_remedy(facts, part)
    return facts


def _add_dishes(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    first = max((dish.id for dish in facts.dishes), default=0) + 1
    added = tuple(plain_dish(facts, remedy, first + number) for number in range(remedy.amount))
    return replace(facts, dishes=(*facts.dishes, *added))


def plain_dish(facts: PlanFacts, remedy: Remedy, row: int) -> PlanDish:
    """A dish that a canteen might add: for every meal and season, of the middle cost of its
    kind, cooked on what most of its kind are cooked on, and suiting no diet but the one that is
    asked for."""
    alike = [dish for dish in facts.dishes if dish.category == remedy.category]
    costs = [dish.cost_fen for dish in alike if dish.cost_fen is not None]
    tools = Counter(dish.equipment for dish in alike).most_common(1)
    name = f"+{row}"
    return PlanDish(
        id=row,
        name=name,
        canonical=name,
        category=remedy.category,
        grain=CATEGORIES[remedy.category].grain,
        equipment=tools[0][0] if tools else frozenset(),
        marks=frozenset((f"dish:{name}", f"category:{remedy.category}")),
        diets=frozenset([remedy.what] if remedy.what else []),
        cost_fen=median_low(costs) if costs else 0,
    )


def _window(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    return _ruled(facts, windows=_with(facts.hard.windows, remedy.category, remedy.amount))


def _return_days(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    days = _with(facts.hard.return_days, remedy.category, remedy.amount)
    return _ruled(facts, return_days=days)


def _capacity(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    tools = _with(facts.hard.capacity.get(remedy.period, {}), remedy.what, remedy.amount)
    capacity = {**facts.hard.capacity, remedy.period: tools}
    return _ruled(facts, capacity=MappingProxyType(capacity))


def _budget(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    return _ruled(facts, budget_fen=_with(facts.hard.budget_fen, remedy.period, remedy.amount))


def _diet(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    return _ruled(facts, diets=_with(facts.hard.diets, remedy.what, remedy.amount))


def _forbidden(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    kept = tuple(
        one
        for one in facts.hard.forbidden
        if (one.mark, tuple(sorted(one.days))) != (remedy.what, remedy.days)
    )
    return _ruled(facts, forbidden=kept)


def _switch_off(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    return _ruled(facts, **{remedy.what: False})


def _pinned(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    def freed(cell: Cell) -> Cell:
        if not _is_at(cell, remedy):
            return cell
        meant = remedy.dish_ids or tuple(cell.pinned.values())
        kept = {at: one for at, one in cell.pinned.items() if one not in meant}
        return replace(cell, pinned=MappingProxyType(kept))

    return replace(facts, cells=tuple(map(freed, facts.cells)))


def _places(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    fewer = Counter(remedy.days)
    cells = (
        _smaller(cell, fewer[cell.day]) if _is_at(cell, remedy) else cell for cell in facts.cells
    )
    return replace(facts, cells=tuple(cell for cell in cells if cell.places > 0))


def _smaller(cell: Cell, fewer: int) -> Cell:
    places = cell.places - fewer
    pinned = {at: one for at, one in cell.pinned.items() if at < places}
    free = (at for at in range(places) if at not in pinned)
    beyond = [one for at, one in cell.pinned.items() if at >= places]
    pinned |= dict(zip(free, beyond, strict=False))
    return replace(
        cell,
        places=places,
        servings=min(cell.servings, max(places, 0)),
        pinned=MappingProxyType(pinned),
    )


def _is_at(cell: Cell, remedy: Remedy) -> bool:
    return (
        cell.day in remedy.days
        and remedy.period in ("", cell.period)
        and remedy.slot in ("", cell.slot)
    )


def _season(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    return _dishes(
        facts,
        lambda dish: remedy.category in ("", dish.category),
        lambda dish: replace(dish, seasons=frozenset()),
    )


def _prices(facts: PlanFacts, remedy: Remedy) -> PlanFacts:
    costs: dict[str, list[int]] = {}
    for dish in facts.dishes:
        if dish.cost_fen is not None:
            costs.setdefault(dish.category, []).append(dish.cost_fen)
    return _dishes(
        facts,
        lambda dish: dish.id in remedy.dish_ids,
        lambda dish: replace(dish, cost_fen=median_low(costs.get(dish.category, [0]))),
    )


def _dishes(
    facts: PlanFacts,
    meant: Callable[[PlanDish], bool],
    change: Callable[[PlanDish], PlanDish],
) -> PlanFacts:
    return replace(
        facts, dishes=tuple(change(dish) if meant(dish) else dish for dish in facts.dishes)
    )


def _ruled(facts: PlanFacts, **rules: object) -> PlanFacts:
    hard: HardRules = replace(facts.hard, **rules)  # type: ignore[arg-type]
    return replace(facts, hard=hard)


def _with(numbers: Mapping[str, int], key: str, value: int) -> Mapping[str, int]:
    return MappingProxyType({**numbers, key: value})


_CHANGES: Mapping[str, Change] = MappingProxyType(
    {
        "add_dishes": _add_dishes,
        "window": _window,
        "return_days": _return_days,
        "capacity": _capacity,
        "budget": _budget,
        "diet": _diet,
        "forbidden": _forbidden,
        "pinned": _pinned,
        "places": _places,
        "season": _season,
        "prices": _prices,
        "switch_off": _switch_off,
        "together": _together,
    }
)
