"""Demands from the whole to the single: the week's places, those of one kind, those of one day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from canteen.foundation.calendar import week_of
from canteen.menus.planning.demands import Demand
from canteen.menus.planning.draft import Asked
from canteen.menus.planning.guarded import Guarded

_Part = Callable[[Guarded, Demand, Asked], Demand]


def whole_demands(guarded: Guarded) -> list[Demand]:
    """Every rule as a whole; places and budgets week by week, diets one by one."""
    found: dict[Demand, None] = {}
    for asked in guarded.asked:
        rule = "supply" if asked.rule == "filled" else asked.rule
        demand = Demand(rule=rule)
        if rule in ("supply", "budget"):
            demand = replace(demand, days=week_of(asked.days[0]))
        if rule == "budget":
            demand = replace(demand, period=asked.period)
        if rule == "diet":
            demand = replace(demand, what=asked.what)
        found[demand] = None
    return list(found)


def splits_of(guarded: Guarded, demand: Demand) -> Iterator[tuple[Sequence[Demand], int]]:
    """Ways to take a demand apart into narrower ones, each in parts that make it whole, and how
    many of those parts are still easier to understand than the whole."""
    asked = guarded.covered(demand)
    for part, most in _SPLITS.get(demand.rule, ()):
        parts = list(dict.fromkeys(part(guarded, demand, one) for one in asked))
        if len(parts) > 1:
            yield parts, most


def _by_kind(guarded: Guarded, demand: Demand, asked: Asked) -> Demand:
    return replace(demand, categories=guarded.kinds_of(asked))


def _by_period(guarded: Guarded, demand: Demand, asked: Asked) -> Demand:
    return replace(demand, period=asked.period)


def _by_day(guarded: Guarded, demand: Demand, asked: Asked) -> Demand:
    return replace(demand, days=asked.days)


def _by_what(guarded: Guarded, demand: Demand, asked: Asked) -> Demand:
    return replace(demand, what=asked.what)


def _each(guarded: Guarded, demand: Demand, asked: Asked) -> Demand:
    return replace(
        demand, days=asked.days, period=asked.period, slot=asked.slot, what=asked.what,
        dish_ids=asked.dish_ids,
    )  # fmt: skip


_SPLITS: Mapping[str, Sequence[tuple[_Part, int]]] = MappingProxyType(
    {
        "supply": ((_by_kind, 2), (_by_period, 1), (_by_day, 1)),
        "pinned": ((_each, 3),),
        "forbidden": ((_each, 2),),
        "repeat": ((_by_kind, 2),),
        "return": ((_by_kind, 2),),
        "season": ((_by_kind, 2),),
        "cost": ((_by_kind, 2), (_by_period, 1)),
        "diet": ((_by_period, 1), (_by_day, 1)),
        "capacity": ((_by_what, 2), (_by_period, 1), (_by_day, 1)),
        "meat_and_vegetables": ((_by_day, 1),),
        "coarse_and_fine": ((_by_day, 1),),
    }
)
"""How demands of a rule are taken apart, the coarsest way first."""
