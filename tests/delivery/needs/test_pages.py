"""The office types in needs, pauses and programmes."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import travel

from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    FreeMealProgramme,
)
from canteen.foundation.database import db
from canteen.staff.rules import Role
from tests.delivery.published import Round
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_funder,
    make_site,
    make_staff,
    make_zhangjie,
    sign_in,
)


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    """It is Monday, 11:30 in Shanghai."""
    with travel(NOW, tick=True):
        yield


def test_a_need_is_asked_for_once_approved_by_somebody_else_and_ended(client: FlaskClient) -> None:
    site_id = make_site()
    make_zhangjie(site_id)
    make_staff("gan", Role.COMMUNITY, site_id=site_id, name="甘书记")
    chen = make_chen(site_id)
    sign_in(client, "zhangjie")
    need = {
        "period_code": "lunch", "weekdays": ["1", "3"], "valid_from": str(TODAY),
        "asked_by": "relative", "asked_name": "女儿陈丽", "evidence": "失能评估 2026-014，中度",
    }  # fmt: skip
    assert client.post(f"/delivery/people/{chen}/needs", data=need).status_code == 302
    again = client.post(f"/delivery/people/{chen}/needs", data=need)
    assert "已经登记过送餐" in again.text
    row = db.session.scalars(select(DeliveryNeed)).one()
    assert (row.weekdays, row.valid_until, row.state) == ("13", None, "proposed")
    approval = f"/delivery/needs/{row.id}/approval"
    own = client.post(approval, data={"reason": ""}, follow_redirects=True)
    assert "自己登记的申请不能自己批" in own.text
    sign_in(client, "gan")
    other = client.post(approval, data={"reason": ""}, follow_redirects=True)
    assert "已批准：陈桂英，11月24日 周二 起送" in other.text  # 11:30: today's lunch is made
    client.post(f"/delivery/needs/{row.id}/end", data={"last_day": "2026-11-30"})
    db.session.rollback()
    assert db.session.scalars(select(DeliveryNeed)).one().valid_until == date(2026, 11, 30)


def test_a_pause_needs_a_reason_and_days_in_order(client: FlaskClient) -> None:
    site_id = make_site()
    make_zhangjie(site_id)
    chen = make_chen(site_id)
    sign_in(client, "zhangjie")
    address = f"/delivery/people/{chen}/pauses"
    backwards = {"since": "2026-11-25", "until": "2026-11-24", "reason": "住院"}
    assert "结束不能早于开始" in client.post(address, data=backwards).text
    unreal = {"since": "2026-02-30", "until": "2026-11-24", "reason": "住院"}
    assert "没有“2026-02-30”这一天" in client.post(address, data=unreal).text
    assert "请写原因" in client.post(address, data={"since": "2026-11-25"}).text
    assert db.session.scalar(select(func.count(DeliveryPause.id))) == 0
    right = {"since": "2026-11-25", "until": "2026-11-26", "reason": "住院"}
    assert client.post(address, data=right).status_code == 302
    assert "这段日期已有暂停" in client.post(address, data=right).text


def test_a_programme_is_added_and_two_do_not_overlap(client: FlaskClient) -> None:
    make_zhangjie(make_site())
    make_funder("district")
    sign_in(client, "zhangjie")
    values = {
        "name": "红心免费餐", "funder_code": "district", "price_fen": "13",
        "tags": ["dibao", "tekun"], "valid_from": "2026-01-01",
    }  # fmt: skip
    assert client.post("/delivery/programmes/new", data=values).status_code == 302
    row = db.session.scalars(select(FreeMealProgramme)).one()
    assert (row.price_fen, row.tags) == (1300, "dibao;tekun")
    again = client.post("/delivery/programmes/new", data={**values, "name": "第二个"})
    assert "已有项目“红心免费餐”" in again.text
    for price in ("-1", "0", "999999", "十三"):
        answer = client.post("/delivery/programmes/new", data={**values, "price_fen": price})
        assert answer.status_code == 200, price
    assert db.session.scalar(select(func.count(FreeMealProgramme.id))) == 1


def test_what_published_rosters_rest_on_is_not_changed_afterwards(client: FlaskClient) -> None:
    Round()
    sign_in(client, "zhangjie")
    row = db.session.scalars(select(FreeMealProgramme)).one()
    values = {
        "name": "红心免费餐", "funder_code": "district", "price_fen": "15",
        "tags": ["dibao", "tekun"], "valid_from": "2026-01-01",
    }  # fmt: skip
    address = f"/delivery/programmes/{row.id}"
    assert "不能再改" in client.post(address, data=values).text
    ended = {**values, "price_fen": "13", "valid_until": "2026-12-31"}
    assert client.post(address, data=ended).status_code == 302
