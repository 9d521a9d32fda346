"""Locking what a person has decided: planning leaves pinned places where they stand."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, update

from canteen.foundation.calendar import week_of
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus.held import held_draft
from canteen.menus.models import MenuEntry


def pin_place(*, site_id: int, day: date, period: str, slot: str, position: int) -> Refusal | None:
    """Lock the dish of a place. Codes: place_empty, week_frozen."""
    return _set(site_id, day, True, _place(period, slot, position))


def unpin_place(
    *, site_id: int, day: date, period: str, slot: str, position: int
) -> Refusal | None:
    """Open a place again; an empty or open one stays as it is. Code: week_frozen."""
    return _set(site_id, day, False, _place(period, slot, position))


def pin_day(
    *, site_id: int, day: date, pinned: bool = True, periods: Collection[str] = ()
) -> Refusal | None:
    """Lock or open the dishes of a day or of some of its meals. Codes: place_empty, week_frozen."""
    meals = (MenuEntry.period_code.in_(periods),) if periods else ()
    return _set(site_id, day, pinned, meals)


def _place(period: str, slot: str, position: int) -> tuple[ColumnElement[bool], ...]:
    return (
        MenuEntry.period_code == period,
        MenuEntry.slot_code == slot,
        MenuEntry.position == position,
    )


@retried
def _set(
    site_id: int, day: date, pinned: bool, where: tuple[ColumnElement[bool], ...]
) -> Refusal | None:
    monday = week_of(day)[0]
    with transaction() as session:
        week = held_draft(session, site_id, monday)
        if isinstance(week, Refusal):
            return week
        changed: Any = None
        if week is not None:
            entries = update(MenuEntry).where(
                MenuEntry.week_id == week.id, MenuEntry.service_date == day, *where
            )
            changed = session.execute(entries.values(pinned=pinned))
        if pinned and not (changed and changed.rowcount):
            return Refusal("place_empty", {})
        return None
