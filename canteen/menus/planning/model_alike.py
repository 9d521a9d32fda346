"""The soft rules about what is alike: main foods, ways of cooking, near-duplicates, rice again.

They count what stands on the days and in the weeks around with what is planned (see `around`).
Where one word says the same in two ways (a main food's presence is above each of its dishes, and
above their number less those too many), the second is there for the bound.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from ortools.sat.python import cp_model

from canteen.foundation.calendar import week_of
from canteen.menus.planning.around import Words
from canteen.menus.planning.draft import Draft, Spot, Terms
from canteen.menus.planning.model_counts import above, all_of, excess, presence
from canteen.menus.planning.rules import EXEMPT_A_WEEK, alike_key, points_of

_DAY = timedelta(days=1)
_Met = Mapping[date, Mapping[str, cp_model.IntVar | None]]
"""Whether a word (main food, method) is met on a day: a variable, or None where it stands."""


def write_same_main_day(draft: Draft) -> Terms:
    """Dishes too many with one main food on a day."""
    return all_of(_too_many_mains(draft).values())


def write_same_main_next(draft: Draft) -> Terms:
    """Main foods met on two days running."""
    excess = _too_many_mains(draft) if points_of("same_main_day", _importance(draft)) else {}
    words = _standing_words(draft.around.mains)
    for (day, main), spots in _by_main(draft).items():
        if main not in words[day]:
            words[day][main] = presence(draft, spots, excess.get((day, main)))
    return _met_again(draft, words)


def write_same_method_meal(draft: Draft) -> Terms:
    """Dishes of a method beyond `methods_in_a_meal`."""
    groups = draft.grouped(
        lambda spot: ((spot.cell.meal, spot.dish.method),) if _counts(draft, spot, "method") else ()
    )
    most, stands = draft.facts.soft.methods_in_a_meal, draft.around.methods
    return all_of(excess(draft, spots, max(0, most - stands[key])) for key, spots in groups.items())


def write_same_method_next(draft: Draft) -> Terms:
    """Methods of meat dishes met on two days running."""
    groups = draft.grouped(
        lambda spot: (
            ((spot.cell.day, spot.dish.method),)
            if spot.dish.category == "main_meat" and spot.dish.method
            else ()
        )
    )
    words = _standing_words(draft.around.meat_methods)
    for (day, method), spots in groups.items():
        if method not in words[day]:
            words[day][method] = presence(draft, spots, None)
    return _met_again(draft, words)


def write_near_duplicates(draft: Draft) -> Terms:
    """Dishes of a week with main food and way of cooking of another."""
    groups = draft.grouped(
        lambda spot: ((week_of(spot.cell.day)[0], *key),) if (key := alike_key(spot.dish)) else ()
    )
    stands = draft.around.alike
    return all_of(excess(draft, spots, int(key not in stands)) for key, spots in groups.items())


def write_same_exempt(draft: Draft) -> Terms:
    """Servings of an exempt dish beyond `EXEMPT_A_WEEK` in a week's meals of one period."""
    groups = draft.grouped(
        lambda spot: (
            ((week_of(spot.cell.day)[0], spot.cell.period, spot.dish.canonical),)
            if spot.dish.category in draft.facts.hard.windows
            else ()
        )
    )
    stands = draft.around.exempt
    return all_of(
        excess(draft, spots, max(0, EXEMPT_A_WEEK - stands[key])) for key, spots in groups.items()
    )


def _importance(draft: Draft) -> Mapping[str, int]:
    return draft.facts.soft.importance


def _counts(draft: Draft, spot: Spot, word: str) -> bool:
    """Whether a dish has a main food or method, and is of a kind that may not come every day."""
    return bool(getattr(spot.dish, word)) and spot.dish.category not in draft.facts.hard.windows


def _by_main(draft: Draft) -> dict[tuple[date, str], list[Spot]]:
    return draft.grouped(
        lambda spot: ((spot.cell.day, spot.dish.main),) if _counts(draft, spot, "main") else ()
    )


def _too_many_mains(draft: Draft) -> dict[tuple[date, str], Terms]:
    """By day and main food, written once for the two rules that count it."""
    stands = draft.around.mains

    def write() -> dict[tuple[date, str], Terms]:
        return {
            (day, main): excess(draft, spots, int(main not in stands.get(day, ())))
            for (day, main), spots in _by_main(draft).items()
        }

    return draft.once("mains", write)


def _standing_words(stand: Words) -> dict[date, dict[str, cp_model.IntVar | None]]:
    """Words of the dishes that stand, by day: always there."""
    words: dict[date, dict[str, cp_model.IntVar | None]] = defaultdict(dict)
    for day, known in stand.items():
        words[day] = dict.fromkeys(known)
    return words


def _met_again(draft: Draft, words: _Met) -> Terms:
    """Words met on two days running, on one of them at least by what is planned."""
    found = []
    planned = set(draft.days)
    pairs = {(day, day + _DAY) for day in planned} | {(day - _DAY, day) for day in planned}
    for one, other in sorted(pairs):
        for word in sorted(words.get(one, {}).keys() & words.get(other, {}).keys()):
            known = [each for each in (words[one][word], words[other][word]) if each is not None]
            if known:
                found.append(above(draft, known, [1] * len(known), len(known) - 1))
    return all_of(found)
