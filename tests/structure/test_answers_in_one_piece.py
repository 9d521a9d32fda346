"""How an answer leaves the application: whole where it lies ready, piece by piece where not."""

from typing import Any

from flask import Response, jsonify, stream_with_context
from werkzeug.test import create_environ

from canteen.blueprints.application import CanteenFlask


def answered(view: Any) -> tuple[Any, dict[str, str]]:
    """What a server is handed for a view: the body, and the headers."""
    app = CanteenFlask("small")
    app.add_url_rule("/", view_func=view)
    told: dict[str, str] = {}
    body = app.wsgi_app(create_environ("/"), lambda _status, headers: told.update(headers))
    return body, told


def test_an_answer_that_lies_ready_is_a_list_of_one():
    body, headers = answered(lambda: jsonify(title="陈奶奶"))
    assert body == ['{"title":"陈奶奶"}\n'.encode()]
    assert headers["Content-Length"] == str(len(body[0]))


def test_what_an_answer_leaves_behind_is_cleared_away():
    closed: list[str] = []

    def view() -> Response:
        response = Response("ready")
        response.call_on_close(lambda: closed.append("now"))
        return response

    body, _headers = answered(view)
    assert (body, closed) == ([b"ready"], ["now"])


def test_an_answer_that_is_still_made_goes_out_as_it_comes():
    made: list[int] = []

    def view() -> Response:
        def pieces():
            for number in range(3):
                made.append(number)
                yield str(number)

        return Response(stream_with_context(pieces()))

    body, _headers = answered(view)
    assert not isinstance(body, list)
    assert len(made) <= 1
    assert b"".join(body) == b"012"
