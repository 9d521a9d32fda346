"""A kitchen to test in: a site with the shipped library, the usual rows and a cook."""

from datetime import date

from sqlalchemy import select

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus import actions, queries
from canteen.menus.models import Dish
from canteen.menus.plan import WeekPlan
from canteen.staff.rules import Role
from tests.menus.shelves import stock_library
from tests.people import make_site, make_staff

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
WEEK = "2026-W48"


def make_kitchen() -> int:
    """金牛食堂 with 王师傅 (wangshifu), the library and the usual rows. Its id."""
    site_id = make_site()
    make_staff("wangshifu", Role.KITCHEN, site_id=site_id, name="王师傅")
    stock_library()
    actions.make_default_slots(site_id=site_id)
    return site_id


def dish_id(name: str) -> int:
    """The row of a dish of the library."""
    found = queries.same_dish(db.session(), name)
    assert found is not None, name
    return found.id


def put(
    site_id: int,
    day: date,
    name: str,
    *,
    period: str = "lunch",
    slot: str = "meat",
    position: int = 0,
) -> Refusal | None:
    """Put a dish into a place."""
    return actions.place_dish(
        site_id=site_id, day=day, period=period, slot=slot, position=position, dish_id=dish_id(name)
    )  # fmt: skip


def week(site_id: int, monday: date = MONDAY) -> WeekPlan:
    """The week as it is now."""
    db.session.rollback()
    return queries.week_plan(db.session(), site_id=site_id, monday=monday)


def fill(site_id: int, monday: date = MONDAY) -> None:
    """Every place of a week, no dish twice."""
    rows = db.session.execute(select(Dish.id, Dish.category).order_by(Dish.id)).all()
    used: set[int] = set()
    for meal in week(site_id, monday).periods:
        for row in meal.slots:
            for cells in row.days:
                for place in cells:
                    found = next(
                        number
                        for number, category in rows
                        if category in row.slot.categories and number not in used
                    )
                    used.add(found)
                    refusal = actions.place_dish(
                        site_id=site_id,
                        day=place.day,
                        period=meal.period.code,
                        slot=row.slot.code,
                        position=place.position,
                        dish_id=found,
                    )
                    assert refusal is None
