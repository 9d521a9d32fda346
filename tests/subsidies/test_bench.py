"""The test bench: a resident or an invented diner, a day, a price; and what a month would cost."""

import json
import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.blueprints.context import now
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import Job, JobState, run_waiting
from canteen.settlement.models import Meal
from canteen.sites.actions import set_day
from canteen.sites.models import DayKind
from canteen.staff.rules import Role
from tests.people import (
    NOW,
    make_chen,
    make_resident,
    make_site,
    make_staff,
    make_wang,
    sign_in,
)
from tests.subsidies.pages import begin_draft, manager_at_work, save, settle_by

USUAL: dict[str, Any] = {
    "site_id": "1",
    "day_kind": "",
    "age": "75",
    "service_date": "2026-03-04",
    "at": "12:00",
    "period": "lunch",
    "channel": "dine_in",
    "item_class": "set",
    "price_fen": "13",
    "registered_here": "y",
}


def trial(client: FlaskClient, address: str, **typed: Any) -> tuple[list[str], list[str], str]:
    """What the new and the old version give and leave to pay; and the page."""
    answer = client.post(address, data=USUAL | typed)
    assert answer.status_code == 200
    given = re.findall(r"data-subsidy>([^<]+)<", answer.text)
    paid = re.findall(r"data-pay>([^<]+)<", answer.text)
    return given, paid, answer.text


def three_yuan(client: FlaskClient) -> str:
    """The bench of a draft with 3 yuan instead of 2."""
    draft_id = begin_draft(client)
    save(client, draft_id, **{"rule[1].bands[1].effect.yuan": "3"})
    return f"/policies/drafts/{draft_id}/bench"


def test_the_bench_shows_a_result_at_once(client: FlaskClient) -> None:
    manager_at_work(client)
    page = client.get("/policies/nanchang/1/bench").text
    assert "82 岁，高龄补贴 4 元" in page
    assert "data-subsidy>¥4.00" in page


def test_the_draft_stands_beside_what_holds_now(client: FlaskClient) -> None:
    manager_at_work(client)
    given, paid, page = trial(client, three_yuan(client))
    assert given == ["¥3.00", "¥2.00"]
    assert paid == ["¥10.00", "¥11.00"]
    assert "75 岁，高龄补贴 3 元" in page
    assert "age 75: age subsidy 3 yuan" in page
    assert "区财政" in page


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ({"age": "69"}, "¥0.00"),
        ({"age": "70"}, "¥3.00"),
        ({"age": "", "birthday": "1946-03-05"}, "¥3.00"),
        ({"age": "", "birthday": "1946-03-04"}, "¥4.00"),
        ({"age": "65", "tags": ["dibao"]}, "¥4.00"),
        ({"age": "65", "tags": ["tekun"], "in_institution": "y"}, "¥0.00"),
        ({"period": "breakfast"}, "¥0.00"),
        ({"price_fen": "2.50"}, "¥2.50"),
        ({"age": "75", "service_date": "2024-02-29"}, "¥3.00"),
        ({"age": "", "birthday": ""}, "¥0.00"),
    ],
)
def test_an_invented_diner_is_priced_as_typed(
    client: FlaskClient, typed: dict[str, Any], given: str
) -> None:
    manager_at_work(client)
    assert trial(client, three_yuan(client), **typed)[0][0] == given


@pytest.mark.parametrize(
    "typed",
    [
        {"age": "200"}, {"age": "alt"}, {"birthday": "1946-02-30"}, {"tags": ["unicorn"]},
        {"price_fen": "-1"}, {"price_fen": "viel"}, {"service_date": "2026-13-01"},
        {"site_id": "999"}, {"period": "midnight"}, {"channel": "drone"}, {"at": "25:00"},
        {"week_meals": "-1"}, {"day_kind": "monday"}, {"item_class": "gold"},
        {"passes": ["none"]}, {"week_fen": "x"}, {"resident_id": "99999999999999999999"},
        {"hukou": "市" * 200},
    ],
)  # fmt: skip
def test_a_bench_that_makes_no_sense_says_so(client: FlaskClient, typed: dict[str, Any]) -> None:
    manager_at_work(client)
    page = client.post("/policies/nanchang/1/bench", data=USUAL | typed)
    assert page.status_code == 200
    assert "有地方填得不对" in page.text


