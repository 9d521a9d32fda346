"""What a proposal says about itself: the certificate, the meters, the changes. Words and numbers
for the template, nothing to reckon there."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from canteen.foundation.calendar import week_name
from canteen.foundation.money import spoken_yuan
from canteen.menus.plan_asked import Place
from canteen.menus.plan_documents import Offer
from canteen.menus.plan_measures import Amount, Day
from canteen.menus.plan_settings import usual_amount
from canteen.menus.plan_words import (
    Names,
    date_words,
    mark_words,
    place_words,
    rule_words,
)

_NEARLY = 0.0005
"""A gap that would be shown as 0.0 % counts as proven."""


@dataclass(frozen=True, kw_only=True)
class CertificateWords:
    """The certificate: what it says at a glance, how good it is, and what was checked."""

    good: bool
    head: str
    best: str
    checked: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Meter:
    """One figure with its limit. `part` is how much of the bar is full, in percent."""

    name: str
    value: str
    limit: str
    part: int
    good: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One place that becomes different."""

    place: Place
    where: str
    old: str
    new: str
    reason: str
    was_empty: bool = False


def certificate(offer: Offer) -> CertificateWords | None:
    """What the independent check found, or None where there is no plan."""
    if offer.measures is None:
        return None
    one = offer.measures.certificate
    facts = {"days": one.days, "dishes": one.dishes, "count": one.broken}
    if one.broken:
        head = _("%(days)s 天 %(dishes)s 道：%(count)s 处没有守住规则", **facts)
    else:
        head = _("%(days)s 天 %(dishes)s 道，没有重复：已核对", **facts)
    checked = [rule_words(rule) for rule in one.rules]
    if one.once or one.exempt:
        checked.append(
            _(
                "只上一次的 %(once)s 道，可以再上的（如米饭、牛奶）%(exempt)s 道",
                once=one.once,
                exempt=one.exempt,
            )
        )
    return CertificateWords(
        good=not one.broken, head=head, best=_best(offer), checked=tuple(checked)
    )


def _best(offer: Offer) -> str:
    """How good it is against the best there could be."""
    if offer.broken and (offer.revised or not offer.nearest):
        return ""
    if offer.nearest:
        return _("这是最接近规则的方案") if offer.broken else ""
    gap = offer.gap
    if gap is None:
        return ""
    if gap < _NEARLY:
        return _("已证明最优")
    return _("距最优最多 %(gap)s %%", gap=f"{gap * 100:.1f}")


def counts(offer: Offer) -> list[str]:
    """How many places are new, changed and as before; what is none is not said."""
    changes = offer.changes
    new = sum(1 for old, _new in changes.values() if old is None)
    changed, same = len(changes) - new, len(offer.places) - len(changes)
    revised = len(offer.revised)
    return [
        words
        for count, words in (
            (new, _("新排 %(count)s 格", count=new)),
            (changed, _("换掉 %(count)s 格", count=changed)),
            (same, _("不动 %(count)s 格", count=same)),
            (revised, _("手工换过 %(count)s 格", count=revised)),
        )
        if count
    ]


def changes(offer: Offer, names: Names) -> list[Change]:
    """The places a change touches, old and new, each with why."""
    if offer.asked.kind != "change":
        return []
    return [
        Change(
            place=place,
            where=place_words(place, names),
            old=names.dish(old) if old else _("空"),
            new=names.dish(new),
            reason=_reason(offer, place, old, names),
            was_empty=old is None,
        )
        for place, (old, new) in sorted(offer.changes.items())
    ]


def _reason(offer: Offer, place: Place, old: int | None, names: Names) -> str:
    if old is None:
        return _("原来空着")
    if place in offer.asked.elsewhere:
        return _("这里要换一道")
    for ban in offer.asked.bans:
        day_hit = not ban.days or place[0] in ban.days
        if day_hit and (not ban.periods or place[1] in ban.periods) and old in offer.hit:
            return ban.reason or _("不用%(what)s", what=mark_words(ban.mark, names))
    return _("配合别处的改动")


def meters(offer: Offer, names: Names) -> list[Meter]:
    """Money, balance, variety, nutrition and fish of all that was planned, at a glance."""
    if offer.measures is None:
        return []
    days = offer.measures.days
    return [
        *_money(offer, names),
        _days_meter(_("荤素搭配"), days, [day.meat > 0 and day.vegetable > 0 for day in days]),
        _days_meter(_("粗细搭配"), days, [day.coarse > 0 and day.fine > 0 for day in days]),
        *_variety(offer),
        *(meter for code in ("kcal", "sodium") if (meter := _nutrient(code, days))),
        *_weekly(offer),
        _days_meter(_("每餐有软食"), days, [day.soft for day in days]),
    ]


