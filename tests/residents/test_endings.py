"""One person who has died or moved: what follows, correcting it, taking it back."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.cards.actions import issue_card
from canteen.cards.models import Card
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db
from canteen.residents.models import Resident
from canteen.staff.rules import Role
from tests.lunches import adopt, give, lunch, served
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_site,
    make_staff,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)


@pytest.fixture
def manager(client: FlaskClient) -> FlaskClient:
    """张姐, with 陈奶奶 who has a card, and 王爷爷."""
    site_id = make_site()
    adopt(site_id, "nanchang")
    by = make_zhangjie(site_id)
    chen = make_chen(site_id)
    make_wang(site_id)
    give(chen, site_id, 100_00)
    assert isinstance(issue_card(resident_id=chen, now=NOW, by=by), int)
    sign_in(client, "zhangjie")
    return client


CHEN = 1


def chen() -> tuple[str, date | None]:
    db.session.rollback()
    one = db.session.get_one(Resident, CHEN)
    return one.status, one.ended_on


def test_the_page_says_what_will_follow_before_anything_is_done(manager: FlaskClient) -> None:
    clerk = make_xiaoli(1)
    served(lunch(1, clerk, CHEN), TODAY - timedelta(days=3))
    served(lunch(1, clerk, CHEN), TODAY - timedelta(days=2))
    page = manager.get(f"/residents/{CHEN}/departure?status=deceased&ended_on=2026-11-21").text
    assert "从 2026年11月21日 起没有补贴" in page
    assert "餐卡停用" in page
    assert "已经补贴了 1 餐，共 ¥4.00" in page
    assert "11月21日" in page
    assert chen() == ("active", None)


def test_what_was_confirmed_is_done_and_the_meals_wait_on_the_page(manager: FlaskClient) -> None:
    meal = served(lunch(1, make_xiaoli(1), CHEN), TODAY - timedelta(days=2)).meal_id
    data = {"status": "deceased", "ended_on": "2026-11-20"}
    page = manager.post(f"/residents/{CHEN}/departure", data=data, follow_redirects=True).text
    assert chen() == ("deceased", date(2026, 11, 20))
    assert db.session.scalars(select(Card.state)).one() == "closed"
    assert "去向之后的补贴" in page
    assert str(meal) in page
    data = {"meal": str(meal), "reason": "已去世", "resident_id": str(CHEN)}
    page = manager.post("/residents/late-subsidies", data=data, follow_redirects=True).text
    assert "已撤回 1 份餐的补贴" in page
    assert "陈桂英" in page


def test_said_twice_the_earlier_day_stands(manager: FlaskClient) -> None:
    for day in ("2026-11-10", "2026-11-15"):
        data = {"status": "moved", "ended_on": day}
        assert manager.post(f"/residents/{CHEN}/departure", data=data).status_code == 302
    assert chen() == ("moved", date(2026, 11, 10))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("status=deceased&ended_on=2999-01-01", "在今天之后"),
        ("status=deceased&ended_on=1900-01-01", "日期早于出生日期"),
        ("status=active&ended_on=2026-11-01", ""),
        ("status=deceased", "请填日期"),
        ("ended_on=2026-11-01", "请选一项"),
    ],
)
def test_what_cannot_be_is_said_before_it_is_confirmed(
    manager: FlaskClient, asked: str, says: str
) -> None:
    page = manager.get(f"/residents/{CHEN}/departure?{asked}", follow_redirects=True).text
    assert says in page
    assert "确认登记" not in page


def test_the_manager_takes_a_mistaken_death_back_with_a_reason(manager: FlaskClient) -> None:
    manager.post(
        f"/residents/{CHEN}/departure", data={"status": "deceased", "ended_on": "2026-11-20"}
    )
    page = manager.post(
        f"/residents/{CHEN}/return", data={"reason": "本人到窗口"}, follow_redirects=True
    ).text
    assert "已恢复在册" in page
    assert chen() == ("active", None)
    note = db.session.scalars(
        select(AuditEntry.note).where(AuditEntry.action == "marked_active")
    ).one()
    assert note == "deceased 2026-11-20: 本人到窗口"


def test_the_manager_corrects_the_day_later_too(manager: FlaskClient) -> None:
    manager.post(f"/residents/{CHEN}/departure", data={"status": "moved", "ended_on": "2026-11-10"})
    address = f"/residents/{CHEN}/departure/correction"
    data = {"status": "deceased", "ended_on": "2026-11-18"}
    assert "没有写原因" in manager.post(address, data=data, follow_redirects=True).text
    manager.post(address, data=data | {"reason": "派出所证明"})
    assert chen() == ("deceased", date(2026, 11, 18))
    later = manager.post(
        address, data=data | {"ended_on": "2999-01-01", "reason": "写错"}, follow_redirects=True
    )
    assert "在今天之后" in later.text
    manager.post(f"/residents/{CHEN}/return", data={"reason": "本人到窗口"})
    again = manager.post(address, data=data | {"reason": "写错"}, follow_redirects=True)
    assert "没有去向可更正" in again.text


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.CLERK])
def test_only_a_manager_gives_subsidies_back(client: FlaskClient, role: Role) -> None:
    site_id = make_site()
    resident = make_chen(site_id)
    make_staff("somebody", role, site_id=site_id)
    sign_in(client, "somebody")
    for noun in ("return", "departure/correction"):
        data = {"reason": "本人到窗口", "status": "moved", "ended_on": "2026-11-18"}
        assert client.post(f"/residents/{resident}/{noun}", data=data).status_code == 403


def test_another_canteens_people_are_not_ended_here(manager: FlaskClient) -> None:
    there = make_chen(make_site("yinniu", name="银牛食堂"))
    asked = "status=deceased&ended_on=2026-11-01"
    assert manager.get(f"/residents/{there}/departure?{asked}").status_code == 403
    data = {"status": "deceased", "ended_on": "2026-11-01", "reason": "本人到窗口"}
    for noun in ("departure", "departure/correction", "return"):
        assert manager.post(f"/residents/{there}/{noun}", data=data).status_code == 403
