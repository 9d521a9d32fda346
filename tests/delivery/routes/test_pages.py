"""The pages of planning rounds: asking, looking, moving, taking."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import travel

from canteen.delivery.routes.models import RoutePlan
from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import run_waiting
from tests.delivery.streets import Street, planned
from tests.people import NOW, TODAY, make_site, sign_in


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    """It is Monday, 11:30 in Shanghai."""
    with travel(NOW, tick=True):
        yield


@pytest.fixture
def office(client: FlaskClient, street: Street) -> FlaskClient:
    sign_in(client, "zhangjie")
    return client


def test_the_page_says_figures_hours_and_every_door(
    app: Flask, street: Street, office: FlaskClient
) -> None:
    plan_id = planned(app, street)
    page = office.get(f"/delivery/route-plans/{plan_id}").get_data(as_text=True)
    for words in ("和现在的顺序比", "采用这份路线", "周近", "吴远", "甲一姑", "步行", "<svg"):
        assert words in page
    assert "10:" in page


def test_from_the_draft_to_a_plan_and_back(app: Flask, street: Street, office: FlaskClient) -> None:
    draft = f"/delivery/rosters/draft?day={TODAY}&period=lunch"
    assert "电脑排路线" in office.get(draft).get_data(as_text=True)
    form = {
        "day": TODAY.isoformat(),
        "period": "lunch",
        "cooked_at": "10:00",
        "leaves_from": "10:10",
        "back_by": "12:00",
        "hot_minutes": "90",
    }
    sent = office.post("/delivery/route-plans", data=form)
    assert sent.status_code == 302
    run_waiting(app)
    db.session.rollback()
    plan_id = db.session.scalars(select(RoutePlan.id)).one()
    assert "看排好的路线建议" in office.get(draft).get_data(as_text=True)
    office.post(f"/delivery/route-plans/{plan_id}/adoption")
    assert "现在按采用的路线排" in office.get(draft).get_data(as_text=True)
    moved = office.post(
        f"/delivery/route-plans/{plan_id}/moves",
        data={"resident_id": street.doors["甲一姑"], "volunteer_id": street.far, "position": 1},
        follow_redirects=True,
    ).get_data(as_text=True)
    assert "已移动，合起来" in moved
    assert "手工改过" in moved
    office.post(f"/delivery/route-plans/{plan_id}/discarding")
    assert "现在按默认顺序排" in office.get(draft).get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("hot_minutes", "5", "10 到 300 分钟"),
        ("leaves_from", "25:00", "25:00"),
        ("leaves_from", "09:00", "时间对不上"),
        ("day", "2026-02-30", "2026-02-30"),
    ],
)
def test_hours_typed_wrong_are_named(
    street: Street, office: FlaskClient, field: str, value: str, words: str
) -> None:
    form = {
        "day": TODAY.isoformat(),
        "period": "lunch",
        "cooked_at": "10:00",
        "leaves_from": "10:10",
        "back_by": "12:00",
        "hot_minutes": "90",
        field: value,
    }
    answer = office.post("/delivery/route-plans", data=form)
    assert answer.status_code in (400, 409)
    assert words in answer.get_data(as_text=True)


def test_a_plan_of_another_site_is_not_there(
    app: Flask, street: Street, office: FlaskClient
) -> None:
    plan_id = planned(app, street)
    other = make_site(code="other", name="另一处")
    with transaction() as session:
        session.get_one(RoutePlan, plan_id).site_id = other
    assert office.get(f"/delivery/route-plans/{plan_id}").status_code == 404
    assert office.post(f"/delivery/route-plans/{plan_id}/adoption").status_code == 404