def _money(offer: Offer, names: Names) -> Iterable[Meter]:
    assert offer.measures is not None
    several = offer.asked.weeks > 1
    for one in offer.measures.money:
        name = _("%(period)s每份成本", period=names.period(one.period))
        name = f"{week_name(one.monday)} {name}" if several else name
        budget = one.budget_fen
        limit = _("预算 %(money)s 元", money=spoken_yuan(budget)) if budget else _("没有设预算")
        unknown = _("有 %(count)s 道菜没有成本，没算进去", count=one.unknown)
        yield Meter(
            name=name,
            value=_("%(money)s 元", money=spoken_yuan(one.fen)),
            limit=limit,
            part=min(100, one.fen * 100 // budget) if budget else 0,
            good=budget is None or one.fen <= budget,
            note=unknown if one.unknown else "",
        )


def _days_meter(name: str, days: tuple[Day, ...], kept: list[bool]) -> Meter:
    missing = [date_words(day.day) for day, good in zip(days, kept, strict=True) if not good]
    return Meter(
        name=name,
        value=_("%(count)s 天", count=sum(kept)),
        limit=_("共 %(count)s 天", count=len(days)),
        part=sum(kept) * 100 // max(1, len(days)),
        good=not missing,
        note=_("缺：%(days)s", days="、".join(missing[:7])) if missing else "",
    )


def _variety(offer: Offer) -> Iterable[Meter]:
    assert offer.measures is not None
    goals = offer.goals
    least = min((day.foods for day in offer.measures.days), default=0)
    week = min((one.foods for one in offer.measures.weeks), default=0)
    for name, have, want in (
        (_("每天最少几种食物"), least, goals["foods_a_day"]),
        (_("一周几种食物"), week, goals["foods_a_week"]),
    ):
        yield Meter(
            name=name,
            value=_("%(count)s 种", count=have),
            limit=_("目标 %(count)s 种", count=want),
            part=min(100, have * 100 // max(1, want)),
            good=have >= want,
        )


def _nutrient(code: str, days: tuple[Day, ...]) -> Meter | None:
    """An average day against its limits."""
    amounts = [day.nutrients[code] for day in days if code in day.nutrients]
    if not amounts:
        return None
    mean = sum(one.value for one in amounts) // len(amounts)
    low, high = _mean_limit(amounts, "low"), _mean_limit(amounts, "high")
    name, unit = {"kcal": (_("平均每天热量"), "kcal"), "sodium": (_("平均每天钠"), "mg")}[code]
    value = f"{usual_amount(code, mean):,.0f} {unit}"
    unknown = any(one.unknown for one in amounts)
    return Meter(
        name=name,
        value=_("至少 %(value)s", value=value) if unknown else value,
        limit=_limits(code, low, high),
        part=min(100, mean * 100 // max(1, high or low or 1)),
        good=(low is None or mean >= low) and (high is None or mean <= high),
        note=_("有的菜缺这项数据") if unknown else "",
    )


def _mean_limit(amounts: list[Amount], name: str) -> int | None:
    limits = [limit for one in amounts if (limit := getattr(one, name)) is not None]
    return sum(limits) // len(limits) if limits else None


def _limits(code: str, low: int | None, high: int | None) -> str:
    least = "" if low is None else f"{usual_amount(code, low):,.0f}"
    most = "" if high is None else f"{usual_amount(code, high):,.0f}"
    if low is not None and high is not None:
        return f"{least}–{most}"
    if high is not None:
        return _("不超过 %(most)s", most=most)
    return _("不少于 %(least)s", least=least) if least else ""


def _weekly(offer: Offer) -> Iterable[Meter]:
    assert offer.measures is not None
    weeks, goals = offer.measures.weeks, offer.goals
    fish = min((one.fish for one in weeks), default=0)
    soy = min((one.soy_days for one in weeks), default=0)
    dark = sum(one.dark_grams for one in weeks)
    green = dark + sum(one.light_grams for one in weeks)
    for name, value, have, want, limit in (
        (_("鱼虾"), _("一周 %(count)s 次", count=fish), fish, goals["fish_a_week"], ""),
        (_("豆制品"), _("一周 %(count)s 天", count=soy), soy, goals["soy_days_a_week"], ""),
        (_("深色蔬菜"), f"{dark * 100 // max(1, green)} %", dark * 2, green, _("目标一半")),
    ):
        yield Meter(
            name=name,
            value=value,
            limit=limit or _("目标 %(count)s", count=want),
            part=min(100, have * 100 // max(1, want)),
            good=have >= want,
        )


def day_rows(offer: Offer) -> list[dict[str, str]]:
    """The numbers of each day, for the table that folds out."""
    if offer.measures is None:
        return []
    return [
        {
            "day": date_words(day.day),
            "sides": f"{day.meat} : {day.vegetable}",
            "grains": f"{day.coarse} : {day.fine}",
            "foods": str(day.foods),
            **{code: _day_amount(code, day) for code in ("kcal", "protein", "fibre", "sodium")},
        }
        for day in offer.measures.days
    ]


def _day_amount(code: str, day: Day) -> str:
    one = day.nutrients.get(code)
    if one is None:
        return "—"
    return f"{'≥ ' if one.unknown else ''}{usual_amount(code, one.value):,.0f}"
