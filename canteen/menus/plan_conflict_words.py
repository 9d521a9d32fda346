"""Why the rules cannot all hold, and ways out, in the staff's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from canteen.foundation.calendar import week_name, week_of
from canteen.foundation.money import spoken_yuan
from canteen.menus.plan_words import (
    Names,
    category_words,
    date_words,
    diet_words,
    equipment_words,
    joined,
    mark_words,
    rule_words,
)
from canteen.menus.planning.demands import Demand, Remedy


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """A remedy in words; `where` names what opens it: dishes, slots, exemptions, rules or week."""

    text: str
    where: str


def demand_words(one: Demand, names: Names) -> str:
    """素菜只有 12 种可用，14 个位置需要 14 种."""
    facts = _demand_facts(one, names)
    match one.rule:
        case "supply" if one.have is not None and one.have < one.want:
            return _("%(what)s只有 %(have)s 种可用，有 %(want)s 个位置要放（%(when)s）", **facts)
        case "supply" | "filled":
            return _("%(what)s有 %(want)s 个位置要放（%(when)s）", **facts)
        case "repeat":
            return _("%(what)s一周里不能重样（%(when)s）", **facts)
        case "return" if one.want:
            return _("%(what)s要隔 %(want)s 天才能再上（%(when)s）", **facts)
        case "return":
            return _("%(what)s要隔够天数才能再上（%(when)s）", **facts)
        case "twice_in_meal":
            return _("%(what)s一餐里不能上两次（%(when)s）", **facts)
        case "pinned":
            return _("%(dishes)s固定在%(when)s", **facts)
        case "forbidden":
            return _("%(when)s不上%(mark)s", **facts)
    return _other_demand(one, facts)


def _other_demand(one: Demand, facts: dict[str, Any]) -> str:
    match one.rule:
        case "season":
            return _("%(what)s只用当季的（%(when)s）", **facts)
        case "cost":
            return _("%(what)s没有成本的不能用（%(when)s）", **facts)
        case "diet":
            return _("%(when)s每餐至少 %(want)s 道适合“%(diet)s”", **facts)
        case "capacity":
            return _("%(when)s只有 %(want)s 个%(tool)s", **facts)
        case "budget" if one.have is not None and one.have > one.want:
            return _("%(when)s每份不超过 %(money)s 元，最便宜的排法要 %(cheapest)s 元", **facts)
        case "budget":
            return _("%(when)s每份不超过 %(money)s 元", **facts)
        case "meat_and_vegetables":
            return _("%(when)s每天要有荤有素", **facts)
        case "coarse_and_fine":
            return _("%(when)s每天要有粗粮有细粮", **facts)
    return _("%(rule)s（%(when)s）", **facts)


def _demand_facts(one: Demand, names: Names) -> dict[str, Any]:
    kinds = joined(category_words(code) for code in one.categories)
    slot = names.slot(one.period, one.slot) if one.slot else ""
    return {
        "what": slot or kinds or names.dishes_of(one.dish_ids) or _("菜"),
        "dishes": names.dishes_of(one.dish_ids) or _("菜"),
        "when": when_words(one.days, one.period, names),
        "have": one.have,
        "want": one.want,
        "diet": diet_words(one.what),
        "tool": equipment_words(one.what),
        "mark": mark_words(one.what, names),
        "money": spoken_yuan(one.want),
        "cheapest": spoken_yuan(one.have or 0),
        "rule": rule_words(one.rule),
    }


def when_words(days: Iterable[date], period: str, names: Names) -> str:
    """2026-W48 午餐; 11月25日 周三; every day named up to three."""
    all_days = sorted(set(days))
    weeks = list(dict.fromkeys(week_name(day) for day in all_days))
    meal = names.period(period) if period else ""
    if not all_days:
        return meal or _("每一天")
    if len(all_days) <= 3:
        days_words = joined(date_words(day) for day in all_days)
    elif len(weeks) == 1 and len(all_days) == len(week_of(all_days[0])):
        days_words = weeks[0]
    else:
        days_words = _(
            "%(first)s至%(last)s共 %(count)s 天",
            first=date_words(all_days[0]),
            last=date_words(all_days[-1]),
            count=len(all_days),
        )
    return f"{days_words} {meal}".strip()


def way_out(one: Remedy, names: Names) -> WayOut:
    """再加 2 种素菜; 允许素菜间隔 5 天."""
    if one.kind == "together":
        parts = [way_out(part, names) for part in one.parts]
        return WayOut(text=_("，同时").join(part.text for part in parts), where=parts[0].where)
    facts = {
        "kind": category_words(one.category) if one.category else _("菜"),
        "amount": one.amount,
        "diet": diet_words(one.what),
        "tool": equipment_words(one.what),
        "mark": mark_words(one.what, names),
        "rule": rule_words(one.what),
        "money": spoken_yuan(one.amount),
        "period": names.period(one.period) if one.period else _("每餐"),
        "slot": names.slot(one.period, one.slot) if one.slot else "",
        "dishes": names.dishes_of(one.dish_ids),
        "when": when_words(one.days, one.period, names),
    }
    return WayOut(text=_remedy_words(one, facts), where=_OPENS.get(one.kind, "rules"))


_OPENS = {
    "add_dishes": "dishes",
    "season": "dishes",
    "prices": "dishes",
    "places": "slots",
    "window": "slots",
    "pinned": "week",
}


def _remedy_words(one: Remedy, facts: dict[str, Any]) -> str:
    match one.kind:
        case "add_dishes" if one.what:
            return _("再加 %(amount)s 种适合“%(diet)s”的%(kind)s", **facts)
        case "add_dishes":
            return _("再加 %(amount)s 种%(kind)s", **facts)
        case "window":
            return _("允许%(kind)s隔 %(amount)s 天再上，一周里也可以", **facts)
        case "return_days":
            return _("%(kind)s改成隔 %(amount)s 天就能再上", **facts)
        case "capacity":
            return _("%(period)s的%(tool)s按 %(amount)s 个算", **facts)
        case "budget":
            return _("%(period)s预算提到每份 %(money)s 元", **facts)
        case "diet" if one.amount:
            return _("适合“%(diet)s”的菜每餐 %(amount)s 道就行", **facts)
        case "diet":
            return _("不再要求每餐有适合“%(diet)s”的菜", **facts)
        case "forbidden":
            return _("%(when)s可以上%(mark)s", **facts)
        case "pinned":
            return _("不再固定%(dishes)s", **facts)
    return _other_remedy(one, facts)


def _other_remedy(one: Remedy, facts: dict[str, Any]) -> str:
    match one.kind:
        case "places":
            return _("%(slot)s少放一格（%(when)s）", **facts)
        case "season" if not one.category:
            return _("所有菜都可以用不当季的")
        case "season":
            return _("%(kind)s可以用不当季的", **facts)
        case "prices":
            return _("补上成本：%(dishes)s", **facts)
        case "switch_off":
            return _("不要求“%(rule)s”", **facts)
    return one.kind
