"""Refuses policies that contradict themselves, though every key by itself is fine.

Overlapping or gapped age bands, splits that do not add up, names that are not defined,
caps that can never bind, a policy that ends before it begins.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.cap_checks import cap_problems
from canteen.subsidies.policy import Band, Effect, Guard, Person, Policy, Rule
from canteen.subsidies.proximity import nearest
from canteen.subsidies.reading import Problem
from canteen.subsidies.wording import ITEMS, PERIODS

WHOLE = 10_000


def problems_of(policy: Policy) -> list[Problem]:
    """Every contradiction in the policy; an empty list means it is sound."""
    return [
        *_dates(policy),
        *_codes(policy),
        *_rules(policy),
        *_payers(policy),
        *_people(policy),
        *_beside(policy),
        *cap_problems(policy),
    ]


def _dates(policy: Policy) -> Iterator[Problem]:
    until = policy.valid_until
    if until is not None and until < policy.valid_from:
        begins = policy.valid_from.isoformat()
        yield Problem(
            "valid_until",
            until.isoformat(),
            f"不能早于 valid_from（{begins}）",
            f"not before valid_from ({begins})",
        )


def _codes(policy: Policy) -> Iterator[Problem]:
    """Codes name things in meals and claims, so each stands once in its list."""
    lists: dict[str, Sequence[Any]] = {
        "rule": policy.rules,
        "cap": policy.caps,
        "quota": policy.quotas,
        "pass": policy.passes,
        "grant": policy.grants,
        "top_up": policy.top_ups,
    }
    for name, items in lists.items():
        counts = Counter(item.code for item in items)
        for index, item in enumerate(items, start=1):
            if counts[item.code] > 1:
                yield Problem(f"{name}[{index}].code", item.code, "代码重复", "used twice")
    grants_and_rules = {rule.code for rule in policy.rules} & {g.code for g in policy.grants}
    for code in sorted(grants_and_rules):
        yield Problem("grant.code", code, "与一条规则同名", "a rule has the same code")


def _rules(policy: Policy) -> Iterator[Problem]:
    for index, rule in enumerate(policy.rules, start=1):
        key = f"rule[{index}]"
        yield from _bands(rule, key)
        yield from _split(rule, key)
        for place, band in _effects(rule, key):
            yield from _effect(band, place, policy)
        yield from _one_quota(rule, key)
        yield from _guard(rule.when, f"{key}.when", policy)
        yield from _words_of(rule.when, f"{key}.when")


def _effects(rule: Rule, key: str) -> Iterator[tuple[str, Effect]]:
    if len(rule.bands) == 1 and rule.bands[0] == Band(rule.bands[0].effect):
        yield f"{key}.effect", rule.bands[0].effect
        return
    for index, band in enumerate(rule.bands, start=1):
        yield f"{key}.bands[{index}].effect", band.effect


def _bands(rule: Rule, key: str) -> Iterator[Problem]:
    """Bands stand in order of age, and each begins where the one before ends."""
    for index, band in enumerate(rule.bands, start=1):
        start, below = band.age_from, band.age_below
        if start is not None and below is not None and start >= below:
            yield Problem(
                f"{key}.bands[{index}].age_below",
                below,
                f"应大于 age_from（{start}）",
                f"above age_from ({start})",
            )
    for index in range(1, len(rule.bands)):
        ended, begins = rule.bands[index - 1].age_below, rule.bands[index].age_from
        path = f"{key}.bands[{index + 1}].age_from"
        if ended is None:
            yield Problem(
                f"{key}.bands[{index}].age_below",
                None,
                "年龄段重叠：只有最后一段可以不写上限",
                "bands overlap: only the last band may be open above",
            )
        elif begins is None or begins < ended:
            yield Problem(
                path, begins, f"年龄段重叠，应为 {ended}", f"bands overlap; should be {ended}"
            )
        elif begins > ended:
            yield Problem(
                path,
                begins,
                f'年龄段断开，应为 {ended}；中间不补就写一段 kind = "nothing"',
                f'bands have a gap; should be {ended}, or add a band with kind = "nothing"',
            )


def _split(rule: Rule, key: str) -> Iterator[Problem]:
    shares = rule.split
    path = f"{key}.split"
    for funder, times in Counter(share.funder for share in shares).items():
        if times > 1:
            yield Problem(path, funder, "出资方重复", "a funder stands twice")
    ratios = [share.basis_points for share in shares if share.basis_points is not None]
    if ratios:
        yield from _ratios(rule, ratios, key)
        return
    if rule.remainder_to is not None:
        yield Problem(
            f"{key}.remainder_to", rule.remainder_to, "只用于按比例分担", "only with percents"
        )
    rests = sum(share.fen is None for share in shares)
    fixed = sum(share.fen or 0 for share in shares)
    if rests > 1:
        yield Problem(path, rests, "只能有一个 rest", "only one share can be the rest")
    for place, effect in _effects(rule, key):
        short = fixed != effect.fen if effect.kind == "off" else bool(fixed)
        if rests == 0 and short and effect.kind != "nothing":
            yield Problem(
                path,
                spoken_yuan(fixed),
                f"分担之和应等于 {place}（{spoken_yuan(effect.fen)} 元），或给一方写 rest",
                f"shares must add up to {place} ({spoken_yuan(effect.fen)}), or mark one as rest",
            )
        if rests == 1 and effect.kind == "off" and fixed > effect.fen:
            yield Problem(
                path,
                spoken_yuan(fixed),
                f"固定分担超过 {place}（{spoken_yuan(effect.fen)} 元）",
                f"fixed shares exceed {place} ({spoken_yuan(effect.fen)})",
            )


def _ratios(rule: Rule, ratios: list[int], key: str) -> Iterator[Problem]:
    if len(ratios) != len(rule.split):
        yield Problem(
            f"{key}.split", len(ratios), "percent 不能与 yuan、rest 混用", "do not mix percents"
        )
    elif sum(ratios) != WHOLE:
        total = spoken_yuan(sum(ratios))
        yield Problem(
            f"{key}.split", f"{total} %", "各方比例之和应为 100", "percents must add up to 100"
        )
    ended = {share.funder for share in rule.split if share.ceiling_fen is not None}
    if rule.remainder_to in ended:
        yield Problem(
            f"{key}.remainder_to",
            rule.remainder_to,
            "超出部分归它，它自己不能有 at_most_yuan",
            "it takes what is beyond others' ceilings and has none of its own",
        )
    if rule.remainder_to not in {share.funder for share in rule.split}:
        yield Problem(
            f"{key}.remainder_to",
            rule.remainder_to,
            "应写明除不尽的分归哪一方，须在 split 中",
            "who takes fen that do not divide; one of the split",
        )


def _effect(effect: Effect, key: str, policy: Policy) -> Iterator[Problem]:
    if effect.kind == "quota" and effect.quota not in policy.quota_by_code:
        known = ", ".join(policy.quota_by_code) or "—"
        yield Problem(
            f"{key}.quota", effect.quota, f"没有这个额度；已定义：{known}", f"known: {known}"
        )
    if effect.kind == "off" and effect.fen == 0:
        yield Problem(f"{key}.yuan", 0, '应大于 0；不补写 kind = "nothing"', "above 0")
    if effect.ceiling_fen == 0:
        yield Problem(f"{key}.ceiling_yuan", 0, '应大于 0；不封顶写 "none"', 'above 0, or "none"')
    if effect.kind == "pay" and effect.fen >= (effect.set_price_fen or effect.fen + 1):
        yield Problem(
            f"{key}.set_price_yuan",
            spoken_yuan(effect.set_price_fen or 0),
            f"应高于实付 {spoken_yuan(effect.fen)} 元",
            f"above what is paid ({spoken_yuan(effect.fen)})",
        )


def _one_quota(rule: Rule, key: str) -> Iterator[Problem]:
    """What a rule paid is what its quota lost, so all its bands draw on the same one."""
    given = {band.effect for band in rule.bands if band.effect.kind != "nothing"}
    drawn = {(effect.kind, effect.quota) for effect in given}
    if len(drawn) > 1 and any(kind == "quota" for kind, _ in drawn):
        yield Problem(
            f"{key}.bands",
            sorted(drawn),
            "用额度的规则，各年龄段须用同一额度；其他写成另一条规则",
            "bands of a rule that draws on a quota all draw on that one; make another rule",
        )


def _guard(guard: Guard, key: str, policy: Policy) -> Iterator[Problem]:
    yield from _windows(guard, key)
    spend = guard.spend
    if spend is not None and spend.top_fen is not None:
        both = spend.top_counts and not spend.strictly_more
        if spend.top_fen < spend.fen or (spend.top_fen == spend.fen and not both):
            low, name = spoken_yuan(spend.fen), "at_most" if spend.top_counts else "below"
            path = f"{key}.spend.{name}_yuan"
            yield Problem(path, spoken_yuan(spend.top_fen), f"应大于 {low}", f"above {low}")
    until = policy.valid_until
    for index, day in enumerate(guard.dates, start=1):
        if day < policy.valid_from or (until is not None and day > until):
            span = f"{policy.valid_from} – {until or 'open'}"
            zh, en = f"不在政策有效期内（{span}）", f"outside the policy's days ({span})"
            yield Problem(f"{key}.dates[{index}]", day.isoformat(), zh, en)


def _windows(guard: Guard, key: str) -> Iterator[Problem]:
    for index, window in enumerate(guard.windows, start=1):
        if window.period and guard.periods and window.period not in guard.periods:
            listed = ", ".join(guard.periods)
            zh, en = f"periods 里没有它：{listed}", f"not among periods: {listed}"
            yield Problem(f"{key}.windows[{index}].period", window.period, zh, en)
    for index, window in enumerate(guard.windows, start=1):
        if window.start >= window.end:
            yield Problem(
                f"{key}.windows[{index}].until",
                window.end.isoformat(),
                f"应晚于 from（{window.start.isoformat()}），不跨零点",
                f"after from ({window.start.isoformat()}), on the same day",
            )


def _words_of(guard: Guard, key: str) -> Iterator[Problem]:
    """A site may have periods and item classes of its own; a slip of the pen is none."""
    for name, words, known in (
        ("periods", guard.periods, PERIODS),
        ("item_classes", guard.item_classes, ITEMS),
    ):
        for index, word in enumerate(words, start=1):
            meant = nearest(word, known)
            if meant is not None and meant not in words:
                yield Problem(
                    f"{key}.{name}[{index}]",
                    word,
                    f"没有见过；是不是 {meant}？本站自定的代码请取不易混的名字",
                    f"did you mean {meant}? a code of your own should look different",
                )


def _beside(policy: Policy) -> Iterator[Problem]:
    """Grants and bonuses: sums above nothing, and guards that can hold."""
    for index, grant in enumerate(policy.grants, start=1):
        if grant.fen == 0:
            yield Problem(f"grant[{index}].yuan", 0, "应大于 0", "above 0")
        yield from _guard(grant.when, f"grant[{index}].when", policy)
        yield from _words_of(grant.when, f"grant[{index}].when")
    for index, top_up in enumerate(policy.top_ups, start=1):
        key = f"top_up[{index}]"
        if top_up.at_least_fen == 0:
            yield Problem(f"{key}.at_least_yuan", 0, "应大于 0", "above 0")
        if top_up.fen == 0:
            yield Problem(f"{key}.yuan", 0, "应大于 0", "above 0")
        if top_up.month_fen == 0:
            yield Problem(f"{key}.month_yuan", 0, '应大于 0，或 "none"', 'above 0, or "none"')
        if top_up.each and top_up.basis_points is not None:
            zh, en = "按比例送时应为 false", "false where a percentage is given"
            yield Problem(f"{key}.each", True, zh, en)


def _payers(policy: Policy) -> Iterator[Problem]:
    """Who pays must be listed, since the list is the order of paying."""
    used: list[tuple[str, str]] = []
    for index, rule in enumerate(policy.rules, start=1):
        used += [(f"rule[{index}]", share.funder) for share in rule.split]
    used += [(f"grant[{i}]", each.funder) for i, each in enumerate(policy.grants, start=1)]
    used += [(f"top_up[{i}]", each.funder) for i, each in enumerate(policy.top_ups, start=1)]
    for path, funder in used:
        if funder not in policy.funders:
            listed = ", ".join(policy.funders)
            zh, en = f"未列入 funders：{listed}", f"not in funders: {listed}"
            yield Problem(f"{path}.funder", funder, zh, en)
    for funder in policy.funders:
        if funder not in {name for _, name in used}:
            yield Problem("funders", funder, "没有规则由其出资", "no rule is paid by it")


def _people(policy: Policy) -> Iterator[Problem]:
    for path, who in _all_who(policy):
        for index, person in enumerate(who, start=1):
            yield from _person(person, f"{path}.who[{index}]", policy)


def _all_who(policy: Policy) -> Iterable[tuple[str, tuple[Person, ...]]]:
    lists: dict[str, Sequence[Any]] = {
        "rule": policy.rules,
        "grant": policy.grants,
        "top_up": policy.top_ups,
    }
    for name, items in lists.items():
        for index, item in enumerate(items, start=1):
            yield f"{name}[{index}]", item.who


def _person(person: Person, key: str, policy: Policy) -> Iterator[Problem]:
    start, below = person.age_from, person.age_below
    if start is not None and below is not None and start >= below:
        yield Problem(
            f"{key}.age_below", below, f"应大于 age_from（{start}）", f"above age_from ({start})"
        )
    barred = set(person.tags_none) & {*person.tags_any, *person.tags_all}
    if barred:
        yield Problem(
            f"{key}.tags_none",
            sorted(barred),
            "同一标签不能既要求又排除",
            "a tag cannot be both asked for and barred",
        )
    known = {held.code for held in policy.passes}
    for code in person.passes_any:
        if code not in known:
            listed = ", ".join(sorted(known)) or "—"
            yield Problem(
                f"{key}.passes_any", code, f"没有这种套餐；已定义：{listed}", f"known: {listed}"
            )
    if person == Person():
        yield Problem(key, {}, "没有任何条件；人人都补就不写 who", "no test; leave who out")
