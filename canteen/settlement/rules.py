"""Whether a meal may be settled, and at what price for whom. Pure.

Checks come in the order in which a clerk can do something about them: is there something
to sell, is the card good, does the person still eat here, did they eat already, what does
it cost them, can they pay it this way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from canteen.cards.models import CardState
from canteen.foundation.money import yuan
from canteen.foundation.wording import Refusal
from canteen.residents.models import Status
from canteen.residents.pinyin import title_of
from canteen.settlement.models import Channel, PaidBy
from canteen.settlement.trays import AskedTray, TrayLine
from canteen.subsidies.policy import Policy
from canteen.subsidies.remembering import remembered_price
from canteen.subsidies.rules import (
    MealFacts,
    PastPart,
    PricedMeal,
    age_band,
    age_on,
    history_of,
)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a counter asks for. Exactly one of `card`, `resident_id` and `guest` says for whom."""

    meal_id: UUID
    site_id: int
    device_id: int | None
    clerk_id: int
    period_code: str
    set_code: str
    channel: Channel = Channel.DINE_IN
    pay_by: PaidBy = PaidBy.WALLET
    card: tuple[str, int] | None = None
    """Number and issue, already proven by the card's code."""
    resident_id: int | None = None
    guest: bool = False
    tray: AskedTray | None = None
    """What was tapped or typed: on top of the set, or alone where `set_code` is `A_LA_CARTE`."""
    override_by: int | None = None
    """A manager who lets it through; needs `override_reason`."""
    override_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PastMeal:
    """A standing meal of the person, at any site."""

    meal_id: str
    service_date: date
    period_code: str
    paid_fen: int
    paid_by: str
    extra: bool
    local_at: str
    parts: tuple[tuple[str, str, str, int], ...] = ()
    """(policy, rule, funder, fen) as priced; empty where the subsidy was withdrawn since."""


