"""Flask's signed session cookie, read once for as long as a browser sends the same one.

A tablet sends the same cookie with every scan. Proving its signature anew each time costs a
tenth of a sale; here a proven cookie is remembered and only its age is looked at again.
"""

import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

MOST = 512
"""Cookies remembered by a process; beyond it the one unused for longest is forgotten."""
AHEAD_SECONDS = 86400.0
"""A clock that is set back, by an hour or to the right zone, must not sign the whole line out."""


class RememberingSessions(SecureCookieSessionInterface):
    """Sessions of one application. What is remembered is proven, by this very key."""

    def __init__(self) -> None:
        self._proven: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()
        self._lock = Lock()

    def open_session(self, app: Flask, request: Request) -> Any:
        """The session in the request's cookie; an empty one if there is none that holds."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return super().open_session(app, request)
        most_seconds = app.permanent_session_lifetime.total_seconds()
        with self._lock:
            known = self._proven.get(cookie)
            if known is not None:
                self._proven.move_to_end(cookie)
        if known is not None and _is_fresh(known[0], most_seconds):
            return self.session_class(dict(known[1]))
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return super().open_session(app, request)
        try:
            values, signed_at = serializer.loads(cookie, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        if not _is_fresh(signed_at.timestamp(), most_seconds):
            return self.session_class()
        self._remember(cookie, signed_at.timestamp(), values)
        return self.session_class(values)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send a cookie where there is something to send: a sale changes nothing in it."""
        if not session or self.should_set_cookie(app, session):
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.add("Vary", "Cookie")

    def _remember(self, cookie: str, signed_at: float, values: dict[str, Any]) -> None:
        """Only plain values: a list in a session may be changed by the request that reads it."""
        if any(not isinstance(value, str | int | None) for value in values.values()):
            return
        with self._lock:
            self._proven[cookie] = signed_at, dict(values)
            while len(self._proven) > MOST:
                self._proven.popitem(last=False)


def _is_fresh(signed_at: float, most_seconds: float) -> bool:
    """Whether a cookie is neither too old nor signed at a time that no clock set right explains."""
    return -AHEAD_SECONDS <= time.time() - signed_at <= most_seconds


def install(app: Flask) -> None:
    """Give the application its sessions."""
    app.session_interface = RememberingSessions()
