"""The soft rules as sums of a model, in the order of `rules.SOFT`: what `scoring` counts.

What is counted is only bounded from below (so many dishes too many, at least), because the
solver minimises: the least it can make of a plan is the plan's score. Where one word says the
same in two ways (a main food's presence is above each of its dishes, and above their number less
those too many), the second is there for the bound.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import groupby

from ortools.sat.python import cp_model

from canteen.foundation.calendar import week_of
from canteen.menus.planning.around import Words, has_fish
from canteen.menus.planning.draft import Draft, Spot, Terms
from canteen.menus.planning.model_counts import (
    above,
    absence,
    all_of,
    at_most_there,
    below,
    excess,
    parts_of,
    presence,
    sum_of,
)
from canteen.menus.planning.rules import (
    DISHES_PROPER,
    EXEMPT_A_WEEK,
    alike_key,
    part_of,
    points_of,
)
from canteen.menus.planning.scoring import low_and_high, rating_units, recent_units

_DAY = timedelta(days=1)
_Met = Mapping[date, Mapping[str, cp_model.IntVar | None]]
"""Whether a word (main food, method) is met on a day: a variable, or None where it stands."""


def write_soft_rules(draft: Draft) -> dict[str, Terms]:
    """Units of every soft rule that the site has switched on."""
    writers: dict[str, Callable[[Draft], Terms]] = {
        "cost": write_cost,
        "same_main_day": write_same_main_day,
        "same_main_next": write_same_main_next,
        "same_method_meal": write_same_method_meal,
        "same_method_next": write_same_method_next,
        "near_duplicate": write_near_duplicates,
        "same_exempt": write_same_exempt,
        "foods_a_day": write_foods_a_day,
        "foods_a_week": write_foods_a_week,
        **{nutrient: _nutrient_writer(nutrient) for nutrient in draft.facts.soft.bands},
        "fish": write_fish,
        "soy": write_soy,
        "whole_grain": write_whole_grain,
        "dark_vegetables": write_dark_vegetables,
        "rating": write_rating,
        "recent": write_recent,
        "soft_food": write_soft_food,
        "change": write_changes,
    }
    importance = draft.facts.soft.importance
    return {code: write(draft) for code, write in writers.items() if points_of(code, importance)}


def write_cost(draft: Draft) -> Terms:
    """Fen of all sets."""
    return sum_of(draft.spots, lambda spot: part_of(spot.dish.cost_fen or 0, spot.cell))


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


def write_foods_a_day(draft: Draft) -> Terms:
    """Kinds of food missing on a day."""
    known = draft.around.foods
    return _missing_foods(draft, lambda day: day, draft.facts.soft.foods_a_day, known)


def write_foods_a_week(draft: Draft) -> Terms:
    """Kinds of food missing in a week."""
    least, known = draft.facts.soft.foods_a_week, draft.around.foods_of_week
    return _missing_foods(draft, lambda day: week_of(day)[0], least, known)


def _nutrient_writer(nutrient: str) -> Callable[[Draft], Terms]:
    def write_nutrient(draft: Draft) -> Terms:
        """Units outside the band of a day."""
        by_day = draft.grouped(lambda spot: (spot.cell.day,))
        found = []
        for day in draft.days:
            spots = by_day.get(day, [])
            eaten = parts_of(spots, lambda spot: spot.dish.nutrients.get(nutrient, 0))
            low, high = low_and_high(draft.facts, nutrient, day)
            if low is not None and low > 0:
                found.append(below(draft, *eaten, low))
            if high is not None:
                found.append(above(draft, *eaten, high))
        return all_of(found)

    return write_nutrient


def write_fish(draft: Draft) -> Terms:
    """Dishes with fish missing in a week."""
    found = []
    for week, spots in _weeks(draft):
        fish = [spot.variable for spot in spots if has_fish(spot.dish)]
        stands = draft.around.fish[week_of(week[0])[0]]
        least = draft.facts.soft.fish_a_week * len(week) // 7 - stands
        found.append(below(draft, fish, [1] * len(fish), least))
    return all_of(found)


def write_soy(draft: Draft) -> Terms:
    """Days with soy missing in a week."""
    found = []
    for week, spots in _weeks(draft):
        known = draft.around.soy & set(week)
        soy = [s for s in spots if s.dish.grams.get("soy") and s.cell.day not in known]
        days = draft.grouped(lambda spot: (spot.cell.day,), soy).values()
        with_soy = [at_most_there(draft, of_day) for of_day in days]
        least = draft.facts.soft.soy_days_a_week * len(week) // 7 - len(known)
        found.append(below(draft, with_soy, [1] * len(with_soy), least))
    return all_of(found)


def write_whole_grain(draft: Draft) -> Terms:
    """Days without coarse grain."""
    coarse = draft.grouped(lambda spot: (spot.cell.day,) if spot.dish.grain == "coarse" else ())
    without = [day for day in draft.days if day not in draft.around.coarse]
    return all_of(absence(draft, coarse.get(day, [])) for day in without)


def write_dark_vegetables(draft: Draft) -> Terms:
    """Grams by which light vegetables outweigh dark ones in a week's sets."""
    found = []
    for _, spots in _weeks(draft):
        variables, light = parts_of(spots, lambda spot: spot.dish.grams.get("vegetable_light", 0))
        _, dark = parts_of(spots, lambda spot: spot.dish.grams.get("vegetable_dark", 0))
        balance = [one - other for one, other in zip(light, dark, strict=True)]
        found.append(above(draft, variables, balance, 0))
    return all_of(found)


