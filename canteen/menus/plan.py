"""A week laid out as the grid people see: periods, slots, days, places. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from canteen.foundation.calendar import week_of
from canteen.menus.balance import DayBalance, balance_of
from canteen.menus.repeats import (
    NearDuplicate,
    PlacedDish,
    Repeat,
    find_repeats,
    near_duplicates,
)

MOST_PLACES = 12


@dataclass(frozen=True, kw_only=True)
class PlannedDish:
    """What the published menu said before another dish was served, and why it was not."""

    dish_id: int
    name: str
    name_en: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class StandingDish(PlacedDish):
    """A dish in a place of a site's week, with name and price as it was placed.

    Where another dish was served on the day it is that one, and `instead_of` is what had been
    published. `allergens` are those of the recipe; without a recipe nothing is known of them.
    """

    position: int
    name_en: str = ""
    price_fen: int = 0
    pinned: bool = False
    entry_id: int | None = None
    texture: str = "normal"
    tags: tuple[str, ...] = ()
    allergens: frozenset[str] = frozenset()
    allergens_known: bool = False
    instead_of: PlannedDish | None = None
    photo: str = ""
    """See `canteen.menus.models.Dish.photo`."""

    @property
    def published_name(self) -> str:
        """What the menu says, whatever was served for it."""
        return self.instead_of.name if self.instead_of else self.name

    @property
    def swapped(self) -> bool:
        """Whether something else is served than the menu says."""
        return self.instead_of is not None


@dataclass(frozen=True, kw_only=True)
class PeriodFacts:
    """A meal of the day."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, kw_only=True)
class SlotFacts:
    """A row of the grid."""

    period: str
    code: str
    name: str
    name_en: str = ""
    categories: tuple[str, ...] = ()
    places: int = 1
    servings: int = 1


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place of the grid: what stands there, and what it repeats or resembles."""

    day: date
    position: int
    dish: StandingDish | None = None
    repeats: tuple[StandingDish, ...] = ()
    alike: tuple[StandingDish, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SlotPlan:
    """A slot with its places: seven days, the same number of places each."""

    slot: SlotFacts
    days: tuple[tuple[Place, ...], ...]


@dataclass(frozen=True, kw_only=True)
class PeriodPlan:
    """A period with its slots in the order of a meal."""

    period: PeriodFacts
    slots: tuple[SlotPlan, ...]


@dataclass(frozen=True, kw_only=True)
class WeekPlan:
    """One week of one site. `balance` has a value for each day, None where nothing stands."""

    monday: date
    state: str
    published_at: datetime | None
    periods: tuple[PeriodPlan, ...]
    dishes: tuple[StandingDish, ...]
    repeats: tuple[Repeat, ...] = ()
    alike: tuple[NearDuplicate, ...] = ()
    balance: tuple[DayBalance | None, ...] = field(default=(None,) * 7)

    @property
    def days(self) -> tuple[date, ...]:
        """Monday to Sunday."""
        return week_of(self.monday)

    @property
    def published(self) -> bool:
        """Whether the week is public and frozen."""
        return self.state == "published"

    @property
    def changed(self) -> tuple[StandingDish, ...]:
        """Dishes that were served in place of others."""
        return tuple(one for one in self.dishes if one.instead_of)

    def is_locked(self, day: date) -> bool:
        """Whether every dish of a day is locked, and there is one."""
        own = [one.pinned for one in self.dishes if one.day == day]
        return bool(own) and all(own)

    @property
    def lines(self) -> int:
        """How many dishes stand below one another on a printed sheet."""
        return sum(len(row.days[0]) for period in self.periods for row in period.slots)

    @property
    def places(self) -> int:
        """How many places the week has."""
        return 7 * self.lines


def lay_out(
    *,
    monday: date,
    state: str,
    published_at: datetime | None,
    periods: Sequence[PeriodFacts],
    slots: Sequence[SlotFacts],
    dishes: Sequence[StandingDish],
    around: Sequence[PlacedDish] = (),
    windows: Mapping[str, int],
) -> WeekPlan:
    """The grid of a week with repeats, near-duplicates and balance marked.

    `around` are dishes of the weeks beside it, for kinds that may return after some days.
    A dish whose slot is gone or has become smaller keeps its place.
    """
    this_week = set(week_of(monday))
    repeats = [
        repeat
        for repeat in find_repeats([*dishes, *around], windows=windows)
        if any(day in this_week for day in repeat.days)
    ]
    alike = near_duplicates(dishes)
    again = _others([repeat.places for repeat in repeats])
    similar = _others([near.places for near in alike])
    standing = {(one.day, one.period, one.slot, one.position): one for one in dishes}

    def place(day: date, slot: SlotFacts, position: int) -> Place:
        dish = standing.get((day, slot.period, slot.code, position))
        others = again.get(id(dish), ())
        likes = tuple(one for one in similar.get(id(dish), ()) if one not in others)
        return Place(day=day, position=position, dish=dish, repeats=others, alike=likes)

    def row(slot: SlotFacts) -> SlotPlan:
        used = [d.position + 1 for d in dishes if (d.period, d.slot) == (slot.period, slot.code)]
        places = max([slot.places, *used])
        days = tuple(
            tuple(place(day, slot, position) for position in range(places))
            for day in week_of(monday)
        )
        return SlotPlan(slot=slot, days=days)

    all_slots = [*slots, *_forgotten(slots, dishes)]
    balance = {one.day: one for one in balance_of(dishes)}
    return WeekPlan(
        monday=monday,
        state=state,
        published_at=published_at,
        periods=tuple(
            PeriodPlan(
                period=period,
                slots=tuple(row(slot) for slot in all_slots if slot.period == period.code),
            )
            for period in (*periods, *_forgotten_periods(periods, dishes))
        ),
        dishes=tuple(dishes),
        repeats=tuple(repeats),
        alike=tuple(alike),
        balance=tuple(balance.get(day) for day in week_of(monday)),
    )


def _others(
    groups: Iterable[tuple[PlacedDish, ...]],
) -> dict[int, tuple[StandingDish, ...]]:
    """For each dish by identity, the other dishes of its group."""
    found: dict[int, tuple[StandingDish, ...]] = {}
    for group in groups:
        standing = [one for one in group if isinstance(one, StandingDish)]
        for dish in standing:
            found[id(dish)] = tuple(one for one in standing if one is not dish)
    return found


def _forgotten(slots: Sequence[SlotFacts], dishes: Iterable[StandingDish]) -> tuple[SlotFacts, ...]:
    known = {(slot.period, slot.code) for slot in slots}
    gone = dict.fromkeys((one.period, one.slot) for one in dishes)
    return tuple(
        SlotFacts(period=period, code=code, name=code)
        for period, code in gone
        if (period, code) not in known
    )


def _forgotten_periods(
    periods: Sequence[PeriodFacts], dishes: Iterable[StandingDish]
) -> tuple[PeriodFacts, ...]:
    known = {period.code for period in periods}
    return tuple(
        PeriodFacts(code=code, name=code)
        for code in dict.fromkeys(one.period for one in dishes)
        if code not in known
    )
