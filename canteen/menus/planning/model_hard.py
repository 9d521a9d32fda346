"""The hard rules as lines of a model, in the order of `checking.RULES`.

Written apart from `checking` on purpose: the two must agree, and tests hold them to it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from canteen.foundation.calendar import week_of
from canteen.menus.balance import SIDES_WITH_MEAT, side_of
from canteen.menus.planning.draft import Asked, Draft, Spot
from canteen.menus.planning.facts import MealKey, PlanDish
from canteen.menus.planning.rules import (
    DISHES_PROPER,
    part_of,
    reasons_not,
    wants_coarse_and_fine,
    wants_meat_and_vegetables,
)


def write_hard_rules(draft: Draft) -> None:
    """Every hard rule. "unknown_dish" needs none: only dishes of the facts have variables."""
    write_filled(draft)
    write_pinned(draft)
    write_kept_out(draft)
    write_repeats(draft)
    write_diets(draft)
    write_capacity(draft)
    write_budgets(draft)
    write_balances(draft)


def write_filled(draft: Draft) -> None:
    """Every cell has as many dishes as places; fewer only where the rule gives way, more never."""
    by_cell = draft.grouped(lambda spot: (spot.cell.key,))
    for cell in draft.cells:
        spots = by_cell.get(cell.key, [])
        asked = Asked(
            rule="filled", days=(cell.day,), period=cell.period, slot=cell.slot, want=cell.places
        )
        if draft.may_give_way("filled"):
            draft.hold(asked, spots, least=cell.places)
            draft.line([one.variable for one in spots], [1] * len(spots), 0, cell.places)
        else:
            draft.hold(asked, spots, least=cell.places, most=cell.places)


def write_pinned(draft: Draft) -> None:
    """What a person has fixed stays: a dish that is gone, a place that is gone, or a dish pinned
    twice in one cell cannot be held."""
    standing = {(spot.cell.key, spot.dish.id): spot for spot in draft.spots}
    for cell in draft.facts.cells:
        for dish_id, times in Counter(cell.pinned.values()).items():
            spot = standing.get((cell.key, dish_id))
            seats = [one for one in cell.pinned if cell.pinned[one] == dish_id]
            held = [spot] if spot and max(seats) < cell.places else []
            asked = Asked(
                rule="pinned", days=(cell.day,), period=cell.period, slot=cell.slot,
                dish_ids=(dish_id,), want=1,
            )  # fmt: skip
            draft.hold(asked, held, least=times)


def write_kept_out(draft: Draft) -> None:
    """Period, season, cost and forbidden: only where they may give way is there a spot at all."""
    if not any(map(draft.may_give_way, ("period", "season", "cost", "forbidden"))):
        return
    for spot in draft.spots:
        if spot.dish.id in spot.cell.pinned.values():
            continue
        for reason in reasons_not(spot.dish, spot.cell, draft.facts.hard):
            for asked in _kept_out_by(draft, spot, reason):
                draft.keep_out(asked, spot)


def _kept_out_by(draft: Draft, spot: Spot, reason: str) -> Iterator[Asked]:
    cell, category = spot.cell, spot.dish.category
    if reason == "forbidden":
        for one in draft.facts.hard.forbidden:
            if one.mark in spot.dish.marks and one.holds_on(cell.day, cell.period):
                yield Asked(rule=reason, days=tuple(sorted(one.days)), what=one.mark)
    elif reason == "season":
        yield Asked(rule=reason, category=category)
    else:
        yield Asked(rule=reason, period=cell.period, category=category)


def write_repeats(draft: Draft) -> None:
    """No dish twice in a meal, twice in a week, or back too soon; standing dishes count."""
    for group in draft.grouped(lambda spot: (spot.dish.canonical,)).values():
        for spot in group:
            for asked in draft.meets_standing(spot.dish, spot.cell):
                draft.keep_out(asked, spot)
        _hold_apart(draft, group)


def _hold_apart(draft: Draft, group: Sequence[Spot]) -> None:
    """Rules that follow from stricter ones are left out, unless the stricter ones may give way."""
    dish = group[0].dish
    once_a_week, wait = draft.spacing_of(dish.canonical)
    by_day = draft.grouped(lambda spot: (spot.cell.day,), group)
    if draft.may_give_way("repeat") or draft.may_give_way("return") or not (once_a_week or wait):
        for spots in draft.grouped(lambda spot: (spot.cell.meal,), group).values():
            draft.hold(draft.repeat_asked("twice_in_meal", dish), spots, most=1)
    if once_a_week:
        for spots in draft.grouped(lambda spot: (week_of(spot.cell.day)[0],), group).values():
            draft.hold(draft.repeat_asked("repeat", dish), spots, most=1)
    for days in _windows(sorted(by_day), wait):
        if not once_a_week or week_of(days[0]) != week_of(days[-1]):
            spots = [spot for day in days for spot in by_day[day]]
            whole_weeks = days[0] == draft.days[0] or days[0].weekday() == 0
            asked = draft.repeat_asked("return", dish)
            draft.hold(asked, spots, most=1, kept=wait < 7 or whole_weeks)


def _windows(days: Sequence[date], wait: int) -> Iterator[list[date]]:
    """The longest runs of days of which any two are less than `wait` apart."""
    last = None
    for first in days:
        within = [day for day in days if first <= day < first + timedelta(days=wait)]
        if within and within[-1] != last:
            last = within[-1]
            yield within


def write_diets(draft: Draft) -> None:
    """At each meal enough dishes suit each diet."""
    by_meal = draft.grouped(
        lambda spot: (spot.cell.meal,) if spot.dish.category in DISHES_PROPER else ()
    )
    for meal, stand in _standing_by_meal(draft).items():
        for diet, want in draft.facts.hard.diets.items():
            spots = [one for one in by_meal.get(meal, ()) if diet in one.dish.diets]
            have = sum(diet in dish.diets and dish.category in DISHES_PROPER for dish in stand)
            asked = Asked(rule="diet", days=(meal[0],), period=meal[1], what=diet, want=want)
            draft.hold(asked, spots, least=want - have)


def write_capacity(draft: Draft) -> None:
    """No meal needs more of a kind of equipment than there is."""
    users = draft.grouped(
        lambda spot: ((spot.cell.meal, tool) for tool in sorted(spot.dish.equipment))
    )
    for meal, stand in _standing_by_meal(draft).items():
        for tool, most in draft.facts.hard.capacity.get(meal[1], {}).items():
            used = sum(tool in dish.equipment for dish in stand)
            asked = Asked(rule="capacity", days=(meal[0],), period=meal[1], what=tool, want=most)
            draft.hold(asked, users.get((meal, tool), []), most=most - used)


def write_budgets(draft: Draft) -> None:
    """The sets of a week cost at most the budget on average."""
    days_of: dict[tuple[date, str], set[date]] = {}
    for cell in draft.facts.cells:
        days_of.setdefault((week_of(cell.day)[0], cell.period), set()).add(cell.day)
    spots_of = draft.grouped(lambda spot: ((week_of(spot.cell.day)[0], spot.cell.period),))
    for (monday, period), days in days_of.items():
        budget = draft.facts.hard.budget_fen.get(period)
        if budget is None:
            continue
        spots = spots_of.get((monday, period), [])
        draft.hold(
            Asked(rule="budget", days=tuple(sorted(days)), period=period, want=budget),
            spots,
            parts=[part_of(spot.dish.cost_fen or 0, spot.cell) for spot in spots],
            most=budget * len(days),
        )


def write_balances(draft: Draft) -> None:
    """荤素搭配 and 粗粮细粮搭配 of every day that has room for both."""
    by_day = draft.grouped(lambda spot: (spot.cell.day,))
    for day in draft.days:
        cells = [cell for cell in draft.facts.cells if cell.day == day]
        stand = [draft.facts.by_id[one.dish_id] for one in draft.facts.standing if one.day == day]
        asked: list[tuple[str, Callable[[PlanDish], bool]]] = []
        if wants_meat_and_vegetables(draft.facts.hard, cells):
            asked += [("meat_and_vegetables", _has_meat), ("meat_and_vegetables", _is_vegetable)]
        if wants_coarse_and_fine(draft.facts.hard, cells):
            asked += [("coarse_and_fine", _is_coarse), ("coarse_and_fine", _is_fine)]
        for rule, counts in asked:
            spots = [spot for spot in by_day.get(day, ()) if counts(spot.dish)]
            least = 0 if any(map(counts, stand)) else 1
            draft.hold(Asked(rule=rule, days=(day,), want=1), spots, least=least)


def _has_meat(dish: PlanDish) -> bool:
    return side_of(dish.category) in SIDES_WITH_MEAT


def _is_vegetable(dish: PlanDish) -> bool:
    return side_of(dish.category) == "vegetable"


def _is_coarse(dish: PlanDish) -> bool:
    return dish.grain == "coarse"


def _is_fine(dish: PlanDish) -> bool:
    return dish.grain == "fine"


def _standing_by_meal(draft: Draft) -> dict[MealKey, list[PlanDish]]:
    """What stands already at each planned meal."""
    meals: dict[MealKey, list[PlanDish]] = {cell.meal: [] for cell in draft.facts.cells}
    for one in draft.facts.standing:
        if (one.day, one.period) in meals:
            meals[one.day, one.period].append(draft.facts.by_id[one.dish_id])
    return meals
