"""Canteen: meals for old people, planned, served, delivered and counted."""

from typing import Any

from flask import Flask

from canteen import config, tables
from canteen.blueprints import (
    access,
    clean_text,
    context,
    errors,
    filters,
    headers,
    languages,
    letters,
    packing,
    plain_door,
    rooms,
    scripts,
    sessions,
    signin,
)
from canteen.blueprints.application import CanteenFlask
from canteen.foundation import storage, wording


def create_app(**overrides: Any) -> Flask:
    """The application: a table of contents. `overrides` are settings for tests and the demo."""
    tables.resolve()
    app = CanteenFlask("canteen", instance_path=str(config.data_folder()))
    app.config.from_mapping(config.settings(**overrides))

    storage.install(app)
    languages.install(app)
    letters.install(app)
    sessions.install(app)
    signin.install(app)
    context.install(app)
    filters.install(app)
    scripts.install(app)
    headers.install(app)
    packing.install(app)
    errors.install(app)
    clean_text.install(app)
    rooms.install(app)
    plain_door.install(app)
    access.install(app)
    for sentences in rooms.sentences():
        wording.lend_sentences(sentences)
    return app
