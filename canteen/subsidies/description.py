"""A policy in plain sentences: 年满 70 至 79 周岁，每餐减 2 元，区级承担.

For the page where a manager reads policies, for the entitlement card and for the
command line. Sentences are (Chinese, English), made of the same words as reason lines.
"""

from collections.abc import Callable

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.policy import (
    Band,
    Cap,
    Effect,
    Grant,
    Guard,
    Person,
    Policy,
    Rule,
    Spend,
    Window,
)
from canteen.subsidies.wording import (
    CHANNELS,
    ITEMS,
    LEVELS,
    PERIODS,
    Both,
    funder_name,
    listed,
    place_names,
    tag_name,
    window_text,
)

PER: dict[str, Both] = {
    "meal": ("每餐", "per meal"),
    "period": ("每餐次", "per mealtime"),
    "day": ("每天", "a day"),
    "week": ("每周", "a week"),
    "month": ("每月", "a month"),
    "year": ("每年", "a year"),
    "delivery": ("每次送餐", "per delivery"),
    "subsidised_delivery": ("每次送补贴餐", "per subsidised delivery"),
    "subsidised_meal": ("每份补贴餐", "per subsidised meal"),
    "subsidised_day": ("每人每天", "per diner and day"),
}
OF: dict[str, Both] = {"list": ("原价", "the list price"), "remaining": ("余额", "what is left")}
DAYS: dict[str, Both] = {
    "workdays": ("工作日", "workdays"),
    "rest_days": ("休息日", "days off"),
    "no_public_holidays": ("法定节假日除外", "not on public holidays"),
    "public_holidays": ("法定节假日", "public holidays"),
}


def describe_policy(policy: Policy) -> list[Both]:
    """Every rule, cap and grant of a policy, one sentence each, in document order."""
    sentences = [sentence for rule in policy.rules for sentence in describe_rule(rule)]
    sentences += [_cap(cap, policy) for cap in policy.caps]
    return sentences + [_grant(grant) for grant in policy.grants]


def describe_rule(rule: Rule) -> list[Both]:
    """A rule as one sentence for each age band that gives something."""
    return [
        _sentence([rule.name_pair, *_when(rule.when)], _who(rule.who, band), _given(rule, band))
        for band in rule.bands
        if band.effect.kind != "nothing"
    ]


def _sentence(heads: list[Both], *rest: Both) -> Both:
    pieces = [piece for piece in (*heads[1:], *rest) if piece[0]]
    zh = "，".join(zh for zh, _ in pieces)
    en = ", ".join(en for _, en in pieces)
    return f"{heads[0][0]}：{zh}", f"{heads[0][1]}: {en}"


def _given(rule: Rule, band: Band) -> Both:
    zh, en = _EFFECTS[band.effect.kind](band.effect)
    payers = [_share(share.funder, share.basis_points, share.fen) for share in rule.split]
    return (
        f"{zh}，{'、'.join(zh for zh, _ in payers)}承担",
        f"{en}, paid by {' and '.join(en for _, en in payers)}",
    )


def _share(funder: str, basis_points: int | None, fen: int | None) -> Both:
    zh, en = funder_name(funder)
    if basis_points is not None:
        percent = spoken_yuan(basis_points)
        return f"{zh} {percent} %", f"{en} {percent} %"
    if fen is not None:
        return f"{zh} {spoken_yuan(fen)} 元", f"{en} {spoken_yuan(fen)} yuan"
    return zh, en


def _percent(effect: Effect) -> Both:
    percent, (zh, en) = spoken_yuan(effect.basis_points), OF[effect.of]
    return _with_ceiling(effect, f"减{zh}的 {percent} %", f"{percent} % off {en}")


def _with_ceiling(effect: Effect, zh: str, en: str) -> Both:
    if effect.ceiling_fen is None:
        return zh, en
    most = spoken_yuan(effect.ceiling_fen)
    return f"{zh}，最多 {most} 元", f"{en}, at most {most} yuan"


def _pay(effect: Effect) -> Both:
    yuan = spoken_yuan(effect.fen)
    if effect.set_price_fen is None:
        return f"付 {yuan} 元", f"pays {yuan} yuan"
    price = spoken_yuan(effect.set_price_fen)
    return f"{price} 元套餐付 {yuan} 元", f"pays {yuan} yuan for a {price} yuan set"


def _nth(effect: Effect) -> Both:
    prices = [spoken_yuan(fen) for fen in effect.steps_fen]
    return f"当天各餐依次付 {'、'.join(prices)} 元", f"pays {', '.join(prices)} yuan meal by meal"


_EFFECTS: dict[str, Callable[[Effect], Both]] = {
    "off": lambda effect: (
        f"每餐减 {spoken_yuan(effect.fen)} 元",
        f"{spoken_yuan(effect.fen)} yuan off each meal",
    ),
    "percent_off": _percent,
    "pay": _pay,
    "pay_at_most": lambda effect: _with_ceiling(
        effect,
        f"最多付 {spoken_yuan(effect.fen)} 元",
        f"pays at most {spoken_yuan(effect.fen)} yuan",
    ),
    "free": lambda effect: ("免费", "free"),
    "nth_meal": _nth,
    "quota": lambda effect: (
        f"从额度里出 {spoken_yuan(effect.basis_points)} %",
        f"{spoken_yuan(effect.basis_points)} % from the quota",
    ),
    "nothing": lambda effect: ("不补", "nothing"),
}


