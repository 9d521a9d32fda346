"""The shipped library in a test's database: made once a process, then copied row by row."""

from typing import Any

from sqlalchemy import Table, func, insert, select

from canteen.foundation.database import db, transaction
from canteen.menus import actions
from canteen.menus.models import Dish, DishIngredient, Ingredient

_TABLES: tuple[Any, ...] = (Ingredient.__table__, Dish.__table__, DishIngredient.__table__)
_made: dict[Table, list[dict[str, Any]]] = {}


def stock_library() -> None:
    """What `load_shipped_library` does, which takes 0.3 s for 400 recipes and their pinyin."""
    with transaction() as session:
        empty = not any(session.scalar(select(func.count()).select_from(one)) for one in _TABLES)
        if empty and _made:
            for table, rows in _made.items():
                session.execute(insert(table), rows)
                _go_on_counting(table, rows)
            return
    actions.load_shipped_library()
    if empty:
        for table in _TABLES:
            rows = db.session.execute(select(table)).mappings()
            _made[table] = [dict(row) for row in rows]
        db.session.rollback()


def _go_on_counting(table: Table, rows: list[dict[str, Any]]) -> None:
    """PostgreSQL counts ids by itself: the next row's comes after those that were given."""
    if db.engine.dialect.name == "postgresql" and "id" in table.c:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        db.session.execute(select(func.setval(sequence, max(row["id"] for row in rows))))
