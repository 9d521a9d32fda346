"""A policy in plain sentences: 70 至 79 岁，每餐减 2 元，区财政承担.

For the pages where a manager reads policies, for the entitlement card and for the command
line. Sentences are (Chinese, English), made of the same words as reason lines.
"""

from collections.abc import Callable

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.clause_words import ages, framed, joined, when, who
from canteen.subsidies.policy import (
    Band,
    Cap,
    Effect,
    Grant,
    Pass,
    Policy,
    Quota,
    Rule,
    Share,
    TopUp,
)
from canteen.subsidies.wording import Both, funder_name, place_names

PER: dict[str, Both] = {
    "meal": ("每餐", "per meal"),
    "period": ("每个餐次", "per mealtime"),
    "day": ("每天", "a day"),
    "week": ("每周", "a week"),
    "month": ("每月", "a month"),
    "year": ("每年", "a year"),
    "delivery": ("每次送餐", "per delivery"),
    "subsidised_delivery": ("每次送补贴餐", "per subsidised delivery"),
    "subsidised_meal": ("每份补贴餐", "per subsidised meal"),
    "subsidised_day": ("每位老人每天", "per subsidised diner and day"),
}
OF: dict[str, Both] = {
    "list": ("原价", "the list price"),
    "remaining": ("前面减过后的价", "the price after earlier discounts"),
}
PAYERS: dict[str, Both] = {
    "province": ("省财政", "the province"),
    "city": ("市财政", "the city"),
    "district": ("区财政", "the district"),
    "town": ("镇街财政", "the town"),
    "village": ("村（社区）", "the village"),
    "party": ("党费", "party dues"),
    "lottery": ("福彩公益金", "the welfare lottery fund"),
    "charity": ("慈善资金", "charity"),
    "operator": ("食堂自己", "the canteen itself"),
}
"""Funders as the subject of a sentence."""


def describe_policy(policy: Policy) -> list[Both]:
    """Everything a policy gives and limits, one sentence each, in document order."""
    sentences = [sentence for rule in policy.rules for sentence in describe_rule(rule, policy)]
    sentences += [describe_cap(cap, policy) for cap in policy.caps]
    sentences += [describe_quota(quota) for quota in policy.quotas]
    sentences += [describe_pass(held) for held in policy.passes]
    sentences += [describe_grant(grant, policy) for grant in policy.grants]
    return sentences + [describe_top_up(top_up, policy) for top_up in policy.top_ups]


def describe_rule(rule: Rule, policy: Policy | None = None) -> list[Both]:
    """A rule as one sentence for each age band that gives something."""
    return [
        _sentence(
            rule.name_pair,
            [*when(rule.when), _people(rule, band, policy), _given(rule, band, policy)],
        )
        for band in rule.bands
        if band.effect.kind != "nothing"
    ]


def payer_name(code: str) -> Both:
    """A funder as the one who pays; an unknown code stands for itself."""
    return PAYERS.get(code) or funder_name(code)


def _sentence(name: Both, pieces: list[Both]) -> Both:
    zh, en = joined(pieces)
    return f"{name[0]}：{zh}", f"{name[1]}: {en}"


def _people(rule: Rule, band: Band, policy: Policy | None) -> Both:
    passes = policy.passes if policy else ()
    return joined([ages(band.age_from, band.age_below), who(rule.who, passes)])


def _given(rule: Rule, band: Band, policy: Policy | None) -> Both:
    return joined([effect_words(rule, band.effect, policy), payer_words(rule)])


def effect_words(rule: Rule, effect: Effect, policy: Policy | None) -> Both:
    """What a rule gives by an effect, without who pays: 每餐减 2 元，自己至少付 1 元."""
    zh, en = _quota_share(effect, policy) or _EFFECTS[effect.kind](effect)
    target_zh, target_en = _TARGETS[rule.pays_for]
    if rule.least_pay_fen:
        least = spoken_yuan(rule.least_pay_fen)
        target_zh += f"，自己至少付 {least} 元"
        target_en += f", the diner pays at least {least} yuan"
    return f"{zh}{target_zh}", f"{en}{target_en}"


