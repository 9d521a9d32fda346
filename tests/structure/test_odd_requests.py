"""Every address, asked in ways no page of ours would: refused, never broken."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.staff.rules import Role
from tests.people import sign_in
from tests.structure.test_addresses import address, rules_with, world  # noqa: F401
from tests.structure.test_house import PACKAGE

HUGE = "99999999999999999999"
JSON = ("-1", '{"name": 7, "tags": null}', '{"name": "\\ud800"}')
ODD = (HUGE, "2147483648", "2026-02-30")


def names() -> Iterator[str]:
    """Whatever a page or a view calls a field or a part of an address."""
    for path in PACKAGE.rglob("*"):
        if path.suffix in (".py", ".html") and path.parts[-3] in ("blueprints", "templates"):
            text = path.read_text("utf-8")
            yield from re.findall(r'name="([a-z_]+)"', text)
            yield from re.findall(r'args\.get\(\s*"([a-z_]+)"', text)
            yield from re.findall(r"^    ([a-z_]+) = \w+Field\(", text, re.MULTILINE)


NAMES = sorted({*names(), "volunteer_id", "grid_node_id"} - {"csrf_token"})


@pytest.fixture
def person(client: FlaskClient, world: int) -> FlaskClient:  # noqa: F811
    sign_in(client, Role.ADMINISTRATOR.value)
    return client


@pytest.mark.parametrize("sent", JSON)
def test_json_where_a_form_is_meant_is_refused(app: Flask, person: FlaskClient, sent: str) -> None:
    for rule in rules_with(app, "POST"):
        if rule.endpoint == "staff.sign_out":
            continue
        answer = person.post(address(app, rule), data=sent, content_type="application/json")
        assert answer.status_code < 500, rule


@pytest.mark.parametrize("value", ODD)
def test_no_value_breaks_a_page(app: Flask, person: FlaskClient, value: str) -> None:
    values = dict.fromkeys(NAMES, value)
    for rule in rules_with(app, "GET"):
        answer = person.get(address(app, rule), query_string=values)
        assert answer.status_code < 500, rule
    for rule in rules_with(app, "POST"):
        if rule.endpoint == "staff.sign_out":
            continue
        answer = person.post(address(app, rule), data=values)
        assert answer.status_code < 500, rule
