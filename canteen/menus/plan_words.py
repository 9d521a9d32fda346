"""Planning in the staff's words: rules, what breaks them, what would free them.

Sentences are made when they are read, in the reader's language; what is stored are codes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import has_request_context
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.foundation.calendar import week_name, week_of
from canteen.foundation.money import spoken_yuan
from canteen.menus.categories import CATEGORIES, EQUIPMENT, METHODS
from canteen.menus.plan_asked import Place
from canteen.menus.planning.checking import Broken
from canteen.residents import diets

CONTAINS_WORDS: Mapping[str, tuple[str, ...]] = {
    "pork": ("猪肉", "pork", "猪"),
    "beef": ("牛肉", "beef", "牛"),
    "lamb": ("羊肉", "lamb", "mutton", "羊"),
}
"""What people call the animal in a dish; the first is Chinese, the second English."""
TAG_WORDS: Mapping[str, Any] = {
    "low_salt": _l("少盐"),
    "low_sugar": _l("少糖"),
    "spicy": _l("辣"),
    "to_confirm": _l("待确认"),
}
RULE_WORDS: Mapping[str, Any] = {
    "filled": _l("每一格都有菜"),
    "pinned": _l("固定的菜留在原处"),
    "season": _l("菜当季"),
    "forbidden": _l("不上的菜没有上"),
    "twice_in_meal": _l("一餐里不重样"),
    "repeat": _l("一周里不重样"),
    "return": _l("隔够天数才再上"),
    "diet": _l("忌口的人每餐有得选"),
    "capacity": _l("锅灶够用"),
    "budget": _l("每份不超预算"),
    "meat_and_vegetables": _l("每天荤素搭配"),
    "coarse_and_fine": _l("每天粗细搭配"),
}
"""The hard rules as a person checks them off."""

_SHORT: Mapping[str, Any] = {
    "filled": _l("缺菜"),
    "pinned": _l("没留住固定的菜"),
    "season": _l("不当季"),
    "cost": _l("没有成本"),
    "forbidden": _l("这天不上"),
    "twice_in_meal": _l("一餐两次"),
    "repeat": _l("一周两次"),
    "return": _l("隔得太近"),
    "capacity": _l("锅灶不够"),
}


@dataclass(frozen=True, kw_only=True)
class Names:
    """Words of a site in the reader's language."""

    periods: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[tuple[str, str], str] = field(default_factory=dict)
    dishes: Mapping[int, str] = field(default_factory=dict)
    by_canonical: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[int, str] = field(default_factory=dict)
    """Category by dish."""

    def dish(self, dish_id: int | None) -> str:
        """A dish's name; an empty place has a dash."""
        return "—" if dish_id is None else self.dishes.get(dish_id, f"#{dish_id}")

    def dishes_of(self, ids: Iterable[int]) -> str:
        """Several dishes, joined."""
        return joined(dict.fromkeys(self.dish(one) for one in ids))

    def period(self, code: str) -> str:
        """A meal."""
        return self.periods.get(code, code)

    def slot(self, period: str, code: str) -> str:
        """A row of the grid."""
        return self.slots.get((period, code), code)


def english_here() -> bool:
    """Whether words are English now; Chinese where nobody reads, as in an action."""
    if not has_request_context():
        return False
    locale = get_locale()
    return locale is not None and locale.language == "en"


def joined(words: Iterable[str]) -> str:
    """Words of a list."""
    return (", " if english_here() else "、").join(words)


def day_words(day: date) -> str:
    """周三, Wed."""
    return str(format_date(day, "EEE", locale="en" if english_here() else "zh_Hans_CN"))


def date_words(day: date) -> str:
    """11月25日 周三, Wed 25 Nov."""
    english = english_here()
    form = "EEE d MMM" if english else "M月d日 EEE"
    return str(format_date(day, form, locale="en" if english else "zh_Hans_CN"))


def meal_words(day: date, period: str, names: Names) -> str:
    """11月25日 周三午餐, Wed 25 Nov lunch."""
    meal = names.period(period)
    return f"{date_words(day)} {meal.lower()}" if english_here() else date_words(day) + meal


