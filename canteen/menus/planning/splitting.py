"""Demands from the whole to the single: the week's places, those of one kind, those of one day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from canteen.foundation.calendar import week_of
from canteen.menus.planning.demands import Demand
from canteen.menus.planning.draft import Asked
from canteen.menus.planning.guarded import Guarded

MOST_PARTS: Mapping[str, int] = MappingProxyType(
    {
        "supply": 2,
        "pinned": 3,
        "forbidden": 2,
        "repeat": 2,
        "return": 2,
        "season": 2,
        "cost": 2,
        "diet": 1,
        "capacity": 2,
        "budget": 1,
        "meat_and_vegetables": 1,
        "coarse_and_fine": 1,
    }
)
"""Of each rule, how many narrower demands are still easier to understand than the whole."""

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


def splits_of(guarded: Guarded, demand: Demand) -> Iterator[Sequence[Demand]]:
    """Ways to take a demand apart into narrower ones, each in several parts that make it whole."""
    asked = guarded.covered(demand)
    for part in _SPLITS.get(demand.rule, ()):
        parts = list(dict.fromkeys(part(guarded, demand, one) for one in asked))
        if len(parts) > 1:
            yield parts


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


_SPLITS: Mapping[str, Sequence[_Part]] = MappingProxyType(
    {
        "supply": (_by_kind, _by_period, _by_day),
        "pinned": (_each,),
        "forbidden": (_each,),
        "repeat": (_by_kind,),
        "return": (_by_kind,),
        "season": (_by_kind,),
        "cost": (_by_kind, _by_period),
        "diet": (_by_period, _by_day),
        "capacity": (_by_what, _by_period, _by_day),
        "meat_and_vegetables": (_by_day,),
        "coarse_and_fine": (_by_day,),
    }
)
"""How demands of a rule are taken apart, the coarsest way first."""
