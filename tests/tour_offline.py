"""What a counter served alone and the manager looks at: the system failed, or books otherwise."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from canteen.cards.models import Card, CardState
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.settlement.models import PaidBy
from canteen.settlement.offline.actions import ServedMeal, book_served_meal
from canteen.settlement.offline.rules import Shown
from canteen.settlement.offline.unbooked import WAITS, close_unbooked, keep_unbooked
from canteen.settlement.rules import Order
from canteen.settlement.trays import TrayLine
from canteen.sites.models import Device, MealPeriod
from canteen.staff.models import Staff

SET = Shown(set_name="标准餐", title="周奶奶", price_fen=1300, subsidy_fen=400, paid_fen=900)
TRAY = Shown(
    set_name="单点",
    title="",
    price_fen=2100,
    subsidy_fen=0,
    paid_fen=2100,
    lines=(
        TrayLine(dish_id=1, name="红烧肉", name_en="Braised pork", quantity=2, unit_price_fen=800),
        TrayLine(name="自选", name_en="By amount", quantity=1, unit_price_fen=500),
    ),
)


def fail_at_some(now: datetime) -> None:
    """A set by card, what waits behind it, a guest's tray, one closed by hand, one doubted."""
    device = db.session.scalars(select(Device).order_by(Device.id)).first()
    clerk = db.session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
    cards = db.session.scalars(
        select(Card).where(Card.state == CardState.ACTIVE).order_by(Card.id.desc()).limit(2)
    ).all()
    assert device is not None
    dinner = db.session.scalars(
        select(MealPeriod.code)
        .where(MealPeriod.site_id == device.site_id)
        .order_by(MealPeriod.position.desc())
    ).first()
    assert dinner is not None
    order = Order(
        meal_id=uuid4(), site_id=device.site_id, device_id=device.id, clerk_id=clerk,
        period_code="lunch", set_code="standard", card=(cards[0].number, cards[0].issue),
    )  # fmt: skip
    doubted = replace(order, meal_id=uuid4(), card=(cards[1].number, cards[1].issue))
    db.session.remove()
    at = now - timedelta(minutes=50)
    first = ServedMeal(order=order, shown=SET, device_at=at, sequence=1)
    behind = replace(order, meal_id=uuid4(), period_code=dinner)
    tray = replace(order, meal_id=uuid4(), set_code="*", card=None, guest=True, pay_by=PaidBy.CASH)
    closed = replace(tray, meal_id=uuid4())
    kept = (
        (first, "AttributeError"),
        (replace(first, order=behind, sequence=2), WAITS),
        (replace(first, order=tray, shown=TRAY, sequence=3), "KeyError"),
        (replace(first, order=closed, shown=TRAY, sequence=4), "KeyError"),
    )
    for meal, kind in kept:
        keep_unbooked(meal, kind=kind, complete=True, keys=storage.keys(), by=clerk, now=now)
    close_unbooked(
        meal_id=closed.meal_id, site_id=order.site_id, note="已手工补记", by=clerk, now=now
    )
    for number in (5, 6):
        late = replace(first, order=replace(doubted, meal_id=uuid4()), sequence=number)
        book_served_meal(late, now=now)
    db.session.remove()
