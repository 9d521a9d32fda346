"""What a canteen sells beside sets or on top of one, and what a tray held."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.wording import Refusal
from canteen.menus.queries import todays_dishes
from canteen.settlement.models import MealLine
from canteen.settlement.rules import Order, SaleFacts
from canteen.settlement.trays import (
    A_LA_CARTE,
    DISH,
    DishSold,
    SoldHere,
    fill_tray,
    name_of,
    set_line,
    total_of,
)
from canteen.sites.models import Site


def sold_here(session: Session, *, site_id: int, day: date, period_code: str) -> SoldHere:
    """Dishes and amounts as they are sold in a period of a day. Two queries."""
    site = session.get_one(Site, site_id)
    dishes = todays_dishes(session, site_id=site_id, service_date=day, period_code=period_code)
    return SoldHere(
        dishes={
            one.dish_id: DishSold(name=one.name, name_en=one.name_en, price_fen=one.price_fen)
            for one in reversed(dishes)
        },
        sells_dishes=site.sells_dishes,
        sells_amounts=site.sells_amounts,
        limit_fen=site.tray_limit_fen,
    )


def with_tray(session: Session, order: Order, facts: SaleFacts) -> SaleFacts | Refusal:
    """The facts of a sale with its tray's price in a set's place, or on top of it."""
    assert order.tray is not None
    of_set = None
    if order.set_code != A_LA_CARTE:
        if facts.set_name is None or facts.price_fen is None:
            return Refusal("no_set", {"period": order.period_code})
        of_set = set_line(facts.set_name, facts.price_fen, facts.item_class)
    sold = sold_here(
        session, site_id=order.site_id, day=facts.service_date, period_code=order.period_code
    )
    lines = fill_tray(order.tray, sold, of_set=of_set)
    if isinstance(lines, Refusal):
        return lines
    return replace(
        facts,
        lines=lines,
        price_fen=total_of(lines),
        set_name=name_of(lines, set_name=facts.set_name or "" if of_set else ""),
        item_class=DISH,
        beside=(of_set.item_class, of_set.unit_price_fen) if of_set else None,
    )


def lines_of(session: Session, meal_id: UUID) -> Sequence[MealLine]:
    """What a tray held, in order; a meal of a set alone held no lines."""
    query = select(MealLine).where(MealLine.meal_id == meal_id).order_by(MealLine.position)
    return session.scalars(query).all()
