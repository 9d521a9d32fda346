"""Weeks as a table for the desk: what is offered or stands, what is new, what breaks a rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from canteen.foundation.calendar import week_name, week_of
from canteen.menus.plan import SlotFacts
from canteen.menus.plan_asked import Place
from canteen.menus.plan_words import Names, short_words
from canteen.menus.planning.checking import Broken


@dataclass(frozen=True, kw_only=True)
class GridPlace:
    """One place: what is in it, what was before (None: the same), and what is wrong with it."""

    place: Place
    dish: str = ""
    old: str = ""
    kind: str = "same"
    """same, new (was empty), changed, or empty."""
    pinned: bool = False
    broken: tuple[str, ...] = ()
    category: str = ""

    @property
    def anchor(self) -> str:
        """The id of its element, as the week's own grid has it."""
        day, period, slot, position = self.place
        return f"p-{day.isoformat()}-{period}-{slot}-{position}"

    @property
    def position(self) -> int:
        """Which of the slot's places."""
        return self.place[3]


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """A slot over seven days; () is a day that is not planned."""

    slot: str
    days: tuple[tuple[GridPlace, ...], ...]
    mixed: bool = False
    """Whether dishes of several kinds may stand in it, so that each says its own."""


@dataclass(frozen=True, kw_only=True)
class GridMeal:
    """A meal with its slots."""

    period: str
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, kw_only=True)
class GridWeek:
    """One week."""

    monday: date
    name: str
    days: tuple[date, ...]
    meals: tuple[GridMeal, ...]


def grid_of(
    *,
    days: Sequence[date],
    slots: Sequence[SlotFacts],
    names: Names,
    places: Iterable[Place],
    dish_at: Mapping[Place, int],
    before: Mapping[Place, int] | None = None,
    pinned: Iterable[Place] = (),
    broken: Iterable[Broken] = (),
) -> list[GridWeek]:
    """Weeks as tables. `before` None compares with nothing."""
    fixed, every = frozenset(pinned), frozenset(places)
    wrong = _wrong_at(broken, dish_at)

    def cell(place: Place) -> GridPlace:
        now = dish_at.get(place)
        then = now if before is None else before.get(place)
        kind = "empty" if now is None else "same" if now == then else "changed" if then else "new"
        return GridPlace(
            place=place,
            dish=names.dish(now) if now else "",
            old=names.dish(then) if kind == "changed" else "",
            kind=kind,
            pinned=place in fixed,
            broken=wrong.get(place, ()),
            category=names.kinds.get(now, "") if now else "",
        )

    def row(slot: SlotFacts, week: Sequence[date]) -> GridRow:
        return GridRow(
            slot=names.slot(slot.period, slot.code),
            mixed=len(slot.categories) > 1,
            days=tuple(
                tuple(
                    cell(place)
                    for number in range(slot.places)
                    if (place := (day, slot.period, slot.code, number)) in every
                )
                for day in week
            ),
        )

    def meal(period: str, week: Sequence[date]) -> GridMeal:
        rows = (row(slot, week) for slot in slots if slot.period == period)
        return GridMeal(
            period=names.period(period), rows=tuple(one for one in rows if any(one.days))
        )

    return [
        GridWeek(
            monday=monday,
            name=week_name(monday),
            days=week_of(monday),
            meals=tuple(
                one for period in names.periods if (one := meal(period, week_of(monday))).rows
            ),
        )
        for monday in dict.fromkeys(week_of(day)[0] for day in days)
    ]


def _wrong_at(
    broken: Iterable[Broken], dish_at: Mapping[Place, int]
) -> dict[Place, tuple[str, ...]]:
    """The places that a broken rule points to: its dishes on its days, or its whole slot."""
    found: dict[Place, dict[str, None]] = {}
    for one in broken:
        said = short_words(one.rule)
        for place, dish_id in dish_at.items():
            here = place[0] in one.days and one.period in ("", place[1])
            meant = dish_id in one.dish_ids or (not one.dish_ids and one.slot != "")
            if here and meant and one.slot in ("", place[2]):
                found.setdefault(place, {})[said] = None
    return {place: tuple(said) for place, said in found.items()}
