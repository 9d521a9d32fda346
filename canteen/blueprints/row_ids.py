"""Numbers of rows as they come in addresses and forms: no larger than the database holds."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1
"""PostgreSQL's integer; a larger number names nothing, and asking for it would be an error."""


class RowIdConverter(IntegerConverter):
    """``<int:…>`` in an address: whatever no row can have is 404."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST, **options})


def install(app: Flask) -> None:
    """Bound every number in every address; before any address is registered."""
    app.url_map.converters["int"] = RowIdConverter


def row_id(text: str) -> int:
    """For ``request.args.get(…, type=row_id)``: ValueError for what no row can have."""
    number = int(text)
    if not 0 < number <= LARGEST:
        raise ValueError(text)
    return number
