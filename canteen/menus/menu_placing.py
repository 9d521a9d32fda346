"""Where the dishes of a printed menu stand in a site's week, and what stands there already."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.wording import Refusal
from canteen.menus.dishes import canonical_of
from canteen.menus.models import Dish, MenuEntry, MenuWeek
from canteen.menus.plan import MOST_PLACES, SlotFacts
from canteen.menus.printed_entries import PrintedEntry

Spot = tuple[date, str, str, int]
"""Day, period, slot and place."""


def spots_of(
    entries: Sequence[tuple[date, PrintedEntry]],
    dishes: Mapping[str, Dish],
    slots: Sequence[SlotFacts],
) -> dict[Spot, Dish] | Refusal:
    """A place for every dish: the slot of its name or kind that has room, else the fullest."""
    spots: dict[Spot, Dish] = {}
    used: dict[tuple[date, str, str], int] = {}
    for day, entry in entries:
        dish = dishes[canonical_of(entry.dish)]
        own = [slot for slot in slots if slot.period == entry.period]
        slot = _slot_for(day, entry, dish, own, used)
        number = used.get((day, slot.period, slot.code), 0)
        if number >= MOST_PLACES:
            return Refusal("import_too_many", {"count": number + 1, "limit": MOST_PLACES})
        used[day, slot.period, slot.code] = number + 1
        spots[day, slot.period, slot.code, number] = dish
    return spots


def _slot_for(
    day: date,
    entry: PrintedEntry,
    dish: Dish,
    slots: Sequence[SlotFacts],
    used: Mapping[tuple[date, str, str], int],
) -> SlotFacts:
    named = [slot for slot in slots if entry.slot_word and slot.name == entry.slot_word]
    fitting = [slot for slot in slots if dish.category in slot.categories]
    candidates = named + fitting
    for slot in candidates:
        if used.get((day, slot.period, slot.code), 0) < slot.places:
            return slot
    return candidates[0] if candidates else slots[-1]


def taken(session: Session, site_id: int, monday: date, placed: Mapping[Spot, Dish]) -> bool:
    """Whether other dishes stand in the meals of a file."""
    meals = {spot[:2] for spot in placed}
    return any(
        spot[:2] in meals and (spot not in placed or placed[spot].id != dish_id)
        for spot, dish_id in _week_spots(session, site_id, monday).items()
    )


def stands(session: Session, site_id: int, monday: date, placed: Mapping[Spot, Dish]) -> bool:
    """Whether every dish of a file stands where it would put it."""
    standing = _week_spots(session, site_id, monday)
    return all(standing.get(spot) == dish.id for spot, dish in placed.items())


def _week_spots(session: Session, site_id: int, monday: date) -> dict[Spot, int]:
    query = (
        select(MenuEntry)
        .join(MenuWeek, MenuWeek.id == MenuEntry.week_id)
        .where(MenuWeek.site_id == site_id, MenuWeek.monday == monday)
    )
    return {
        (row.service_date, row.period_code, row.slot_code, row.position): row.dish_id
        for row in session.scalars(query)
    }