@dataclass(frozen=True, kw_only=True)
class Diner:
    """The person of a sale as they are today, and what they had before."""

    resident_id: int
    name: str
    gender: str
    birthday: date | None
    status: str
    ended_on: date | None
    tags: frozenset[str]
    hukou_path: tuple[str, ...]
    residence_path: tuple[str, ...]
    in_institution: bool
    registered_here: bool
    grid_node_id: int | None
    balance_fen: int
    turn: int
    card_id: int | None = None
    card_state: str | None = None
    passes: frozenset[tuple[str, str]] = frozenset()
    """(policy, pass) of the passes that are valid on the day."""
    meals: tuple[PastMeal, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SaleFacts:
    """Everything a sale is decided by, as one read found it."""

    service_date: date
    local_time: time
    is_workday: bool
    is_public_holiday: bool
    site_path: tuple[str, ...]
    set_name: str | None
    price_fen: int | None
    item_class: str = "set"
    lines: tuple[TrayLine, ...] = ()
    """What a tray holds; nothing where a set was taken and no more."""
    beside: tuple[str, int] | None = None
    """The set (class, fen) that the lines come on top of, a part of the price."""
    site_traits: frozenset[str] = frozenset()
    menu_published: bool
    device_known: bool = True
    shift_required: bool = False
    """The site sells in an open shift only."""
    shift_missing: bool = False
    """It does, and there is none for this clerk at this counter."""
    undo_seconds: int = 0
    menu_required: bool
    daily_card_limit_fen: int
    diner: Diner | None
    policies: Sequence[Policy] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class Sale:
    """A meal that may be booked: its price taken apart, and how the rest is paid."""

    priced: PricedMeal
    title: str
    paid_by: PaidBy
    extra: bool
    set_name: str


def decide_sale(*, order: Order, facts: SaleFacts) -> Sale | Refusal:
    """A sale or the reason against it. Refusal facts never hold more than a title and sums."""
    overridden = bool(order.override_by and order.override_reason)
    if order.device_id is not None and not facts.device_known:
        return Refusal("device_unknown")
    if order.device_id is not None and facts.shift_missing:
        return Refusal("shift_needed")
    if facts.price_fen is None or facts.set_name is None:
        return Refusal("no_set", {"period": order.period_code})
    if facts.menu_required and not facts.menu_published and not overridden:
        return Refusal("no_menu")
    if order.guest:
        return _guest_sale(order, facts, facts.price_fen, facts.set_name)
    diner = facts.diner
    if diner is None:
        return Refusal("card_unknown" if order.card else "resident_unknown")
    title = title_on(diner, facts.service_date)
    if order.card and diner.card_state != CardState.ACTIVE:
        return Refusal(f"card_{diner.card_state}", {"title": title})
    if diner.status != Status.ACTIVE and (
        diner.ended_on is None or diner.ended_on <= facts.service_date
    ):
        return Refusal("resident_ended", {"title": title})
    earlier = _earlier_meal(diner, facts.service_date, order.period_code)
    if earlier and not overridden:
        return Refusal("already_eaten", {"title": title, "at": earlier.local_at})
    extra = earlier is not None
    priced = price_for(
        diner,
        facts,
        period_code=order.period_code,
        channel=order.channel,
        policies=() if extra else facts.policies,
    )
    refusal = _cannot_pay(order, facts, diner, priced.pay_fen, title, overridden)
    if refusal:
        return refusal
    paid_by = order.pay_by if priced.pay_fen else PaidBy.FREE
    return Sale(priced=priced, title=title, paid_by=paid_by, extra=extra, set_name=facts.set_name)


def price_for(
    diner: Diner,
    facts: SaleFacts,
    *,
    period_code: str,
    channel: str,
    policies: Sequence[Policy],
) -> PricedMeal:
    """The price of today's set for a person under `policies`, with their history."""
    return remembered_price(
        policies=policies,
        facts=priced_facts(
            diner, facts, period_code=period_code, channel=channel, policies=policies
        ),
    )


def priced_facts(
    diner: Diner,
    facts: SaleFacts,
    *,
    period_code: str,
    channel: str,
    policies: Sequence[Policy],
) -> MealFacts:
    """What the engine is told of a meal of today's set."""
    assert facts.price_fen is not None
    today = [meal for meal in diner.meals if meal.service_date == facts.service_date]
    past = [
        PastPart(meal.meal_id, meal.service_date, meal.period_code, policy, rule, funder, fen)
        for meal in diner.meals
        for policy, rule, funder, fen in meal.parts
    ]
    return MealFacts(
        service_date=facts.service_date,
        local_time=facts.local_time,
        period=period_code,
        channel=channel,
        price_fen=facts.price_fen,
        item_class=facts.item_class,
        beside=facts.beside,
        is_workday=facts.is_workday,
        is_public_holiday=facts.is_public_holiday,
        birthday=diner.birthday,
        tags=diner.tags,
        hukou_path=diner.hukou_path,
        residence_path=diner.residence_path,
        site_path=facts.site_path,
        in_institution=diner.in_institution,
        registered_here=diner.registered_here,
        site_traits=facts.site_traits,
        passes=passes_under(diner.passes, policies),
        history=history_of(
            past,
            service_date=facts.service_date,
            period=period_code,
            meals_today=len(today),
        ),
    )


def passes_under(passes: Iterable[tuple[str, str]], policies: Iterable[Policy]) -> frozenset[str]:
    """The passes that were bought under one of these policies, as the engine asks for them.

    Two policies may call their passes by the same word; one's pass is nothing to the other.
    """
    codes = {policy.code for policy in policies}
    return frozenset(code for policy, code in passes if policy in codes)


def may_undo(*, created_at: datetime, now: datetime, undo_seconds: int) -> bool:
    """Whether a meal is young enough to be undone in one touch; both ends count.

    A clock set back does not make an old meal young: a meal from the future may not be.
    """
    return timedelta(0) <= now - created_at <= timedelta(seconds=undo_seconds)


def title_on(diner: Diner, day: date) -> str:
    """How the diner is addressed on a day: 陈奶奶."""
    return title_of(diner.name, diner.gender, age_on(diner.birthday, day))[0]


def band_on(diner: Diner, day: date) -> tuple[int | None, str]:
    """Age and age band on a day, birthday included."""
    age = age_on(diner.birthday, day)
    return age, age_band(age)


def _guest_sale(order: Order, facts: SaleFacts, price_fen: int, set_name: str) -> Sale:
    priced = PricedMeal(
        price_fen=price_fen,
        delivery_fee_fen=0,
        subsidy_fen=0,
        pay_fen=price_fen,
        parts=(),
        age=None,
        age_band="",
        reason_zh="散客，按原价付现金",
        reason_en="Guest, full price in cash",
        policies=(),
    )
    paid_by = PaidBy.CASH if price_fen else PaidBy.FREE
    return Sale(priced=priced, title="", paid_by=paid_by, extra=False, set_name=set_name)


def _earlier_meal(diner: Diner, day: date, period_code: str) -> PastMeal | None:
    same = [
        meal
        for meal in diner.meals
        if meal.service_date == day and meal.period_code == period_code and not meal.extra
    ]
    return same[0] if same else None


def _cannot_pay(
    order: Order, facts: SaleFacts, diner: Diner, due_fen: int, title: str, overridden: bool
) -> Refusal | None:
    """Why the wallet cannot pay this, if it cannot. Cash always can."""
    if order.pay_by is not PaidBy.WALLET or due_fen == 0:
        return None
    sums = {
        "title": title,
        "due": yuan(due_fen),
        "balance": yuan(diner.balance_fen),
        "due_fen": due_fen,
        "balance_fen": diner.balance_fen,
    }
    if due_fen > diner.balance_fen:
        return Refusal("balance_too_low", sums)
    spent = sum(
        meal.paid_fen
        for meal in diner.meals
        if meal.service_date == facts.service_date and meal.paid_by == PaidBy.WALLET
    )
    if spent + due_fen > facts.daily_card_limit_fen and not overridden:
        return Refusal("daily_limit", {**sums, "limit": yuan(facts.daily_card_limit_fen)})
    return None
