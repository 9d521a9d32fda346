"""A scan proves who asks in its own read, and nobody gains by what is remembered of them."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from canteen.blueprints import signin
from canteen.cards.models import Card
from canteen.cards.tokens import make_token
from canteen.foundation import storage
from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from canteen.staff.models import Staff, StaffRole
from canteen.staff.rules import Role
from tests.lunches import adopt, give
from tests.people import NOW, make_chen, make_site, make_xiaoli, make_zhangjie, sign_in


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def token(app: Flask, client: FlaskClient) -> str:
    """Chen's card at a canteen whose clerk is signed in and has asked before."""
    site_id = make_site()
    adopt(site_id, "nanchang")
    make_xiaoli(site_id)
    make_zhangjie(site_id)
    chen = make_chen(site_id)
    give(chen, site_id, 50_00)
    with transaction() as session:
        session.add(
            Card(number="12345678", issue=0, resident_id=chen, state="active", issued_at=NOW)
        )
    sign_in(client, "xiaoli")
    assert post(client, token="nonsense").status_code == 409
    return make_token("12345678", 0, storage.keys().card[0])


def post(client: FlaskClient, **values: Any) -> Any:
    body = {"id": str(uuid4()), "period": "lunch", "set": "standard", **values}
    return client.post("/counter/meals", json=body)


def meals() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Meal)) or 0


def change(**values: Any) -> None:
    with transaction() as session:
        session.execute(update(Staff).where(Staff.username == "xiaoli").values(**values))


def test_a_scan_does_not_ask_for_its_clerk_apart(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked_apart(*_given: Any, **_values: Any) -> None:
        raise AssertionError("the clerk was read apart")

    monkeypatch.setattr(signin, "signed_in", asked_apart)
    assert post(client, token=token).status_code == 201


@pytest.mark.parametrize("change_of", [{"active": False}, {"session_stamp": "another"}])
def test_who_left_or_has_another_password_sells_nothing(
    client: FlaskClient, token: str, change_of: dict[str, Any]
) -> None:
    change(**change_of)
    for sale in ({"token": token}, {"token": "nonsense"}, {"token": 7}):
        assert post(client, **sale).status_code == 401
    assert meals() == 0


def test_who_has_no_role_any_more_sells_nothing(client: FlaskClient, token: str) -> None:
    with transaction() as session:
        session.execute(delete(StaffRole).where(StaffRole.role == Role.CLERK))
        session.add(StaffRole(staff_id=clerk(), site_id=1, role=Role.KITCHEN))
    assert post(client, token=token).status_code == 403
    assert meals() == 0


def test_who_has_been_given_the_role_sells_at_once(client: FlaskClient, token: str) -> None:
    with transaction() as session:
        session.execute(update(StaffRole).values(role=Role.KITCHEN).where(by_clerk()))
    assert post(client, token=token).status_code == 403
    with transaction() as session:
        session.execute(update(StaffRole).values(role=Role.CLERK).where(by_clerk()))
    assert post(client, token=token).status_code == 201


def test_who_left_tries_no_managers_pin(client: FlaskClient, token: str) -> None:
    change(active=False)
    manager = db.session.scalars(select(Staff.id).where(Staff.username == "zhangjie")).one()
    answer = post(
        client, token=token, extra=True, reason="再来一份", manager={"id": manager, "pin": "0000"}
    )
    assert answer.status_code == 401
    assert meals() == 0


def test_another_language_is_spoken_at_once(client: FlaskClient, token: str) -> None:
    change(locale="en")
    said = post(client, token="nonsense").get_json()
    assert said["text"].isascii()


def clerk() -> int:
    return db.session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()


def by_clerk() -> Any:
    return (
        StaffRole.staff_id == select(Staff.id).where(Staff.username == "xiaoli").scalar_subquery()
    )
