"""The card that is printed when the demo starts, and what the counter will say to it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from canteen.cards.models import Card, CardState
from canteen.cards.tokens import make_token
from canteen.demo.cast import LI
from canteen.demo.world import ZONE
from canteen.foundation import storage
from canteen.foundation.calendar import age_on, service_date
from canteen.foundation.database import db
from canteen.foundation.money import spoken_yuan
from canteen.foundation.wording import Refusal
from canteen.ledger.models import Account
from canteen.residents.models import Resident
from canteen.residents.pinyin import title_of
from canteen.settlement.facts import meal_facts
from canteen.settlement.rules import Order, decide_sale
from canteen.staff.models import Staff


@dataclass(frozen=True)
class Trial:
    """A card with its holder, and what a scan at lunch says."""

    title: str
    title_en: str
    token: str
    expected_zh: str
    expected_en: str


def card_to_try(*, now: datetime) -> Trial | None:
    """李奶奶's card as it is now; None where it was closed or replaced since."""
    found = db.session.execute(
        select(Resident, Card, Account.balance_fen)
        .join(Card, Card.resident_id == Resident.id)
        .join(Account, Account.resident_id == Resident.id)
        .where(Resident.name == LI.name, Card.state == CardState.ACTIVE)
        .order_by(Resident.id)
        .limit(1)
    ).first()
    if found is None:
        return None
    resident, card, balance_fen = found
    today = service_date(now, ZONE.key)
    age = age_on(resident.birthday, today) if resident.birthday else None
    title, title_en = title_of(resident.name, resident.gender, age)
    zh, en = _expected(resident.site_id, card, balance_fen or 0, now)
    token = make_token(card.number, card.issue, storage.keys().card[0])
    return Trial(title, title_en, token, zh, en)


def _expected(site_id: int, card: Card, balance_fen: int, now: datetime) -> tuple[str, str]:
    """The counter's own decision about lunch today, without booking it."""
    clerk_id = db.session.scalar(select(Staff.id).order_by(Staff.id).limit(1))
    order = Order(
        meal_id=UUID(int=0, version=4),
        site_id=site_id,
        device_id=None,
        clerk_id=clerk_id or 0,
        period_code="lunch",
        set_code="standard",
        card=(card.number, card.issue),
    )
    found = meal_facts(
        db.session.connection(), order=order, service_date=service_date(now, ZONE.key), now=now
    )
    sale = decide_sale(order=order, facts=found.facts)
    if isinstance(sale, Refusal):
        return "今天的午餐已经刷过这张卡", "this card has had its lunch today"
    price, paid = spoken_yuan(sale.priced.price_fen), spoken_yuan(sale.priced.pay_fen)
    given = spoken_yuan(sale.priced.subsidy_fen)
    left = spoken_yuan(balance_fen - sale.priced.pay_fen)
    return (
        f"午餐 {price} 元，补贴 {given} 元，实付 {paid} 元，余额 {left} 元；再刷一次：这一餐已用过",
        f"lunch {price} yuan, subsidy {given}, pays {paid}, {left} left; again: eaten already",
    )
