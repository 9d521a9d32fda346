"""The sheet a model is written on: where dishes may stand, and how a rule is put down."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, cast

from ortools.sat.python import cp_model

from canteen.menus.planning.around import around
from canteen.menus.planning.checking import RULES
from canteen.menus.planning.facts import (
    Cell,
    CellKey,
    Placement,
    Plan,
    PlanDish,
    PlanFacts,
    Standing,
)
from canteen.menus.planning.rules import points_of, reasons_not, spacing

Key = TypeVar("Key", bound=Hashable)
Written = TypeVar("Written")
Place = tuple[CellKey, int]
"""A dish, by its row, in a cell."""
FAR = 1 << 40
"""Beyond any sum of a rule."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A dish that may stand in a cell, and the variable that says whether it does."""

    cell: Cell
    dish: PlanDish
    variable: cp_model.IntVar


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A hard rule as it is asked of some days, meal, slot, category or dishes; blank is any.

    `rule` is a code of `checking.RULES`; `what` the diet, the equipment or the forbidden mark;
    `want` the number the rule names (places, dishes, days, fen).
    """

    rule: str
    days: tuple[date, ...] = ()
    period: str = ""
    slot: str = ""
    category: str = ""
    what: str = ""
    dish_ids: tuple[int, ...] = ()
    want: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the model that holds a rule, with its guard or its slack.

    Lines that are one rule to a person (a category's return days, dish by dish) share `asked`
    and so the guard. `slack` counts by how much the line is missed.
    """

    asked: Asked
    guard: cp_model.IntVar | None = None
    slack: cp_model.IntVar | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A sum: coefficients of variables, and a constant."""

    variables: tuple[cp_model.IntVar, ...] = ()
    weights: tuple[int, ...] = ()
    constant: int = 0

    def expression(self) -> cp_model.LinearExprT:
        """As the solver takes it."""
        return cp_model.LinearExpr.weighted_sum(self.variables, self.weights) + self.constant


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the model as numbers: indices of variables, weights and limits.

    The lines that are `kept` make the linear relaxation (see `relaxation`); those that say little
    there and cost much are not, which only makes its bound a little lower.
    """

    indices: list[int]
    weights: list[int]
    least: int
    most: int
    kept: bool = True


