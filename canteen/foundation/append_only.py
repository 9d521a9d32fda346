"""Triggers that keep history: written into migrations, the same promise on both databases."""

from collections.abc import Sequence
from typing import Any


def forbid(
    operations: Any,
    table: str,
    *,
    update: bool = False,
    delete: bool = False,
    insert: bool = False,
    columns: Sequence[str] = (),
    when: str = "",
) -> None:
    """Make the database itself refuse UPDATE (of `columns`, else of any), DELETE or INSERT.

    `operations` is ``alembic.op``. Where SQLite and PostgreSQL differ, each gets its own.
    `when` is SQL about the row, as ``{row}``, and may ask other tables: the verb is refused
    only while it holds.
    """
    dialect = operations.get_bind().dialect.name
    for verb in _verbs(update=update, delete=delete, insert=insert):
        name = f"{table}_no_{verb.lower()}"
        message = f"{table}: {verb} is forbidden, add a correcting row"
        event = f"UPDATE OF {', '.join(columns)}" if columns and verb == "UPDATE" else verb
        condition = when.format(row="NEW" if verb == "INSERT" else "OLD")
        if dialect == "sqlite":
            guard = f"WHEN {condition} " if condition else ""
            operations.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} {guard}"
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        row = "OLD" if verb == "DELETE" else "NEW"
        operations.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition or 'true'} THEN RAISE EXCEPTION '{message}'; END IF; "
            f"RETURN {row}; END $$"
        )
        operations.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def allow_again(
    operations: Any,
    table: str,
    *,
    update: bool = False,
    delete: bool = False,
    insert: bool = False,
) -> None:
    """Take the triggers away: for downgrades only."""
    for verb in _verbs(update=update, delete=delete, insert=insert):
        name = f"{table}_no_{verb.lower()}"
        if operations.get_bind().dialect.name == "sqlite":
            operations.execute(f"DROP TRIGGER {name}")
        else:
            operations.execute(f"DROP TRIGGER {name} ON {table}")
            operations.execute(f"DROP FUNCTION {name}()")


def _verbs(*, update: bool, delete: bool, insert: bool) -> list[str]:
    wanted = {"UPDATE": update, "DELETE": delete, "INSERT": insert}
    return [verb for verb, asked in wanted.items() if asked]
