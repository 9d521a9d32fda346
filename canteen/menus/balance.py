"""Meat with vegetables, coarse grain with fine: counted for each day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from canteen.menus.categories import CATEGORIES
from canteen.menus.guessing import guess_grain
from canteen.menus.repeats import PlacedDish, day_number

SIDES_WITH_MEAT = frozenset(("meat", "mixed"))


@dataclass(frozen=True, kw_only=True)
class DayBalance:
    """How many dishes of a day stand on each side."""

    day: date | int
    meat: int = 0
    mixed: int = 0
    vegetable: int = 0
    fine: int = 0
    coarse: int = 0

    @property
    def meat_and_vegetables(self) -> bool:
        """荤素搭配: something with meat in it and something without."""
        return bool(self.meat + self.mixed) and bool(self.vegetable)

    @property
    def coarse_and_fine(self) -> bool:
        """粗粮细粮搭配: a coarse grain or tuber beside a fine grain."""
        return bool(self.fine) and bool(self.coarse)


def balance_of(entries: Iterable[PlacedDish]) -> list[DayBalance]:
    """The balance of every day that has a dish, in the order of days.

    The side comes from the category, the grain from the dish or, where that is blank, from
    its name. A category without a row in the table counts on no side.
    """
    days: dict[int, list[PlacedDish]] = {}
    for entry in entries:
        days.setdefault(day_number(entry.day), []).append(entry)
    return [_balance(days[number]) for number in sorted(days)]


def _balance(entries: list[PlacedDish]) -> DayBalance:
    sides = [side_of(entry.category) for entry in entries]
    grains = [entry.grain or guess_grain(entry.name, entry.category) for entry in entries]
    return DayBalance(
        day=entries[0].day,
        meat=sides.count("meat"),
        mixed=sides.count("mixed"),
        vegetable=sides.count("vegetable"),
        fine=grains.count("fine"),
        coarse=grains.count("coarse"),
    )


def side_of(category: str) -> str:
    """ "meat", "mixed", "vegetable", or "" for a kind that counts on no side."""
    kind = CATEGORIES.get(category)
    return kind.side if kind else ""
