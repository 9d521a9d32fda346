"""What the manager reads of meals that the system failed at, and does about them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.blueprints.languages import COOKIE
from canteen.blueprints.settlement import telling
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from canteen.settlement.offline import unbooked
from canteen.settlement.offline.models import UnbookedMeal
from canteen.sites import queries as sites
from canteen.staff.models import Staff, StaffRole
from canteen.staff.rules import Role
from tests.counting import queries_of
from tests.lunches import assert_ledger_holds
from tests.people import make_site, make_staff, sign_in, wallet_of
from tests.settlement.counter import Counter, meals_booked
from tests.settlement.offline.test_failing import fail_at
from tests.settlement.offline.test_offline_posts import LINES, served, tell


class Failing:
    """A counter whose meals fail at a mistake; `clerk` tells them, `manager` looks."""

    def __init__(self, client: FlaskClient, counter: Counter, mend: Callable[[], None]) -> None:
        self._client, self.counter, self.mend = client, counter, mend

    def as_(self, username: str) -> FlaskClient:
        sign_in(self._client, username)
        return self._client

    @property
    def clerk(self) -> FlaskClient:
        return self.as_("xiaoli")

    @property
    def manager(self) -> FlaskClient:
        return self.as_("zhangjie")

    def page(self, show: str = "") -> str:
        return self.manager.get(f"/meals/offline?show={show}").text

    def try_again(self, meal: dict[str, Any]) -> str:
        answer = self.manager.post(f"/meals/{meal['id']}/offline-attempts", follow_redirects=True)
        assert answer.status_code == 200
        return answer.text

    def close(self, meal: dict[str, Any], note: str) -> str:
        address = f"/meals/{meal['id']}/offline-closing"
        return self.manager.post(address, data={"note": note}, follow_redirects=True).text


@pytest.fixture
def failing(client: FlaskClient, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> Failing:
    mend = fail_at(monkeypatch, ValueError("陈奶奶"), when=lambda _order: True)
    return Failing(client, counter, mend)


def kept(**where: Any) -> list[UnbookedMeal]:
    db.session.rollback()
    query = select(UnbookedMeal).filter_by(**where)
    return list(db.session.scalars(query.order_by(UnbookedMeal.sequence)))


def audited(action: str) -> list[tuple[int | None, str]]:
    db.session.rollback()
    query = select(AuditEntry).filter_by(action=action, subject="offline_meal")
    return [(one.staff_id, one.note) for one in db.session.scalars(query)]


def test_with_the_tablet_gone_the_manager_sees_it_and_has_it_booked_once_it_is_mended(
    failing: Failing,
) -> None:
    meal = served(failing.counter)
    assert tell(failing.clerk, meal)[0]["reason"] == "failed"
    page = failing.page()
    for word in (
        "还没入账的餐",
        "陈奶奶",
        "标准餐",
        "13.00",
        "−¥4.00",
        "9.00",
        "ValueError",
        "再试一次",
    ):
        assert word in page
    assert "再试一次" in page
    assert failing.counter.chen not in page
    assert "断网时收的餐，1 份待核对" in failing.manager.get("/").text
    assert "又试了一次，系统还是出错" in failing.try_again(meal)
    assert kept()[0].times == 2
    failing.mend()
    assert "已经记上了" in failing.try_again(meal)
    assert "没有要核对的餐" in failing.page()
    assert "断网时收的餐" not in failing.manager.get("/").text.split("<main")[1]
    assert f"/meals/{meal['id']}" in failing.page("unbooked")
    db.session.rollback()  # what was read before is an older snapshot
    booked = db.session.scalars(select(Meal)).one()
    clerk = db.session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
    assert (str(booked.id), booked.created_by, booked.subsidy_fen) == (meal["id"], clerk, 400)
    assert [one["outcome"] for one in tell(failing.clerk, meal)] == ["duplicate"]
    assert "已经记上了" in failing.try_again(meal), "pressed twice it is as harmless"
    assert wallet_of(failing.counter.chen_id).balance_fen == 41_00
    manager = db.session.scalars(select(Staff.id).where(Staff.username == "zhangjie")).one()
    assert audited("tried_to_book") == [(manager, ""), (manager, "")]
    assert_ledger_holds()


def test_a_tray_and_what_waits_behind_it_are_both_on_the_list(failing: Failing) -> None:
    tray = served(failing.counter, set="*", set_name="单点", lines=LINES)
    behind = served(failing.counter, period="dinner", sequence=2)
    told = tell(failing.clerk, tray, behind)
    assert [one["reason"] for one in told] == ["failed", "busy"]
    first, second = kept()
    assert (first.kind, first.times, second.kind, second.times) == ("ValueError", 1, "", 0)
    assert {first.card_id, second.card_id} == {failing.counter.chen_card_id}
    page = failing.page()
    for word in ("红烧肉", "自选", "同一张卡前面有一份还没记上"):
        assert word in page
    failing.mend()
    assert [one["outcome"] for one in tell(failing.clerk, tray, behind)] == ["booked", "booked"]
    assert len(kept(closed_at=None)) == 0


def test_closed_with_a_reason_the_tablet_is_told_to_let_it_go(failing: Failing) -> None:
    meal = served(failing.counter)
    tell(failing.clerk, meal)
    assert "没有写理由" in failing.close(meal, " ")
    assert "已记下" in failing.close(meal, "已手工补记")
    failing.mend()
    told = tell(failing.clerk, meal)
    assert [(one["outcome"], one["reason"]) for one in told] == [("closed", "")]
    assert "这一份已有人写明不用再记" in failing.try_again(meal)
    assert meals_booked() == 0
    assert wallet_of(failing.counter.chen_id).balance_fen == 50_00
    page = failing.page("unbooked")
    assert "已手工补记" in page
    assert "张姐" in page


def test_booked_before_it_could_be_closed_the_manager_is_told_to_look_for_the_one_too_many(
    failing: Failing,
) -> None:
    meal = served(failing.counter)
    tell(failing.clerk, meal)
    failing.mend()
    tell(failing.clerk, meal)
    assert "要是另外补记过，请把多的那一餐作废" in failing.close(meal, "已手工补记")


def test_taken_back_at_the_counter_while_it_failed_it_is_booked_and_given_back(
    failing: Failing,
) -> None:
    meal = served(failing.counter)
    tell(failing.clerk, meal)
    tell(failing.clerk, {**meal, "undone": True})
    assert "窗口已撤销" in failing.page()
    failing.mend()
    failing.try_again(meal)
    assert meals_booked() == 0
    assert len(db.session.scalars(select(Meal)).all()) == 1
    assert wallet_of(failing.counter.chen_id).balance_fen == 50_00
    assert_ledger_holds()


def test_only_a_manager_of_its_canteen_sees_it_or_touches_it(failing: Failing) -> None:
    meal = served(failing.counter)
    tell(failing.clerk, meal)
    other = make_site("second", name="第二食堂")
    make_staff("lijie", Role.MANAGER, site_id=other)
    stranger = failing.as_("lijie")
    assert "陈奶奶" not in stranger.get("/meals/offline").text
    assert "待核对" not in stranger.get("/").text
    for noun in ("offline-attempts", "offline-closing"):
        address = f"/meals/{meal['id']}/{noun}"
        assert failing.as_("lijie").post(address, data={"note": "x"}).status_code == 404
        assert failing.clerk.post(address, data={"note": "x"}).status_code == 403
    assert kept()[0].closed_at is None


def test_where_even_reading_it_failed_it_is_listed_and_left_to_the_tablet(
    failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_values: Any) -> int:
        raise KeyError("陈奶奶")

    meal = served(failing.counter, clerk="1.abc")
    with monkeypatch.context() as mistake:
        mistake.setattr(telling, "clerk_of", broken)
        assert tell(failing.clerk, meal)[0]["reason"] == "failed"
    page = failing.page()
    assert "陈奶奶" in page
    assert "留下的内容不够在这里入账" in page
    assert "再试一次" not in page
    assert "留下的内容不够在这里记账" in failing.try_again(meal)
    tell(failing.clerk, meal)
    assert "再试一次" in failing.page(), "told again, it was read"
    with monkeypatch.context() as mistake:
        mistake.setattr(telling, "clerk_of", broken)
        tell(failing.clerk, meal)
    assert (kept()[0].complete, kept()[0].times) == (True, 3), "what was known stays known"
    failing.mend()
    assert [one["outcome"] for one in tell(failing.clerk, meal)] == ["booked"]


def test_where_it_cannot_be_kept_either_the_others_go_on_all_the_same(
    failing: Failing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any, **_values: Any) -> None:
        raise KeyError("陈奶奶")

    meal, card = served(failing.counter), failing.counter.wang
    failing.mend()
    fail_at(monkeypatch, ValueError(), when=lambda order: str(order.meal_id) == meal["id"])
    monkeypatch.setattr(unbooked, "keep_unbooked", broken)
    told = tell(failing.clerk, meal, served(failing.counter, token=card, sequence=2))
    assert [one["outcome"] for one in told] == ["refused", "booked"]
    assert "cannot be kept either: KeyError" in caplog.text
    assert "陈奶奶" not in caplog.text


def test_what_is_no_meal_or_is_refused_is_no_failure(failing: Failing) -> None:
    strange = served(failing.counter, price_fen=-1)
    cut = served(failing.counter, token=failing.counter.chen[:9])
    assert [one["reason"] for one in tell(failing.clerk, strange, cut)] == ["invalid", "invalid"]
    assert kept() == []


def test_it_waits_at_the_canteen_whose_counter_served_it(failing: Failing) -> None:
    other = make_site("second")
    with transaction() as session:
        clerk = session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
        session.add(StaffRole(staff_id=clerk, role=Role.CLERK, site_id=other))
        device = sites.devices(session, failing.counter.site_id)[0].id
    teller = failing.clerk
    with teller.session_transaction() as visit:
        visit["site_id"] = other
    tell(teller, served(failing.counter, device_id=device))
    assert [(one.site_id, one.device_id) for one in kept()] == [(failing.counter.site_id, device)]
    assert "一号窗口" in failing.page()


def test_the_list_is_read_in_english(failing: Failing) -> None:
    tell(failing.clerk, served(failing.counter))
    manager = failing.manager
    manager.set_cookie(COOKIE, "en")
    page = manager.get("/meals/offline").text
    for word in ("Not booked yet", "System error (ValueError); tries: 1", "Try again"):
        assert word in page


def test_the_list_costs_the_same_whatever_its_length(failing: Failing) -> None:
    cash = {"token": None, "guest": True, "pay_by": "cash", "subsidy_fen": 0, "paid_fen": 1300}
    tell(failing.clerk, served(failing.counter, **cash))
    few, _page = queries_of(failing.page)
    clerk = failing.clerk
    for start in (0, 25):
        many = range(start, start + 25)
        tell(clerk, *(served(failing.counter, sequence=n, **cash) for n in many))
    asked, page = queries_of(failing.page)
    assert page.count("offline-attempts") == 50
    assert "还有更多" in page
    assert len(asked) == len(few)