def write_rating(draft: Draft) -> Terms:
    """Tenths of a point below the best."""
    return sum_of(draft.spots, lambda spot: rating_units(spot.dish))


def write_recent(draft: Draft) -> Terms:
    """Days short of being rested since a dish was last served."""
    known = [spot for spot in draft.spots if spot.dish.canonical in draft.near]
    return sum_of(known, lambda spot: recent_units(draft.facts, spot.dish, spot.cell.day))


def write_soft_food(draft: Draft) -> Terms:
    """Meals without a soft dish."""
    soft = draft.grouped(
        lambda spot: (
            (spot.cell.meal,) if spot.dish.soft and spot.dish.category in DISHES_PROPER else ()
        )
    )
    meals = dict.fromkeys(cell.meal for cell in draft.cells)
    return all_of(
        absence(draft, soft.get(meal, [])) for meal in meals if meal not in draft.around.soft
    )


def write_changes(draft: Draft) -> Terms:
    """Dishes of the plan before that are gone from their cell."""
    stands = {(spot.cell.key, spot.dish.id): spot.variable for spot in draft.spots}
    before = [one for one in draft.facts.before if one.key in draft.facts.by_cell]
    kept = [stands[one.key, one.dish_id] for one in before if (one.key, one.dish_id) in stands]
    return Terms(variables=tuple(kept), weights=(-1,) * len(kept), constant=len(before))


# What several rules share.


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


def _weeks(draft: Draft) -> list[tuple[list[date], list[Spot]]]:
    """Each planned week's planned days, and their spots."""
    by_week = draft.grouped(lambda spot: (week_of(spot.cell.day)[0],))
    grouped = groupby(draft.days, key=lambda day: week_of(day)[0])
    return [(list(days), by_week.get(monday, [])) for monday, days in grouped]


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


def _missing_foods(draft: Draft, span: Callable[[date], date], least: int, known: Words) -> Terms:
    """Kinds of food missing in each day or week, beside those that stand there."""
    none: set[str] = set()
    groups = draft.grouped(
        lambda spot: (
            (span(spot.cell.day), food)
            for food in sorted(spot.dish.foods - known.get(span(spot.cell.day), none))
        )
    )
    kinds: dict[date, list[cp_model.IntVar]] = {span(day): [] for day in draft.days}
    if least > 0:
        for (start, _), spots in groups.items():
            kinds[start].append(at_most_there(draft, spots, kept=False))
    return all_of(
        below(draft, there, [1] * len(there), least - len(known.get(start, none)))
        for start, there in kinds.items()
    )
