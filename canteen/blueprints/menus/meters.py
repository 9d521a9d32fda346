"""Figures of sets in the reader's words: how much, against what, and how sure."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.blueprints.filters import is_english, named, yuan
from canteen.menus.nutrition import Amount
from canteen.menus.sets import Meter, Portion

LABELS: dict[str, Any] = {
    "cost": _l("一份成本"),
    "foods": _l("食物种类"),
    "salt_g": _l("盐"),
    "kcal": _l("热量"),
    "protein_g": _l("蛋白质"),
    "fibre_g": _l("膳食纤维"),
}
"""Meters in the order they are shown."""
SHORT_LABELS: dict[str, Any] = {
    **LABELS,
    "cost": _l("成本"),
    "foods": _l("食物"),
    "fibre_g": _l("纤维"),
}
"""The same where a column is narrow."""
_STATES: dict[str, tuple[str, Any]] = {
    "good": ("✓", _l("合适")),
    "low": ("!", _l("偏低")),
    "high": ("!", _l("偏高")),
    "unknown": ("?", _l("不全")),
}
_DIGITS = {"salt_g": 1, "iron_mg": 1}
_NAMED = 3
_TOGETHER = "\u00a0"
"""Between a number and its unit: no line ends there."""


def figure(meter: Meter) -> str:
    """The known amount with its unit: 620 kcal, 1.8 g, ¥6.23, 14 种."""
    return amount(meter.code, meter.known)


def at_least(meter: Meter) -> str:
    """The figure; 至少 before it where more may come."""
    return _("至少 %(figure)s", figure=figure(meter)) if meter.missing else figure(meter)


def amount(code: str, value: float) -> str:
    """A quantity of a nutrient, of money or of kinds."""
    if code == "cost":
        return yuan(round(value))
    if code == "foods":
        return _("%(count)s 种", count=round(value))
    unit = "kcal" if code == "kcal" else "μg" if code.endswith("_ug") else code.rsplit("_", 1)[1]
    digits = _DIGITS.get(code, 1 if 0 < value < 1 else 0)
    return f"{value:,.{digits}f}{_TOGETHER}{unit}"


def target(meter: Meter) -> str:
    """What it is held against, or ""."""
    low, high = meter.range.low, meter.range.high
    if low is not None and high is not None:
        number = amount(meter.code, low).split(_TOGETHER)[0]
        return _("目标 %(low)s–%(high)s", low=number, high=amount(meter.code, high))
    if high is not None:
        return _("最多 %(high)s", high=amount(meter.code, high))
    if low is not None:
        return _("至少 %(figure)s", figure=amount(meter.code, low))
    return ""


def state(meter: Meter) -> str:
    """✓ 合适, ! 偏高; "" for a figure that is held against nothing."""
    sign, word = _STATES.get(meter.state, ("", ""))
    return f"{sign} {word}" if sign else ""


def badge(meter: Meter) -> str:
    """The class of the state's badge."""
    return {"good": "good", "low": "warn", "high": "warn"}.get(meter.state, "")


def missing(meter: Meter) -> str:
    """有 2 道菜不全: dishes that may add to a figure; "" if there are none."""
    count = len(meter.missing)
    return _("有 %(count)s 道菜不全", count=count) if count else ""


def names(portions: tuple[Portion, ...], most: int = _NAMED) -> str:
    """The first of some dishes, joined."""
    joined = (", " if is_english() else "、").join(named(one) for one in portions[:most])
    return _("%(dishes)s 等", dishes=joined) if len(portions) > most else joined


def share(meter: Meter) -> int:
    """The figure in percent of its limit, at most 100, for a bar."""
    whole = meter.range.high if meter.range.high is not None else meter.range.low
    return min(100, round(meter.known * 100 / whole)) if whole else 0


def portion_amount(portion: Portion, code: str) -> str:
    """A nutrient of one portion; salt_g is its sodium as salt. 未知 where nothing is known."""
    source = "sodium_mg" if code == "salt_g" else code
    found = portion.nutrition.get(source)
    if found is None or (not found.known and found.unknown):
        return str(_("未知"))
    value = portion.salt_g if code == "salt_g" else found.known
    return _more(amount(code, value), found)


def portion_cost(portion: Portion) -> str:
    """What one portion costs."""
    if not portion.nutrition or (not portion.cost_fen and not portion.cost_known):
        return str(_("未知"))
    said = amount("cost", portion.cost_fen)
    return said if portion.cost_known else _("至少 %(figure)s", figure=said)


def _more(said: str, found: Amount) -> str:
    return _("至少 %(figure)s", figure=said) if found.unknown else said