class Draft:
    """A model being written."""

    def __init__(
        self,
        facts: PlanFacts,
        *,
        relaxed: Iterable[str],
        guards: bool,
        beside: Plan = (),
        only: Collection[Place] | None = None,
    ) -> None:
        self.facts = facts
        self.beside = beside
        self._only = only
        self.relaxed = frozenset(relaxed)
        if unknown := self.relaxed - set(RULES):
            raise ValueError(f"no such rule: {', '.join(sorted(unknown))}")
        self.guards = guards
        self.cp = cp_model.CpModel()
        self.rows: list[Row] = []
        self.lines: list[Line] = []
        self._guards: dict[Asked, cp_model.IntVar] = {}
        self._written: dict[str, object] = {}
        self._spacing: dict[str, tuple[bool, int]] = {}
        self.cells = [cell for cell in facts.cells if cell.places > 0]
        self.days = sorted({cell.day for cell in facts.cells})
        self.near = _nearby(facts, beside)
        self.around = around(facts, beside)
        self._numbers = {dish.id: number for number, dish in enumerate(facts.dishes)}
        self._of_kind: dict[str, list[PlanDish]] = defaultdict(list)
        for dish in facts.dishes:
            self._of_kind[dish.category].append(dish)
        self.spots = [
            Spot(cell, dish, self.cp.new_bool_var("")) for cell in self.cells
            for dish in self._candidates(cell)
        ]  # fmt: skip

    def _candidates(self, cell: Cell) -> list[PlanDish]:
        """Dishes that may stand in a cell, or might if a rule that can give way did."""
        found = {one: self.facts.by_id[one] for one in cell.pinned.values()
                 if one in self.facts.by_id}  # fmt: skip
        for category in dict.fromkeys(cell.categories):
            for dish in self._of_kind.get(category, ()):
                if dish.id not in found and self._may_stand(dish, cell):
                    found[dish.id] = dish
        return sorted(found.values(), key=lambda dish: self._numbers[dish.id])

    def _may_stand(self, dish: PlanDish, cell: Cell) -> bool:
        if self._only is not None and (cell.key, dish.id) not in self._only:
            return False
        return self._possible(dish, cell)

    def _possible(self, dish: PlanDish, cell: Cell) -> bool:
        reasons = set(reasons_not(dish, cell, self.facts.hard))
        if dish.canonical in self.near and not self.guards:
            reasons.update(one.rule for one in self.meets_standing(dish, cell))
        return all(self.may_give_way(reason) for reason in reasons)

    def may_give_way(self, rule: str) -> bool:
        """Whether a rule has a guard or a slack."""
        return self.guards or rule in self.relaxed

    def spacing_of(self, canonical: str) -> tuple[bool, int]:
        """Whether a dish stands once a week, and the days it waits.

        Two rows of one name and different kinds are refused before planning; the model takes the
        strictest of them, also where the plan has but one of the two.
        """
        if canonical not in self._spacing:
            rows = self.facts.by_canonical[canonical]
            self._spacing[canonical] = spacing(rows, self.facts.hard)
        return self._spacing[canonical]

    def meets_standing(self, dish: PlanDish, cell: Cell) -> list[Asked]:
        """Rules of repeats that a dish in a cell would break with dishes that stand already."""
        rules = [self._too_close(dish, cell, one) for one in self.near.get(dish.canonical, ())]
        return [self.repeat_asked(rule, dish) for rule in rules if rule]

    def _too_close(self, dish: PlanDish, cell: Cell, other: Standing | Placement) -> str:
        once_a_week, wait = self.spacing_of(dish.canonical)
        if cell.meal == (other.day, other.period):
            return "twice_in_meal"
        if once_a_week and cell.day.isocalendar()[:2] == other.day.isocalendar()[:2]:
            return "repeat"
        return "return" if abs((cell.day - other.day).days) < wait else ""

    def repeat_asked(self, rule: str, dish: PlanDish) -> Asked:
        """A rule of repeats as a person knows it: of a category, with its days."""
        want = self.spacing_of(dish.canonical)[1] if rule == "return" else 1
        return Asked(rule=rule, category=dish.category, want=want)

    def grouped(
        self, key: Callable[[Spot], Iterable[Key]], spots: Iterable[Spot] | None = None
    ) -> dict[Key, list[Spot]]:
        """Spots by every key they have."""
        found: dict[Key, list[Spot]] = defaultdict(list)
        for spot in self.spots if spots is None else spots:
            for one in key(spot):
                found[one].append(spot)
        return found

    def hold(
        self,
        asked: Asked,
        spots: Sequence[Spot],
        *,
        least: int | None = None,
        most: int | None = None,
        parts: Sequence[int] | None = None,
        kept: bool = True,
    ) -> None:
        """Put down that the dishes standing at `spots`, each counted once or by its part, add up
        to at least `least` and at most `most`: always, under a guard, or up to a slack."""
        weights = [1] * len(spots) if parts is None else list(parts)
        low, high = _reach(weights)
        # More is asked than there is: an open end, as solvers refuse limits that cross.
        if least is None:
            least = low if most is None or most >= low else -FAR
        if most is None:
            most = high if least <= high else FAR
        if least <= low and high <= most:
            return
        variables = [spot.variable for spot in spots]
        guard = slack = None
        if self.guards:
            guard = self.guard_of(asked)
        elif asked.rule in self.relaxed:
            slack = self.cp.new_int_var(0, max(high - most, least - low), "")
        if guard is not None or slack is not None:
            self.rows.append(Row(asked=asked, guard=guard, slack=slack))
        if slack is None:
            self.line(variables, weights, least, most, guard, kept=kept)
            return
        if least > low:
            self.line([*variables, slack], [*weights, 1], least, FAR)
        if most < high:
            self.line([*variables, slack], [*weights, -1], -FAR, most)

    def keep_out(self, asked: Asked, spot: Spot) -> None:
        """Put down that a dish does not stand somewhere; as a slack, it counts itself."""
        if not self.guards and asked.rule in self.relaxed:
            self.rows.append(Row(asked=asked, slack=spot.variable))
        else:
            self.hold(asked, [spot], most=0)

    def guard_of(self, asked: Asked) -> cp_model.IntVar:
        """The guard of a rule, one for all its lines."""
        if asked not in self._guards:
            self._guards[asked] = self.cp.new_bool_var("")
        return self._guards[asked]

    def line(
        self,
        variables: Sequence[cp_model.IntVar],
        weights: Sequence[int],
        least: int,
        most: int,
        guard: cp_model.IntVar | None = None,
        *,
        kept: bool = True,
    ) -> None:
        """A sum within limits, while `guard` is true if there is one."""
        if not variables:
            if not least <= 0 <= most:  # nothing can add up to what is asked
                self.cp.add_bool_or([guard.negated()] if guard is not None else [])
            return
        total = cp_model.LinearExpr.weighted_sum(variables, weights)
        line = self.cp.add_linear_constraint(total, least, most)
        if guard is not None:
            line.only_enforce_if(guard)
        else:
            indices = [variable.index for variable in variables]
            self.lines.append(Line(indices, list(weights), least, most, kept))

    def imply(self, one: cp_model.IntVar, other: cp_model.IntVar) -> None:
        """Put down that where one is true the other is."""
        self.cp.add_implication(one, other)
        self.lines.append(Line([one.index, other.index], [1, -1], -FAR, 0))

    def once(self, name: str, write: Callable[[], Written]) -> Written:
        """Write something that several rules share, the first time only."""
        if name not in self._written:
            self._written[name] = write()
        return cast("Written", self._written[name])

    def score_of(self, units: Mapping[str, Terms]) -> Terms:
        """The units of every soft rule, times their points, added up by variable."""
        importance = self.facts.soft.importance
        total: dict[int, int] = defaultdict(int)
        known: dict[int, cp_model.IntVar] = {}
        constant = 0
        for code, terms in units.items():
            points = points_of(code, importance)
            constant += points * terms.constant
            for variable, weight in zip(terms.variables, terms.weights, strict=True):
                total[variable.index] += points * weight
                known[variable.index] = variable
        used = [index for index, weight in total.items() if weight]
        return Terms(
            variables=tuple(known[index] for index in used),
            weights=tuple(total[index] for index in used),
            constant=constant,
        )


def _reach(weights: Sequence[int]) -> tuple[int, int]:
    """The least and the most that a sum of yes-or-no with these weights can be."""
    return sum(one for one in weights if one < 0), sum(one for one in weights if one > 0)


def _nearby(facts: PlanFacts, beside: Plan) -> dict[str, list[Standing | Placement]]:
    """Standing dishes, and those planned beside these cells, by canonical name."""
    found: dict[str, list[Standing | Placement]] = defaultdict(list)
    served: list[Standing | Placement] = [*facts.standing, *beside]
    for one in served:
        found[facts.by_id[one.dish_id].canonical].append(one)
    return found
