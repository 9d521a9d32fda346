"""The row of a week, held so that publishing, planning and changing by hand take turns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation.calendar import week_name
from canteen.foundation.wording import Refusal
from canteen.menus.models import MenuEntry, MenuWeek

PlaceKey = tuple[date, str, str, int]
"""Day, period, slot and position: what names a place of a site's weeks."""


@dataclass(frozen=True)
class Seen:
    """What a person saw in a place before they changed it: a dish, or (None) an empty place."""

    dish_id: int | None


def held_week(session: Session, site_id: int, monday: date) -> MenuWeek | None:
    """The week until the transaction ends; None before its first dish."""
    query = select(MenuWeek).where(MenuWeek.site_id == site_id, MenuWeek.monday == monday)
    return session.scalars(query.with_for_update()).one_or_none()


def held_draft(session: Session, site_id: int, monday: date) -> MenuWeek | Refusal | None:
    """`held_week`, refused with week_frozen once it is published."""
    week = held_week(session, site_id, monday)
    if week is not None and week.state == "published":
        return Refusal("week_frozen", {"week": week_name(monday)})
    return week


def entry_in(week: MenuWeek | None, place: PlaceKey) -> MenuEntry | None:
    """What stands in a place of a week."""
    for entry in week.entries if week else ():
        if (entry.service_date, entry.period_code, entry.slot_code, entry.position) == place:
            return entry
    return None


def changed_since_seen(
    week: MenuWeek | None, place: PlaceKey, seen: Seen | None, wanted: int | None = None
) -> Refusal | None:
    """Refused with place_taken where somebody has put another dish since this person looked.

    What they want there already, and a place that was emptied, are no one's work undone. `seen`
    None: nobody looked, as when a file is read.
    """
    entry = entry_in(week, place)
    if entry is None or seen is None or entry.dish_id in (seen.dish_id, wanted):
        return None
    return Refusal("place_taken", {"dish": entry.dish_name})


def moved_since_seen(
    week: MenuWeek | None, seen: Iterable[tuple[PlaceKey, Seen | None]]
) -> Refusal | None:
    """Refused with place_moved where any of these places no longer holds what this person saw."""
    for place, what in seen:
        entry = entry_in(week, place)
        if what is not None and what.dish_id != (entry.dish_id if entry else None):
            return Refusal("place_moved", {})
    return None
