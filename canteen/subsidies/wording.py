"""The reason line of a meal, in Chinese and English.

Both are made when the meal is priced and stored with it, so they are plain strings and
no translations of the reader's session. They are read by the diner and by an auditor:
age, what each funder pays, how many meals so far, and why somebody does *not* pay.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from canteen.foundation.money import spoken_yuan
from canteen.residents import tags as tag_table
from canteen.subsidies.eligibility import PERSON_END, PLACE, Miss
from canteen.subsidies.policy import FUNDERS, Place, Policy, Rule, Window

Both = tuple[str, str]
"""One text as (Chinese, English)."""

CHANNELS: dict[str, Both] = {
    "dine_in": ("堂食", "eating in"),
    "takeaway": ("外带", "takeaway"),
    "delivery": ("送餐", "delivery"),
}
PERIODS: dict[str, Both] = {
    "breakfast": ("早餐", "breakfast"),
    "lunch": ("午餐", "lunch"),
    "dinner": ("晚餐", "dinner"),
}
SPANS: dict[str, Both] = {
    "meal": ("每餐", "per meal"),
    "period": ("本餐次", "this mealtime"),
    "day": ("今日", "today"),
    "week": ("本周", "this week"),
    "month": ("本月", "this month"),
    "year": ("本年", "this year"),
}
LEVELS: dict[str, Both] = {
    "city": ("本市", "city"),
    "district": ("本区", "district"),
    "town": ("本镇街", "town"),
}
ITEMS: dict[str, Both] = {"set": ("套餐", "sets"), "dish": ("单点", "single dishes")}


@dataclass(frozen=True)
class Missed:
    """A rule that did not pay these funders' parts, and why."""

    policy: Policy
    rule: Rule
    funders: tuple[str, ...]
    miss: Miss


@dataclass(frozen=True)
class Reasoning:
    """What the engine found. `counts`: (span, this meal's number, cap); `clipped`:
    (span, cap in fen); `paid`: (rule, funder, fen) in paying order; `kept_fen`: what the
    diner pays at least; `beaten`: policies that give way to better ones."""

    day: date
    age: int | None
    tags: tuple[str, ...]
    paid: tuple[tuple[Rule, str, int], ...]
    counts: tuple[tuple[str, int, int], ...]
    clipped: tuple[tuple[str, int], ...]
    misses: tuple[Missed, ...]
    policies: tuple[Policy, ...]
    kept_fen: int = 0
    beaten: tuple[Policy, ...] = ()


def reason(found: Reasoning) -> Both:
    """The whole line: who, what is paid, what was counted, what is not paid and why."""
    head = _who(found)
    if not found.paid:
        zh, en = _why_not(found)
        return f"{head[0]}，不享受补贴：{zh}", f"{head[1]}; no subsidy: {en}"
    body = _paid(found)
    notes = [*map(_count, found.counts), *map(_clip, found.clipped), *_unpaid(found)]
    if found.kept_fen:
        notes.append(explain(Miss(0, "least_pay", {"fen": found.kept_fen})))
    for policy in found.beaten:
        zh, en = policy.name.zh, policy.name.en
        notes.append((f"与“{zh}”不同享，取高的", f"not together with “{en}”, the better is taken"))
    return (
        "；".join([f"{head[0]}，{body[0]}", *(zh for zh, _ in notes)]),
        "; ".join([f"{head[1]}: {body[1]}", *(en for _, en in notes)]),
    )


def _who(found: Reasoning) -> Both:
    zh, en = ("年龄未登记", "age not on record")
    if found.age is not None:
        zh, en = f"{found.age} 岁", f"age {found.age}"
    for tag in found.tags:
        tag_zh, tag_en = tag_name(tag)
        zh, en = f"{zh}，{tag_zh}", f"{en}, {tag_en}"
    return zh, en


def _paid(found: Reasoning) -> Both:
    zh, en = [], []
    for rule, funder, fen in found.paid:
        label_zh, label_en = rule.name.zh, rule.name.en
        if len(rule.split) > 1:
            funder_zh, funder_en = funder_name(funder)
            label_zh, label_en = f"{label_zh}（{funder_zh}）", f"{label_en} ({funder_en})"
        gap = "" if label_zh.endswith("）") else " "
        zh.append(f"{label_zh}{gap}{spoken_yuan(fen)} 元")
        en.append(f"{label_en} {spoken_yuan(fen)} yuan")
    return " + ".join(zh), " + ".join(en)


