"""Does a printed menu keep the promise? Behind ``canteen menus check FILE``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from canteen.menus.balance import DayBalance, balance_of
from canteen.menus.categories import DEFAULT_WINDOWS
from canteen.menus.guessing import guess_category
from canteen.menus.names import canonical_name
from canteen.menus.printed import PrintedEntry
from canteen.menus.repeats import (
    NearDuplicate,
    PlacedDish,
    Repeat,
    find_repeats,
    near_duplicates,
)


@dataclass(frozen=True, kw_only=True)
class MenuReport:
    """What a check found. Only `repeats` break the promise; the rest is advice."""

    dishes: int
    repeats: tuple[Repeat, ...]
    near_duplicates: tuple[NearDuplicate, ...]
    balance: tuple[DayBalance, ...]


def check_entries(
    entries: Iterable[PrintedEntry],
    *,
    windows: Mapping[str, int] = DEFAULT_WINDOWS,
    categories: Mapping[str, str] | None = None,
) -> MenuReport:
    """Every repeat with its days, warnings of near-duplicates, and the balance of each day.

    `categories` maps canonical names to the categories a library knows; others are guessed
    from the name and the kitchen's own word for the slot.
    """
    placed = [placed_dish(entry, categories or {}) for entry in entries]
    return MenuReport(
        dishes=len(placed),
        repeats=tuple(find_repeats(placed, windows=windows)),
        near_duplicates=tuple(near_duplicates(placed)),
        balance=tuple(balance_of(placed)),
    )


def placed_dish(entry: PrintedEntry, categories: Mapping[str, str]) -> PlacedDish:
    """A printed dish as the rules of the week take it."""
    known = categories.get(canonical_name(entry.dish))
    return PlacedDish(
        day=entry.day,
        name=entry.dish,
        category=known or guess_category(entry.dish, entry.slot_word),
        period=entry.period,
        slot=entry.slot_word,
    )
