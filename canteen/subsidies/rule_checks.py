"""Refuses rules whose age bands, splits or effects contradict themselves."""

from collections import Counter
from collections.abc import Iterator

from canteen.foundation.money import spoken_yuan
from canteen.subsidies.amounts import WHOLE
from canteen.subsidies.clause_checks import guard_problems
from canteen.subsidies.policy import Band, Effect, Policy, Rule
from canteen.subsidies.reading import Problem


def rule_problems(policy: Policy) -> Iterator[Problem]:
    """Everything wrong with the rules of a policy, each by itself."""
    for index, rule in enumerate(policy.rules, start=1):
        key = f"rule[{index}]"
        yield from _bands(rule, key)
        yield from _split(rule, key)
        for place, band in _effects(rule, key):
            yield from _effect(band, place, policy)
        yield from _one_quota(rule, key)
        yield from guard_problems(rule.when, f"{key}.when", policy)


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
