"""What a sheet of dishes would do, as plain JSON: kept beside a large file that was read once."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from canteen.foundation.wording import Refusal
from canteen.menus.dish_reading import ImportRow
from canteen.menus.dishes import DishValues
from canteen.menus.library_sheets import Shown
from canteen.menus.nutrition import RecipeLine

_LISTS = ("seasons", "tags", "periods", "equipment")
_ROWS = ("wrong_rows", "changes", "merged")


def written(shown: Shown[ImportRow]) -> dict[str, Any]:
    """What a page shows, as JSON."""
    return asdict(shown)


def read(stored: Mapping[str, Any]) -> Shown[ImportRow]:
    """What `written` wrote."""
    rows = {name: tuple(_row(one) for one in stored[name]) for name in _ROWS}
    return Shown(**{**stored, **rows, "unknown": tuple(stored["unknown"])})


def _row(stored: Mapping[str, Any]) -> ImportRow:
    before = stored["before"]
    parts = {
        "problems": tuple(Refusal(**one) for one in stored["problems"]),
        "values": _values(stored["values"]),
        "before": _values(before) if before else None,
    }
    return ImportRow(**{**stored, **parts})


def _values(stored: Mapping[str, Any]) -> DishValues:
    lists = {name: tuple(stored[name]) for name in _LISTS}
    recipe = tuple(RecipeLine(**line) for line in stored["recipe"])
    return DishValues(**{**stored, **lists, "recipe": recipe})
