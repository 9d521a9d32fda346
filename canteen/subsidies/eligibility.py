"""Whether a person qualifies, and whether a moment does; if not, what is missing."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from canteen.foundation.calendar import age_on
from canteen.subsidies.conditions import LEVELS, Guard, Person, Place, Spend, Window
from canteen.subsidies.facts import MealFacts
from canteen.subsidies.policy import Rule, Terms
from canteen.subsidies.reach import list_prices


@dataclass(frozen=True)
class Miss:
    """The first test that failed. The higher `nearness`, the closer it was to paying."""

    nearness: int
    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    gap: int = 0
    """Years missing, so that the nearest age is named first."""

    @property
    def rank(self) -> tuple[int, int]:
        """Sorts misses: the greatest is the one worth telling."""
        return self.nearness, -self.gap


TAGS, TOO_OLD, TOO_YOUNG, PLACE, PERSON_END = 0, 1, 2, 3, 9
"""Rungs of nearness. Above `PERSON_END` the person qualifies and the moment does not."""

BANDS = (60, 65, 70, 75, 80, 85, 90, 95, 100)


class PersonFacts(Protocol):
    """What a person test reads; meals and top-ups both have it."""

    @property
    def tags(self) -> frozenset[str]: ...
    @property
    def hukou_path(self) -> Place: ...
    @property
    def residence_path(self) -> Place: ...
    @property
    def in_institution(self) -> bool: ...
    @property
    def registered_here(self) -> bool: ...
    @property
    def passes(self) -> frozenset[str]: ...


def age_band(age: int | None) -> str:
    """The band a meal is counted under: ``<60``, ``60-64`` … ``100+``, or ``unknown``."""
    if age is None:
        return "unknown"
    if age < BANDS[0]:
        return f"<{BANDS[0]}"
    start = BANDS[bisect_right(BANDS, age) - 1]
    return "100+" if start == BANDS[-1] else f"{start}-{start + 4}"


def inside(path: Place, places: tuple[Place, ...]) -> bool:
    """Whether `path` lies in one of the places."""
    return any(path[: len(place)] == place for place in places)


def person_miss(who: tuple[Person, ...], facts: PersonFacts, age: int | None) -> Miss | None:
    """None if any of the ways to qualify holds (or none is asked), else the nearest miss."""
    nearest: Miss | None = None
    for person in who:
        miss = _one_way_miss(person, facts, age)
        if miss is None:
            return None
        if nearest is None or miss.rank > nearest.rank:
            nearest = miss
        elif miss.code == nearest.code == "lacks_tag":
            nearest = _either(nearest, miss)
    return nearest


def _either(one: Miss, other: Miss) -> Miss:
    """Tags any of which would have been enough, told together."""
    if not (one.facts["any"] and other.facts["any"]):
        return one
    tags = tuple(dict.fromkeys((*one.facts["tags"], *other.facts["tags"])))
    return Miss(one.nearness, one.code, {"tags": tags, "any": True})


def _one_way_miss(person: Person, facts: PersonFacts, age: int | None) -> Miss | None:
    return (
        _tags_miss(person, facts)
        or age_miss(person.age_from, person.age_below, age)
        or _place_miss(person, facts)
    )


def _tags_miss(person: Person, facts: PersonFacts) -> Miss | None:
    tags = facts.tags
    if person.tags_any and tags.isdisjoint(person.tags_any):
        return Miss(TAGS, "lacks_tag", {"tags": person.tags_any, "any": True})
    lacking = tuple(tag for tag in person.tags_all if tag not in tags)
    if lacking:
        return Miss(TAGS, "lacks_tag", {"tags": lacking, "any": False})
    barring = tuple(tag for tag in person.tags_none if tag in tags)
    if barring:
        return Miss(TAGS, "barred_by_tag", {"tags": barring})
    return None


def age_miss(start: int | None, below: int | None, age: int | None) -> Miss | None:
    """Why an age is outside ``start <= age < below``; None if it is inside."""
    if age is None:
        return None if start is None and below is None else Miss(TOO_YOUNG, "no_birthday")
    if start is not None and age < start:
        return Miss(TOO_YOUNG, "too_young", {"age": start}, gap=start - age)
    if below is not None and age >= below:
        return Miss(TOO_OLD, "too_old", {"age": below}, gap=age - below + 1)
    return None


def _place_miss(person: Person, facts: PersonFacts) -> Miss | None:
    if person.hukou_in and not inside(facts.hukou_path, person.hukou_in):
        return Miss(PLACE, "hukou_elsewhere", {"places": person.hukou_in})
    if person.hukou_not_in and inside(facts.hukou_path, person.hukou_not_in):
        return Miss(PLACE, "hukou_barred", {"places": person.hukou_not_in})
    if person.residence_in and not inside(facts.residence_path, person.residence_in):
        return Miss(PLACE + 1, "lives_elsewhere", {"places": person.residence_in})
    if person.in_institution not in (None, facts.in_institution):
        code = "in_institution" if facts.in_institution else "not_in_institution"
        return Miss(PLACE + 2, code)
    if person.registered_here not in (None, facts.registered_here):
        code = "registered_here" if facts.registered_here else "registered_elsewhere"
        return Miss(PLACE + 3, code)
    if person.passes_any and facts.passes.isdisjoint(person.passes_any):
        return Miss(PLACE + 4, "no_pass", {"passes": person.passes_any})
    return None


def tags_that_counted(rule: Rule, facts: MealFacts, age: int | None) -> tuple[str, ...]:
    """The diner's tags that made them qualify for the rule."""
    for person in rule.who:
        if _one_way_miss(person, facts, age) is None:
            return tuple(tag for tag in (*person.tags_all, *person.tags_any) if tag in facts.tags)
    return ()


