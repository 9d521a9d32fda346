"""Every address: who may open it, that reading changes nothing, that nothing is from outside."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from werkzeug.routing import Rule

from canteen.blueprints.access import PUBLIC, SIGNED_IN, access_of
from canteen.foundation.database import db
from canteen.staff.rules import Role
from tests.people import make_chen, make_site, make_staff, sign_in

VALUES: dict[str, Any] = {"week": "2026-W48", "code": "jinniu", "site_code": "jinniu"}


def sample(converter: Any) -> Any:
    """A value a converter takes."""
    if hasattr(converter, "items"):
        return sorted(converter.items)[0]
    return uuid4() if "UUID" in type(converter).__name__ else 1


def address(app: Flask, rule: Rule) -> str:
    """An address of a rule, its parameters filled with something of the right shape."""
    values = {
        name: VALUES.get(name, sample(rule._converters[name]))
        for name in rule.arguments - set(rule.defaults or {})
    } | dict(rule.defaults or {})
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def rules_with(app: Flask, method: str) -> list[Rule]:
    """Every rule that takes a method."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and rule.endpoint != "static"
    ]


def everything(app: Flask) -> dict[str, list[Any]]:
    """Every row of every table."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table: sorted(map(str, connection.execute(text(f"SELECT * FROM {table}"))))
            for table in inspect(connection).get_table_names()
        }


@pytest.fixture
def world(app: Flask) -> int:
    site_id = make_site()
    for role in Role:
        make_staff(role.value, role, site_id=site_id)
    make_chen(site_id)
    return site_id


def test_every_address_says_who_may_open_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert access_of(app, rule.endpoint) is not None, rule.endpoint


def test_strangers_are_sent_to_the_door(app: Flask, client: FlaskClient, world: int) -> None:
    for rule in rules_with(app, "GET"):
        if access_of(app, rule.endpoint) != PUBLIC:
            answer = client.get(address(app, rule))
            assert answer.status_code == 302, rule
            assert "/sign-in" in answer.headers["Location"]
    for rule in rules_with(app, "POST"):
        if access_of(app, rule.endpoint) != PUBLIC:
            assert client.post(address(app, rule)).status_code == 302, rule
            answer = client.post(address(app, rule), json={})
            assert answer.status_code == 401, rule
            assert answer.json is not None


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_it_may_and_nothing_else(
    app: Flask, client: FlaskClient, world: int, role: Role
) -> None:
    sign_in(client, role.value)
    for method in ("GET", "POST"):
        for rule in rules_with(app, method):
            access = access_of(app, rule.endpoint)
            if access in (PUBLIC, SIGNED_IN) or role in access:
                continue
            answer = client.open(address(app, rule), method=method)
            assert answer.status_code == 403, f"{role} {method} {rule} {answer.status_code}"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_reading_changes_nothing_and_never_breaks(
    app: Flask, client: FlaskClient, world: int, role: Role, language: str
) -> None:
    sign_in(client, role.value)
    client.set_cookie("canteen_language", language)
    before = everything(app)
    for rule in rules_with(app, "GET"):
        answer = client.get(address(app, rule))
        assert answer.status_code < 500, f"{rule} {answer.status_code}"
        if answer.mimetype == "text/html":
            check_page(rule, answer.text)
    assert everything(app) == before


def check_page(rule: Rule, page: str) -> None:
    """Nothing from outside, nothing inline: the page's own policy would block it anyway."""
    for found in re.findall(
        r'<(?:script|link|img|iframe|source)[^>]*?(?:src|href)="([^"]+)"', page
    ):
        assert not re.match(r"(https?:)?//", found), f"{rule} loads {found}"
    assert " style=" not in page, f"{rule} has an inline style"
    assert not re.search(r"\son[a-z]+=", page), f"{rule} has an inline handler"
    for script in re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page):
        assert "application/json" in script, f"{rule} has an inline script"