def _count(count: tuple[str, int, int]) -> Both:
    span, nth, limit = count
    zh, en = SPANS[span]
    return f"{zh}第 {nth} 餐，上限 {limit}", f"meal {nth} of at most {limit} {en}"


def _clip(clip: tuple[str, int]) -> Both:
    span, fen = clip
    zh, en = SPANS[span]
    yuan = spoken_yuan(fen)
    return f"{zh}最多补 {yuan} 元", f"at most {yuan} yuan {en}"


def _unpaid(found: Reasoning) -> list[Both]:
    """Funders that pay nothing although the diner's age and tags would fit."""
    paying = {funder for _, funder, _ in found.paid}
    nearest: dict[str, Missed] = {}
    for missed in found.misses:
        for funder in missed.funders:
            if funder in paying or missed.miss.nearness < PLACE:
                continue
            if funder not in nearest or missed.miss.rank > nearest[funder].miss.rank:
                nearest[funder] = missed
    lines = _used_up(found, paying)
    for funder, missed in nearest.items():
        (zh, en), (name_zh, name_en) = explain(missed.miss), funder_name(funder)
        lines.append((f"{name_zh}不补：{zh}", f"{name_en} pays nothing: {en}"))
    return lines


def _used_up(found: Reasoning, paying: set[str]) -> list[Both]:
    """Rules that are used up although their funder pays under another rule."""
    paid = {rule.code for rule, _, _ in found.paid}
    lines = []
    for missed in found.misses:
        is_used_up = missed.miss.code in ("cap_reached", "quota_used")
        if is_used_up and paying.issuperset(missed.funders) and missed.rule.code not in paid:
            (zh, en), name = explain(missed.miss), missed.rule.name
            lines.append((f"“{name.zh}”不补：{zh}", f"“{name.en}” pays nothing: {en}"))
    return list(dict.fromkeys(lines))


def _why_not(found: Reasoning) -> Both:
    """The one or two misses nearest to paying."""
    if not found.misses:
        return _no_policy(found)
    best = max(missed.miss.rank for missed in found.misses)
    limit = 2 if best[0] > PERSON_END else 1
    told = [missed.miss for missed in found.misses if missed.miss.rank == best]
    texts = list(dict.fromkeys(explain(miss) for miss in told))[:limit]
    return "；".join(zh for zh, _ in texts), "; ".join(en for _, en in texts)


def _no_policy(found: Reasoning) -> Both:
    for policy in found.policies:
        if policy.valid_from > found.day:
            begins = policy.valid_from.isoformat()
            return f"政策 {begins} 起施行", f"the policy begins on {begins}"
        if policy.valid_until is not None and policy.valid_until < found.day:
            ended = policy.valid_until.isoformat()
            return f"政策已于 {ended} 到期", f"the policy ended on {ended}"
    return "没有适用的补贴政策", "no policy applies here"


def explain(miss: Miss) -> Both:
    """Why a test failed, as a short clause. KeyError for an unknown code is a bug."""
    sentence = _MISSES[miss.code]
    return sentence(miss.facts) if callable(sentence) else sentence


def tag_name(code: str) -> Both:
    """A tag's name; an unknown code stands for itself."""
    return tag_table.name_of(code) if code in tag_table.BY_CODE else (code, code)


def funder_name(code: str) -> Both:
    """A funder's name; an unknown code stands for itself."""
    return FUNDERS.get(code, (code, code))


def place_names(places: tuple[Place, ...]) -> Both:
    """Places one after another: ``广州市增城区、深圳市``."""
    names = ["".join(place) for place in places]
    return "、".join(names), " or ".join(names)


def listed(codes: tuple[str, ...], names: Mapping[str, Both]) -> Both:
    """Codes by their names, one after another; an unknown code stands for itself."""
    pairs = [names.get(code, (code, code)) for code in codes]
    return "、".join(zh for zh, _ in pairs), " or ".join(en for _, en in pairs)


def _tags(codes: tuple[str, ...]) -> Both:
    return listed(codes, {code: tag_name(code) for code in codes})


def window_text(window: Window) -> str:
    """``11:00–13:30``."""
    return f"{window.start:%H:%M}–{window.end:%H:%M}"


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
