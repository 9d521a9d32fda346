"""The entitlement card as staff open and print it."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from uuid import uuid4

import pytest
from sqlalchemy import event

from canteen.foundation.database import db, transaction
from canteen.residents.models import Resident, ResidentTag, TagState
from canteen.settlement.models import Meal
from canteen.staff.rules import Role
from canteen.subsidies.actions import adopt_policy, publish_policy
from tests.people import (
    NOW,
    make_administrator,
    make_chen,
    make_site,
    make_staff,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)

SHELF = files("canteen.subsidies") / "policies"
OLDER = timedelta(days=1)


def settle_by(site_id: int, *codes: str, until: date | None = None) -> None:
    for code in codes:
        document = (SHELF / f"{code}.toml").read_text("utf-8")
        assert publish_policy(document=document, now=NOW, by=None) == code
        refusal = adopt_policy(
            site_id=site_id, policy_code=code, valid_from=date(2026, 1, 1), valid_until=until
        )
        assert refusal is None


def page(client, resident_id: int) -> str:
    answer = client.get(f"/residents/{resident_id}/entitlements")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def printed(text: str) -> str:
    """What comes out of the printer."""
    return text[text.index("<article") : text.index("</article>")]


def test_the_card_says_what_from_whom_and_until_when(app, client, monkeypatch):
    at_lunch(monkeypatch)
    site_id = make_site()
    settle_by(site_id, "nanchang", until=date(2026, 12, 31))
    make_zhangjie(site_id)
    chen = make_chen(site_id)
    sign_in(client, "zhangjie")
    text = printed(page(client, chen))
    assert "陈桂英" in text
    assert "每餐减 4 元" in text
    assert "区财政承担" in text
    assert "到 2026年12月31日" in text
    assert "2027年1月1日起不再享受" in text
    assert "您付 ¥9.00" in text
    assert "0791-5550100" in text


def test_the_printed_card_names_no_hardship_and_no_id_number(app, client, monkeypatch):
    at_lunch(monkeypatch)
    site_id = make_site()
    settle_by(site_id, "nanchang")
    make_zhangjie(site_id)
    chen = make_chen(site_id, id_number_last4="6789")
    with transaction() as session:
        person = session.get_one(Resident, chen)
        person.birthday = date(1962, 3, 5)
    sign_in(client, "zhangjie")
    text = printed(page(client, chen))
    assert "每餐减 4 元" in text
    for word in ("低保", "困难", "特困", "独居", "6789", "13800000101"):
        assert word not in text


def test_who_gets_nothing_is_told_so_and_staff_are_told_why(app, client, monkeypatch):
    at_lunch(monkeypatch)
    site_id = make_site()
    settle_by(site_id, "nanchang")
    make_xiaoli(site_id)
    wang = make_wang(site_id)
    sign_in(client, "xiaoli")
    text = page(client, wang)
    assert "目前没有补贴" in printed(text)
    assert "未满 70 周岁" in text
    assert "未满 70 周岁" not in printed(text)
    assert "2029年6月1日 起享受：每餐减 2 元" in text


def test_what_was_already_had_this_week_is_taken_off(app, client, monkeypatch):
    at_lunch(monkeypatch)
    site_id = make_site(city="天津市", district="和平区", town="")
    settle_by(site_id, "tianjin")
    make_zhangjie(site_id)
    chen = make_chen(site_id, hukou_city="天津市", hukou_district="和平区", hukou_town="")
    eat(site_id, chen, date(2026, 11, 23))
    eat(site_id, chen, date(2026, 11, 22))
    eat(site_id, chen, date(2026, 11, 24), voided=True)
    sign_in(client, "zhangjie")
    assert "每周最多补 5 次，本周还可补 4 次" in printed(page(client, chen))


def test_a_proposed_tag_gives_nothing_and_an_ending_tag_says_when(app, client, monkeypatch):
    at_lunch(monkeypatch)
    site_id = make_site()
    settle_by(site_id, "nanchang")
    manager = make_zhangjie(site_id)
    wang = make_wang(site_id)
    sign_in(client, "zhangjie")
    tag(wang, by=manager, state=TagState.PROPOSED)
    assert "目前没有补贴" in printed(page(client, wang))
    tag(wang, by=None, state=TagState.APPROVED)
    text = printed(page(client, wang))
    assert "每餐减 4 元" in text
    assert "到 2027年2月28日；2027年3月1日起不再享受" in text


@pytest.mark.parametrize("role", [Role.CLERK, Role.MANAGER, Role.COMMUNITY])
def test_staff_of_the_canteen_may_open_it_and_of_another_may_not(app, client, role):
    here, there = make_site(), make_site("other", name="别处食堂")
    chen, stranger = make_chen(here), make_wang(there)
    make_staff("somebody", role, site_id=here)
    sign_in(client, "somebody")
    assert client.get(f"/residents/{chen}/entitlements").status_code == 200
    assert client.get(f"/residents/{stranger}/entitlements").status_code == 404
    assert client.get("/residents/999999/entitlements").status_code == 404


def test_volunteers_may_not_open_it_and_an_administrator_opens_every_one(app, client):
    here, there = make_site(), make_site("other", name="别处食堂")
    wang = make_wang(there)
    make_staff("xiaozhou", Role.VOLUNTEER, site_id=here)
    make_administrator(here)
    sign_in(client, "xiaozhou")
    assert client.get(f"/residents/{make_chen(here)}/entitlements").status_code == 403
    client.post("/sign-out")
    sign_in(client, "guanliyuan")
    assert client.get(f"/residents/{wang}/entitlements").status_code == 200


def test_the_dead_and_the_moved_get_nothing(app, client, monkeypatch):
    at_lunch(monkeypatch)
    site_id = make_site()
    settle_by(site_id, "nanchang")
    make_zhangjie(site_id)
    chen = make_chen(site_id)
    with transaction() as session:
        person = session.get_one(Resident, chen)
        person.status, person.ended_on = "deceased", date(2026, 11, 1)
    sign_in(client, "zhangjie")
    text = page(client, chen)
    assert "不再享受补贴" in text
    assert "<article" not in text


def test_the_card_reads_in_english(app, client, monkeypatch):
    at_lunch(monkeypatch)
    site_id = make_site()
    settle_by(site_id, "nanchang")
    make_zhangjie(site_id)
    chen = make_chen(site_id)
    sign_in(client, "zhangjie")
    client.post("/language", data={"language": "en", "next": "/"})
    text = printed(page(client, chen))
    assert "4 yuan off each meal" in text
    assert "paid by the district" in text
    assert "Until further notice" in text


def test_the_card_takes_a_handful_of_reads_whatever_was_eaten(app, client, monkeypatch):
    at_lunch(monkeypatch)
    site_id = make_site(city="天津市", district="和平区", town="")
    settle_by(site_id, "tianjin", "nanchang")
    make_zhangjie(site_id)
    chen = make_chen(site_id)
    sign_in(client, "zhangjie")
    page(client, chen)
    few = reads(client, chen)
    for back in range(1, 20):
        eat(site_id, chen, date(2026, 11, 23) - back * OLDER)
    assert reads(client, chen) == few <= 14


def reads(client, resident_id: int) -> int:
    count = 0

    def note(*_):
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", note)
    page(client, resident_id)
    event.remove(db.engine, "before_cursor_execute", note)
    return count


def at_lunch(monkeypatch) -> None:
    monkeypatch.setattr("canteen.blueprints.entitlements.views.now", lambda: NOW)


def eat(site_id: int, resident_id: int, day: date, *, voided: bool = False) -> None:
    """A subsidised lunch, as the counter books it."""
    with transaction() as session:
        meal = Meal(
            id=uuid4(), site_id=site_id, service_date=day, period_code="lunch",
            channel="dine_in", resident_id=resident_id, set_name="标准餐", price_fen=1300,
            subsidy_fen=300, paid_fen=1000, paid_by="cash", created_at=NOW,
            parts='[{"policy": "tianjin", "rule": "lunch", "funder": "city", "amount_fen": 300}]',
        )  # fmt: skip
        if voided:
            meal.voided_at, meal.void_reason = NOW, "打错了"
            meal.voided_by = make_void_staff(session)
        session.add(meal)


def make_void_staff(session) -> int:
    from canteen.staff.models import Staff

    person = Staff(
        username="voider", name="作废的人", password_hash="x", session_stamp="x", created_at=NOW
    )
    session.add(person)
    session.flush()
    return person.id


def tag(resident_id: int, *, by: int | None, state: TagState) -> None:
    with transaction() as session:
        session.add(
            ResidentTag(
                resident_id=resident_id, tag="dibao", valid_from=date(2026, 1, 1),
                valid_until=date(2027, 2, 28), evidence="低保证", recorded_by=by,
                recorded_at=NOW, state=state,
            )
        )  # fmt: skip


def test_the_day_of_the_card_is_the_canteens_own(app, client, monkeypatch):
    """16:30 in London on the 22nd is already the 23rd in Nanchang, and a birthday there."""
    evening = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    monkeypatch.setattr("canteen.blueprints.entitlements.views.now", lambda: evening)
    site_id = make_site()
    settle_by(site_id, "nanchang")
    make_zhangjie(site_id)
    wang = make_wang(site_id)
    with transaction() as session:
        session.get_one(Resident, wang).birthday = date(1956, 11, 23)
    sign_in(client, "zhangjie")
    assert "每餐减 2 元" in printed(page(client, wang))
    monkeypatch.setattr(
        "canteen.blueprints.entitlements.views.now", lambda: evening - timedelta(hours=1)
    )
    assert "目前没有补贴" in printed(page(client, wang))
