"""The reason line of a meal, in Chinese and English.

Both are made when the meal is priced and stored with it, so they are plain strings and
no translations of the reader's session. They are read by the diner and by an auditor:
age, what each funder pays, how many meals so far, and why somebody does *not* pay.
"""

from dataclasses import dataclass
from datetime import date

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.eligibility import PERSON_END, PLACE, Miss
from canteen.subsidies.misses import explain
from canteen.subsidies.policy import Policy, Rule
from canteen.subsidies.wording import SPANS, Both, funder_name, tag_name


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
