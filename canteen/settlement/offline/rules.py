"""What becomes of a meal that a counter served alone. Pure.

The meal was eaten: it is booked whatever is true by now. The diner pays what they were told,
or less; funders give what they would give now and no more; what is missing to the price the
canteen carries, and says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from canteen.cards.models import CardState
from canteen.foundation.wording import Refusal
from canteen.settlement.models import PaidBy
from canteen.settlement.rules import (
    Diner,
    Order,
    Sale,
    SaleFacts,
    decide_sale,
    price_for,
    title_on,
)
from canteen.settlement.trays import A_LA_CARTE, DISH, TrayLine, name_of
from canteen.subsidies.rules import Part, PricedMeal

CARRIER, CARRIED = "operator", "offline"
"""The funder that is the canteen itself, and the policy that its part is booked under."""

CLOCK_WRONG, CLOCK_DOUBTFUL = "clock_wrong", "clock_doubtful"
"""The reasons for which a person looks at when a meal was served."""

AHEAD = timedelta(minutes=2)
"""How far a device's clock may be ahead before it is not believed."""
OLDEST = timedelta(days=31)
"""How old a meal may say it is; older, and the clock is not believed."""

_NOT_THEIRS = ("card_lost", "card_replaced", "card_closed", "card_unknown", "resident_unknown")
"""Reasons for which it is not known who ate: nobody's meal, and nobody's wallet."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the counter told the diner, in fen."""

    set_name: str
    title: str
    price_fen: int
    subsidy_fen: int
    paid_fen: int
    lines: tuple[TrayLine, ...] = ()
    """What a tray held; the set first where it came on top of one."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The meal as it is booked. `reason` is "" where the server would have done the same."""

    sale: Sale
    diner: Diner | None
    reason: str = ""
    carried_fen: int = 0
    lines: tuple[TrayLine, ...] = ()


def believed_at(
    *, device_at: datetime, now: datetime, doubtful: bool = False
) -> tuple[datetime, str]:
    """When a meal was served, as far as a device's clock can be believed, and why it is not.

    A time to come or more than a month ago is taken for a wrong clock: then it is now
    (``clock_wrong``). A device that found its own clock turned is believed, since nobody knows
    better; a person looks (``clock_doubtful``).
    """
    if device_at > now + AHEAD or device_at < now - OLDEST:
        return now, CLOCK_WRONG
    return min(device_at, now), CLOCK_DOUBTFUL if doubtful else ""


def judge(
    *,
    order: Order,
    facts: SaleFacts,
    shown: Shown,
    served_at: datetime,
    card_ended_at: datetime | None,
) -> Verdict:
    """How a meal is booked that was served as `shown`.

    `facts` are of the day it was served and of everything booked since. A card that was
    lost or replaced only after the meal was good when it was shown.
    """
    facts = _as_served(order, facts, shown, served_at, card_ended_at)
    return replace(_judged(order, facts, shown), lines=facts.lines)


def _judged(order: Order, facts: SaleFacts, shown: Shown) -> Verdict:
    if order.guest:
        sale = decide_sale(order=replace(order, pay_by=PaidBy.CASH), facts=facts)
        assert isinstance(sale, Sale), "a guest with a price is never refused"
        return _paid(sale, None, shown, cash=True, reason="")
    decided = decide_sale(order=order, facts=facts)
    if isinstance(decided, Refusal):
        return _all_the_same(decided.code, order, facts, shown)
    return _paid(decided, facts.diner, shown, cash=order.pay_by is PaidBy.CASH, reason="")


def _as_served(
    order: Order,
    facts: SaleFacts,
    shown: Shown,
    served_at: datetime,
    card_ended_at: datetime | None,
) -> SaleFacts:
    """The facts with what the counter went by: its price, its set, the card as it was then."""
    diner = facts.diner
    if diner is not None and card_ended_at is not None and card_ended_at > served_at:
        diner = replace(diner, card_state=CardState.ACTIVE)
    lines, beside, set_name = shown.lines, None, facts.set_name or shown.set_name
    if lines and order.set_code != A_LA_CARTE:
        first = replace(lines[0], item_class=facts.item_class, name=facts.set_name or lines[0].name)
        lines, beside = (first, *lines[1:]), (first.item_class, first.unit_price_fen)
        set_name = name_of(lines, set_name=first.name)
    return replace(
        facts,
        diner=diner,
        price_fen=shown.price_fen,
        set_name=set_name,
        item_class=DISH if lines else facts.item_class,
        lines=lines,
        beside=beside,
        menu_required=False,
        device_known=True,
        shift_missing=False,
    )


