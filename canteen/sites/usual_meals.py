"""The meals of a day as canteens usually serve them, for a site that begins to serve one."""

from datetime import time

from sqlalchemy.orm import Session

from canteen.sites.models import MealPeriod

_USUAL = {
    "breakfast": ("早餐", "Breakfast", time(6, 30), time(8, 30), 1),
    "lunch": ("午餐", "Lunch", time(11), time(13), 2),
    "afternoon": ("午点", "Afternoon snack", time(14, 30), time(15, 30), 2),
    "dinner": ("晚餐", "Dinner", time(17), time(18, 30), 3),
}
"""Name, English name, hours and place by code; the hours lie beside one another."""


def is_usual(code: str) -> bool:
    """Whether this is a meal whose name and hours are known."""
    return code in _USUAL


def usual_name(code: str) -> tuple[str, str]:
    """The name of a usual meal in Chinese and English."""
    name, english, *_ = _USUAL[code]
    return name, english


def open_usual_meal(session: Session, site_id: int, code: str) -> None:
    """Let a site serve a usual meal at its usual hours, inside the caller's transaction."""
    name, name_en, starts, ends, position = _USUAL[code]
    session.add(
        MealPeriod(
            site_id=site_id,
            code=code,
            name=name,
            name_en=name_en,
            starts=starts,
            ends=ends,
            position=position,
        )
    )
    session.flush()
