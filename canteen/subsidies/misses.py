"""Why a test failed, as a short clause in Chinese and English."""

from collections.abc import Callable, Mapping
from typing import Any

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.eligibility import Miss
from canteen.subsidies.wording import (
    CHANNELS,
    ITEMS,
    LEVELS,
    PERIODS,
    SPANS,
    Both,
    listed,
    place_names,
    tag_name,
    window_text,
)


def explain(miss: Miss) -> Both:
    """Why a test failed, as a short clause. KeyError for an unknown code is a bug."""
    sentence = _MISSES[miss.code]
    return sentence(miss.facts) if callable(sentence) else sentence


def _tags(codes: tuple[str, ...]) -> Both:
    return listed(codes, {code: tag_name(code) for code in codes})


def _lacks_tag(facts: Mapping[str, Any]) -> Both:
    zh, en = _tags(facts["tags"])
    return f"不属于{zh}", f"not {en}"


def _barred(facts: Mapping[str, Any]) -> Both:
    zh, en = _tags(facts["tags"])
    return f"{zh}不在此列", f"{en} is excluded"


def _hukou(facts: Mapping[str, Any]) -> Both:
    zh, en = place_names(facts["places"])
    return f"户籍不在{zh}", f"not registered in {en}"


def _hukou_barred(facts: Mapping[str, Any]) -> Both:
    zh, en = place_names(facts["places"])
    return f"户籍在{zh}的除外", f"people registered in {en} are excluded"


def _residence(facts: Mapping[str, Any]) -> Both:
    zh, en = place_names(facts["places"])
    return f"不住在{zh}", f"does not live in {en}"


def _site(facts: Mapping[str, Any]) -> Both:
    zh, en = place_names(facts["places"])
    return f"不在{zh}的食堂就餐", f"this canteen is not in {en}"


def _site_level(facts: Mapping[str, Any]) -> Both:
    zh, en = LEVELS[facts["level"]]
    return f"不在{zh}就餐", f"this canteen is outside the diner's own {en}"


def _period(facts: Mapping[str, Any]) -> Both:
    zh, en = listed(facts["periods"], PERIODS)
    return f"只补{zh}", f"only {en} is subsidised"


def _channel(facts: Mapping[str, Any]) -> Both:
    zh, en = listed(facts["channels"], CHANNELS)
    return f"只补{zh}", f"only {en} is subsidised"


def _item(facts: Mapping[str, Any]) -> Both:
    zh, en = listed(facts["items"], ITEMS)
    return f"只补{zh}", f"only {en} are subsidised"


def _windows(facts: Mapping[str, Any]) -> Both:
    times = [window_text(window) for window in facts["windows"]]
    return f"不在供餐时段 {'、'.join(times)}", f"outside {', '.join(times)}"


def _capped(facts: Mapping[str, Any]) -> Both:
    zh, en = SPANS[facts["per"]]
    if "meals" in facts:
        return f"{zh}已补 {facts['meals']} 次", f"already {facts['meals']} subsidised {en}"
    yuan = spoken_yuan(facts["fen"])
    return f"{zh}已补 {yuan} 元，到上限", f"already {yuan} yuan {en}, the limit"


def _yuan(zh: str, en: str) -> Callable[[Mapping[str, Any]], Both]:
    """A clause around one amount."""

    def say(facts: Mapping[str, Any]) -> Both:
        yuan = spoken_yuan(facts["fen"])
        return zh.format(yuan), en.format(yuan)

    return say


def _age(zh: str, en: str) -> Callable[[Mapping[str, Any]], Both]:
    """A clause around one age."""
    return lambda facts: (zh.format(facts["age"]), en.format(facts["age"]))


_MISSES: dict[str, Both | Callable[[Mapping[str, Any]], Both]] = {
    "lacks_tag": _lacks_tag,
    "barred_by_tag": _barred,
    "no_birthday": ("没有登记出生日期", "no birthday on record"),
    "too_young": _age("未满 {} 周岁", "not yet {}"),
    "too_old": _age("已满 {} 周岁", "already {}"),
    "hukou_elsewhere": _hukou,
    "hukou_barred": _hukou_barred,
    "lives_elsewhere": _residence,
    "in_institution": ("住在养老机构", "lives in an institution"),
    "not_in_institution": ("不住在养老机构", "does not live in an institution"),
    "registered_elsewhere": ("不在本食堂登记", "registered at another canteen"),
    "registered_here": ("已在本食堂登记", "registered at this canteen"),
    "no_pass": ("没有有效的餐卡套餐", "holds no valid pass"),
    "site_elsewhere": _site,
    "site_not_in_same": _site_level,
    "site_trait": ("本食堂不在补贴范围", "this canteen is not covered"),
    "period": _period,
    "workdays": ("不在工作日", "not a workday"),
    "rest_days": ("不在休息日", "not a day off"),
    "public_holidays": ("不在法定节假日", "not a public holiday"),
    "no_public_holidays": ("法定节假日不补", "no subsidy on public holidays"),
    "not_this_day": ("今天不是补贴日", "not a day of this subsidy"),
    "outside_windows": _windows,
    "channel": _channel,
    "item": _item,
    "meal_of_day": lambda facts: (
        f"今日第 {facts['nth']} 餐不补",
        f"meal {facts['nth']} of the day is not subsidised",
    ),
    "spend_below": _yuan("餐费未满 {} 元", "spend is below {} yuan"),
    "spend_not_above": _yuan("餐费未超过 {} 元", "spend is not above {} yuan"),
    "spend_above": _yuan("餐费超过 {} 元的不补", "nothing off a spend above {} yuan"),
    "spend_reaches": _yuan("餐费满 {} 元的不补", "nothing off a spend of {} yuan or more"),
    "birthday_day": ("不在生日当天", "not the diner's birthday"),
    "birthday_month": ("不在生日当月", "not the month of the diner's birthday"),
    "least_pay": _yuan("至少自付 {} 元", "the diner pays at least {} yuan"),
    "no_delivery_fee": ("没有送餐费", "no delivery fee"),
    "cap_reached": _capped,
    "quota_used": ("本期额度已用完", "the quota is used up"),
    "already_cheaper": _yuan("餐费不高于 {} 元", "the price is not above {} yuan"),
    "nothing_to_pay": ("无需再补", "nothing is left to pay"),
    "no_effect": ("本年龄段无补贴", "no subsidy at this age"),
}
