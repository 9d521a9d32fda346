"""Joins the application to its data folder: keys, database, migrations."""

from pathlib import Path

from flask import Flask, current_app
from flask_migrate import Migrate, upgrade
from sqlalchemy import inspect

from canteen.config import migrations_folder
from canteen.foundation import database, prepared
from canteen.foundation.crypto import Keys, load_keys
from canteen.foundation.database import db


def install(app: Flask) -> None:
    """Open the key file (made on first use) and the database the settings name."""
    folder = Path(app.config["DATA"])
    folder.mkdir(parents=True, exist_ok=True)
    keys = load_keys(folder / "keys.json")
    app.extensions["canteen_keys"] = keys
    app.config["SECRET_KEY"] = keys.session
    app.config["SECRET_KEY_FALLBACKS"] = keys.older_sessions
    db.init_app(app)
    Migrate(app, db, directory=str(migrations_folder()), render_as_batch=True)
    app.teardown_appcontext(prepared.let_go)
    with app.app_context():
        database.prepare_engine(db.engine)


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
