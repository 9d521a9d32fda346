"""Flask as this house uses it: what it would ask with every request is answered once.

A tablet sends the same cookies with every scan, no view is a coroutine, and an answer's keys
have their order. Together these questions cost as much as signing in.
"""

from collections.abc import Callable
from functools import cached_property, lru_cache
from json import JSONEncoder
from typing import Any

from flask import Flask, Request
from flask.json.provider import DefaultJSONProvider
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.http import parse_cookie

MOST, LONGEST = 512, 4096
"""Cookie headers remembered, and the characters of one: longer ones are nobody's tablet."""


class CanteenRequest(Request):
    """A request whose cookies are taken apart once for as long as they stay the same."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """What the browser keeps for us, by name."""
        header: str = self.environ.get("HTTP_COOKIE", "")
        return _cookies(header) if len(header) < LONGEST else super().cookies


@lru_cache(maxsize=MOST)
def _cookies(header: str) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(parse_cookie(header))


class Json(DefaultJSONProvider):
    """Keys as they were written, Chinese as itself."""

    ensure_ascii = False
    sort_keys = False

    def response(self, *args: Any, **kwargs: Any) -> Any:
        """As the library answers outside debugging, by one encoder for all answers: to make
        one for each costs as much as the answer itself.
        """
        told = self._prepare_response_obj(args, kwargs)
        return self._app.response_class(f"{_ENCODER.encode(told)}\n", mimetype=self.mimetype)


_ENCODER = JSONEncoder(
    ensure_ascii=Json.ensure_ascii,
    sort_keys=Json.sort_keys,
    separators=(",", ":"),
    default=Json.default,
)


class CanteenFlask(Flask):
    """The application."""

    request_class = CanteenRequest
    json_provider_class = Json

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """A view or hook to call as it is: none here is a coroutine."""
        return func
