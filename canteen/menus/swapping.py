"""Moving dishes by hand in a week that is not published, and taking the last change back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from canteen.foundation.calendar import week_of
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.held import PlaceKey, Seen, entry_in, held_draft, moved_since_seen
from canteen.menus.models import Dish, MenuEntry, MenuWeek
from canteen.menus.plan import MOST_PLACES

_KEPT = ("dish_id", "dish_name", "price_fen", "pinned")
"""What moves when a dish moves: a lock stays with its dish."""


@dataclass(frozen=True, kw_only=True)
class PlaceChange:
    """What happened to a place: the dish it had (None: it was empty) and the dish it has now."""

    place: PlaceKey
    before: int | None
    after: int | None
    pinned: bool = False
    """Whether the dish it had was locked."""


@retried
def swap_places(
    *,
    site_id: int,
    one: PlaceKey,
    other: PlaceKey,
    pinned_too: bool = False,
    seen: Sequence[Seen | None] = (None, None),
) -> Refusal | None:
    """Exchange what stands in two places of a week; into an empty place a dish moves.

    Locked dishes stay unless `pinned_too`. `seen`: what the person saw in the one and the other.
    Codes: place_unknown, place_moved (they hold something else by now), place_empty_swap,
    place_pinned, week_frozen.
    """
    if week_of(one[0]) != week_of(other[0]):
        return Refusal("place_unknown", {"place": other[0].isoformat()})
    with transaction() as session:
        week = held_draft(session, site_id, week_of(one[0])[0])
        if isinstance(week, Refusal):
            return week
        if refusal := _unknown(session, site_id, (one, other)):
            return refusal
        if refusal := moved_since_seen(week, zip((one, other), seen, strict=True)):
            return refusal
        here, there = (entry_in(week, place) for place in (one, other))
        if here is there:  # one place, or both empty
            return None if here else Refusal("place_empty_swap", {})
        locked = next((entry for entry in (here, there) if entry and entry.pinned), None)
        if locked and not pinned_too:
            return Refusal("place_pinned", {"dish": locked.dish_name})
        if here and there:
            _exchange(here, there)
        elif moved := here or there:
            _move(moved, other if moved is here else one)
        return None


@retried
def restore_places(*, site_id: int, monday: date, changes: Sequence[PlaceChange]) -> Refusal | None:
    """Take a change back, if every place of it is still as it left it. Twice changes nothing.

    Codes: place_changed (somebody else was there since), place_unknown, dish_gone, week_frozen.
    """
    with transaction() as session:
        week = held_draft(session, site_id, monday)
        if isinstance(week, Refusal):
            return week
        standing = {place: entry_in(week, place) for place in (one.place for one in changes)}
        now = {place: entry.dish_id if entry else None for place, entry in standing.items()}
        if all(_is_as_before(standing[one.place], one) for one in changes):
            return None
        if week is None or any(now[one.place] != one.after for one in changes):
            return Refusal("place_changed", {})
        if refusal := _unknown(session, site_id, [one.place for one in changes if one.before]):
            return refusal
        dishes = {
            number: session.get(Dish, number) for number in {one.before for one in changes} - {None}
        }
        if any(dish is None or not dish.active for dish in dishes.values()):
            return Refusal("dish_gone", {})
        for one in changes:
            _set(session, week, standing[one.place], one, dishes.get(one.before))
        return None


def _unknown(session: Session, site_id: int, places: Sequence[PlaceKey]) -> Refusal | None:
    known = {(slot.period, slot.code) for slot in queries.slots_of(session, site_id)}
    for _day, period, slot, position in places:
        if (period, slot) not in known or not 0 <= position < MOST_PLACES:
            return Refusal("place_unknown", {"place": f"{period}/{slot}/{position}"[:60]})
    return None


def _is_as_before(entry: MenuEntry | None, change: PlaceChange) -> bool:
    if entry is None or change.before is None:
        return entry is None and change.before is None
    return (entry.dish_id, entry.pinned) == (change.before, change.pinned)


def _exchange(one: MenuEntry, other: MenuEntry) -> None:
    for name in _KEPT:
        mine, theirs = getattr(one, name), getattr(other, name)
        setattr(one, name, theirs)
        setattr(other, name, mine)


def _move(entry: MenuEntry, place: PlaceKey) -> None:
    entry.service_date, entry.period_code, entry.slot_code, entry.position = place


def _set(
    session: Session,
    week: MenuWeek,
    entry: MenuEntry | None,
    change: PlaceChange,
    dish: Dish | None,
) -> None:
    if dish is None:
        if entry is not None:
            session.delete(entry)
        return
    if entry is None:
        entry = MenuEntry(week_id=week.id)
        _move(entry, change.place)
        session.add(entry)
    entry.dish_id, entry.dish_name, entry.price_fen = dish.id, dish.name, dish.price_fen
    entry.pinned = change.pinned