def _ages(start: int | None, below: int | None) -> Both:
    if start is None and below is None:
        return "", ""
    if below is None:
        return f"年满 {start} 周岁", f"{start} and older"
    if start is None:
        return f"未满 {below} 周岁", f"under {below}"
    return f"{start} 至 {below - 1} 周岁", f"{start} to {below - 1}"


def _who(who: tuple[Person, ...], band: Band) -> Both:
    ways = [way for way in map(_person, who) if way[0]]
    people = "；或".join(zh for zh, _ in ways), "; or ".join(en for _, en in ways)
    ages = _ages(band.age_from, band.age_below)
    return (
        "，".join(zh for zh in (ages[0], people[0]) if zh),
        ", ".join(en for en in (ages[1], people[1]) if en),
    )


def _person(person: Person) -> Both:
    tags = {tag: tag_name(tag) for tag in (*person.tags_any, *person.tags_all, *person.tags_none)}
    pieces = [_ages(person.age_from, person.age_below), listed(person.tags_any, tags)]
    pieces += [tags[tag] for tag in person.tags_all]
    pieces += [_framed("非{}", "not {}", listed(person.tags_none, tags))]
    pieces += [_framed("{}户籍", "registered in {}", place_names(person.hukou_in))]
    pieces += [_framed("非{}户籍", "not registered in {}", place_names(person.hukou_not_in))]
    pieces += [_framed("住在{}", "living in {}", place_names(person.residence_in))]
    if person.in_institution is not None:
        inside = ("住养老机构", "in an institution")
        pieces.append(inside if person.in_institution else ("居家", "living at home"))
    if person.registered_here is not None:
        here = ("在本食堂登记", "registered here")
        pieces.append(here if person.registered_here else ("未在本食堂登记", "not registered here"))
    if person.passes_any:
        pieces.append((f"持有套餐卡 {'、'.join(person.passes_any)}", "holding a pass"))
    stated = [piece for piece in pieces if piece[0]]
    return " ".join(zh for zh, _ in stated), " ".join(en for _, en in stated)


def _framed(zh: str, en: str, text: Both) -> Both:
    return (zh.format(text[0]), en.format(text[1])) if text[0] else ("", "")


def _when(when: Guard) -> list[Both]:
    pieces = [listed(when.periods, PERIODS), listed(when.channels, CHANNELS)]
    pieces.append(listed(when.item_classes, ITEMS))
    if when.days is not None:
        pieces.append(DAYS[when.days])
    days = [*map(str, when.weekdays)]
    pieces.append(_framed("每周星期 {}", "weekdays {}", ("、".join(days), ", ".join(days))))
    days = [*map(str, when.days_of_month), *(day.isoformat() for day in when.dates)]
    pieces.append(_framed("日期 {}", "dates {}", ("、".join(days), ", ".join(days))))
    pieces += map(_window, when.windows)
    if when.spend is not None:
        pieces.append(_spend(when.spend))
    pieces.append(_framed("在{}就餐", "eaten in {}", place_names(when.site_in)))
    if when.site_in_same is not None:
        pieces.append(_framed("在{}就餐", "eaten in the own {}", LEVELS[when.site_in_same]))
    traits = ("、".join(when.site_traits_any), " or ".join(when.site_traits_any))
    pieces.append(_framed("食堂属于 {}", "canteens that are {}", traits))
    barred = ("、".join(when.site_traits_none), " or ".join(when.site_traits_none))
    pieces.append(_framed("食堂不属于 {}", "canteens that are not {}", barred))
    nth = [*map(str, when.meals_of_day)]
    pieces.append(_framed("当天第 {} 餐", "meal {} of the day", ("、".join(nth), ", ".join(nth))))
    return [piece for piece in pieces if piece[0]]


def _window(window: Window) -> Both:
    hours = window_text(window)
    if window.period is None:
        return hours, hours
    zh, en = PERIODS.get(window.period, (window.period, window.period))
    return f"{zh} {hours}", f"{en} {hours}"


def _spend(spend: Spend) -> Both:
    yuan = spoken_yuan(spend.fen)
    if spend.strictly_more:
        return f"餐费超过 {yuan} 元", f"on more than {yuan} yuan"
    return f"餐费满 {yuan} 元", f"on {yuan} yuan or more"


def _cap(cap: Cap, policy: Policy) -> Both:
    per_zh, per_en = PER[cap.per]
    if cap.meals is not None:
        zh, en = f"{per_zh}最多补 {cap.meals} 次", f"at most {cap.meals} subsidised {per_en}"
    else:
        yuan = spoken_yuan(cap.fen or 0)
        zh, en = f"{per_zh}最多补 {yuan} 元", f"at most {yuan} yuan {per_en}"
    names = [rule.name_pair for rule in policy.rules if rule.code == cap.rule]
    if cap.funder is not None:
        names.append(funder_name(cap.funder))
    if cap.site_in:
        names.append(place_names(cap.site_in))
    heads = ["上限", *(zh for zh, _ in names)], ["cap", *(en for _, en in names)]
    return f"{'，'.join(heads[0])}：{zh}", f"{', '.join(heads[1])}: {en}"


def _grant(grant: Grant) -> Both:
    (per_zh, per_en), (zh, en) = PER[grant.per], funder_name(grant.funder)
    yuan = spoken_yuan(grant.fen)
    given = f"{zh}{per_zh}补助食堂 {yuan} 元", f"{en} grants the canteen {yuan} yuan {per_en}"
    heads = [(grant.name.zh, grant.name.en), *_when(grant.when)]
    return _sentence(heads, _who(grant.who, Band(Effect("nothing"))), given)