def payer_words(rule: Rule) -> Both:
    """Who pays a rule: 市财政 50%、区财政 50% 分担."""
    payers = [_share(share) for share in rule.split]
    shared = " 分担" if len(payers) > 1 else "承担"
    return (
        f"{'、'.join(zh for zh, _ in payers)}{shared}",
        f"paid by {' and '.join(en for _, en in payers)}",
    )


_TARGETS: dict[str, Both] = {
    "meal": ("", ""),
    "delivery": ("（减的是送餐费）", " (of the delivery fee)"),
    "meal_and_delivery": ("（餐费和送餐费一起算）", " (meal and delivery fee together)"),
}


def _share(share: Share) -> Both:
    zh, en = payer_name(share.funder)
    if share.fen is not None:
        return f"{zh} {spoken_yuan(share.fen)} 元", f"{en} {spoken_yuan(share.fen)} yuan"
    if share.basis_points is None:
        return zh, en
    percent, most = spoken_yuan(share.basis_points), ("", "")
    if share.ceiling_fen is not None:
        yuan = spoken_yuan(share.ceiling_fen)
        most = f"（最多 {yuan} 元）", f" (at most {yuan} yuan)"
    return f"{zh} {percent}%{most[0]}", f"{en} {percent}%{most[1]}"


def _quota_share(effect: Effect, policy: Policy | None) -> Both | None:
    if effect.kind != "quota":
        return None
    percent = spoken_yuan(effect.basis_points)
    quota = policy.quota_by_code.get(effect.quota) if policy else None
    zh, en = (quota.name.zh, quota.name.en) if quota else ("额度", "the quota")
    return f"餐费的 {percent}% 从“{zh}”里出", f"{percent}% of the price out of “{en}”"


def _percent(effect: Effect) -> Both:
    percent, (zh, en) = spoken_yuan(effect.basis_points), OF[effect.of]
    return _with_ceiling(effect, f"每餐按{zh}减 {percent}%", f"{percent}% off {en}")


def _with_ceiling(effect: Effect, zh: str, en: str) -> Both:
    if effect.ceiling_fen is None:
        return zh, en
    most = spoken_yuan(effect.ceiling_fen)
    return f"{zh}，最多补 {most} 元", f"{en}, at most {most} yuan"


def _pay(effect: Effect) -> Both:
    yuan = spoken_yuan(effect.fen)
    if effect.set_price_fen is None:
        return f"每餐只付 {yuan} 元", f"pays only {yuan} yuan a meal"
    price = spoken_yuan(effect.set_price_fen)
    return (
        f"{price} 元的套餐只付 {yuan} 元（更贵的，超出 {price} 元的部分自付）",
        f"pays only {yuan} yuan for a {price} yuan set (and what is above {price} yuan)",
    )


def _nth(effect: Effect) -> Both:
    prices = [spoken_yuan(fen) for fen in effect.steps_fen]
    zh = "，".join(f"当天第 {n} 餐付 {price} 元" for n, price in enumerate(prices, start=1))
    en = ", ".join(
        f"pays {price} yuan for meal {n} of the day" for n, price in enumerate(prices, 1)
    )
    if effect.after == "last":
        return f"{zh}，再往后每餐也付 {prices[-1]} 元", f"{en}, {prices[-1]} for every later one"
    return f"{zh}，再往后不补", f"{en}, nothing off later ones"


_EFFECTS: dict[str, Callable[[Effect], Both]] = {
    "off": lambda effect: (
        f"每餐减 {spoken_yuan(effect.fen)} 元",
        f"{spoken_yuan(effect.fen)} yuan off each meal",
    ),
    "percent_off": _percent,
    "pay": _pay,
    "pay_at_most": lambda effect: _with_ceiling(
        effect,
        f"每餐最多付 {spoken_yuan(effect.fen)} 元",
        f"pays at most {spoken_yuan(effect.fen)} yuan a meal",
    ),
    "free": lambda effect: ("免费", "free"),
    "nth_meal": _nth,
    "nothing": lambda effect: ("不补", "nothing"),
}


