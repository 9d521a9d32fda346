"""Who may open which address. A view without a declaration does not start."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, jsonify, redirect, request, session, url_for
from flask_babel import gettext as _

from canteen.blueprints.context import here
from canteen.blueprints.signin import (
    LOCKED,
    PROVES_WHO_ASKS,
    ask_again,
    prove,
    unproven,
    wants_json,
)
from canteen.staff.queries import NotAsRemembered
from canteen.staff.rules import Role

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed_in"
WHILE_LOCKED = frozenset(
    {
        "settlement.till",
        "settlement.diner_window",
        "settlement.voice",
        "settlement.diner_scene_shown",
        "settlement.meal",
        "settlement.offline_meals",
        "settlement.roster",
        "settlement.frame",
        "settlement.lock",
        "settlement.switch",
        "staff.sign_out",
    }
)
"""What a locked counter still does: trays that wait are told, cards are read, a PIN is asked."""


def allow(*roles: Role) -> Callable[[View], View]:
    """Open a view to staff who hold one of `roles` at the current site.

    An administrator may open whatever a manager may.
    """
    allowed = frozenset(roles)
    if Role.MANAGER in allowed:
        allowed |= {Role.ADMINISTRATOR}

    def mark(view: View) -> View:
        view.canteen_access = allowed  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open a view to everybody: no personal data may be on it."""
    view.canteen_access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Open a view to everybody who works here, whatever their role."""
    view.canteen_access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def proves_who_asks(view: View) -> View:
    """Who asks may come from memory: the view proves them in a read it needs anyway.

    It hands `signin.unproven` to that read and says `signin.proven` after it. What it answers
    without, they are read for first. Where they are no longer as remembered, nothing was told or
    done: they are read, guarded as anywhere, and the view begins again.
    """

    @wraps(view)
    def proving(*args: Any, **values: Any) -> Any:
        try:
            answer = view(*args, **values)
            prove()
        except NotAsRemembered:
            ask_again()
            refused = _guard()
            return view(*args, **values) if refused is None else refused
        return answer

    setattr(proving, PROVES_WHO_ASKS, True)
    return cast(View, proving)


def access_of(app: Flask, endpoint: str) -> Any:
    """What was declared for an endpoint: PUBLIC, SIGNED_IN or a set of roles."""
    return getattr(app.view_functions[endpoint], "canteen_access", None)


def install(app: Flask) -> None:
    """Mark what Flask brings, refuse undeclared views, and guard every request."""
    static: Any = app.view_functions["static"]
    static.canteen_access = PUBLIC
    undeclared = [name for name in app.view_functions if access_of(app, name) is None]
    if undeclared:
        raise RuntimeError(f"views without a declared access: {', '.join(sorted(undeclared))}")
    app.before_request(_guard)


def _guard() -> Any:
    endpoint = request.endpoint
    if endpoint is None:
        return None  # 404 answers by itself
    access = access_of(current_app, endpoint)
    if access == PUBLIC:
        return None
    asking = here()
    if asking is None:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if session.get(LOCKED) and endpoint not in WHILE_LOCKED:
        return _ask_for_pin()
    if access != SIGNED_IN and not (access & asking.roles):
        if unproven() is None:
            abort(403)
        ask_again()  # a role may be newer than what is remembered
        return _guard()
    return None


def _ask_for_pin() -> Any:
    """A locked counter's other pages: back to the counter, which asks for the PIN."""
    if wants_json() or request.method != "GET":
        return jsonify(code="locked", text=_("窗口已锁"), next_step=_("先输入 PIN")), 423
    return redirect(url_for("settlement.till"))


def may_open(endpoint: str) -> bool:
    """Whether the signed-in person may open an endpoint: for menus and links."""
    if endpoint not in current_app.view_functions:
        return False
    access = access_of(current_app, endpoint)
    if access == PUBLIC:
        return True
    asking = here()
    return asking is not None and (access == SIGNED_IN or bool(access & asking.roles))
