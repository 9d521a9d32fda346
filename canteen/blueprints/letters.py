"""Letters as large as old eyes want them: 18, 24 or 30 px, remembered in this browser.

The size is a cookie, so the server writes it into the page's first line: nothing is painted
small first, and a browser without scripts or storage of its own has it all the same. Pages of
the office keep their tables: they are read by people who work here.
"""

from flask import Flask, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from canteen.blueprints.access import PUBLIC, access_of
from canteen.blueprints.context import roles_here
from canteen.staff.rules import Role

COOKIE = "canteen_letters"
STANDARD = "standard"
SIZES = {STANDARD: _l("标准"), "large": _l("大"), "largest": _l("特大")}
"""Each size and its name; css/letters.css gives it in pixels."""

_OF_STAFF = ("home", "setup")
_VOLUNTEERS = frozenset({Role.VOLUNTEER})
_REMEMBERED_S = 400 * 86400


def install(app: Flask) -> None:
    """Let every template write the size into its page."""

    def letters() -> str | None:
        """The size in which this page is read; None on a page of the office."""
        if not _offered(access_of(app, request.endpoint) if request.endpoint else PUBLIC):
            return None
        wanted = request.cookies.get(COOKIE, STANDARD)
        return wanted if wanted in SIZES else STANDARD

    app.jinja_env.globals.update(letters=letters, letter_sizes=SIZES)


def remember(answer: Response, size: str) -> None:
    """Keep a size in this browser; a script may read it, it is nobody's secret."""
    answer.set_cookie(COOKIE, size, max_age=_REMEMBERED_S, samesite="Lax")


def _offered(access: object) -> bool:
    """Whether a page is for everybody, for a diner, or for a volunteer at the doors."""
    if roles_here() == _VOLUNTEERS or request.endpoint == "settlement.diner_window":
        return True
    return access in (PUBLIC, _VOLUNTEERS) and request.blueprint not in _OF_STAFF
