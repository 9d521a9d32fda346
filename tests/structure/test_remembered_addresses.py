"""Where an address leads is remembered: only for that very address, and not for ever."""

import pytest
from flask import Flask, Request, request, url_for
from werkzeug.exceptions import SecurityError
from werkzeug.test import create_environ

from canteen.blueprints.application import LONGEST, MOST


def asked(app: Flask, path: str, base: str, method: str = "GET") -> tuple[str | None, str, str]:
    """What a request finds: its view, its host, and the full address of the sign-in page."""
    with app.test_request_context(path, base, method=method):
        return request.endpoint, request.host, url_for("staff.sign_in", _external=True)


def test_the_same_path_under_another_host_or_scheme_is_another_address(app: Flask) -> None:
    for _again in range(2):
        assert asked(app, "/sign-in", "http://one.example:8080") == (
            "staff.sign_in", "one.example:8080", "http://one.example:8080/sign-in",
        )  # fmt: skip
        assert asked(app, "/sign-in", "https://two.example") == (
            "staff.sign_in", "two.example", "https://two.example/sign-in",
        )  # fmt: skip


def test_the_method_and_the_query_belong_to_an_address(app: Flask) -> None:
    for _again in range(2):
        assert asked(app, "/counter/meals", "http://one", "POST")[0] == "settlement.meal"
        assert asked(app, "/counter/meals", "http://one")[0] is None
        with app.test_request_context("/counter/diners?q=chen"):
            assert request.args["q"] == "chen"
        with app.test_request_context("/counter/diners?q=wang"):
            assert request.args["q"] == "wang"


def test_a_host_that_is_not_trusted_is_refused_each_time(app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = ["canteen.example"]
    elsewhere = Request(create_environ("/sign-in", "http://elsewhere.example"))
    for _again in range(2):
        assert asked(app, "/sign-in", "http://canteen.example")[0] == "staff.sign_in"
        with pytest.raises(SecurityError):
            app.create_url_adapter(elsewhere)


def test_no_more_is_remembered_than_fits(app: Flask) -> None:
    known = app._adapters  # type: ignore[attr-defined]
    asked(app, f"/{'x' * LONGEST}", "http://one")
    assert not known
    for number in range(MOST + 5):
        asked(app, f"/counter?{number}", "http://one")
    assert len(known) == 5
