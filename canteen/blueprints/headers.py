"""Response headers that keep the page to itself: nothing from outside, nothing framed."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)


def policy_with_pictures_from(origin: str) -> str:
    """The same policy, but pictures may also come from `origin`: a map server that was set."""
    return CONTENT_SECURITY_POLICY.replace("img-src 'self'", f"img-src 'self' {origin}")


def install(app: Flask) -> None:
    """Set the headers on every answer."""
    app.after_request(_say_what_is_kept)
    app.wsgi_app = _kept_to_itself(app.wsgi_app)  # type: ignore[method-assign]


_ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
    ("X-Canteen", "1"),  # by which a kept page knows an answer of ours from a stranger's
)
_WITH_A_FILE = (("X-Content-Type-Options", "nosniff"),)
"""A script or a picture is no page: what pages may do would be a third of a counter's bytes."""


_OF_NO_USE = frozenset({"Content-Disposition"})
_FOR_ASKING_AGAIN = frozenset({"ETag", "Last-Modified", "Accept-Ranges"})


def _kept_to_itself(application: Callable[..., Any]) -> Callable[..., Any]:
    """Adds what every answer says as it leaves: by then headers are a plain list.

    What a view has set itself is kept.
    """

    def guarded(environ: Any, start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            own = {name.lower(): value for name, value in headers}
            is_file = _is_file(environ, own)
            said = _WITH_A_FILE if is_file else _ALWAYS
            added = [pair for pair in said if pair[0].lower() not in own]
            kept = _of_a_file(headers) if is_file else headers
            return start_response(status, kept + added, exc_info)

        return application(environ, start)

    return guarded


def _is_file(environ: Any, headers: dict[str, str]) -> bool:
    """Whether this is one of the application's own files, not the page that says it is missing."""
    is_static = environ["PATH_INFO"].startswith("/static/")
    return is_static and not headers.get("content-type", "").startswith("text/html")


def _of_a_file(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A file is the same for everybody, and one that is kept for good is never asked for again."""
    is_kept = any("immutable" in value for name, value in headers if name == "Cache-Control")
    left_out = _FOR_ASKING_AGAIN | _OF_NO_USE if is_kept else _OF_NO_USE
    same_for_all = ("Vary", "Cookie")  # said of an answer that looked at who asks
    return [
        (name, value.removesuffix(", Cookie") if name == "Vary" else value)
        for name, value in headers
        if name not in left_out and (name, value) != same_for_all
    ]


def _say_what_is_kept(response: Response) -> Response:
    """Files stay with the browser, answers do not, unless the view has said so itself."""
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"  # a module imported by another: ask again
    elif "Cache-Control" not in response.headers:
        response.headers.add("Cache-Control", "no-store")
    return response
