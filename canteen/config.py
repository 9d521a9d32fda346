"""Settings and their defaults. Each can be set in the environment as ``CANTEEN_<NAME>``."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from canteen.foundation.database_address import read_address

PACKAGE = Path(__file__).parent
PROJECT = PACKAGE.parent

MAX_UPLOAD_BYTES = 16 * 1024 * 1024
"""The largest file a person may send; a spreadsheet of 20,000 people is about 2 MB."""


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where this installation keeps what it owns.

    ``CANTEEN_DATA`` if set; ``instance/`` of a checkout; else ``instance/`` below the
    folder the command was started in. Never inside site-packages.
    """
    if chosen := environ.get("CANTEEN_DATA"):
        return Path(chosen).resolve()
    if (PROJECT / "pyproject.toml").exists():
        return PROJECT / "instance"
    return Path.cwd() / "instance"


def migrations_folder() -> Path:
    """The migrations: inside an installed package, or beside it in a checkout."""
    packed = PACKAGE / "_migrations"
    return packed if packed.exists() else PROJECT / "migrations"


def settings(environ: Mapping[str, str] = os.environ, **overrides: Any) -> dict[str, Any]:
    """Flask configuration from the environment; `overrides` win (tests, the demo).

    Raises AddressWrong for a database address that is none.
    """
    data = Path(overrides.get("DATA", data_folder(environ)))
    values: dict[str, Any] = {
        "DATA": data,
        "SQLALCHEMY_DATABASE_URI": environ.get("CANTEEN_DATABASE_URL", "").strip()
        or f"sqlite:///{data / 'canteen.sqlite'}",
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_use_lifo": True},  # the one whose pages are warm
        "MAX_CONTENT_LENGTH": MAX_UPLOAD_BYTES,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,  # a page that stayed open over lunch must still work
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": environ.get("CANTEEN_HTTPS", "") == "1",
        "SESSION_COOKIE_NAME": "canteen",
        "HTTPS_PORT": _port(environ.get("CANTEEN_HTTPS_PORT", "")),
        "HTTP_PORT": _port(environ.get("CANTEEN_HTTP_PORT", "")),
        "LISTENS_ON": environ.get("CANTEEN_LISTENS_ON", ""),
        "PLAIN_DOOR": False,  # beside HTTPS: only what needs no signing in
        "REMEMBER_COOKIE_HTTPONLY": True,
        "RATELIMIT_ENABLED": True,
        "RATELIMIT_STORAGE_URI": environ.get("CANTEEN_RATELIMIT_URL", "memory://"),
        "JOBS_URL": environ.get("CANTEEN_JOBS_URL", ""),
        "ROUTE_SERVER": environ.get("CANTEEN_ROUTE_SERVER", ""),  # OSRM: http://host:5000/
        "TILES": _tiles(environ.get("CANTEEN_TILES", "")),  # https://host/{z}/{x}/{y}.png
        "FONT": environ.get("CANTEEN_FONT", ""),  # a font file with Chinese, for pictures
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "DEMO": environ.get("CANTEEN_DEMO", "") == "1",
        "TEMPLATES_AUTO_RELOAD": False,
    }
    values.update(overrides)
    values["SQLALCHEMY_DATABASE_URI"] = read_address(values["SQLALCHEMY_DATABASE_URI"])
    return values


def _tiles(text: str) -> str:
    """The map server below the board's picture, empty for none. Raises ValueError, naming the
    value, where its address is none: a page's policy is made of its host."""
    whole = re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[^\s;,'\"]*)", text)
    if text and not (whole and all(part in text for part in ("{z}", "{x}", "{y}"))):
        raise ValueError(
            f"CANTEEN_TILES={text!r}: expected an address like https://host/{{z}}/{{x}}/{{y}}.png"
        )
    return text


def _port(text: str) -> int | None:
    """The port `canteen serve --https` listens on, told to its pages; None where it does not."""
    return int(text) if text.isdigit() else None
