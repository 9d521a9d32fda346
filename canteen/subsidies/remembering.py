"""Prices found before: two diners between whom no policy can tell are priced once.

In a line of hundreds most differ in nothing that matters here: they are of one age, hold the
same tags and had as much before. The engine looks at each of its rules for each of them, which
is a sixth of what a sale costs.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from canteen.subsidies.eligibility import age_on
from canteen.subsidies.facts import MealFacts, PricedMeal, Tally
from canteen.subsidies.policy import Policy
from canteen.subsidies.rules import price_meal

MOST = 4096
"""So many prices a process remembers: those that were asked for last."""


def remembered_price(*, policies: Sequence[Policy], facts: MealFacts) -> PricedMeal:
    """`price_meal`, worked out once for all meals that look alike to these policies."""
    return _priced(_Meal(policies, facts))


class _Meal:
    """A meal to be priced, equal to any other that these very policies cannot tell from it."""

    __slots__ = ("_hash", "facts", "policies", "seen")

    def __init__(self, policies: Sequence[Policy], facts: MealFacts) -> None:
        self.policies = tuple(policies)  # held, so that no other takes their identity
        self.facts = facts
        self.seen = (*map(id, policies), *_seen(policies, facts))
        self._hash = hash(self.seen)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Meal) and self.seen == other.seen


@lru_cache(maxsize=MOST)
def _priced(meal: _Meal) -> PricedMeal:
    return price_meal(policies=meal.policies, facts=meal.facts)


def _seen(policies: Sequence[Policy], facts: MealFacts) -> Iterator[Any]:
    """Everything said of a meal, but of age, time and history only what these policies look at."""
    time = facts.local_time.replace(second=0, microsecond=0)
    told = {
        **vars(facts),
        "birthday": facts.birthday if any(each.asks_birthday for each in policies) else None,
        "local_time": time if any(each.asks_time for each in policies) else None,
        "history": facts.history.meals_today,
    }
    yield age_on(facts.birthday, facts.service_date)
    yield from told.values()
    yield from _tallies(policies, facts)


def _tallies(policies: Iterable[Policy], facts: MealFacts) -> Iterator[Tally | int | None]:
    """What was subsidised before, wherever a cap, a quota or a grant of these policies counts."""
    history = facts.history
    for policy in policies:
        for span, scopes in policy.asks_history:
            yield history.together(span, scopes)
        for quota in policy.quotas:
            yield history.quota_left_fen.get(f"{policy.code}/{quota.code}")