def test_a_resident_is_found_and_their_file_is_used(client: FlaskClient) -> None:
    site_id = manager_at_work(client)
    chen = make_chen(site_id)
    address = three_yuan(client)
    found = client.post(address, data=USUAL | {"q": "陈桂", "search": "1"}).text
    assert f'name="choose" value="{chen}"' in found
    given, _paid, page = trial(client, address, choose=str(chen))
    assert "陈桂英" in page
    assert f'name="resident_id" value="{chen}"' in page
    assert given == ["¥4.00", "¥4.00"]
    assert "1944" not in page, "no birthday of a real person in the form"
    again, _paid, page = trial(client, address, resident_id=str(chen), age="20")
    assert again == ["¥4.00", "¥4.00"]
    back = client.post(address, data=USUAL | {"resident_id": str(chen), "invent": "1"}).text
    assert 'name="resident_id"' not in back


def test_nobody_of_another_canteen_is_opened(client: FlaskClient) -> None:
    other = make_site("other", name="别的食堂")
    stranger = make_wang(other)
    manager_at_work(client)
    for name in ("choose", "resident_id"):
        page = client.post("/policies/nanchang/1/bench", data=USUAL | {name: str(stranger)}).text
        assert "王德福" not in page
    found = client.post("/policies/nanchang/1/bench", data=USUAL | {"q": "王德", "search": "1"})
    assert "没有找到" in found.text


def five_lunches_in_tianjin(client: FlaskClient) -> int:
    """李秀, who had all the subsidised lunches of a week by Friday 6 March. Their id."""
    site_id = manager_at_work(client)
    settle_by(site_id, "tianjin")
    old = make_resident(
        "李秀", site_id=site_id, birthday=date(1940, 1, 1), hukou_city="天津市",
        hukou_district="和平区",
    )  # fmt: skip
    for day in range(2, 7):
        _meal(site_id, old, date(2026, 3, day), "tianjin", "lunch")
    return old


def test_what_a_resident_had_counts_and_can_be_typed_over(client: FlaskClient) -> None:
    old = five_lunches_in_tianjin(client)
    data = {"resident_id": str(old), "alone": "y", "service_date": "2026-03-07"}
    given, _paid, page = trial(client, "/policies/tianjin/1/bench", **data)
    assert given[0] == "¥0.00"
    assert "本周已补 5 次" in page
    assert trial(client, "/policies/tianjin/1/bench", **data, week_meals="3")[0][0] == "¥3.00"


def test_a_withdrawn_subsidy_is_not_used_up(client: FlaskClient) -> None:
    old = five_lunches_in_tianjin(client)
    with transaction() as session:
        fifth = select(Meal).where(Meal.service_date == date(2026, 3, 6))
        session.scalars(fifth).one().withdrawn_at = NOW
    data = {"resident_id": str(old), "alone": "y", "service_date": "2026-03-07"}
    given, _paid, _page = trial(client, "/policies/tianjin/1/bench", **data)
    assert given[0] == "¥3.00"


def _meal(
    site_id: int, resident_id: int, day: date, policy: str, rule: str, fen: int = 300
) -> None:
    part = {"funder": "city", "amount_fen": fen, "policy": policy, "rule": rule}
    with transaction() as session:
        session.add(
            Meal(
                id=uuid4(), site_id=site_id, service_date=day, period_code="lunch",
                channel="dine_in", resident_id=resident_id, set_code="standard",
                set_name="标准餐", price_fen=1300, subsidy_fen=fen, paid_fen=1300 - fen,
                paid_by="cash", age=75, age_band="75-79", hukou="南昌市/青云谱区/金牛街道",
                policies=f"{policy}@1", parts=json.dumps([part]), created_at=NOW,
            )
        )  # fmt: skip


