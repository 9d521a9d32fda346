"""What many diners had before, counted as days go by: for pricing a long row of meals. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from canteen.subsidies.facts import History, Tally, scopes_of, span_start
from canteen.subsidies.rules import Part

_SPANS = ("day", "week", "month", "year")

Scopes = dict[str, Tally]


class Histories:
    """Counters of every diner for the day, week, month and year that hold the current day.

    Meals are added in order of booking, day after day; a day that begins a new week forgets
    the old one. What it holds grows with the diners, not with their meals.
    """

    def __init__(self) -> None:
        self._day = date.min
        self._spans: dict[str, defaultdict[int, Scopes]] = {
            span: defaultdict(dict) for span in _SPANS
        }
        self._periods: defaultdict[tuple[int, str], Scopes] = defaultdict(dict)
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
        sums: defaultdict[str, int] = defaultdict(int)
        for part in parts:
            for scope in scopes_of(part.policy, part.rule, part.funder):
                sums[scope] += part.amount_fen
        for held in (*(self._spans[span][diner] for span in _SPANS), self._periods[diner, period]):
            for scope, fen in sums.items():
                before = held.get(scope, Tally())
                held[scope] = Tally(before.meals + 1, before.fen + fen)
        self._meals_today[diner] += 1

    def of(self, diner: int, period: str) -> History:
        """What a diner had before the next meal of a period on the current day."""
        tallies = {
            (span, scope): tally
            for span in _SPANS
            for scope, tally in self._spans[span][diner].items()
        }
        tallies |= {
            ("period", scope): tally for scope, tally in self._periods[diner, period].items()
        }
        return History(meals_today=self._meals_today[diner], tallies=tallies)
