"""A subsidy that should not have been given: funders have it back, the canteen carries it."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.ledger.verify import balances
from canteen.settlement import actions
from canteen.settlement.actions import Receipt, Reversed, Withdrawn
from canteen.settlement.models import Meal
from canteen.settlement.verify import verify_meals
from canteen.statistics.queries import figures
from canteen.statistics.rules import agrees
from canteen.statistics.spans import Span
from tests.lunches import (
    OFF_THREE,
    adopt,
    adopt_document,
    assert_ledger_holds,
    give,
    lunch,
    policy_document,
    run_at_once,
    served,
)
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_funder,
    make_resident,
    make_site,
    make_xiaoli,
    make_zhangjie,
    sign_in,
    wallet_of,
)
from tests.settlement.test_grants import free_meal

LATER = NOW + timedelta(days=3)
SPLIT = """
[[rule]]
code = "shared"
name = { zh = "三方分担", en = "three share" }
stage = 1
split = [{ funder = "city", yuan = 3 }, { funder = "operator", yuan = 1 }]
effect = { kind = "off", yuan = 4 }

[[grant]]
code = "operating"
name = { zh = "运营补助", en = "operating grant" }
funder = "city"
per = "subsidised_meal"
yuan = 2
"""


@pytest.fixture
def site(app: Flask) -> int:
    """A site where the city gives 3 yuan, the canteen 1, and the city 2 to the canteen."""
    site_id = make_site()
    adopt_document(site_id, policy_document(SPLIT, funders='"city", "operator"'))
    return site_id


def eaten(site_id: int) -> tuple[Receipt, int, int]:
    """陈奶奶's lunch; her and the clerk's ids."""
    chen, clerk = make_chen(site_id), make_xiaoli(site_id)
    give(chen, site_id, 50_00)
    return served(lunch(site_id, clerk, chen)), chen, clerk


def withdraw(meal_id: UUID, site_id: int, by: int) -> object:
    """The manager takes the subsidy back three days later."""
    return actions.withdraw_subsidy(
        meal_id=meal_id, site_id=site_id, reason="11 月 20 日已去世", by=by, now=LATER
    )


def test_the_city_has_its_three_yuan_back_and_the_canteen_carries_them(site: int) -> None:
    receipt, chen, _clerk = eaten(site)
    assert receipt.paid_fen == 900
    manager = make_zhangjie(site)
    assert withdraw(receipt.meal_id, site, manager) == Withdrawn(receipt.meal_id, "陈奶奶", 300)
    assert balances(db.session()) == {
        f"bank:{site}": 0,
        f"difference:{site}": 0,
        f"cash:{site}": -50_00,
        f"revenue:{site}": 13_00,
        f"wallet:{chen}": 41_00,
        "funder:city": 0,
        "funder:operator": -4_00,
    }
    assert_ledger_holds()
    noted = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "withdrew_subsidy")
    ).one()
    assert (noted.staff_id, noted.note) == (manager, "11 月 20 日已去世")


def test_what_was_carried_names_the_rule_it_stands_for(site: int) -> None:
    receipt, _chen, clerk = eaten(site)
    withdraw(receipt.meal_id, site, clerk)
    rows = db.session.execute(
        select(Account.code, Transfer.amount_fen, Transfer.policy, Transfer.service_date)
        .join(Account, Account.id == Transfer.debit_account_id)
        .where(Transfer.created_at == LATER, Transfer.kind == TransferKind.MEAL_SUBSIDY)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("funder:operator", 300, "withdrawn/test/shared", TODAY)
    ]


def test_withdrawn_twice_is_withdrawn_once(site: int) -> None:
    receipt, _chen, clerk = eaten(site)
    assert withdraw(receipt.meal_id, site, clerk) == withdraw(receipt.meal_id, site, clerk)
    assert balances(db.session())["funder:operator"] == -4_00


def test_two_first_withdrawals_at_once_open_the_canteens_account_once(app: Flask) -> None:
    site = make_site()
    adopt_document(site, policy_document(OFF_THREE))
    clerk = make_xiaoli(site)
    meals = []
    for name in ("甲", "乙", "丙", "丁"):
        person = make_resident(name, site_id=site, birthday=date(1950, 1, 1))
        give(person, site, 50_00)
        meals.append(served(lunch(site, clerk, person)).meal_id)
    db.session.remove()
    answers = run_at_once(app, [lambda m=meal: withdraw(m, site, clerk) for meal in meals])  # type: ignore[misc]
    assert all(isinstance(answer, Withdrawn) for answer in answers), answers
    assert balances(db.session())["funder:operator"] == -12_00
    assert_ledger_holds()


def test_withdrawn_and_voided_at_once_leaves_nothing_standing(app: Flask, site: int) -> None:
    receipt, _chen, clerk = eaten(site)
    db.session.remove()
    run_at_once(
        app,
        [lambda: withdraw(receipt.meal_id, site, clerk) for _ in range(3)]
        + [
            lambda: actions.void_meal(
                meal_id=receipt.meal_id, site_id=site, reason="打错人", by=clerk, now=LATER
            )
            for _ in range(3)
        ],
    )
    left = balances(db.session())
    assert (left["funder:city"], left["funder:operator"], left[f"revenue:{site}"]) == (0, 0, 0)
    assert_ledger_holds()


def test_a_void_afterwards_gives_back_what_stands(site: int) -> None:
    receipt, chen, clerk = eaten(site)
    withdraw(receipt.meal_id, site, clerk)
    done = actions.void_meal(
        meal_id=receipt.meal_id, site_id=site, reason="打错人", by=clerk, now=LATER
    )
    assert isinstance(done, Reversed)
    assert wallet_of(chen).balance_fen == 50_00
    left = balances(db.session())
    assert (left["funder:city"], left["funder:operator"], left[f"revenue:{site}"]) == (0, 0, 0)
    assert_ledger_holds()
    assert withdraw(receipt.meal_id, site, clerk) == Refusal("meal_voided")


def test_a_free_meal_is_carried_by_the_canteen_too(site: int) -> None:
    make_funder("charity", "charity", "慈善会")
    meal_id = free_meal(site, make_chen(site), make_xiaoli(site))
    assert withdraw(meal_id, site, 1) == Withdrawn(meal_id, "陈奶奶", 1500)
    left = balances(db.session())
    assert (left["funder:charity"], left["funder:operator"]) == (0, -15_00)
    assert_ledger_holds()


def test_a_meal_without_a_subsidy_a_reason_or_a_site_is_left_as_it_is(site: int) -> None:
    receipt, _chen, clerk = eaten(site)
    guest = served(lunch(site, clerk))
    assert withdraw(guest.meal_id, site, clerk) == Refusal("nothing_to_withdraw")
    silent = actions.withdraw_subsidy(
        meal_id=receipt.meal_id, site_id=site, reason=" ", by=clerk, now=LATER
    )
    assert silent == Refusal("reason_needed")
    elsewhere = make_site("second", name="第二食堂")
    assert withdraw(receipt.meal_id, elsewhere, clerk) is None


def test_a_withdrawn_subsidy_no_longer_counts_towards_a_cap(app: Flask) -> None:
    site = make_site()
    once = '\n[[cap]]\ncode = "week"\nper = "week"\nmeals = 1\n'
    adopt_document(site, policy_document(OFF_THREE + once))
    chen, clerk = make_chen(site), make_xiaoli(site)
    give(chen, site, 90_00)
    monday = served(lunch(site, clerk, chen))
    assert monday.subsidy_fen == 300
    assert served(lunch(site, clerk, chen), date(2026, 11, 24)).subsidy_fen == 0
    withdraw(monday.meal_id, site, clerk)
    assert served(lunch(site, clerk, chen), date(2026, 11, 25)).subsidy_fen == 300


def test_the_statistics_name_the_canteen_as_payer_and_agree_with_the_ledger(site: int) -> None:
    receipt, _chen, clerk = eaten(site)
    withdraw(receipt.meal_id, site, clerk)
    db.session.rollback()
    found = figures(db.session(), site_id=site, span=Span(TODAY, TODAY), dimensions=())
    assert [(line.account, line.meals_fen, line.ledger_fen) for line in found.ledger] == [
        (f"revenue:{site}", 1300, 1300),
        ("funder:city", 0, 0),
        ("funder:operator", 400, 400),
    ]
    assert agrees(found.ledger)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"debit": "funder:city"}, "carried_as_withdrawn"),
        ({"amount_fen": 299}, "carried_as_withdrawn"),
        ({"policy": "withdrawn/test/other"}, "carried_as_withdrawn"),
        ({"policy": "test/shared"}, "meal_paid_as_said"),
    ],
)
def test_only_exactly_this_is_accepted(site: int, wrong: dict[str, object], rule: str) -> None:
    receipt, _chen, clerk = eaten(site)
    withdraw(receipt.meal_id, site, clerk)
    values = {"debit": "funder:operator", "amount_fen": 300, "policy": "withdrawn/test/shared"}
    values |= wrong
    codes = dict(db.session.execute(select(Account.code, Account.id)).all())  # type: ignore[arg-type]
    with transaction() as session:
        session.add(
            Transfer(
                debit_account_id=codes[str(values["debit"])],
                credit_account_id=codes[f"revenue:{site}"], amount_fen=values["amount_fen"],
                kind=TransferKind.MEAL_SUBSIDY, site_id=site, service_date=TODAY,
                meal_id=receipt.meal_id, policy=values["policy"], created_at=LATER,
            )
        )  # fmt: skip
    assert rule in {finding.rule for finding in verify_meals(db.session())}


def test_a_reversal_nobody_explains_is_found(site: int) -> None:
    receipt, _chen, clerk = eaten(site)
    withdraw(receipt.meal_id, site, clerk)
    with transaction() as session:
        meal = session.get_one(Meal, receipt.meal_id)
        meal.withdrawn_at = None
    assert "void_gives_back" in {finding.rule for finding in verify_meals(db.session())}


def test_the_manager_withdraws_on_the_meals_page_and_a_clerk_may_not(
    client: FlaskClient, site: int
) -> None:
    receipt, _chen, _clerk = eaten(site)
    make_zhangjie(site)
    address = f"/meals/{receipt.meal_id}/withdrawal"
    sign_in(client, "xiaoli")
    assert client.post(address, data={"withdrawal-reason": "已去世"}).status_code == 403
    client.post("/sign-out")
    sign_in(client, "zhangjie")
    assert "收回补贴" in client.get(f"/meals/{receipt.meal_id}").get_data(as_text=True)
    assert client.post(address, data={}).status_code == 422
    assert client.post(address, data={"withdrawal-reason": "已去世"}).status_code == 302
    page = client.get(f"/meals/{receipt.meal_id}").get_data(as_text=True)
    assert "补贴已收回" in page
    assert f'action="{address}"' not in page


def test_the_shipped_policy_of_the_town_is_withdrawn_whole(app: Flask) -> None:
    site = make_site()
    adopt(site, "nanchang")
    receipt, _chen, clerk = eaten(site)
    assert withdraw(receipt.meal_id, site, clerk) == Withdrawn(receipt.meal_id, "陈奶奶", 400)
    assert_ledger_holds()


def test_a_manager_of_another_site_neither_sees_nor_withdraws_it(
    client: FlaskClient, site: int
) -> None:
    receipt, _chen, _clerk = eaten(site)
    elsewhere = make_site("second", name="第二食堂")
    make_zhangjie(elsewhere)
    sign_in(client, "zhangjie")
    assert client.get(f"/meals/{receipt.meal_id}").status_code == 404
    address = f"/meals/{receipt.meal_id}/withdrawal"
    assert client.post(address, data={"withdrawal-reason": "已去世"}).status_code == 404


def test_a_list_has_its_reader_back_after_a_withdrawal(client: FlaskClient, site: int) -> None:
    receipt, _chen, _clerk = eaten(site)
    make_zhangjie(site)
    sign_in(client, "zhangjie")
    answer = client.post(
        f"/meals/{receipt.meal_id}/withdrawal",
        data={"withdrawal-reason": "已去世", "next": "/claims?page=2"},
    )
    assert answer.headers["Location"] == "/claims?page=2"
