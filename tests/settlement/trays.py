"""Canteens that sell single dishes and typed amounts, for tests of trays."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from canteen.foundation.database import transaction
from canteen.menus.models import Dish, MenuEntry, MenuWeek
from canteen.sites.models import Site
from tests.people import NOW, TODAY

DISHES = (
    ("红烧肉", "Braised pork", 800),
    ("清炒小白菜", "Stir-fried pak choi", 300),
    ("米饭", "Rice", 100),
)


def sell(site_id: int, *ways: str, **values: Any) -> None:
    """How a site sells: of ``sets``, ``dishes`` and ``amounts``."""
    chosen = {f"sells_{way}": way in ways for way in ("sets", "dishes", "amounts")}
    with transaction() as session:
        session.execute(update(Site).where(Site.id == site_id).values(**chosen, **values))


def publish_dishes(
    site_id: int, day: date = TODAY, period: str = "lunch", dishes: Any = DISHES
) -> list[int]:
    """A published menu of a meal with these dishes and prices; their ids."""
    with transaction() as session:
        week = MenuWeek(
            site_id=site_id,
            monday=day - timedelta(days=day.weekday()),
            state="published",
            published_at=NOW,
        )
        session.add(week)
        session.flush()
        ids = []
        for place, (name, english, fen) in enumerate(dishes):
            dish = Dish(name=name, canonical=name, name_en=english, category="meat", price_fen=fen)
            session.add(dish)
            session.flush()
            session.add(
                MenuEntry(
                    week_id=week.id, service_date=day, period_code=period, slot_code="main",
                    position=place, dish_id=dish.id, dish_name=name, price_fen=fen,
                )
            )  # fmt: skip
            ids.append(dish.id)
        return ids
