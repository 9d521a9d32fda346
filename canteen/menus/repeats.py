"""A dish may stand once in a published week, across all meal periods.

Source of the rule: DESIGN section 3, Repeats. The same dish is the same row of the library or
a name of one canonical form (see `names`). Kinds of dishes that are exempt have a window in
days. Two dishes that are much alike are a warning, with a switch of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from canteen.menus.categories import DEFAULT_WINDOWS, way_of
from canteen.menus.guessing import guess_ingredients, guess_method
from canteen.menus.names import canonical_name

DAYS_IN_WEEK = 7


@dataclass(frozen=True, kw_only=True)
class PlacedDish:
    """A dish in a place of a menu: the facts that rules of the week need.

    `day` is a date, or a day number where a printed menu names no dates: 0 is the Monday of
    the first week, 7 of the second. `dish_id` is the row of the library if there is one.
    `main_ingredient`, `method` and `grain` are what the recipe says; blank means guess by name.
    """

    day: date | int
    name: str
    category: str
    period: str = ""
    slot: str = ""
    dish_id: int | None = None
    main_ingredient: str = ""
    method: str = ""
    grain: str = ""


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """One dish standing too often: its places in the order of the week."""

    canonical: str
    places: tuple[PlacedDish, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The dish as it is written, each spelling once."""
        return tuple(dict.fromkeys(place.name for place in self.places))

    @property
    def days(self) -> tuple[date | int, ...]:
        """The days it stands on, each once."""
        return tuple(dict.fromkeys(place.day for place in self.places))


@dataclass(frozen=True, kw_only=True)
class NearDuplicate:
    """Different dishes of one week with the same main ingredient, cooked the same way; `method` is
    the code that stands for all that people call the same (see `categories.way_of`)."""

    main_ingredient: str
    method: str
    places: tuple[PlacedDish, ...]


def find_repeats(
    entries: Iterable[PlacedDish], *, windows: Mapping[str, int] = DEFAULT_WINDOWS
) -> list[Repeat]:
    """Every dish that stands more often than it may, in the order it first appears.

    `windows` maps an exempt category to the days before a dish may return; 0 is as often as
    liked, 1 once a day. A category that is not in it stands once a week, Monday to Sunday. A
    dish that stands in several categories follows the strictest of them. Entries may span
    several weeks: exempt windows are counted across them, and each week is judged by itself.
    """
    found: list[Repeat] = []
    for canonical, places in _same_dishes(entries):
        found.extend(
            Repeat(canonical=canonical, places=tuple(group))
            for group in _too_often(places, windows)
        )
    return sorted(found, key=lambda repeat: (day_number(repeat.days[0]), repeat.canonical))


def near_duplicates(entries: Iterable[PlacedDish]) -> list[NearDuplicate]:
    """Dishes of one week that a diner would call the same again: 西葫芦炒蛋, 黄瓜炒鸡蛋 if both
    are mainly egg. A warning: exempt kinds, soups and dishes of unknown method are left out.
    """
    alike: dict[tuple[int, str, str], list[PlacedDish]] = {}
    for place in _in_order(entries):
        main = canonical_name(place.main_ingredient or _main_by_name(place.name))
        method = way_of(place.method or guess_method(place.name))
        if main and method and place.category not in _NEVER_ALIKE:
            alike.setdefault((_week(place.day), main, method), []).append(place)
    return [
        NearDuplicate(main_ingredient=main, method=method, places=tuple(places))
        for (_, main, method), places in alike.items()
        if len({canonical_name(place.name) for place in places}) > 1
    ]


def day_number(day: date | int) -> int:
    """A day as a number that orders it; Mondays are multiples of seven."""
    # 0001-01-01 was a Monday and has the ordinal 1.
    return day.toordinal() - 1 if isinstance(day, date) else day


_NEVER_ALIKE = frozenset(DEFAULT_WINDOWS) | {"soup", "porridge", "egg", "snack", "coarse"}


def _main_by_name(name: str) -> str:
    """The last food a name speaks of: Chinese names put the main thing there."""
    foods = guess_ingredients(name)
    return foods[-1] if foods else ""


def _in_order(entries: Iterable[PlacedDish]) -> list[PlacedDish]:
    return sorted(entries, key=lambda place: day_number(place.day))


def _week(day: date | int) -> int:
    return day_number(day) // DAYS_IN_WEEK


def _same_dishes(entries: Iterable[PlacedDish]) -> list[tuple[str, list[PlacedDish]]]:
    """Places grouped by dish. A row of the library joins names, a name joins rows."""
    groups: dict[object, list[PlacedDish]] = {}
    for place in _in_order(entries):
        keys: list[object] = [canonical_name(place.name) or place]
        if place.dish_id is not None:
            keys.append(place.dish_id)
        joined = [group for key in keys if (group := groups.get(key)) is not None]
        group = joined[0] if joined else []
        group.append(place)
        for other in joined[1:]:
            if other is not group:
                group.extend(other)
                for key in [key for key, known in groups.items() if known is other]:
                    groups[key] = group
        for key in keys:
            groups[key] = group
    unique = {id(group): group for group in groups.values()}.values()
    return [(canonical_name(group[0].name), _in_order(group)) for group in unique]


def _too_often(places: list[PlacedDish], windows: Mapping[str, int]) -> list[list[PlacedDish]]:
    if len(places) < 2:
        return []
    if all(place.category in windows for place in places):
        wait = max(windows[place.category] for place in places)
        return [places] if _too_soon(places, wait) else []
    weeks: dict[int, list[PlacedDish]] = {}
    for place in places:
        weeks.setdefault(_week(place.day), []).append(place)
    return [group for group in weeks.values() if len(group) > 1]


def _too_soon(places: list[PlacedDish], wait: int) -> bool:
    numbers = [day_number(place.day) for place in places]
    return any(later - earlier < wait for earlier, later in pairwise(numbers))
