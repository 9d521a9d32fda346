"""What a repricing answers: sums by funder, rule, grant and age band. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from canteen.settlement.repricing_reads import BookedMeal
from canteen.subsidies.policy import Policy
from canteen.subsidies.rules import Part, PricedMeal


@dataclass(frozen=True)
class Cost:
    """What something cost, and would have cost, in fen; `meals` carried it then and now.

    `code` is a funder's code, or ``policy/rule`` (for grants ``policy/grant``).
    """

    code: str
    old_meals: int
    new_meals: int
    old_fen: int
    new_fen: int

    @property
    def change_fen(self) -> int:
        """What it would cost more; negative where less."""
        return self.new_fen - self.old_fen


@dataclass(frozen=True)
class Shift:
    """How many meals, or people, would have got more, less or the same subsidy."""

    more: int = 0
    less: int = 0
    equal: int = 0

    @property
    def total(self) -> int:
        """All of them together."""
        return self.more + self.less + self.equal


@dataclass(frozen=True)
class BandCost:
    """The meals of one age band (as `age_band` names it), and the subsidies on them in fen."""

    band: str
    meals: Shift
    old_fen: int
    new_fen: int


@dataclass(frozen=True)
class Repricing:
    """What a span of days cost, and would have cost. Sums are fen; both days count.

    `meals` and `diners` count who would have had more, less or the same (a diner by the sum
    of their meals). `by_funder` and `by_rule` are subsidies on meals, by code; `grants` is
    what the canteen earns beside the price, by ``policy/grant``; `by_age_band` youngest
    first. `left_alone` meals were not priced anew: free-meal programmes, meals whose subsidy
    was withdrawn. `old_fen` and `new_fen` are the subsidies of all meals priced anew.
    """

    site_id: int
    first_day: date
    last_day: date
    policy_code: str
    policy_version: int
    old_fen: int
    new_fen: int
    meals: Shift
    diners: Shift
    by_funder: tuple[Cost, ...]
    by_rule: tuple[Cost, ...]
    grants: tuple[Cost, ...]
    by_age_band: tuple[BandCost, ...]
    left_alone: int

    @property
    def change_fen(self) -> int:
        """What the span would have cost more; negative where less."""
        return self.new_fen - self.old_fen


class _Costs:
    """Old and new sums by code, while they grow."""

    def __init__(self) -> None:
        self._sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])

    def add(self, old: dict[str, int], new: dict[str, int]) -> None:
        """One meal: what each code carried of it, and would have."""
        for place, carried in enumerate((old, new)):
            for code, fen in carried.items():
                self._sums[code][place] += 1
                self._sums[code][place + 2] += fen

    def result(self) -> tuple[Cost, ...]:
        """By code."""
        return tuple(Cost(code, *self._sums[code]) for code in sorted(self._sums))


class Sums:
    """What a repricing counts on its way."""

    def __init__(self) -> None:
        self.left_alone = 0
        self._funders, self._rules, self._grants = _Costs(), _Costs(), _Costs()
        self._bands: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
        self._diners: defaultdict[int, int] = defaultdict(int)

    def add(self, meal: BookedMeal, priced: PricedMeal, grants: Iterable[Part]) -> None:
        """One meal as it was booked, with the grants it earned, and as it would be."""
        change = priced.subsidy_fen - meal.subsidy_fen
        self._funders.add(_by_funder(meal.parts), _by_funder(priced.parts))
        self._rules.add(_by_rule(meal.parts), _by_rule(priced.parts))
        self._grants.add(_by_rule(grants), _by_rule(priced.grants))
        band = self._bands[meal.age_band or "unknown"]
        band[_place(change)] += 1
        band[3] += meal.subsidy_fen
        band[4] += priced.subsidy_fen
        self._diners[meal.resident_id] += change

    def result(self, site_id: int, first_day: date, last_day: date, instead: Policy) -> Repricing:
        """Everything together."""
        bands = tuple(
            BandCost(band, Shift(*numbers[:3]), *numbers[3:])
            for band, numbers in sorted(self._bands.items(), key=lambda item: _age(item[0]))
        )
        people = [0, 0, 0]
        for change in self._diners.values():
            people[_place(change)] += 1
        return Repricing(
            site_id=site_id,
            first_day=first_day,
            last_day=last_day,
            policy_code=instead.code,
            policy_version=instead.version,
            old_fen=sum(band.old_fen for band in bands),
            new_fen=sum(band.new_fen for band in bands),
            meals=Shift(
                sum(band.meals.more for band in bands),
                sum(band.meals.less for band in bands),
                sum(band.meals.equal for band in bands),
            ),
            diners=Shift(*people),
            by_funder=self._funders.result(),
            by_rule=self._rules.result(),
            grants=self._grants.result(),
            by_age_band=bands,
            left_alone=self.left_alone,
        )


def _place(change_fen: int) -> int:
    """Where a change is counted: more, less, equal."""
    return 0 if change_fen > 0 else 1 if change_fen < 0 else 2


def _age(band: str) -> int:
    """Sorts bands: ``<60`` before ``60-64`` before ``100+``, those without an age last."""
    digits = band.strip("<+").partition("-")[0]
    if not digits.isdigit():
        return 1000
    return int(digits) - band.startswith("<")


def _by_funder(parts: Iterable[Part]) -> dict[str, int]:
    carried: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        carried[part.funder] += part.amount_fen
    return dict(carried)


def _by_rule(parts: Iterable[Part]) -> dict[str, int]:
    carried: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        carried[f"{part.policy}/{part.rule}"] += part.amount_fen
    return dict(carried)
