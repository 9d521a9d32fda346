"""Cookies and tokens are proven, whether for the first time or the hundredth."""

from datetime import UTC, datetime, timedelta
from inspect import iscoroutinefunction

import pytest
import time_machine
from flask import Flask, request
from flask.testing import FlaskClient

from canteen.blueprints.application import LONGEST
from canteen.blueprints.sessions import MOST
from tests.people import make_site, make_xiaoli, sign_in

WHEN = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
def xiaoli(app: Flask, client: FlaskClient) -> FlaskClient:
    make_xiaoli(make_site())
    sign_in(client, "xiaoli")
    return client


def test_a_proven_cookie_with_one_letter_changed_is_nobody(xiaoli: FlaskClient) -> None:
    assert xiaoli.get("/counter").status_code == 200
    cookie = xiaoli.get_cookie("canteen")
    assert cookie is not None
    middle = len(cookie.value) // 3
    other = "A" if cookie.value[middle] != "A" else "B"
    xiaoli.set_cookie("canteen", cookie.value[:middle] + other + cookie.value[middle + 1 :])
    assert xiaoli.get("/counter").status_code == 302


def test_a_proven_cookie_grows_too_old(app: Flask, client: FlaskClient) -> None:
    with time_machine.travel(WHEN, tick=False) as clock:
        make_xiaoli(make_site())
        sign_in(client, "xiaoli")
        assert client.get("/counter").status_code == 200
        clock.shift(app.permanent_session_lifetime + timedelta(seconds=2))
        assert client.get("/counter").status_code == 302


def test_a_clock_set_back_an_hour_signs_nobody_out(app: Flask, client: FlaskClient) -> None:
    with time_machine.travel(WHEN, tick=False) as clock:
        make_xiaoli(make_site())
        sign_in(client, "xiaoli")
        assert client.get("/counter").status_code == 200
        clock.shift(-timedelta(hours=1))
        assert client.get("/counter").status_code == 200, "remembered by this process"
        app.session_interface._proven.clear()  # type: ignore[attr-defined]
        assert client.get("/counter").status_code == 200, "and proven by the next"
        clock.shift(-timedelta(days=1))
        assert client.get("/counter").status_code == 302, "a time that no clock explains"


def test_what_one_request_changes_does_not_leak_into_the_next_session(app: Flask) -> None:
    from flask import session

    interface = app.session_interface
    with app.test_request_context():
        session["site_id"] = 1
        response = app.make_response("")
        interface.save_session(app, session, response)  # type: ignore[arg-type]
    cookie = response.headers["Set-Cookie"].split(";")[0]
    for _again in range(2):
        with app.test_request_context(headers={"Cookie": cookie}):
            assert session["site_id"] == 1
            session["site_id"] = 2


def test_only_so_many_cookies_are_remembered(app: Flask) -> None:
    interface = app.session_interface
    serializer = interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    for number in range(MOST + 5):
        cookie = f"canteen={serializer.dumps({'site_id': number})}"
        with app.test_request_context(headers={"Cookie": cookie}):
            pass
    assert len(interface._proven) == MOST  # type: ignore[attr-defined]


def test_cookies_are_taken_apart_anew_when_one_changes(app: Flask) -> None:
    for value in ("a", "b", "a", "x" * LONGEST):
        with app.test_request_context(headers={"Cookie": f"one={value}; two=2"}):
            assert dict(request.cookies) == {"one": value, "two": "2"}


def test_no_view_is_a_coroutine(app: Flask) -> None:
    hooks = [*app.before_request_funcs.values(), *app.after_request_funcs.values()]
    functions = [*app.view_functions.values(), *(hook for each in hooks for hook in each)]
    assert not [one for one in functions if iscoroutinefunction(one)]


def test_a_request_that_changes_nothing_sends_no_cookie(xiaoli: FlaskClient) -> None:
    assert xiaoli.get("/counter").status_code == 200
    answer = xiaoli.get("/counter")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" in answer.headers["Vary"]


def test_a_token_proven_for_one_session_is_no_token_for_another(
    app: Flask, client: FlaskClient
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    first, second = client, app.test_client()
    tokens = [_token(client) for client in (first, second)]
    for _again in range(2):
        assert _post(first, tokens[0]) != 400
        assert _post(second, tokens[0]) == 400
        assert _post(first, tokens[0] + "x") == 400


def _token(client: FlaskClient) -> str:
    page = client.get("/sign-in").get_data(as_text=True)
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def _post(client: FlaskClient, token: str) -> int:
    return client.post("/counter/meals", json={}, headers={"X-CSRFToken": token}).status_code
