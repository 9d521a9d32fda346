"""The last way out: what the nearest plan breaks is allowed.

Where a conflict has several causes at once (no wok, no steamer and no oven), no single remedy
frees it, and `remedies` may find none that does together in its time. The nearest plan says what
would: each rule it breaks, held as much less strictly as it breaks it. With that it is a sound
plan, so this way out frees whenever it is offered.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from canteen.menus.planning.checking import Broken, broken_rules
from canteen.menus.planning.demands import Remedy, together
from canteen.menus.planning.facts import Plan, PlanFacts
from canteen.menus.planning.remedies import any_plan
from canteen.menus.planning.remedying import with_remedy
from canteen.menus.planning.solving import Clock

_SECONDS = 5.0
"""For the question whether there is a plan, where the nearest one is not a sound one yet."""


def allowing(facts: PlanFacts, plan: Plan, broken: Sequence[Broken]) -> Remedy | None:
    """What must be allowed so that `plan`, which breaks these rules, breaks none; None if it
    breaks what cannot be allowed (a ban, a pin)."""
    parts = [*_rules(broken), *_kinds(facts, broken), *_places(broken)]
    if not parts:
        return None
    remedy = together(list(dict.fromkeys(parts)))
    changed = with_remedy(facts, remedy)
    if not broken_rules(changed, [one for one in plan if one.key in changed.by_cell]):
        return remedy
    found = any_plan(changed, Clock(_SECONDS, lambda: False))
    return remedy if found is not None and not broken_rules(changed, found) else None


def _rules(broken: Sequence[Broken]) -> Iterator[Remedy]:
    """Numbers of rules, as far as the plan misses them at most; balances, not asked for."""
    stoves: dict[tuple[str, str], int] = {}
    budgets: dict[str, int] = {}
    diets: dict[str, int] = {}
    for one in broken:
        match one.rule:
            case "capacity":
                key = one.period, one.what
                stoves[key] = max(stoves.get(key, 0), one.have)
            case "budget":
                budgets[one.period] = max(budgets.get(one.period, 0), one.have)
            case "diet":
                diets[one.what] = min(diets.get(one.what, one.have), one.have)
            case "meat_and_vegetables" | "coarse_and_fine":
                yield Remedy(kind="switch_off", what=one.rule)
    for (period, tool), most in stoves.items():
        yield Remedy(kind="capacity", period=period, what=tool, amount=most)
    for period, fen in budgets.items():
        yield Remedy(kind="budget", period=period, amount=fen)
    for diet, least in diets.items():
        yield Remedy(kind="diet", what=diet, amount=least)


def _kinds(facts: PlanFacts, broken: Sequence[Broken]) -> Iterator[Remedy]:
    """What is allowed of kinds of dishes: a shorter wait, another season; and costs filled in."""
    waits: dict[tuple[str, str], int] = {}
    more: dict[str, int] = defaultdict(int)
    unpriced: dict[str, set[int]] = defaultdict(set)
    for one in broken:
        kinds = {facts.by_id[dish_id].category for dish_id in one.dish_ids}
        for category in sorted(kinds):
            match one.rule:
                case "repeat" | "return":
                    again = one.rule == "repeat" or category in facts.hard.windows
                    key = "window" if again else "return_days", category
                    apart = (one.days[-1] - one.days[0]).days
                    waits[key] = min(waits.get(key, apart), apart)
                case "twice_in_meal":
                    more[category] += 1
                case "season":
                    yield Remedy(kind="season", category=category)
                case "cost":
                    unpriced[one.period] |= set(one.dish_ids)
    for (kind, category), days in waits.items():
        if kind == "window" or ("window", category) not in waits:
            least = min(days, waits.get(("return_days", category), days))
            yield Remedy(kind=kind, category=category, amount=least)
    for category, count in more.items():
        yield Remedy(kind="add_dishes", category=category, amount=count)
    for period, ids in unpriced.items():
        dish_ids = tuple(sorted(ids))
        yield Remedy(kind="prices", period=period, dish_ids=dish_ids, amount=len(dish_ids))


def _places(broken: Sequence[Broken]) -> Iterator[Remedy]:
    """Places that nothing stands in are left out."""
    found: dict[tuple[str, str], list[Broken]] = defaultdict(list)
    for one in broken:
        if one.rule == "filled" and one.have < one.want:
            found[one.period, one.slot].append(one)
    for (period, slot), cells in found.items():
        days = tuple(one.days[0] for one in cells for _ in range(one.want - one.have))
        yield Remedy(kind="places", period=period, slot=slot, days=days, amount=len(days))
