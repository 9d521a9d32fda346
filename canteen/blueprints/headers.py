"""Response headers that keep the page to itself: nothing from outside, nothing framed."""

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
    """Set the headers on every response."""
    app.after_request(_set_headers)


_ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
)


def _set_headers(response: Response) -> Response:
    """What a view has set itself is kept."""
    own = {name.lower() for name, _value in response.headers}
    for name, value in _ALWAYS:
        if name.lower() not in own:
            response.headers.add(name, value)
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"  # a module imported by another: ask again
    elif "cache-control" not in own:
        response.headers.add("Cache-Control", "no-store")
    return response
