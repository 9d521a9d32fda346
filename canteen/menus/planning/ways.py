"""What a canteen could do about a demand, from a little to a lot. Pure; nothing is tried here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from canteen.foundation.calendar import week_of
from canteen.menus.balance import SIDES_WITH_MEAT
from canteen.menus.categories import CATEGORIES
from canteen.menus.planning.demands import Demand, Remedy
from canteen.menus.planning.facts import Cell, PlanFacts
from canteen.menus.planning.rules import DISHES_PROPER, reasons_not

_KINDS_TO_ADD = 3
_KINDS_TO_LOOSEN = 5
_BANS_TO_LIFT = 8
_LONGEST_WINDOW = 6


@dataclass(frozen=True, kw_only=True)
class Way:
    """Amounts of a remedy from the mildest to the strongest; `guess` is where to try first."""

    template: Remedy
    amounts: tuple[int, ...]
    guess: int = 0

    def remedy(self, number: int) -> Remedy:
        """The remedy with the amount at a place in the row."""
        return replace(self.template, amount=self.amounts[number])

    @property
    def strongest(self) -> Remedy:
        """The most that can be done this way."""
        return self.remedy(len(self.amounts) - 1)


def ways_out(facts: PlanFacts, demands: Sequence[Demand]) -> list[Way]:
    """Everything worth trying, what a kitchen is readiest to do first: more dishes, then rules
    held less strictly."""
    found = [way for demand in demands for way in _more_dishes(facts, demand)]
    for demand in demands:
        found += _LOOSER.get(demand.rule, _nothing)(facts, demand)
    return list(dict.fromkeys(way for way in found if way.amounts))


def _more_dishes(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    short, most = 1, 7 * len({week_of(cell.day) for cell in facts.cells})
    if demand.rule == "supply":
        short = max(1, demand.want - (demand.have or 0))
        kinds = set(demand.categories)
        most = sum(cell.places for cell in facts.cells if kinds == set(cell.categories))
    what = demand.what if demand.rule == "diet" else ""
    for category in _kinds_short(facts, demand)[:_KINDS_TO_ADD]:
        template = Remedy(kind="add_dishes", category=category, what=what)
        yield Way(
            template=template, amounts=tuple(range(1, most + 1)), guess=min(short, most) - 1
        )  # fmt: skip


def _kinds_short(facts: PlanFacts, demand: Demand) -> list[str]:
    """The kinds of which more dishes could meet a demand, the usual first."""
    if demand.rule == "supply":
        return list(demand.categories)
    meant: Callable[[str], bool] | None = {
        "diet": lambda category: category in DISHES_PROPER,
        "coarse_and_fine": lambda category: CATEGORIES[category].grain != "",
        "meat_and_vegetables": _has_a_side,
    }.get(demand.rule)
    if meant is None:
        return []
    kinds = dict.fromkeys(one for cell in _cells_of(facts, demand) for one in cell.categories)
    found = [kind for kind in kinds if kind in CATEGORIES and meant(kind)]
    # A coarse grain is missed more often than a fine one, a vegetable more often than meat.
    return sorted(found, key=lambda kind: (kind not in ("coarse", "vegetable"), found.index(kind)))


def _has_a_side(category: str) -> bool:
    side = CATEGORIES[category].side
    return side == "vegetable" or side in SIDES_WITH_MEAT


def _cells_of(facts: PlanFacts, demand: Demand) -> list[Cell]:
    return [
        cell
        for cell in facts.cells
        if (not demand.days or cell.day in demand.days) and demand.period in ("", cell.period)
    ]


def _nothing(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    yield from ()


def _kinds(facts: PlanFacts, demand: Demand) -> list[str]:
    """The kinds a demand is about: all that may stand where it is asked, if it names none."""
    cells = _cells_of(facts, demand)
    every = dict.fromkeys(one for cell in cells for one in cell.categories)
    return list(demand.categories or every)[:_KINDS_TO_LOOSEN]


def _repeat(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    days = tuple(range(_LONGEST_WINDOW, 0, -1))
    for category in _kinds(facts, demand):
        if category not in facts.hard.windows:
            yield Way(template=Remedy(kind="window", category=category), amounts=days)


def _return(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    for category in _kinds(facts, demand):
        exempt = category in facts.hard.windows
        known = facts.hard.windows if exempt else facts.hard.return_days
        kind = "window" if exempt else "return_days"
        days = tuple(range(known.get(category, 0) - 1, -1, -1))
        yield Way(template=Remedy(kind=kind, category=category), amounts=days)


def _capacity(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    for period, tools in facts.hard.capacity.items():
        if demand.period not in ("", period):
            continue
        places = sum(cell.places for cell in _cells_of(facts, demand) if cell.period == period)
        for tool, room in tools.items():
            if demand.what in ("", tool):
                template = Remedy(kind="capacity", period=period, what=tool)
                yield Way(template=template, amounts=tuple(range(room + 1, room + places + 1)))


def _diet(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    fewer = tuple(range(demand.want - 1, -1, -1))
    yield Way(template=Remedy(kind="diet", what=demand.what), amounts=fewer)


def _once(remedy: Remedy) -> Way:
    return Way(template=remedy, amounts=(remedy.amount,))


def _forbidden(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    for one in facts.hard.forbidden[:_BANS_TO_LIFT]:
        days = tuple(sorted(one.days))
        if demand.what in ("", one.mark) and (not demand.what or days == demand.days):
            yield _once(Remedy(kind="forbidden", what=one.mark, days=days))


def _pinned(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    yield _once(
        Remedy(
            kind="pinned", days=demand.days, period=demand.period, slot=demand.slot,
            dish_ids=demand.dish_ids,
        )
    )  # fmt: skip


def _balance(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    yield _once(Remedy(kind="switch_off", what=demand.rule))


def _season(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    for category in _kinds(facts, demand):
        yield _once(Remedy(kind="season", category=category))


def wider_ways(demands: Sequence[Demand]) -> Iterator[Way]:
    """What could be done where no way out frees by itself: the same for every kind of dish."""
    if any(demand.rule == "season" for demand in demands):
        yield _once(Remedy(kind="season"))


def _cost(facts: PlanFacts, demand: Demand) -> Iterator[Way]:
    """The cost of the dishes that nothing else keeps out."""
    cells = _cells_of(facts, demand)
    unknown = {
        dish.id
        for dish in facts.dishes
        if dish.cost_fen is None and demand.category in ("", dish.category)
        for cell in cells
        if reasons_not(dish, cell, facts.hard) == ("cost",)
    }
    if unknown:
        ids = tuple(sorted(unknown))
        yield _once(Remedy(kind="prices", period=demand.period, dish_ids=ids, amount=len(ids)))


_LOOSER: Mapping[str, Callable[[PlanFacts, Demand], Iterator[Way]]] = MappingProxyType(
    {
        "repeat": _repeat,
        "return": _return,
        "capacity": _capacity,
        "diet": _diet,
        "forbidden": _forbidden,
        "pinned": _pinned,
        "meat_and_vegetables": _balance,
        "coarse_and_fine": _balance,
        "season": _season,
        "cost": _cost,
    }
)
