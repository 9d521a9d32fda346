"""What the keys of a policy document and their choices are called, in both languages.

One list for the editing form, for the page of a version and for the comparison of two
versions. Keys and choices are those of ``policies/README.md``.
"""

from canteen.subsidies.clause_words import WEEKDAYS
from canteen.subsidies.description import PAYERS
from canteen.subsidies.policy import Policy
from canteen.subsidies.wording import CHANNELS, Both

TERMS: dict[str, tuple[Both, dict[str, Both]]] = {
    "overlap": (
        ("同一步有几条规则都符合时", "When several rules of one step apply"),
        {
            "best_rule": ("只给最高的一条", "only the highest is given"),
            "best_per_funder": ("每个出资方各给最高的一条", "each funder gives its highest"),
            "first_rule": ("只给写在最前的一条", "only the one written first is given"),
            "stack": ("都给，加在一起", "all are given, added up"),
        },
    ),
    "with_others": (
        ("食堂还用别的政策时", "When the canteen also settles by other policies"),
        {
            "stack": ("两边都给", "both are given"),
            "best_per_funder": ("同一出资方只给高的", "of one funder only the higher"),
            "alone": ("不并用，取对老人更好的", "not together: whichever is better for the diner"),
        },
    ),
    "shortage": (
        ("各方合计超过餐费或上限时", "When funders together exceed the price or a cap"),
        {
            "in_order": ("按出资方的先后付，付足为止", "they pay in their order until it is full"),
            "proportional": ("各方按比例减少", "each pays less in proportion"),
        },
    ),
    "rounding": (
        ("除不尽时", "When it does not divide"),
        {
            "half_up": ("四舍五入", "round half up"),
            "half_even": ("四舍六入五成双", "round half to even"),
            "down": ("舍去", "round down"),
            "up": ("进位", "round up"),
        },
    ),
    "rounding_to": (
        ("取整到", "Rounded to"),
        {"fen": ("分", "fen"), "jiao": ("角", "jiao"), "yuan": ("元", "yuan")},
    ),
    "rounding_of": (
        ("取整的是", "What is rounded"),
        {
            "subsidy": ("补贴的金额", "the subsidy"),
            "pay": ("老人实付的金额", "what the diner pays"),
        },
    ),
    "pays_for": (
        ("补的是", "What is subsidised"),
        {
            "meal": ("只补餐费", "the meal only"),
            "delivery": ("只补送餐费", "the delivery fee only"),
            "meal_and_delivery": ("餐费和送餐费都补", "the meal and the delivery fee"),
        },
    ),
    "registration": (
        ("“本市、本区、本镇街”看", "“Own city, district, town” goes by"),
        {"hukou": ("户籍", "household registration"), "residence": ("居住地", "residence")},
    ),
}

EFFECTS: dict[str, Both] = {
    "off": ("减固定金额", "a fixed sum off"),
    "percent_off": ("按比例减", "a percentage off"),
    "pay": ("付固定价", "a fixed price to pay"),
    "pay_at_most": ("最多付多少", "pay at most"),
    "free": ("免费", "free"),
    "nth_meal": ("按当天第几餐定价", "a price by the meal of the day"),
    "quota": ("从额度里出", "out of a quota"),
    "nothing": ("不补", "nothing"),
}
OF: dict[str, Both] = {
    "list": ("原价", "the list price"),
    "remaining": ("前面减过后的价", "the price after earlier discounts"),
}
AFTER: dict[str, Both] = {
    "last": ("同最后一价", "the last price again"),
    "nothing": ("不补", "nothing off"),
}
SPANS: dict[str, Both] = {
    "meal": ("每餐", "a meal"),
    "period": ("每个餐次", "a mealtime"),
    "day": ("每天", "a day"),
    "week": ("每周", "a week"),
    "month": ("每月", "a month"),
    "year": ("每年", "a year"),
}
GRANTS: dict[str, Both] = {
    "delivery": ("每次送餐", "per delivery"),
    "subsidised_delivery": ("每次送补贴餐", "per subsidised delivery"),
    "subsidised_meal": ("每份补贴餐", "per subsidised meal"),
    "subsidised_day": ("每位老人每天一次", "once per diner and day"),
}
DAYS: dict[str, Both] = {
    "workdays": ("工作日", "workdays"),
    "rest_days": ("休息日", "days off"),
    "no_public_holidays": ("法定节假日除外", "all but public holidays"),
    "public_holidays": ("法定节假日", "public holidays"),
}
PERIODS: dict[str, Both] = {
    "breakfast": ("早餐", "breakfast"),
    "lunch": ("午餐", "lunch"),
    "dinner": ("晚餐", "dinner"),
}
ITEMS: dict[str, Both] = {"set": ("套餐", "sets"), "dish": ("单点", "single dishes")}
OWN: dict[str, Both] = {
    "city": ("老人自己的市", "the diner's own city"),
    "district": ("老人自己的区", "the diner's own district"),
    "town": ("老人自己的镇街", "the diner's own town"),
}
STAGES: dict[str, Both] = {
    "1": ("第 1 步（先算，习惯放食堂折扣）", "step 1 (first; usually the canteen's discount)"),
    "2": ("第 2 步（习惯放政府补贴）", "step 2 (usually public subsidies)"),
    "3": ("第 3 步（习惯放慈善）", "step 3 (usually charity)"),
    **{str(n): (f"第 {n} 步", f"step {n}") for n in range(4, 10)},
}
DAY_KINDS: dict[str, Both] = {
    "workday": ("工作日", "a workday"),
    "rest_day": ("休息日", "a day off"),
    "public_holiday": ("法定节假日", "a public holiday"),
}
YES_NO: dict[str, Both] = {"true": ("是", "yes"), "false": ("否", "no")}
WEEKDAY: dict[str, Both] = {str(n): name for n, name in enumerate(WEEKDAYS, start=1)}
FUNDERS = PAYERS
CHANNEL = CHANNELS


def terms_in_words(policy: Policy) -> list[Both]:
    """How the policy combines and rounds, a sentence each; first which step comes first."""
    sentences = []
    if len(policy.stages) > 1:
        steps = [policy.by_stage[stage] for stage in policy.stages]
        zh = " → ".join("、".join(rule.name.zh for rule in rules) for rules in steps)
        en = " → ".join(", ".join(rule.name.en for rule in rules) for rules in steps)
        sentences.append((f"先后：{zh}", f"Order: {en}"))
    for key, (label, choices) in TERMS.items():
        choice = choices[getattr(policy.terms, key)]
        sentences.append((f"{label[0]}：{choice[0]}", f"{label[1]}: {choice[1]}"))
    payers = [PAYERS.get(code, (code, code)) for code in policy.funders]
    zh, en = "、".join(zh for zh, _ in payers), ", ".join(en for _, en in payers)
    return [*sentences, (f"出资的先后：{zh}", f"They pay in this order: {en}")]
