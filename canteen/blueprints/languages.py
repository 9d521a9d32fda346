"""Chinese first, English complete: which of the two a reader gets."""

from pathlib import Path

from flask import Flask, request
from flask_babel import Babel
from flask_login import current_user

from canteen.config import PACKAGE
from canteen.foundation import catalogues

CHINESE = "zh_Hans_CN"
ENGLISH = "en"
COOKIE = "canteen_language"

babel = Babel()


def install(app: Flask) -> None:
    """Attach Flask-Babel; the msgids are Chinese, so only English needs a catalogue."""
    catalogues.compile_if_stale(Path(PACKAGE) / "translations")
    babel.init_app(app, locale_selector=choose_language)


def choose_language() -> str:
    """What was chosen in this browser; else the person's setting; else the browser's first."""
    wanted = request.cookies.get(COOKIE)
    if not wanted and current_user:
        wanted = getattr(current_user, "locale", None)  # nobody signed in has none
    if wanted in (CHINESE, ENGLISH):
        return str(wanted)
    first = request.accept_languages.best or ""
    return ENGLISH if first.lower().startswith("en") else CHINESE
