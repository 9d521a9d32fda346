"""A meal on its way through the engine: claims that were made, and what is left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from canteen.subsidies import reasoning
from canteen.subsidies.eligibility import Miss
from canteen.subsidies.facts import MealFacts, Tally
from canteen.subsidies.policy import Cap, Policy, Rule


@dataclass(frozen=True)
class Claim:
    """What one funder would pay under one rule."""

    policy: Policy
    rule: Rule
    funder: str
    fen: int
    reach: tuple[str, ...] = ()
    """The classes of the price it pays for; all of them where empty. See `reach_of`."""

    def cut(self, fen: int) -> "Claim":
        """The same claim for less."""
        return Claim(self.policy, self.rule, self.funder, fen, self.reach)


@dataclass
class Bill:
    """A meal on its way through the stages. Lives only inside one `price_meal`."""

    facts: MealFacts
    age: int | None
    lineup: Sequence[Policy]
    left_fen: dict[str, int]
    awarded: list[Claim] = field(default_factory=list)
    misses: list[reasoning.Missed] = field(default_factory=list)
    clipped: list[tuple[Policy, Cap]] = field(default_factory=list)
    given_way: list[Policy] = field(default_factory=list)
    caps_of: dict[tuple[str, str, str], list[tuple[Policy, Cap]]] = field(default_factory=dict)
    """The caps on a part, by policy, rule and funder: asked again and again."""
    before: dict[tuple[str, str], Tally] = field(default_factory=dict)
    """What each cap saw in earlier meals, by policy and cap."""
    given_fen: dict[tuple[str, str], int] = field(default_factory=dict)
    """What each cap saw in earlier stages of this meal, by policy and cap."""
    left_by_class: dict[str, int] = field(init=False)
    """What is left of the meal's price by class; sums to what is left of the meal."""

    def __post_init__(self) -> None:
        self.left_by_class = dict(self.facts.by_class)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where a policy stands in the line, by code."""
        return {policy.code: index for index, policy in enumerate(self.lineup)}

    @property
    def subsidy_fen(self) -> int:
        return sum(claim.fen for claim in self.awarded)

    def left_of(self, reach: Sequence[str]) -> Mapping[str, int]:
        """What is left to pay for these classes, by `Target`; for all where empty."""
        if not reach:
            return self.left_fen
        beyond = sum(fen for code, fen in self.left_by_class.items() if code not in reach)
        return {
            target: fen if target == "delivery" else fen - beyond
            for target, fen in self.left_fen.items()
        }

    def take(self, fen: int, reach: Sequence[str]) -> None:
        """Note that so much of the meal's price is paid, the classes in their order."""
        self.left_fen["meal"] -= fen
        for code, left in self.left_by_class.items():
            if not reach or code in reach:
                paid = min(left, fen)
                self.left_by_class[code] -= paid
                fen -= paid

    def miss(self, policy: Policy, rule: Rule, funders: Iterable[str], miss: Miss) -> None:
        self.misses.append(reasoning.Missed(policy, rule, tuple(funders), miss))
