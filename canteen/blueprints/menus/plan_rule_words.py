"""The words of the rules page: what each soft rule means to a manager, how fields are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.menus.plan_words import category_words, day_words, diet_words, equipment_words

BALANCES = ("meat_and_vegetables", "coarse_and_fine")

_SOFT_WORDS: Mapping[str, tuple[Any, Any]] = {
    "cost": (_l("省成本"), _l("同样合规时，选便宜的")),
    "rating": (_l("老人爱吃"), _l("选评价高的菜")),
    "recent": (_l("少上最近上过的"), _l("四周内上过的，往后放")),
    "same_main_day": (_l("一天里主料不重"), _l("中午吃了土豆，晚上就不吃土豆")),
    "same_main_next": (_l("接连两天主料不重"), _l("周一牛肉，周二就不牛肉")),
    "same_method_meal": (_l("一餐里做法不重"), _l("不要四道都是炒的")),
    "same_method_next": (_l("接连两天荤菜做法不重"), _l("周一红烧，周二就不红烧")),
    "same_exempt": (_l("米饭、牛奶这类也换着来"), _l("同一餐里，一种一周不超过 3 次")),
    "near_duplicate": (_l("一周里不上相近的菜"), _l("西红柿炖牛腩和番茄牛腩只上一道")),
    "foods_a_day": (_l("每天食物种类够"), _l("不算油盐酱醋")),
    "foods_a_week": (_l("每周食物种类够"), _l("不算油盐酱醋")),
    "whole_grain": (_l("每天有粗粮"), _l("杂粮、薯类都算")),
    "dark_vegetables": (_l("深色菜占一半"), _l("菠菜、胡萝卜这类")),
    "fish": (_l("每周吃鱼虾"), _l("够次数就行")),
    "soy": (_l("常吃豆制品"), _l("够天数就行")),
    "kcal": (_l("热量合适"), _l("不多不少")),
    "protein": (_l("蛋白质够"), _l("老人肌肉要靠它")),
    "fibre": (_l("膳食纤维够"), _l("蔬菜、杂粮里有")),
    "sodium": (_l("少盐"), _l("每天的钠不超标")),
    "soft_food": (_l("每餐有软食"), _l("80 岁以上、牙口不好的也有得吃")),
    "change": (_l("重排时少改动"), _l("改得越少越好")),
}
_GROUPS: Sequence[tuple[Any, Sequence[str]]] = (
    (_l("花样"), ("near_duplicate", "same_exempt", "same_main_day", "same_main_next",
                "same_method_meal", "same_method_next", "recent")),
    (_l("营养"), ("soft_food", "foods_a_day", "foods_a_week", "fish", "soy", "whole_grain",
                "dark_vegetables", "sodium", "protein", "kcal", "fibre")),
    (_l("口味和钱"), ("rating", "cost", "change")),
)  # fmt: skip
_NUMBER_WORDS: Mapping[str, Any] = {
    "foods_a_day": _l("每天食物种类"),
    "foods_a_week": _l("每周食物种类"),
    "fish_a_week": _l("每周鱼虾次数"),
    "soy_days_a_week": _l("每周豆制品天数"),
    "methods_in_a_meal": _l("一餐里同一做法最多几道"),
    "seconds": _l("最多算几秒"),
    "closed_days": _l("停伙的日子"),
    "closed_weekdays": _l("每周停伙"),
    "meal_share": _l("占全天的比例"),
    "budget_fen": _l("每份预算"),
    "return_days": _l("间隔天数"),
    "diets": _l("忌口"),
    "capacity": _l("锅灶"),
    "importance": _l("看重什么"),
    "bands": _l("每天营养"),
    "bans": _l("不上的菜"),
}
_BAND_WORDS: Mapping[str, tuple[Any, str]] = {
    "kcal": (_l("热量"), "kcal"),
    "protein": (_l("蛋白质"), "g"),
    "fibre": (_l("膳食纤维"), "g"),
    "sodium": (_l("钠"), "mg"),
}


@dataclass(frozen=True, kw_only=True)
class SoftRuleWords:
    """One thing a plan may care about."""

    code: str
    name: str
    about: str


def groups() -> list[tuple[str, list[SoftRuleWords]]]:
    """Soft rules in the groups a manager reads them in."""
    return [(str(name), [_soft(code) for code in codes]) for name, codes in _GROUPS]


def _soft(code: str) -> SoftRuleWords:
    name, about = _SOFT_WORDS[code]
    return SoftRuleWords(code=code, name=str(name), about=str(about))


def bands() -> list[tuple[str, str, str]]:
    """Nutrients with limits: code, word, unit."""
    return [(code, str(word), unit) for code, (word, unit) in _BAND_WORDS.items()]


def weekdays() -> list[str]:
    """周一 to 周日."""
    monday = date(2026, 11, 23)
    return [day_words(monday + timedelta(days=number)) for number in range(7)]


def importance_words() -> list[str]:
    """What 0 to 10 mean."""
    none, little, some, much, most = _("不管"), _("有点"), _("适中"), _("看重"), _("最看重")
    return [none, *[little] * 3, *[some] * 3, *[much] * 2, *[most] * 2]


def field_words(field: str) -> str:
    """The name of a field by its path: ``return_days.main_meat`` is 间隔天数 大荤."""
    group, *rest = field.split(".")
    if group == "importance" and rest and rest[0] in _SOFT_WORDS:
        return str(_SOFT_WORDS[rest[0]][0])
    named = {
        "return_days": category_words,
        "diets": diet_words,
        "bands": lambda code: str(_BAND_WORDS[code][0]) if code in _BAND_WORDS else code,
    }.get(group)
    words = [str(_NUMBER_WORDS.get(group, group))]
    if group == "capacity":
        words += [equipment_words(rest[-1])] if rest else []
    elif group == "bans":
        words += [str(int(rest[0]) + 1)] if rest and rest[0].isdigit() else []
    elif named and rest:
        words.append(named(rest[0]))
    return " ".join(words)


def beside(field: str) -> str:
    """The field of the page beside which a mistake is shown."""
    parts = field.split(".")
    if parts[0] == "bands" and len(parts) == 3:
        return f"bands.{parts[1]}.{'low' if parts[2] == '0' else 'high'}"
    if parts[0] == "bands":
        return f"bands.{parts[1]}.low" if len(parts) > 1 else "bands"
    if parts[0] == "bans":
        return f"ban.{parts[1]}.what" if len(parts) > 1 else "bans"
    return field
