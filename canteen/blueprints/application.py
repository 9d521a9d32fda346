"""Flask as this house uses it: what it would ask with every request is answered once.

A tablet sends the same cookies with every scan, no view is a coroutine, and an answer's keys
have their order. Together these questions cost as much as signing in.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from functools import cached_property, lru_cache
from json import JSONEncoder
from typing import Any

from flask import Flask, Request, Response
from flask.json.provider import DefaultJSONProvider
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.http import parse_cookie
from werkzeug.routing import MapAdapter
from werkzeug.wsgi import ClosingIterator

MOST, LONGEST = 512, 4096
"""Cookie headers or addresses remembered, and the characters of one: longer ones are nobody's
tablet."""
_ADDRESS = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
_MANNER = ("wsgi.url_scheme", "REQUEST_METHOD", "HTTP_CONNECTION", "HTTP_UPGRADE")
"""What of a request the library reads to find where its address leads."""


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


class CanteenResponse(Response):
    """An answer that leaves in one piece where it lies ready.

    A server sends a list at once; for each piece of anything else it wakes another thread.
    """

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Answer as WSGI asks for it. What is still being made is sent as it comes."""
        pieces = super().__call__(environ, start_response)
        if not self.is_sequence or not isinstance(pieces, ClosingIterator):
            return pieces
        with closing(pieces):
            return [b"".join(pieces)]


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
    response_class = CanteenResponse
    json_provider_class = Json

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._adapters: dict[tuple[str | None, ...], tuple[MapAdapter, str]] = {}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Where the address of a request leads, found once for as long as it is the same.

        To look whether the host of an address may be one costs a twentieth of a sale. Hosts that
        may not be, raise each time anew.
        """
        if request is None:
            return super().create_url_adapter(request)
        address = tuple(map(request.environ.get, _ADDRESS + _MANNER))
        known = self._adapters.get(address)
        if known is not None:
            adapter, request.host = known
            return adapter
        made = super().create_url_adapter(request)
        if made is not None and sum(len(part or "") for part in address) < LONGEST:
            if len(self._adapters) >= MOST:
                self._adapters.clear()
            self._adapters[address] = made, request.host
        return made

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """A view or hook to call as it is: none here is a coroutine."""
        return func
