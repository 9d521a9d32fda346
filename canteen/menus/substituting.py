"""On the day another dish is served than was published: both are kept and shown."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.calendar import week_name
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.held import held_week
from canteen.menus.models import Dish, MenuEntry
from canteen.menus.plan_models import MenuSubstitution
from canteen.menus.repeats import find_repeats

READY_REASONS = ("not_delivered", "equipment", "sold_out")
"""Codes that are stored as they are; any other reason is a person's own words."""
LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True)
class Swap:
    """Another dish in a place (`entry_id`) of a published week, or the planned one again.

    `instead_of` is the dish the person saw there: of two at once the second is told. `reason` is
    one of `READY_REASONS` or a person's own words.
    """

    entry_id: int
    dish_id: int
    instead_of: int
    reason: str
    repeat_confirmed: bool = False
    """The person was told that the dish then stands too often, and wants it all the same."""


@retried
def substitute_dish(
    swap: Swap,
    *,
    site_id: int,
    monday: date,
    today: date,
    now: datetime,
    by: int | None,
    may_correct: bool = False,
) -> Refusal | None:
    """Serve another dish from now on. Serving what is served already adds nothing.

    Days before `today` change only with `may_correct`. Codes: place_unknown, week_not_published,
    day_past, swap_reason_missing, swap_reason_long, dish_gone, served_changed,
    substitution_repeats (until that is confirmed).
    """
    reason = " ".join(swap.reason.split())
    with transaction() as session:
        week = held_week(session, site_id, monday)
        entry = session.get(MenuEntry, swap.entry_id)
        if week is None or entry is None or entry.week_id != week.id:
            return Refusal("place_unknown", {"place": str(swap.entry_id)})
        if week.state != "published":
            return Refusal("week_not_published", {"week": week_name(monday)})
        if entry.service_date < today and not may_correct:
            return Refusal("day_past", {})
        if refusal := _wrong_reason(reason):
            return refusal
        served_id, served_name = _served(session, entry)
        if served_id == swap.dish_id:
            return None
        if served_id != swap.instead_of:
            return Refusal("served_changed", {"dish": served_name})
        dish = session.get(Dish, swap.dish_id)
        if dish is None or not dish.active:
            return Refusal("dish_gone", {})
        if not swap.repeat_confirmed and _repeats(session, site_id, monday, entry, dish):
            return Refusal("substitution_repeats", {"dish": dish.name})
        _write(session, entry, dish, reason, now, by)
        return None


def history(session: Session, entry_id: int) -> list[MenuSubstitution]:
    """What was served in a place one after another, oldest first."""
    query = select(MenuSubstitution).where(MenuSubstitution.entry_id == entry_id)
    return list(session.scalars(query.order_by(MenuSubstitution.id)))


def _wrong_reason(reason: str) -> Refusal | None:
    if not reason:
        return Refusal("swap_reason_missing", {})
    if len(reason) > LONGEST_REASON:
        return Refusal("swap_reason_long", {"length": len(reason), "limit": LONGEST_REASON})
    return None


def _served(session: Session, entry: MenuEntry) -> tuple[int, str]:
    changed = history(session, entry.id)
    last = changed[-1] if changed else entry
    return last.dish_id, last.dish_name


def _repeats(session: Session, site_id: int, monday: date, entry: MenuEntry, dish: Dish) -> bool:
    """Whether the dish, served there, would stand too often."""
    windows = queries.site_windows(session, site_id, has_slots=True)
    week = queries.standing_dishes(session, site_id, MenuEntry.week_id == entry.week_id)
    there = [
        replace(
            one,
            dish_id=dish.id,
            name=dish.name,
            category=dish.category,
            instead_of=None,
        )
        if one.entry_id == entry.id
        else one
        for one in week
    ]
    around = queries.dishes_around(session, site_id, monday, windows)
    found = find_repeats([*there, *around], windows=windows)
    here = (entry.service_date, entry.period_code, entry.slot_code)
    return any(
        (place.day, place.period, place.slot) == here and place.dish_id == dish.id
        for repeat in found
        for place in repeat.places
    )


def _write(
    session: Session, entry: MenuEntry, dish: Dish, reason: str, now: datetime, by: int | None
) -> None:
    session.add(
        MenuSubstitution(
            entry_id=entry.id,
            dish_id=dish.id,
            # The planned dish comes back as it was published, price and all.
            dish_name=entry.dish_name if dish.id == entry.dish_id else dish.name,
            price_fen=entry.price_fen if dish.id == entry.dish_id else dish.price_fen,
            reason=reason,
            made_at=now,
            made_by=by,
        )
    )
    audit.record(
        session,
        at=now,
        staff_id=by,
        action="substituted",
        subject="menu_entry",
        subject_id=entry.id,
        note=f"{entry.dish_id} -> {dish.id}",
    )
