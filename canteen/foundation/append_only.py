"""Triggers that keep history: written into migrations, the same promise on both databases."""

from collections.abc import Sequence
from typing import Any


def forbid(
    operations: Any, table: str, *, update: bool, delete: bool, columns: Sequence[str] = ()
) -> None:
    """Make the database itself refuse UPDATE (of `columns`, else of any) or DELETE in `table`.

    `operations` is ``alembic.op``. Where SQLite and PostgreSQL differ, each gets its own.
    """
    verbs = [verb for verb, wanted in (("UPDATE", update), ("DELETE", delete)) if wanted]
    dialect = operations.get_bind().dialect.name
    for verb in verbs:
        name = f"{table}_no_{verb.lower()}"
        message = f"{table}: {verb} is forbidden, add a correcting row"
        event = f"UPDATE OF {', '.join(columns)}" if columns and verb == "UPDATE" else verb
        if dialect == "sqlite":
            operations.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        operations.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
        )
        operations.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def allow_again(operations: Any, table: str, *, update: bool, delete: bool) -> None:
    """Take the triggers away: for downgrades only."""
    verbs = [verb for verb, wanted in (("UPDATE", update), ("DELETE", delete)) if wanted]
    for verb in verbs:
        name = f"{table}_no_{verb.lower()}"
        if operations.get_bind().dialect.name == "sqlite":
            operations.execute(f"DROP TRIGGER {name}")
        else:
            operations.execute(f"DROP TRIGGER {name} ON {table}")
            operations.execute(f"DROP FUNCTION {name}()")
