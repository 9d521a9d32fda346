"""Changing the rows of a site's grid, and which kinds may return within a week."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation.database import broke, transaction
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.categories import CATEGORIES, DEFAULT_WINDOWS
from canteen.menus.models import MenuEntry, MenuSlot, MenuWeek, RepeatExemption
from canteen.menus.slots import default_slots
from canteen.sites import queries as sites

_SLOT_TAKEN = (
    "uq_menu_slots_site_id_period_code_code",
    "menu_slots.site_id",
    "menu_slots.period_code",
    "menu_slots.code",
)


def make_default_slots(*, site_id: int) -> int:
    """Give every period of a site that has no slots the usual ones; how many were made."""
    with transaction() as session:
        return ensure_slots(session, site_id)


def ensure_slots(session: Session, site_id: int) -> int:
    """`make_default_slots` inside the caller's transaction."""
    _seed_exemptions(session, site_id)
    have = {slot.period for slot in queries.slots_of(session, site_id)}
    made = 0
    for period in sites.periods(session, site_id):
        for place, slot in enumerate(default_slots(period.code) if period.code not in have else ()):
            session.add(
                MenuSlot(
                    site_id=site_id,
                    period_code=period.code,
                    code=slot.code,
                    name=slot.name,
                    name_en=slot.name_en,
                    categories=";".join(slot.categories),
                    places=slot.places,
                    position=period.position * 100 + place,
                )
            )
            made += 1
    session.flush()
    return made


def save_slot(*, site_id: int, slot_id: int | None, values: Mapping[str, Any]) -> Refusal | None:
    """Add a slot or change one; its period and code stay, entries carry them.

    Codes: slot_code_taken, slot_categories (none, or one that is unknown).
    """
    categories = tuple(values["categories"])
    if not categories or any(one not in CATEGORIES for one in categories):
        return Refusal("slot_categories", {"value": "、".join(categories)[:40]})
    stored = {**values, "categories": ";".join(categories)}
    try:
        with transaction() as session:
            _seed_exemptions(session, site_id)
            if slot_id is None:
                session.add(MenuSlot(site_id=site_id, **stored))
                return None
            slot = session.get_one(MenuSlot, slot_id)
            assert slot.site_id == site_id
            for name in ("name", "name_en", "categories", "places", "servings", "position"):
                setattr(slot, name, stored[name])
            return None
    except IntegrityError as error:
        if broke(error, *_SLOT_TAKEN):
            return Refusal("slot_code_taken", {"code": values["code"]})
        raise


def remove_slot(*, site_id: int, slot_id: int) -> Refusal | None:
    """Take a slot out of the grid; refused with slot_in_use while a week has a dish in it."""
    with transaction() as session:
        slot = session.get_one(MenuSlot, slot_id)
        assert slot.site_id == site_id
        used = (
            select(func.count())
            .select_from(MenuEntry)
            .join(MenuWeek, MenuWeek.id == MenuEntry.week_id)
            .where(
                MenuWeek.site_id == site_id,
                MenuEntry.period_code == slot.period_code,
                MenuEntry.slot_code == slot.code,
            )
        )
        if session.scalar(used):
            return Refusal("slot_in_use", {"name": slot.name})
        session.delete(slot)
        return None


def set_exemptions(*, site_id: int, windows: Mapping[str, int]) -> Refusal | None:
    """Say which kinds may return within a week, and after how many days (0: as often as liked).

    Refused with window_unknown for a kind that does not exist or days beyond 0 to 31.
    """
    for category, days in windows.items():
        if category not in CATEGORIES or not 0 <= days <= 31:
            return Refusal("window_unknown", {"category": category[:20], "days": days})
    with transaction() as session:
        session.execute(delete(RepeatExemption).where(RepeatExemption.site_id == site_id))
        ensure = [
            RepeatExemption(site_id=site_id, category=category, window_days=days)
            for category, days in windows.items()
        ]
        session.add_all(ensure)
        return None


def _seed_exemptions(session: Session, site_id: int) -> None:
    """A site's own windows begin as the defaults; afterwards they are its rows."""
    have_slots = session.scalar(select(MenuSlot.id).where(MenuSlot.site_id == site_id).limit(1))
    have_rows = session.get(RepeatExemption, (site_id, next(iter(DEFAULT_WINDOWS))))
    if have_slots is None and have_rows is None:
        for category, days in DEFAULT_WINDOWS.items():
            session.merge(RepeatExemption(site_id=site_id, category=category, window_days=days))
        session.flush()
