"""Changing menus: placing dishes in a week, and making it public."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.calendar import week_name, week_of
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.cooking import load_shipped_library as load_shipped_library
from canteen.menus.cooking import save_dish as save_dish
from canteen.menus.held import PlaceKey, Seen, changed_since_seen, held_draft, held_week
from canteen.menus.ingredient_actions import save_ingredient as save_ingredient
from canteen.menus.models import Dish, MenuEntry, MenuWeek
from canteen.menus.plan import MOST_PLACES, SlotFacts
from canteen.menus.slot_actions import ensure_slots as ensure_slots
from canteen.menus.slot_actions import make_default_slots as make_default_slots
from canteen.menus.slot_actions import remove_slot as remove_slot
from canteen.menus.slot_actions import save_slot as save_slot
from canteen.menus.slot_actions import set_exemptions as set_exemptions

_PLACE_TAKEN = (
    "uq_menu_entries_place",
    "menu_entries.week_id",
    "menu_entries.service_date",
    "menu_entries.period_code",
    "menu_entries.slot_code",
    "menu_entries.position",
)
WEEK_TAKEN = ("uq_menu_weeks_site_id_monday", "menu_weeks.site_id", "menu_weeks.monday")
"""What breaks when two people at once make the row of one week."""


# --- Places ------------------------------------------------------------------------------


@retried
def place_dish(
    *,
    site_id: int,
    day: date,
    period: str,
    slot: str,
    position: int,
    dish_id: int,
    seen: Seen | None = None,
) -> Refusal | None:
    """Put a dish into a place of the week of `day`. Of two people at once the second is told
    what stands there now, if they say what they had `seen` there.

    Codes: place_unknown, place_taken, dish_gone, week_frozen.
    """
    place = (day, period, slot, position)
    for _again in range(3):  # two at once on PostgreSQL: the loser finds the winner's row
        try:
            with transaction() as session:
                week = _draft_week(session, site_id, day - timedelta(days=day.weekday()))
                if isinstance(week, Refusal):
                    return week
                if refusal := _check_place(session, site_id, period, slot, position):
                    return refusal
                dish = session.get(Dish, dish_id)
                if dish is None or not dish.active:
                    return Refusal("dish_gone", {})
                if refusal := changed_since_seen(week, place, seen, dish_id):
                    return refusal
                _put(session, week.id, place, dish)
                return None
        except IntegrityError as error:
            if not (broke(error, *_PLACE_TAKEN) or broke(error, *WEEK_TAKEN)):
                raise
    raise AssertionError("a place was taken three times while being filled")


@retried
def clear_place(
    *,
    site_id: int,
    day: date,
    period: str,
    slot: str,
    position: int,
    seen: Seen | None = None,
) -> Refusal | None:
    """Empty a place; an empty one stays empty. Codes: week_frozen, place_taken as above."""
    with transaction() as session:
        week = held_draft(session, site_id, week_of(day)[0])
        if isinstance(week, Refusal):
            return week
        if refusal := changed_since_seen(week, (day, period, slot, position), seen):
            return refusal
        return _clear(
            session,
            site_id,
            day,
            MenuEntry.period_code == period,
            MenuEntry.slot_code == slot,
            MenuEntry.position == position,
        )


@retried
def clear_day(*, site_id: int, day: date) -> Refusal | None:
    """Empty a whole day. Refused with week_frozen."""
    with transaction() as session:
        return _clear(session, site_id, day)


@retried
def copy_week(*, site_id: int, monday: date) -> int | Refusal:
    """Fill the empty places of a week with the dishes of the week before; how many were filled.

    What stands already is kept, so doing it twice changes nothing. Dishes no longer cooked
    and slots that are gone are left out. Codes: week_before_empty, week_frozen.
    """
    with transaction() as session:
        before = queries.week_row(session, site_id=site_id, monday=monday - timedelta(days=7))
        entries = _cooked_entries(session, before.id) if before else []
        if not entries:
            return Refusal("week_before_empty", {})
        week = _draft_week(session, site_id, monday)
        if isinstance(week, Refusal):
            return week
        slots = {(slot.period, slot.code) for slot in queries.slots_of(session, site_id)}
        taken = {_place_of(entry) for entry in week.entries}
        filled = 0
        for entry, dish in entries:
            day = entry.service_date + timedelta(days=7)
            place = (day, entry.period_code, entry.slot_code, entry.position)
            if place not in taken and place[1:3] in slots:
                _put(session, week.id, place, dish)
                filled += 1
        return filled


# --- Publishing ----------------------------------------------------------------------------


@retried
def publish_week(*, site_id: int, monday: date, now: datetime, by: int | None) -> Refusal | None:
    """Make a week public and freeze it. Publishing a published week changes nothing.

    Codes: week_empty, week_repeats (names every dish that stands too often).
    """
    with transaction() as session:
        week = held_week(session, site_id, monday)
        if week is not None and week.state == "published":
            return None
        plan = queries.week_plan(session, site_id=site_id, monday=monday)
        if week is None or not plan.dishes:
            return Refusal("week_empty", {"week": week_name(monday)})
        if plan.repeats:
            names = "、".join(repeat.names[0] for repeat in plan.repeats)
            return Refusal("week_repeats", {"count": len(plan.repeats), "dishes": names})
        week.state, week.published_at, week.published_by = "published", now, by
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="published",
            subject="menu_week",
            subject_id=week_name(monday),
            note=f"site {site_id}",
        )
        return None


# --- Inside a transaction ----------------------------------------------------------------------


def replace_meals(
    session: Session,
    *,
    site_id: int,
    monday: date,
    placed: Iterable[tuple[PlaceKey, Dish]],
) -> Refusal | int:
    """Put whole meals into a week in place of what stood in them; how many places changed."""
    week = _draft_week(session, site_id, monday)
    if isinstance(week, Refusal):
        return week
    wanted = dict(placed)
    meals = {place[:2] for place in wanted}
    changed = 0
    for entry in list(week.entries):
        place = _place_of(entry)
        if place[:2] in meals and place not in wanted:
            session.delete(entry)
            changed += 1
    session.flush()
    standing = {_place_of(entry): entry for entry in week.entries}
    for place, dish in wanted.items():
        old = standing.get(place)
        if old is None:
            session.add(_entry(week.id, place, dish))
        elif old.dish_id != dish.id:
            old.dish_id, old.dish_name, old.price_fen = dish.id, dish.name, dish.price_fen
        else:
            continue
        changed += 1
    session.flush()
    return changed


def _draft_week(session: Session, site_id: int, monday: date) -> MenuWeek | Refusal:
    week = held_draft(session, site_id, monday)
    if week is None:
        week = MenuWeek(site_id=site_id, monday=monday, state="draft")
        session.add(week)
        session.flush()
    return week


def _check_place(
    session: Session, site_id: int, period: str, slot: str, position: int
) -> Refusal | None:
    known: dict[tuple[str, str], SlotFacts] = {
        (one.period, one.code): one for one in queries.slots_of(session, site_id)
    }
    if (period, slot) not in known or not 0 <= position < MOST_PLACES:
        return Refusal("place_unknown", {"place": f"{period}/{slot}/{position}"[:60]})
    return None


def _put(session: Session, week_id: int, place: PlaceKey, dish: Dish) -> None:
    """Set a place: change the row that is there, else add one."""
    day, period, slot, position = place
    changed = session.execute(
        update(MenuEntry)
        .where(
            MenuEntry.week_id == week_id,
            MenuEntry.service_date == day,
            MenuEntry.period_code == period,
            MenuEntry.slot_code == slot,
            MenuEntry.position == position,
        )
        .values(dish_id=dish.id, dish_name=dish.name, price_fen=dish.price_fen)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        session.add(_entry(week_id, place, dish))
        session.flush()


def _entry(week_id: int, place: PlaceKey, dish: Dish) -> MenuEntry:
    day, period, slot, position = place
    return MenuEntry(
        week_id=week_id,
        service_date=day,
        period_code=period,
        slot_code=slot,
        position=position,
        dish_id=dish.id,
        dish_name=dish.name,
        price_fen=dish.price_fen,
    )


def _clear(session: Session, site_id: int, day: date, *conditions: Any) -> Refusal | None:
    week = held_draft(session, site_id, week_of(day)[0])
    if week is None or isinstance(week, Refusal):
        return week
    on_the_day = (MenuEntry.week_id == week.id, MenuEntry.service_date == day)
    session.execute(delete(MenuEntry).where(*on_the_day, *conditions))
    return None


def _cooked_entries(session: Session, week_id: int) -> list[tuple[MenuEntry, Dish]]:
    query = select(MenuEntry, Dish).join(Dish, Dish.id == MenuEntry.dish_id)
    rows = session.execute(query.where(MenuEntry.week_id == week_id, Dish.active))
    return [(entry, dish) for entry, dish in rows]


def _place_of(entry: MenuEntry) -> PlaceKey:
    return entry.service_date, entry.period_code, entry.slot_code, entry.position