def _all_the_same(code: str, order: Order, facts: SaleFacts, shown: Shown) -> Verdict:
    """The meal of somebody whom the server would have refused."""
    diner = facts.diner
    cash = order.pay_by is PaidBy.CASH
    if diner is None or code in _NOT_THEIRS:
        sale = _sale(_unpriced(facts, shown), shown.title, extra=False, facts=facts)
        return _paid(sale, None, shown, cash=cash, reason=code)
    extra = code == "already_eaten"
    entitled = not extra and code != "resident_ended"
    priced = price_for(
        diner,
        facts,
        period_code=order.period_code,
        channel=order.channel,
        policies=facts.policies if entitled else (),
    )
    sale = _sale(priced, title_on(diner, facts.service_date), extra=extra, facts=facts)
    return _paid(sale, diner, shown, cash=cash, reason=code)


def _sale(priced: PricedMeal, title: str, *, extra: bool, facts: SaleFacts) -> Sale:
    assert facts.set_name is not None
    return Sale(
        priced=priced, title=title, paid_by=PaidBy.WALLET, extra=extra, set_name=facts.set_name
    )


def _unpriced(facts: SaleFacts, shown: Shown) -> PricedMeal:
    """The whole price and nobody's subsidy: it is not known who ate."""
    return PricedMeal(
        price_fen=shown.price_fen,
        delivery_fee_fen=0,
        subsidy_fen=0,
        pay_fen=shown.price_fen,
        parts=(),
        age=None,
        age_band="",
        reason_zh="",
        reason_en="",
        policies=(),
    )


def _paid(sale: Sale, diner: Diner | None, shown: Shown, *, cash: bool, reason: str) -> Verdict:
    """Who pays what: the diner as told, funders as they would, the canteen what is left."""
    priced = sale.priced
    price = priced.price_fen + priced.delivery_fee_fen
    if cash:
        take = min(shown.paid_fen, price)  # it lies in the box already
    elif diner is None or reason == "resident_ended":
        take = 0
    else:
        take = min(shown.paid_fen, priced.pay_fen, diner.balance_fen)
    parts = _cut(priced.parts, price - take)
    carried = price - take - sum(part.amount_fen for part in parts)
    if reason == "balance_too_low" and take == min(shown.paid_fen, priced.pay_fen):
        reason = ""  # there was enough for what they were told
    reason = reason or ("price_changed" if take != shown.paid_fen or carried else "")
    if carried:
        parts = (*parts, Part(CARRIER, carried, CARRIED, reason))
    booked = replace(priced, subsidy_fen=price - take, pay_fen=take, parts=parts)
    if carried:
        booked = _explained(booked)
    paid_by = (PaidBy.CASH if cash else PaidBy.WALLET) if take else PaidBy.FREE
    return Verdict(
        sale=replace(sale, priced=booked, paid_by=paid_by),
        diner=diner,
        reason=reason,
        carried_fen=carried,
    )


def _cut(parts: Sequence[Part], most_fen: int) -> tuple[Part, ...]:
    """Funders' parts in their order, until nothing of the price is left."""
    kept = []
    for part in parts:
        fen = min(part.amount_fen, most_fen)
        most_fen -= fen
        if fen:
            kept.append(replace(part, amount_fen=fen))
    return tuple(kept)


def _explained(priced: PricedMeal) -> PricedMeal:
    zh, en = "断网时所收，差额由食堂承担", "Served offline; the canteen carries the difference"
    return replace(
        priced,
        reason_zh="；".join(filter(None, (priced.reason_zh, zh))),
        reason_en="; ".join(filter(None, (priced.reason_en, en))),
    )
