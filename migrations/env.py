"""Runs migrations inside the application, on the engine it uses."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    """One writing transaction for all of it, so that a broken migration leaves nothing."""
    with database.engine.connect().execution_options(canteen_writing=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadatas[None],
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
