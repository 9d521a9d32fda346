"""Free meals: booked when a person says they were handed over, voided when it was not so.

They run inside the transaction of whoever records the outcome.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from canteen.foundation.wording import Refusal
from canteen.ledger import booking
from canteen.ledger.booking import Occasion
from canteen.ledger.models import TransferKind
from canteen.settlement.actions import reverse
from canteen.settlement.facts import meal_facts
from canteen.settlement.models import Channel, Meal, PaidBy
from canteen.settlement.rows import funded, meal_row
from canteen.settlement.rules import (
    Diner,
    Order,
    PastMeal,
    Sale,
    SaleFacts,
    band_on,
    price_for,
    title_on,
)
from canteen.subsidies.rules import Part, PricedMeal


@dataclass(frozen=True, kw_only=True)
class Gift:
    """What a programme gives: its name as the meal will say it, who carries the price, in fen."""

    programme_name: str
    funder_code: str
    price_fen: int


@dataclass(frozen=True, kw_only=True)
class FreeMeal:
    """Who was brought which meal of a programme."""

    meal_id: UUID
    site_id: int
    service_date: date
    period_code: str
    resident_id: int
    gift: Gift


def book_free_meal(session: Session, meal: FreeMeal, *, by: int, now: datetime) -> Refusal | None:
    """Book a meal of a free-meal programme: its whole price is the funder's.

    ``already_eaten`` when the person has a standing meal in that period: then nothing is
    booked, and nobody is charged. The person's facts are frozen as of now.
    """
    order = Order(
        meal_id=meal.meal_id,
        site_id=meal.site_id,
        device_id=None,
        clerk_id=by,
        period_code=meal.period_code,
        set_code="free",
        channel=Channel.DELIVERY,
        pay_by=PaidBy.FREE,
        resident_id=meal.resident_id,
    )
    day = meal.service_date
    found = meal_facts(session.connection(), order=order, service_date=day, now=now)
    diner = found.facts.diner
    assert diner is not None
    turn = booking.change_wallet(
        session, resident_id=meal.resident_id, change_fen=0, turn=diner.turn
    )
    eaten = _eaten(diner, meal)
    if eaten is not None:
        return Refusal("already_eaten", {"title": title_on(diner, day), "at": eaten.local_at})
    if turn is None:
        return Refusal("busy")
    facts = replace(found.facts, price_fen=meal.gift.price_fen)
    grants = delivery_grants(diner, facts, period_code=meal.period_code)
    sale = free_sale(diner, meal.gift, service_date=day, grants=grants)
    row = meal_row(order, facts, sale, diner.balance_fen, now)
    session.execute(insert(Meal.__table__), row)  # type: ignore[arg-type]
    booking.book(
        session,
        [
            *funded(meal.site_id, sale.priced.parts, TransferKind.MEAL_FREE),
            *funded(meal.site_id, sale.priced.grants, TransferKind.OPERATOR_GRANT),
        ],
        Occasion(site_id=meal.site_id, service_date=day, now=now, by=by, meal_id=meal.meal_id),
    )
    return None


def _eaten(diner: Diner, meal: FreeMeal) -> PastMeal | None:
    """The standing meal that the person already has in this period."""
    return next(
        (
            past
            for past in diner.meals
            if (past.service_date, past.period_code) == (meal.service_date, meal.period_code)
            and not past.extra
        ),
        None,
    )


def delivery_grants(diner: Diner, facts: SaleFacts, *, period_code: str) -> tuple[Part, ...]:
    """What the canteen earns for carrying a free meal to this person. Pure.

    A programme pays the price, so no rule of a policy does: grants "per subsidised" meal,
    delivery or day are not earned. A grant per delivery asks who was brought a meal, and is.
    """
    policies = [replace(policy, rules=()) for policy in facts.policies if policy.grants]
    if not policies:
        return ()
    priced = price_for(
        diner, facts, period_code=period_code, channel=Channel.DELIVERY, policies=policies
    )
    return priced.grants


def free_sale(
    diner: Diner, gift: Gift, *, service_date: date, grants: tuple[Part, ...] = ()
) -> Sale:
    """A meal of a programme for this person: the funder carries the whole price. Pure."""
    age, band = band_on(diner, service_date)
    priced = PricedMeal(
        price_fen=gift.price_fen,
        delivery_fee_fen=0,
        subsidy_fen=gift.price_fen,
        pay_fen=0,
        parts=(Part(gift.funder_code, gift.price_fen, "free_meal", "programme"),),
        age=age,
        age_band=band,
        reason_zh=f"{gift.programme_name}，免费送餐",
        reason_en=f"{gift.programme_name}, free delivery",
        policies=(),
        grants=grants,
    )
    return Sale(
        priced=priced,
        title=title_on(diner, service_date),
        paid_by=PaidBy.FREE,
        extra=False,
        set_name=gift.programme_name[:40],
    )


def void_free_meal(session: Session, *, meal_id: UUID, reason: str, by: int, now: datetime) -> None:
    """Take a free meal back; harmless twice."""
    reverse(session, session.get_one(Meal, meal_id), reason=reason, by=by, now=now)