def describe_cap(cap: Cap, policy: Policy) -> Both:
    """``上限：每周最多补 5 次``, and what it counts."""
    per_zh, per_en = PER[cap.per]
    if cap.meals is not None:
        zh, en = f"{per_zh}最多补 {cap.meals} 次", f"at most {_meals(cap.meals)} {per_en}"
    else:
        yuan = spoken_yuan(cap.fen or 0)
        zh, en = f"{per_zh}最多补 {yuan} 元", f"at most {yuan} yuan {per_en}"
    notes = [
        framed("只限“{}”", "counting only “{}”", name)
        for name in (rule.name_pair for rule in policy.rules if rule.code in cap.named_rules)
    ]
    if cap.funder is not None:
        notes.append(framed("只算{}出的", "counting only what {} pays", payer_name(cap.funder)))
    if cap.everywhere:
        notes.append(("和别的政策一起算", "together with other policies"))
    notes.append(framed("只在{}的食堂", "only at canteens in {}", place_names(cap.site_in)))
    note = joined(notes)
    return f"上限：{zh}{_in('（{}）', note[0])}", f"Cap: {en}{_in(' ({})', note[1])}"


def _meals(count: int) -> str:
    return "1 subsidised meal" if count == 1 else f"{count} subsidised meals"


def _in(frame: str, text: str) -> str:
    return frame.format(text) if text else ""


def describe_quota(quota: Quota) -> Both:
    """``额度：每位老人每月 100 元``."""
    (zh, en), yuan = PER[quota.per], spoken_yuan(quota.fen)
    return f"{quota.name.zh}：每位老人{zh} {yuan} 元", f"{quota.name.en}: {yuan} yuan {en} a diner"


def describe_pass(held: Pass) -> Both:
    """``月卡：200 元，管 30 天``."""
    yuan = spoken_yuan(held.price_fen)
    return (
        f"{held.name.zh}：{yuan} 元一张，管 {held.days} 天",
        f"{held.name.en}: {yuan} yuan, good for {held.days} days",
    )


def describe_grant(grant: Grant, policy: Policy | None = None) -> Both:
    """Money for the canteen: ``送餐补助：区财政每次送餐补助食堂 2 元``."""
    (per_zh, per_en), (zh, en) = PER[grant.per], payer_name(grant.funder)
    yuan = spoken_yuan(grant.fen)
    given = f"{zh}{per_zh}补给食堂 {yuan} 元", f"{en} gives the canteen {yuan} yuan {per_en}"
    people = who(grant.who, policy.passes if policy else ())
    return _sentence((grant.name.zh, grant.name.en), [*when(grant.when), people, given])


def describe_top_up(top_up: TopUp, policy: Policy | None = None) -> Both:
    """A bonus on a top-up: ``充值赠送：一次充满 100 元送 10 元``."""
    least = spoken_yuan(top_up.at_least_fen)
    if top_up.fen is not None:
        zh, en = f"送 {spoken_yuan(top_up.fen)} 元", f"adds {spoken_yuan(top_up.fen)} yuan"
    else:
        percent = spoken_yuan(top_up.basis_points or 0)
        zh, en = f"送充值额的 {percent}%", f"adds {percent}% of it"
    first = ("每充满" if top_up.each else "一次充满"), ("every" if top_up.each else "a top-up of")
    pieces = [
        who(top_up.who, policy.passes if policy else ()),
        (f"{first[0]} {least} 元{zh}", f"{first[1]} {least} yuan or more {en}"),
    ]
    if top_up.month_fen is not None:
        most = spoken_yuan(top_up.month_fen)
        pieces.append((f"每月最多送 {most} 元", f"at most {most} yuan a month"))
    zh, en = payer_name(top_up.funder)
    pieces.append((f"{zh}承担", f"paid by {en}"))
    return _sentence((top_up.name.zh, top_up.name.en), pieces)
