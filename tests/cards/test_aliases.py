"""A bus card or a door key that stands for a meal card."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.cards.actions import close_card, issue_card, replace_card, report_card_lost
from canteen.cards.aliases import (
    add_alias,
    aliases_of,
    claim_of_alias,
    end_alias,
    plain_alias,
)
from canteen.cards.departure import close_cards
from canteen.cards.models import Card, CardAlias
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from tests.people import NOW, make_chen, make_site, make_wang, make_xiaoli, sign_in

UID = "0009876543"


@pytest.fixture
def clerk(app: Flask) -> int:
    return make_xiaoli(make_site())


@pytest.fixture
def card(clerk: int) -> int:
    """陈奶奶's card."""
    return card_of(make_chen(1), clerk)


def card_of(resident_id: int, clerk: int) -> int:
    made = issue_card(resident_id=resident_id, now=NOW, by=clerk)
    assert isinstance(made, int)
    return made


def added(card_id: int, clerk: int, text: str = UID) -> Any:
    return add_alias(card_id=card_id, text=text, now=NOW, by=clerk)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("0009876543", "0009876543"),
        ("0009876543\r\n", "0009876543"),
        ("04:A2:2B:9C:11:80:00", "04a22b9c118000"),
        ("04a22b9c118000", "04a22b9c118000"),
        ("04A22B9C", "04a22b9c"),
        ("０００９８７６５４３", "0009876543"),
        ("1234567", None),
        ("123456789012345678901", None),
        ("facadefacade", None),
        ("https://a.b", None),
        ("", None),
    ],
)
def test_a_number_is_the_same_however_a_reader_types_it(typed: str, plain: str | None) -> None:
    assert plain_alias(typed) == plain


def test_a_registered_number_finds_the_card_and_is_stored_nowhere(card: int, clerk: int) -> None:
    alias = added(card, clerk, "04:A2:2B:9C:11:80:00")
    assert isinstance(alias, CardAlias)
    assert alias.tail == "8000"
    claim = claim_of_alias(db.session(), "04a22b9c118000")
    assert claim is not None
    assert claim.number == db.session.get_one(Card, card).number
    stored = [str(vars(row)) for row in db.session.scalars(select(CardAlias))]
    stored += [str(vars(row)) for row in db.session.scalars(select(AuditEntry))]
    assert "04a22b9c118000" not in " ".join(stored).casefold()


def test_the_same_number_twice_is_one_and_on_another_card_is_refused(card: int, clerk: int) -> None:
    first = added(card, clerk)
    assert added(card, clerk).id == first.id
    other = added(card_of(make_wang(1), clerk), clerk)
    assert isinstance(other, Refusal)
    assert other.code == "alias_taken"


def test_at_most_three_stand_for_a_card(card: int, clerk: int) -> None:
    for place in range(3):
        assert isinstance(added(card, clerk, f"000000000{place}"), CardAlias)
    assert added(card, clerk, "0000000009").code == "too_many_aliases"


@pytest.mark.parametrize("end", [report_card_lost, replace_card, close_card])
def test_a_number_ends_with_its_card(card: int, clerk: int, end: Any) -> None:
    added(card, clerk)
    end(card_id=card, now=NOW, by=clerk)
    assert claim_of_alias(db.session(), UID) is None
    assert added(card, clerk).code == "card_not_in_use"


def test_who_moves_away_leaves_no_number_that_pays(card: int, clerk: int) -> None:
    added(card, clerk)
    holder = db.session.get_one(Card, card).resident_id
    with transaction() as session:
        close_cards(session, [holder], now=NOW, by=clerk)
    assert claim_of_alias(db.session(), UID) is None


def test_a_removed_number_is_free_for_another_card(card: int, clerk: int) -> None:
    alias = added(card, clerk)
    assert not end_alias(alias_id=alias.id, card_id=card + 1, now=NOW, by=clerk)
    for _twice in range(2):
        assert end_alias(alias_id=alias.id, card_id=card, now=NOW, by=clerk)
    assert not aliases_of(db.session(), card)
    assert isinstance(added(card_of(make_wang(1), clerk), clerk), CardAlias)


def test_the_card_page_registers_shows_and_removes_one(
    card: int, clerk: int, client: FlaskClient
) -> None:
    sign_in(client, "xiaoli")
    holder = db.session.get_one(Card, card).resident_id
    answer = client.post(f"/cards/{card}/aliases", data={"code": UID}, follow_redirects=True)
    assert "已登记，尾号 6543" in answer.text
    assert UID not in answer.text
    db.session.rollback()
    alias_id = db.session.scalars(select(CardAlias.id)).one()
    answer = client.post(f"/cards/{card}/aliases/{alias_id}/ending", follow_redirects=True)
    assert "已删掉" in answer.text
    answer = client.post(f"/cards/{card}/aliases", data={"code": "早"}, follow_redirects=True)
    assert "不像读卡器打出的号码" in answer.text
    assert client.get(f"/residents/{holder}/card").status_code == 200
    assert client.post(f"/cards/{card}/aliases/9999/ending").status_code == 404


def test_a_number_that_no_longer_stands_for_a_card_is_not_called_a_code_that_was_cut(
    card: int, clerk: int, client: FlaskClient
) -> None:
    added(card, clerk, "12345678")
    report_card_lost(card_id=card, now=NOW, by=clerk)
    sign_in(client, "xiaoli")
    meal = {"period": "lunch", "set": "standard"}
    for number, code in (("12345678", "alias_unknown"), ("87654321", "token_cut")):
        answer = client.post("/counter/meals", json={"id": str(uuid4()), "token": number, **meal})
        assert answer.get_json()["code"] == code
