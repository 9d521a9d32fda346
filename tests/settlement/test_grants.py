"""What the canteen earns beside a meal's price: booked and reversed with it, no part of it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.foundation.database import db, transaction
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.verify import balances
from canteen.settlement import actions
from canteen.settlement.free_meals import FreeMeal, Gift, book_free_meal, void_free_meal
from canteen.settlement.models import Meal
from canteen.settlement.verify import verify_meals
from canteen.statistics.queries import figures
from canteen.statistics.rules import agrees
from canteen.statistics.spans import Span
from tests.lunches import adopt, assert_ledger_holds, give, lunch, served
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_funder,
    make_site,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)

GUANGZHOU = {"hukou_city": "广州市", "hukou_district": "越秀区", "hukou_town": ""}


@pytest.fixture
def site(app: Flask) -> int:
    """金牛食堂 in 广州, with a kitchen of its own."""
    site_id = make_site(city="广州市", district="越秀区", town="", traits="own_kitchen lift")
    adopt(site_id, "guangzhou")
    return site_id


def grants_of(meal_id: UUID) -> list[tuple[str, int]]:
    """(policy and grant, fen) of what a meal earned, in booking order."""
    db.session.rollback()
    query = select(Transfer.policy, Transfer.amount_fen).where(
        Transfer.meal_id == meal_id, Transfer.kind == TransferKind.OPERATOR_GRANT
    )
    return [(policy, fen) for policy, fen in db.session.execute(query.order_by(Transfer.id))]


def free_meal(site_id: int, resident_id: int, by: int) -> UUID:
    """A meal of the charity's programme, handed over at noon."""
    meal_id = uuid4()
    with transaction() as session:
        meal = FreeMeal(
            meal_id=meal_id,
            site_id=site_id,
            service_date=TODAY,
            period_code="lunch",
            resident_id=resident_id,
            gift=Gift(programme_name="红心食堂", funder_code="charity", price_fen=1500),
        )
        refusal = book_free_meal(session, meal, by=by, now=NOW)
        assert refusal is None
    return meal_id


def test_a_subsidised_meal_earns_the_canteen_three_yuan(site: int) -> None:
    chen = make_chen(site, **GUANGZHOU)
    give(chen, site, 50_00)
    receipt = served(lunch(site, make_xiaoli(site), chen))
    assert (receipt.price_fen, receipt.subsidy_fen, receipt.paid_fen) == (1300, 300, 1000)
    assert grants_of(receipt.meal_id) == [("guangzhou/operating-own", 300)]
    assert balances(db.session()) == {
        f"bank:{site}": 0,
        f"difference:{site}": 0,
        f"cash:{site}": -50_00,
        f"revenue:{site}": 13_00 + 3_00,
        f"wallet:{chen}": 40_00,
        "funder:city": -6_00,
    }
    assert_ledger_holds()


def test_a_site_without_a_kitchen_earns_less(app: Flask) -> None:
    site = make_site(city="广州市", district="越秀区", town="")
    adopt(site, "guangzhou")
    chen = make_chen(site, **GUANGZHOU)
    give(chen, site, 50_00)
    receipt = served(lunch(site, make_xiaoli(site), chen))
    assert grants_of(receipt.meal_id) == [("guangzhou/operating-other", 150)]


def test_undone_and_voided_meals_earn_nothing(site: int) -> None:
    chen, clerk, manager = make_chen(site, **GUANGZHOU), make_xiaoli(site), make_zhangjie(site)
    give(chen, site, 50_00)
    first = served(lunch(site, clerk, chen))
    actions.undo_meal(meal_id=first.meal_id, clerk_id=clerk, site_id=site, now=NOW)
    second = served(lunch(site, clerk, chen))
    actions.void_meal(
        meal_id=second.meal_id, site_id=site, reason="打错人", by=manager,
        now=NOW + timedelta(hours=2),
    )  # fmt: skip
    db.session.rollback()
    assert balances(db.session())["funder:city"] == 0
    assert balances(db.session())[f"revenue:{site}"] == 0
    assert_ledger_holds()


def test_a_free_meal_earns_what_is_paid_per_delivery_and_nothing_per_subsidy(site: int) -> None:
    make_funder("charity", "charity", "慈善会")
    chen = make_chen(site, tags=("care_grade_4",), **GUANGZHOU)
    meal_id = free_meal(site, chen, make_xiaoli(site))
    assert grants_of(meal_id) == [("guangzhou/delivery-4-6", 400)]
    assert balances(db.session())["funder:charity"] == -15_00
    assert balances(db.session())["funder:city"] == -4_00
    assert_ledger_holds()
    with transaction() as session:
        void_free_meal(session, meal_id=meal_id, reason="点错了", by=1, now=NOW)
    assert balances(db.session())["funder:city"] == 0
    assert_ledger_holds()


def test_a_tag_that_nobody_approved_earns_nothing(site: int) -> None:
    make_funder("charity", "charity", "慈善会")
    chen = make_chen(site, tags=("care_grade_4",), **GUANGZHOU)
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE resident_tags SET state = 'proposed'")
    assert grants_of(free_meal(site, chen, make_xiaoli(site))) == []


def test_a_grant_is_no_part_of_the_price_in_the_statistics(site: int) -> None:
    chen = make_chen(site, **GUANGZHOU)
    give(chen, site, 50_00)
    served(lunch(site, make_xiaoli(site), chen))
    db.session.rollback()
    found = figures(db.session(), site_id=site, span=Span(TODAY, TODAY), dimensions=())
    assert [(line.account, line.meals_fen, line.ledger_fen) for line in found.ledger] == [
        (f"revenue:{site}", 1300, 1300),
        ("funder:city", 300, 300),
    ]
    assert agrees(found.ledger)


def test_a_void_meal_whose_grant_still_stands_is_found(site: int) -> None:
    chen = make_chen(site, **GUANGZHOU)
    give(chen, site, 50_00)
    receipt = served(lunch(site, make_xiaoli(site), chen))
    actions.void_meal(meal_id=receipt.meal_id, site_id=site, reason="打错人", by=1, now=NOW)
    with transaction() as session:
        first = session.scalars(
            select(Transfer).where(Transfer.kind == TransferKind.OPERATOR_GRANT)
        ).one()
        session.add(
            Transfer(
                debit_account_id=first.debit_account_id, credit_account_id=first.credit_account_id,
                amount_fen=300, kind=TransferKind.OPERATOR_GRANT, site_id=site,
                service_date=TODAY, meal_id=receipt.meal_id, created_at=NOW,
            )
        )  # fmt: skip
    found = list(verify_meals(db.session()))
    assert [finding.rule for finding in found] == ["void_gives_back"]


def test_the_manager_sees_the_grant_on_the_meal_and_the_clerk_does_not(
    client: FlaskClient, site: int
) -> None:
    chen, clerk = make_chen(site, **GUANGZHOU), make_xiaoli(site)
    make_zhangjie(site)
    give(chen, site, 50_00)
    meal_id = served(lunch(site, clerk, chen)).meal_id
    sign_in(client, "zhangjie")
    page = client.get(f"/meals/{meal_id}").get_data(as_text=True)
    assert "食堂另得补助" in page
    client.post("/sign-out")
    sign_in(client, "xiaoli")
    assert "食堂另得补助" not in client.get(f"/meals/{meal_id}").get_data(as_text=True)
    assert db.session.get_one(Meal, meal_id).subsidy_fen == 300
