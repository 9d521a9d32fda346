"""What many diners had before, counted as days go by: for pricing a long row of meals. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from canteen.subsidies.facts import History, Tally, scopes_of, span_start
from canteen.subsidies.rules import Part

_SPANS = ("day", "week", "month", "year")

Payer = tuple[str, str, str]
"""Policy, rule and funder."""


@dataclass
class _Alike:
    """Meals that the same rules and funders paid: how many, and what each gave in all."""

    meals: int = 0
    fen: dict[Payer, int] = field(default_factory=dict)


_Meals = dict[frozenset[Payer], _Alike]


@dataclass(frozen=True)
class _Told(History):
    """A history that counts in such groups; a meal of several scopes counts once."""

    held: Mapping[str, _Meals] = field(default_factory=dict)

    def tally(self, span: str, scope: str) -> Tally:
        return self.together(span, (scope,))

    def together(self, span: str, scopes: Sequence[str]) -> Tally:
        wanted = set(scopes)
        meals = fen = 0
        for alike in self.held[span].values():
            within = [sum_fen for payer, sum_fen in alike.fen.items() if _in(payer, wanted)]
            meals += alike.meals if within else 0
            fen += sum(within)
        return Tally(meals, fen)


def _in(payer: Payer, scopes: set[str]) -> bool:
    return not scopes.isdisjoint(scopes_of(*payer))


class Histories:
    """Counters of every diner for the day, week, month and year that hold the current day.

    Meals are added in order of booking, day after day; a day that begins a new week forgets
    the old one. What it holds grows with the diners, not with their meals.
    """

    def __init__(self) -> None:
        self._day = date.min
        self._spans: dict[str, defaultdict[int, _Meals]] = {
            span: defaultdict(dict) for span in _SPANS
        }
        self._periods: defaultdict[tuple[int, str], _Meals] = defaultdict(dict)
        self._meals_today: defaultdict[int, int] = defaultdict(int)

    def begin(self, day: date) -> None:
        """Come to a later day."""
        assert day > self._day, "days go forward"
        for span, held in self._spans.items():
            if span_start(span, day) != span_start(span, self._day):
                held.clear()
        self._periods.clear()
        self._meals_today.clear()
        self._day = day

    def add(self, diner: int, period: str, parts: Iterable[Part]) -> None:
        """A meal of the current day, with the parts of its price that count."""
        self._meals_today[diner] += 1
        paid: defaultdict[Payer, int] = defaultdict(int)
        for part in parts:
            paid[part.policy, part.rule, part.funder] += part.amount_fen
        if not paid:
            return
        for held in (*(self._spans[span][diner] for span in _SPANS), self._periods[diner, period]):
            alike = held.setdefault(frozenset(paid), _Alike())
            alike.meals += 1
            for payer, fen in paid.items():
                alike.fen[payer] = alike.fen.get(payer, 0) + fen

    def of(self, diner: int, period: str) -> History:
        """What a diner had before the next meal of a period on the current day.

        Good until the next meal of theirs is added.
        """
        held = {span: self._spans[span][diner] for span in _SPANS}
        return _Told(
            meals_today=self._meals_today[diner],
            held={**held, "period": self._periods[diner, period]},
        )
