"""Joins the application to its data folder: keys, database, migrations."""

from pathlib import Path

from flask import Flask, current_app
from flask_migrate import Migrate, upgrade
from sqlalchemy import inspect, text

from canteen.config import migrations_folder
from canteen.foundation import database, prepared
from canteen.foundation.crypto import Keys, load_keys
from canteen.foundation.database import db


def install(app: Flask) -> None:
    """Open the database the settings name and the key file (made on first use).

    Raises KeysMissing when the file is gone and the database has people or cards: new keys
    would open nothing of what is stored, and hide the loss.
    """
    folder = Path(app.config["DATA"])
    folder.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    Migrate(app, db, directory=str(migrations_folder()), render_as_batch=True)
    app.teardown_appcontext(prepared.let_go)
    path = keys_path(folder)
    with app.app_context():
        database.prepare_engine(db.engine)
        keys = load_keys(path, make=not path.exists() and not _holds_secrets())
    app.extensions["canteen_keys"] = keys
    app.config["SECRET_KEY"] = keys.session
    app.config["SECRET_KEY_FALLBACKS"] = keys.older_sessions


def _holds_secrets() -> bool:
    """Whether the database has something that only its own keys can open or prove."""
    with db.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        return any(
            table in tables and connection.scalar(text(f"SELECT 1 FROM {table} LIMIT 1"))
            for table in ("residents", "cards", "staff")
        )


def keys_path(folder: Path) -> Path:
    """Where the keys of a data folder lie."""
    return folder / "keys.json"


def keys() -> Keys:
    """The keys of the running installation."""
    found: Keys = current_app.extensions["canteen_keys"]
    return found


def upgrade_database() -> None:
    """Bring the database to the newest migration. A new one is made from nothing."""
    upgrade()


def is_empty() -> bool:
    """Whether the database has no tables yet."""
    return not inspect(db.engine).has_table("sites")
