"""Flask-Login, CSRF protection and rate limits, joined to the application."""

from typing import Any

from flask import Flask, current_app, flash, g, jsonify, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from canteen.foundation.prepared import reading
from canteen.staff.queries import NotAsRemembered, SignedIn, signed_in

login_manager = LoginManager()

BY_PIN = "by_pin"
"""In the session of somebody who changed over by PIN: they are a clerk and nothing else."""
LOCKED = "locked"
"""In the session of a counter that was locked: until a PIN, only what a counter must do."""


class CounterCsrf(CSRFProtect):
    """CSRF protection that proves a tablet's token once, not again with every scan.

    A token belongs to the value in the session and does not age; a pair that was proven
    under this key stays proven. Over https the referrer is looked at each time as well.
    """

    MOST = 4096

    def __init__(self) -> None:
        super().__init__()
        self._proven: set[tuple[Any, ...]] = set()

    def protect(self, apply_exemptions: bool = False) -> None:
        """Refuse a changing request without a valid token, as the library does."""
        token = request.headers.get("X-CSRFToken") if request.is_json else None
        pair = (current_app.secret_key, session.get("csrf_token"), token)
        if token and pair in self._proven and not request.is_secure:
            g.csrf_valid = True
            return
        super().protect(apply_exemptions)
        if token and g.get("csrf_valid"):
            if len(self._proven) >= self.MOST:
                self._proven.clear()
            self._proven.add(pair)

    def _get_csrf_token(self) -> str | None:
        """A device's JSON is no form: its token is in the header."""
        if request.is_json:
            return request.headers.get("X-CSRFToken")
        found: str | None = super()._get_csrf_token()
        return found


PROVES_WHO_ASKS = "canteen_proves_who_asks"
"""Marks a view that proves who asks in its own read (`access.proves_who_asks`)."""
MOST_REMEMBERED = 4096

csrf = CounterCsrf()
limiter = Limiter(key_func=get_remote_address)


def install(app: Flask) -> None:
    """Attach all three."""
    app.extensions["canteen_remembered"] = {}
    login_manager.init_app(app)
    csrf.init_app(app)
    _limit_marked_views(app)


def _limit_marked_views(app: Flask) -> None:
    """Limits stand on the views that carry them, and those check themselves.

    Flask-Limiter would look for limits before and after every other request too, which is
    a twentieth of what a sale costs.
    """
    hooks: tuple[Any, ...] = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
    )
    before = [list(each.get(None, ())) for each in hooks]
    limiter.init_app(app)
    for each, kept in zip(hooks, before, strict=True):
        each[None] = kept


def wants_json() -> bool:
    """Whether the caller is a script of ours or a device: it gets JSON, never a login page."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


@login_manager.user_loader
def load_staff(session_id: str) -> SignedIn | None:
    """The person of a session cookie, unless they left or changed their password."""
    person = _from_memory(session_id) or _read(session_id)
    return person.at_counter() if person is not None and session.get(BY_PIN) else person


def _read(session_id: str) -> SignedIn | None:
    number, _dot, stamp = session_id.partition(".")
    if not number.isdigit():
        return None
    with reading() as connection:
        person = signed_in(connection, staff_id=int(number), session_stamp=stamp)
    remembered = current_app.extensions["canteen_remembered"]
    if person is None:
        remembered.pop(session_id, None)
    else:
        if len(remembered) >= MOST_REMEMBERED:
            remembered.clear()
        remembered[session_id] = person
    return person


def _from_memory(session_id: str) -> SignedIn | None:
    """Who asked by this session before, for a view that proves them itself; once a request."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not hasattr(view, PROVES_WHO_ASKS) or "unproven" in g:
        return None
    g.unproven = current_app.extensions["canteen_remembered"].get(session_id)
    person: SignedIn | None = g.unproven
    return person


def unproven() -> SignedIn | None:
    """Who asks, where they are from memory and nothing has said yet that this still holds."""
    person: SignedIn | None = g.get("unproven")
    return person


def proven() -> None:
    """The view's own read found them as they were remembered."""
    g.unproven = None


def prove() -> None:
    """Read who asks, if they are from memory. Raises `NotAsRemembered`."""
    person = unproven()
    if person is None:
        return
    found = _read(f"{person.id}.{person.session_stamp}")
    if found is None or found.standing != person.standing:
        raise NotAsRemembered
    proven()


def ask_again() -> None:
    """What was held of who asks is dropped: the next question reads it."""
    proven()
    for name in ("_login_user", "here", "site", "own_sites"):
        g.pop(name, None)
    refresh()  # the language was theirs


@login_manager.unauthorized_handler
def ask_to_sign_in() -> Any:
    """401 as JSON for a device, so that it keeps its queue; the sign-in page for a person."""
    if wants_json():
        return jsonify(code="signed_out", text=_("请重新登录"), next_step=_("登录后继续")), 401
    if request.method == "GET" and request.path != "/":
        flash(_("请先登录"))
        return redirect(url_for("staff.sign_in", next=request.full_path.rstrip("?")))
    return redirect(url_for("staff.sign_in"))
