"""On the plain port beside HTTPS: what everybody may see, and the way to the rest.

Whoever asks for more is led to the page that explains the certificate. A tablet that has it
already is carried on from there by the page's script, to where it wanted to go.
"""

from typing import Any

from flask import Flask, current_app, redirect, request, url_for

from canteen.blueprints.access import PUBLIC, access_of

_NEED_HTTPS = frozenset(
    {
        *("staff.sign_in", "home.today"),
        *("settlement.diner_screen", "settlement.diner_pairing", "settlement.diner_scene"),
    }
)
"""Open to everybody, but a password or token, or what follows it, goes over HTTPS alone."""


def install(app: Flask) -> None:
    """Guard the door; an application that is no door pays nothing."""
    if app.config["PLAIN_DOOR"]:
        app.before_request(_lead_to_https)


def _lead_to_https() -> Any:
    endpoint = request.endpoint
    if endpoint is None:
        return None
    if access_of(current_app, endpoint) == PUBLIC and endpoint not in _NEED_HTTPS:
        return None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("setup.https", next=wanted), code=303)
