"""What is asked of a plan, in pieces a person can talk about, and the ways out.

A demand is a hard rule as staff know it: "the places of vegetables in this week", "no vegetable
twice in a week", "one steamed dish at Wednesday's lunch". A conflict is a set of demands that
cannot all hold. A remedy is a change of the library or the rules that lets them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Demand:
    """A hard rule, asked of some days, a meal, a slot, kinds of dishes or certain dishes.

    `rule` is a code of `checking.RULES`, or "supply": that the places of these kinds are filled.
    Blank is everywhere. `what` is the diet, the equipment or the forbidden mark. `want` is what
    is asked (places, dishes, days, fen) and `have` what there is, where it can be counted: for
    "supply" the different dishes that may stand in one of the places, for a budget the fen of the
    cheapest week.
    """

    rule: str
    days: tuple[date, ...] = ()
    period: str = ""
    slot: str = ""
    categories: tuple[str, ...] = ()
    what: str = ""
    have: int | None = None
    want: int = 0
    dish_ids: tuple[int, ...] = ()

    @property
    def category(self) -> str:
        """The kind of dishes, or "" for several."""
        return self.categories[0] if len(self.categories) == 1 else ""


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """One way out. `kind` says what changes, `amount` how much:

    - add_dishes: `amount` more dishes of `category` (that suit the diet `what`, if it is named)
    - window: a dish of `category` may return after `amount` days, also within a week
    - return_days: `amount` days between two servings of a dish of `category`
    - capacity: room for `amount` dishes on the equipment `what` at `period`
    - budget: `amount` fen per portion at `period`
    - diet: `amount` dishes at least suit the diet `what` at each meal; 0 is no longer asked
    - forbidden: what carries the mark `what` may be served (on `days`)
    - pinned: the dish of `dish_ids` (of all pinned dishes, if none is named) no longer stays
    - places: one place fewer in `slot` of `period` on each of `days`, as often as it is named
    - season: dishes of `category` (of every kind, if none is named) also out of their season
    - prices: the cost of the dishes of `dish_ids` is filled in
    - switch_off: the rule `what` is not asked for
    - together: all of `parts`
    """

    kind: str
    category: str = ""
    what: str = ""
    period: str = ""
    slot: str = ""
    days: tuple[date, ...] = ()
    amount: int = 0
    dish_ids: tuple[int, ...] = ()
    parts: tuple["Remedy", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Demands that cannot all hold; without any one of them the others can.

    `smallest` says whether it is proven that no fewer demands conflict (in the weeks that were
    looked at, see `conflicts.explain`); if it is not, the set may also still hold a demand that
    is not needed. With each of `remedies` alone a plan exists; a plan was found for each.
    """

    demands: tuple[Demand, ...]
    remedies: tuple[Remedy, ...] = ()
    smallest: bool = True


def together(parts: Sequence[Remedy]) -> Remedy:
    """Several remedies as one; dishes of one kind are added once, and a single one stays itself."""
    merged: list[Remedy] = []
    for one in (inner for part in parts for inner in (part.parts or (part,))):
        alike = [known for known in merged if replace(known, amount=one.amount) == one]
        if one.kind == "add_dishes" and alike:
            more = replace(one, amount=alike[0].amount + one.amount)
            merged[merged.index(alike[0])] = more
        else:
            merged.append(one)
    return merged[0] if len(merged) == 1 else Remedy(kind="together", parts=tuple(merged))
