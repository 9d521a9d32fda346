"""What stands on each slip, as lines: the same on paper and on a page.

Nobody's full name, number or address: the title a clerk would call out, and for the kitchen
the words of a diet, because the food depends on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from canteen.foundation.money import yuan
from canteen.settlement.models import Channel, Meal, PaidBy
from canteen.settlement.printing.models import SlipKind
from canteen.settlement.printing.rules import Line

RULE = Line(rule=True)


@dataclass(frozen=True, kw_only=True)
class HeldLine:
    """A line of a tray: what, how many, and what they cost together."""

    name: str
    quantity: int
    fen: int

    @property
    def text(self) -> str:
        """红烧肉 × 2; one is not counted."""
        return f"{self.name} × {self.quantity}" if self.quantity > 1 else self.name


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything a slip says. Names are in the reader's language already."""

    site: str
    phone: str = ""
    time_zone: str
    device: str = ""
    meal: Meal | None = None
    period: str = ""
    number: int = 0
    copy: int = 0
    parts: Sequence[tuple[str, int]] = ()
    """(funder's name, fen)."""
    clerk: str = ""
    voided_by: str = ""
    override_by: str = ""
    lines: Sequence[HeldLine] = ()
    """What a tray held; none where a set was sold and no more."""
    dishes: Sequence[str] = ()
    diets: Sequence[str] = ()
    now: datetime | None = field(default=None)


def lines_of(kind: SlipKind, facts: Facts) -> list[Line]:
    """A slip of a kind."""
    if kind is SlipKind.TEST:
        return _test_page(facts)
    assert facts.meal is not None, "every slip but the test page is of a meal"
    make = {
        SlipKind.RECEIPT: _receipt,
        SlipKind.VOID: _void,
        SlipKind.TICKET: _ticket,
        SlipKind.CANCEL: _cancel,
    }[kind]
    return make(facts, facts.meal)


def _receipt(facts: Facts, meal: Meal) -> list[Line]:
    how = {PaidBy.WALLET: _("余额付"), PaidBy.CASH: _("现金付"), PaidBy.FREE: _("免费")}
    lines = [*_head(facts, _("用餐小票")), *_which_meal(facts, meal)]
    lines += [RULE, *(Line(one.text, yuan(one.fen)) for one in facts.lines)]
    lines.append(Line(meal.set_name, yuan(meal.price_fen)))
    lines += [Line(_("%(funder)s补", funder=name), f"-{yuan(fen)}") for name, fen in facts.parts]
    lines.append(Line(how[PaidBy(meal.paid_by)], yuan(meal.paid_fen), bold=True))
    if meal.balance_after_fen is not None:
        lines.append(Line(_("卡内余额"), yuan(meal.balance_after_fen)))
    if meal.override_reason:
        lines += [RULE, Line(_let_through(facts, meal))]
    if meal.offline:
        lines += [RULE, Line(_("断网时收的，连上后补打"))]
    if meal.voided_at is not None:
        lines += [RULE, Line(_("这一餐已作废"), bold=True)]
    return [*lines, RULE, *_foot(facts, meal)]


def _let_through(facts: Facts, meal: Meal) -> str:
    """Who let it through and why; meals of old do not know who."""
    if not facts.override_by:
        return _("负责人放行：%(why)s", why=meal.override_reason)
    return _("%(name)s放行：%(why)s", name=facts.override_by, why=meal.override_reason)


def _void(facts: Facts, meal: Meal) -> list[Line]:
    back = _("退现金") if meal.paid_by == PaidBy.CASH else _("退回余额")
    lines = [*_head(facts, _("作废单")), *_which_meal(facts, meal), RULE]
    lines.append(Line(meal.set_name, yuan(meal.price_fen)))
    if meal.paid_fen:
        lines.append(Line(back, yuan(meal.paid_fen), bold=True))
    lines += [
        Line(_("作废时间"), _moment(meal.voided_at, facts)),
        Line(_("作废人"), facts.voided_by),
        Line(_("原因：%(why)s", why=meal.void_reason)),
    ]
    return [*lines, RULE, *_foot(facts, meal)]


def _ticket(facts: Facts, meal: Meal) -> list[Line]:
    lines = [
        Line(_("外带"), facts.period, bold=True),
        Line(_numbered(facts), big=True, bold=True, centre=True),
        Line(meal.diner_title or _("散客"), _clock(meal.created_at, facts)),
    ]
    if facts.copy:
        lines.append(Line(_("重印"), bold=True, centre=True))
    if meal.offline:  # the clerk called it out, or nobody did
        lines.append(Line(_("断网时收的，先问窗口做了没有"), bold=True))
    added = facts.lines[1:] if facts.dishes else facts.lines  # a set's line says nothing to cook
    held = [*facts.dishes, *(one.text for one in added)]
    lines += [RULE, Line(meal.set_name, bold=True), *(Line(dish) for dish in held)]
    if facts.diets:
        lines += [RULE, *(Line(f"※ {diet}", big=True, bold=True) for diet in facts.diets)]
    return lines


def _cancel(facts: Facts, meal: Meal) -> list[Line]:
    return [
        Line(_("外带不做了"), facts.period, bold=True),
        Line(_numbered(facts), big=True, bold=True, centre=True),
        Line(meal.diner_title or _("散客"), _clock(meal.voided_at, facts)),
        RULE,
        Line(meal.set_name, _("已作废"), bold=True),
    ]


def _test_page(facts: Facts) -> list[Line]:
    return [
        *_head(facts, _("打印测试")),
        Line(facts.device, _moment(facts.now, facts)),
        RULE,
        Line(_("中文能看清就好：餐、饭、粥、面、𠮷、龘"), ""),
        Line("ABC abc 0123456789", "13.00"),
        Line(_("大字"), big=True, bold=True, centre=True),
        RULE,
        Line(_("右边的数字要靠边，不换行。"), ""),
    ]


def _head(facts: Facts, what: str) -> list[Line]:
    lines = [Line(facts.site, big=True, bold=True, centre=True), Line(what, centre=True)]
    if facts.copy:
        lines.append(Line(_("重印"), bold=True, centre=True))
    return [*lines, RULE]


def _which_meal(facts: Facts, meal: Meal) -> list[Line]:
    channel = {
        Channel.DINE_IN: _("堂食"),
        Channel.TAKEAWAY: _("外带"),
        Channel.DELIVERY: _("送到家"),
    }[Channel(meal.channel)]
    lines = [Line(_numbered(facts), big=True, bold=True)] if facts.number else []
    return [
        *lines,
        Line(_moment(meal.created_at, facts), f"{facts.period} {channel}"),
        Line(meal.diner_title or _("散客"), facts.device),
    ]


def _foot(facts: Facts, meal: Meal) -> list[Line]:
    lines = [Line(_("流水 %(id)s", id=str(meal.id)[:8].upper()), facts.clerk)]
    if facts.phone:
        lines.append(Line(_("电话 %(phone)s", phone=facts.phone)))
    return lines


def _numbered(facts: Facts) -> str:
    return _("第 %(number)s 号", number=facts.number) if facts.number else ""


def _moment(instant: datetime | None, facts: Facts) -> str:
    local = instant.astimezone(ZoneInfo(facts.time_zone)) if instant else None
    return f"{local:%Y-%m-%d %H:%M}" if local else ""


def _clock(instant: datetime | None, facts: Facts) -> str:
    return _moment(instant, facts)[11:]