def guard_miss(
    guard: Guard,
    facts: MealFacts,
    terms: Terms,
    left_fen: Mapping[str, int],
    reach: tuple[str, ...] = (),
) -> Miss | None:
    """The first test of place, time, item or spend that fails.

    `left_fen` is what earlier stages left to pay of the classes in `reach`, by `Target`.
    """
    miss = moment_miss(guard, facts, terms)
    if miss is None and guard.spend is not None:
        return _spend_miss(guard.spend, list_prices(facts, reach), left_fen)
    return miss


def moment_miss(guard: Guard, facts: MealFacts, terms: Terms) -> Miss | None:
    """The first test of place, time or item that fails, whatever is spent."""
    for nearness, test in enumerate(_GUARD_TESTS, start=PERSON_END + 1):
        found = test(guard, facts, terms)
        if found is not None:
            return Miss(nearness, *found)
    return None


Found = tuple[str, dict[str, Any]] | None


def _site_place(guard: Guard, facts: MealFacts, terms: Terms) -> Found:
    if guard.site_in and not inside(facts.site_path, guard.site_in):
        return "site_elsewhere", {"places": guard.site_in}
    if guard.site_in_same is None:
        return None
    home = facts.hukou_path if terms.registration == "hukou" else facts.residence_path
    steps = LEVELS[guard.site_in_same]
    if len(home) >= steps and home[:steps] == facts.site_path[:steps]:
        return None
    return "site_not_in_same", {"level": guard.site_in_same}


def _site_traits(guard: Guard, facts: MealFacts, terms: Terms) -> Found:
    if guard.site_traits_any and facts.site_traits.isdisjoint(guard.site_traits_any):
        return "site_trait", {}
    if not facts.site_traits.isdisjoint(guard.site_traits_none):
        return "site_trait", {}
    return None


def _period(guard: Guard, facts: MealFacts, terms: Terms) -> Found:
    if guard.periods and facts.period not in guard.periods:
        return "period", {"periods": guard.periods}
    return None


def _day(guard: Guard, facts: MealFacts, terms: Terms) -> Found:
    if guard.days is not None and not _DAYS[guard.days](facts):
        return guard.days, {}
    day = facts.service_date
    if (
        (guard.weekdays and day.isoweekday() not in guard.weekdays)
        or (guard.days_of_month and day.day not in guard.days_of_month)
        or (guard.months and day.month not in guard.months)
        or (guard.dates and day not in guard.dates)
    ):
        return "not_this_day", {}
    if guard.birthday is not None and not _is_birthday(guard.birthday, facts):
        return f"birthday_{guard.birthday}", {}
    return None


def _is_birthday(span: str, facts: MealFacts) -> bool:
    """Whether the diner turns a year older on the day (29 February: 1 March), or this month."""
    born, day = facts.birthday, facts.service_date
    if born is None:
        return False
    if span == "month":
        return born.month == day.month
    return age_on(born, day) != age_on(born, day - timedelta(days=1))


_DAYS: dict[str, Callable[[MealFacts], bool]] = {
    "workdays": lambda facts: facts.is_workday,
    "rest_days": lambda facts: not facts.is_workday,
    "public_holidays": lambda facts: facts.is_public_holiday,
    "no_public_holidays": lambda facts: not facts.is_public_holiday,
}


def _window(guard: Guard, facts: MealFacts, terms: Terms) -> Found:
    if not guard.windows or any(_in_window(window, facts) for window in guard.windows):
        return None
    here = tuple(each for each in guard.windows if each.period in (None, facts.period))
    return "outside_windows", {"windows": here or guard.windows}


def _in_window(window: Window, facts: MealFacts) -> bool:
    if window.period not in (None, facts.period):
        return False
    minute = facts.local_time.replace(second=0, microsecond=0, tzinfo=None)
    if window.end_counts:
        return window.start <= minute <= window.end
    return window.start <= minute < window.end


def _channel(guard: Guard, facts: MealFacts, terms: Terms) -> Found:
    if guard.channels and facts.channel not in guard.channels:
        return "channel", {"channels": guard.channels}
    return None


def _item(guard: Guard, facts: MealFacts, terms: Terms) -> Found:
    if guard.item_classes and not set(facts.by_class) & set(guard.item_classes):
        return "item", {"items": guard.item_classes}
    return None


def _meal_of_day(guard: Guard, facts: MealFacts, terms: Terms) -> Found:
    nth = facts.history.meals_today + 1
    if guard.meals_of_day and nth not in guard.meals_of_day:
        return "meal_of_day", {"nth": nth}
    return None


_GUARD_TESTS: tuple[Callable[[Guard, MealFacts, Terms], Found], ...] = (
    _site_place,
    _site_traits,
    _period,
    _day,
    _window,
    _channel,
    _item,
    _meal_of_day,
)

SPEND = PERSON_END + len(_GUARD_TESTS) + 1
CAPPED = SPEND + 1


def _spend_miss(
    spend: Spend, list_fen: Mapping[str, int], left_fen: Mapping[str, int]
) -> Miss | None:
    charged = list_fen if spend.of == "list" else left_fen
    spent = charged[spend.counts]
    if spent < spend.fen or (spent == spend.fen and spend.strictly_more):
        code = "spend_not_above" if spend.strictly_more else "spend_below"
        return Miss(SPEND, code, {"fen": spend.fen})
    top = spend.top_fen
    if top is not None and (spent > top or (spent == top and not spend.top_counts)):
        code = "spend_above" if spend.top_counts else "spend_reaches"
        return Miss(SPEND, code, {"fen": top})
    return None