def test_the_calendar_says_what_the_day_is_and_can_be_overruled(client: FlaskClient) -> None:
    site_id = manager_at_work(client)
    set_day(day=date(2026, 3, 4), kind=DayKind.HOLIDAY, name="", now=NOW, by=1)
    settle_by(site_id, "shenzhen")
    data = {"hukou": "南昌市/青云谱区", "age": "75", "alone": "y"}
    with transaction() as session:
        from canteen.sites.models import Site

        site = session.get_one(Site, site_id)
        site.city, site.district, site.town = "深圳市", "罗湖区", ""
    data["hukou"] = "深圳市/罗湖区"
    address = "/policies/shenzhen/1/bench"
    given, _paid, page = trial(client, address, **data)
    assert (given[0], "法定节假日" in page) == ("¥0.00", True)
    assert trial(client, address, **data, day_kind="workday")[0][0] == "¥5.00"


def test_other_policies_pay_together_unless_asked_alone(client: FlaskClient) -> None:
    site_id = manager_at_work(client)
    settle_by(site_id, "beijing")
    data = {"age": "82", "tags": ["basic_service"]}
    assert trial(client, "/policies/nanchang/1/bench", **data)[0][0] == "¥9.00"
    assert trial(client, "/policies/nanchang/1/bench", **data, alone="y")[0][0] == "¥4.00"


def test_a_draft_that_begins_later_can_be_tried_today(client: FlaskClient) -> None:
    manager_at_work(client)
    draft_id = begin_draft(client)
    save(client, draft_id, valid_from="2099-01-01")
    assert trial(client, f"/policies/drafts/{draft_id}/bench")[0] == ["¥2.00", "¥2.00"]


def last_month() -> date:
    today = service_date(now(), "Asia/Shanghai")
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def count_again(client: FlaskClient, app: Flask, address: str) -> str:
    asked = client.post(address, data={"month": f"{last_month():%Y-%m}", "site_id": "1"})
    assert asked.status_code == 302, asked.text
    job_id = int(asked.headers["Location"].rpartition("/")[2])
    run_waiting(app)
    db.session.rollback()
    job = db.session.get_one(Job, job_id)
    assert job.state == JobState.DONE, job.problem
    return client.get(f"/policies/costs/{job_id}").text


def test_last_month_is_counted_under_the_draft(client: FlaskClient, app: Flask) -> None:
    site_id = manager_at_work(client)
    make_staff("other", Role.CLERK, site_id=site_id)
    young = make_resident("年轻", site_id=site_id, birthday=date(1951, 1, 1))
    for day in range(10):
        _meal(site_id, young, last_month() + timedelta(days=day), "nanchang", "age", 200)
    draft_id = begin_draft(client)
    save(client, draft_id, **{"rule[1].bands[1].effect.yuan": "3"})
    before = db.session.query(Meal).count()
    page = count_again(client, app, f"/policies/drafts/{draft_id}/costs")
    assert "¥20.00" in page
    assert "¥30.00" in page
    assert "多 ¥10.00" in page
    assert "高龄补贴" in page
    assert "年轻" not in page
    assert db.session.query(Meal).count() == before
    sign_in(client, "other")


def test_a_month_nobody_may_ask_for_is_not_counted(client: FlaskClient) -> None:
    manager_at_work(client)
    for data in ({"month": "1999-01", "site_id": "1"}, {"month": "x", "site_id": "1"},
                 {"month": f"{last_month():%Y-%m}", "site_id": "77"}, {}):  # fmt: skip
        assert client.post("/policies/nanchang/1/costs", data=data).status_code == 200
    assert db.session.query(Job).count() == 0


def test_another_canteen_s_count_is_not_shown(client: FlaskClient, app: Flask) -> None:
    manager_at_work(client)
    count_again(client, app, "/policies/nanchang/1/costs")
    other = make_site("other", name="别的食堂")
    make_staff("chef", Role.MANAGER, site_id=other)
    sign_in(client, "chef")
    job_id = db.session.query(Job.id).scalar()
    assert client.get(f"/policies/costs/{job_id}").status_code == 404
    assert client.get("/policies/costs/9999").status_code == 404
