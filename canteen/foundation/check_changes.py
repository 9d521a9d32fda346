"""Changing a CHECK of a table in a migration, without copying its rows or losing triggers."""

from typing import Any

from sqlalchemy import text


def replace_check(operations: Any, table: str, name: str, *, before: str, after: str) -> None:
    """Let the CHECK called ``ck_<table>_<name>`` say `after` where it said `before`.

    `operations` is ``alembic.op``. SQLite cannot alter a constraint; what stored rows look
    like does not depend on one, so its text is changed in the schema, as SQLite's own page on
    ALTER TABLE describes, and triggers, indexes and millions of rows stay as they are.
    Raises LookupError if the table does not say `before`.
    """
    connection = operations.get_bind()
    constraint = f"ck_{table}_{name}"
    if connection.dialect.name != "sqlite":
        operations.drop_constraint(operations.f(constraint), table, type_="check")
        operations.create_check_constraint(operations.f(constraint), table, after)
        return
    query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    schema = connection.scalar(query, {"table": table})
    if f"CHECK ({before})" not in schema:
        raise LookupError(f"{table} has no CHECK ({before})")
    changed = schema.replace(f"CHECK ({before})", f"CHECK ({after})")
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(
        text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table"),
        {"sql": changed, "table": table},
    )
    connection.execute(text("PRAGMA writable_schema = RESET"))
