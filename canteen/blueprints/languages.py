"""Chinese first, English complete: which of the two a reader gets."""

from functools import lru_cache
from pathlib import Path

from flask import Flask, request
from flask_babel import Babel
from flask_login import current_user
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from canteen.config import PACKAGE
from canteen.foundation import catalogues

CHINESE = "zh_Hans_CN"
ENGLISH = "en"
COOKIE = "canteen_language"
LONGEST = 200
"""Characters of a browser's languages that are read: the first is what counts."""

babel = Babel()


def install(app: Flask) -> None:
    """Attach Flask-Babel; the msgids are Chinese, so only English needs a catalogue."""
    catalogues.compile_if_stale(Path(PACKAGE) / "translations")
    babel.init_app(app, locale_selector=choose_language)


def choose_language() -> str:
    """What was chosen in this browser; else the person's setting; else the browser's first."""
    wanted = request.cookies.get(COOKIE)
    if not wanted:
        person = current_user._get_current_object()
        wanted = getattr(person, "locale", None)  # nobody signed in has none
    if wanted in (CHINESE, ENGLISH):
        return str(wanted)
    return _first_of(request.headers.get("Accept-Language", "")[:LONGEST])


@lru_cache(maxsize=512)
def _first_of(accepted: str) -> str:
    """Which of the two a browser asks for: the same with every scan of a tablet."""
    first = parse_accept_header(accepted, LanguageAccept).best or ""
    return ENGLISH if first.lower().startswith("en") else CHINESE