def place_words(place: Place, names: Names) -> str:
    """11月25日 周三午餐 大荤."""
    day, period, slot, _position = place
    return f"{meal_words(day, period, names)} {names.slot(period, slot)}"


def category_words(code: str) -> str:
    """A kind of dish."""
    kind = CATEGORIES.get(code)
    return code if kind is None else kind.en if english_here() else kind.zh


def diet_words(code: str) -> str:
    """A diet."""
    return diets.name_of(code)[english_here()] if code in diets.BY_CODE else code


def equipment_words(code: str) -> str:
    """A piece of equipment."""
    tool = EQUIPMENT.get(code)
    return code if tool is None else tool.en if english_here() else tool.zh


def mark_words(mark: str, names: Names) -> str:
    """What a ban is about: 猪肉, 豆腐, 油炸."""
    kind, _colon, what = mark.partition(":")
    match kind:
        case "contains":
            return CONTAINS_WORDS[what][english_here()] if what in CONTAINS_WORDS else what
        case "category":
            return category_words(what)
        case "method":
            way = METHODS.get(what)
            return what if way is None else way.en if english_here() else way.zh
        case "tag":
            return str(TAG_WORDS.get(what, what))
        case "dish":
            return names.by_canonical.get(what, what)
    return what


def rule_words(code: str) -> str:
    """A hard rule."""
    return str(RULE_WORDS.get(code, code))


def short_words(rule: str) -> str:
    """What is wrong with a dish in its place, in two or three signs."""
    return str(_SHORT.get(rule, _("不该在这里")))


def broken_words(one: Broken, names: Names) -> str:
    """What a plan breaks, where, and by how much."""
    facts = _facts(one, names)
    match one.rule:
        case "filled":
            return _("%(where)s有 %(have)s 道，要 %(want)s 道", **facts)
        case "unknown_dish":
            return _("%(where)s的菜不在库里了", **facts)
        case "pinned":
            return _("%(where)s固定的%(dishes)s没有留住", **facts)
        case "category" | "period":
            return _("%(dishes)s不该放在%(where)s", **facts)
        case "season":
            return _("%(where)s：%(dishes)s不当季", **facts)
        case "cost":
            return _("%(where)s：%(dishes)s没有成本，算不了预算", **facts)
        case "forbidden":
            return _("%(where)s：%(dishes)s这天不上", **facts)
        case "twice_in_meal":
            return _("%(where)s里有两道%(dishes)s", **facts)
        case "repeat":
            return _("%(dishes)s一周里上了两次：%(days)s", **facts)
        case "return":
            return _("%(dishes)s隔 %(have)s 天又上（%(days)s），要隔 %(want)s 天", **facts)
    return _meal_words_broken(one.rule, facts)


def _meal_words_broken(rule: str, facts: Mapping[str, Any]) -> str:
    match rule:
        case "diet":
            return _("%(where)s适合“%(diet)s”的菜有 %(have)s 道，要 %(want)s 道", **facts)
        case "capacity":
            return _("%(where)s要 %(have)s 个%(tool)s，只有 %(want)s 个", **facts)
        case "budget":
            return _("%(week)s%(period)s每份 %(spent)s 元，预算 %(budget)s 元", **facts)
        case "meat_and_vegetables":
            return _("%(where)s没有荤素搭配", **facts)
        case "coarse_and_fine":
            return _("%(where)s没有粗细搭配", **facts)
    return _("%(where)s违反规则 %(rule)s", **facts)


def _facts(one: Broken, names: Names) -> dict[str, Any]:
    """What any sentence about a broken rule may want."""
    day = one.days[0] if one.days else None
    where = ""
    if day is not None:
        where = meal_words(day, one.period, names) if one.period else date_words(day)
        where += f" {names.slot(one.period, one.slot)}" if one.slot else ""
    return {
        "rule": one.rule,
        "where": where,
        "days": joined(date_words(each) for each in one.days),
        "dishes": names.dishes_of(one.dish_ids),
        "have": one.have,
        "want": one.want,
        "diet": diet_words(one.what),
        "tool": equipment_words(one.what),
        "week": f"{week_name(week_of(day)[0])} " if day else "",
        "period": names.period(one.period),
        "spent": spoken_yuan(one.have),
        "budget": spoken_yuan(one.want),
    }
