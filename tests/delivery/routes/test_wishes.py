"""What a door asks of rounds: before noon, and only by somebody."""

from datetime import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.delivery.routes.facts import read_question
from canteen.delivery.routes.wishes import save_wish, wish_of
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from tests.delivery.people import make_volunteer
from tests.delivery.streets import Street, asked
from tests.people import NOW, make_site, sign_in


def save(street: Street, **values: Any) -> Refusal | None:
    given = {"earliest": None, "latest": None, "volunteer_id": None, **values}
    return save_wish(
        site_id=street.site_id,
        resident_id=street.doors["甲一姑"],
        by=street.manager,
        now=NOW,
        **given,
    )


def wish(street: Street) -> tuple[time | None, time | None, int | None] | None:
    db.session.rollback()
    found = wish_of(db.session(), resident_id=street.doors["甲一姑"])
    return (found.earliest, found.latest, found.volunteer_id) if found else None


def test_a_wish_reaches_the_planner_and_is_forgotten_again(app: Flask, street: Street) -> None:
    assert save(street, latest=time(11, 0), volunteer_id=street.far) is None
    assert save(street, latest=time(11, 30), volunteer_id=street.far) is None
    assert wish(street) == (None, time(11, 30), street.far)
    read = read_question(db.session(), asked(street))
    assert not isinstance(read, Refusal)
    stop = next(s for s in read.question.stops if s.stop_id == street.doors["甲一姑"])
    assert (stop.earliest, stop.latest, stop.pinned_to) == (None, 11 * 3600 + 1800, street.far)
    assert save(street) is None
    assert wish(street) is None


def test_a_doors_own_limit_for_a_hot_meal_reaches_the_planner(app: Flask, street: Street) -> None:
    assert save(street, hot_minutes=25) is None
    read = read_question(db.session(), asked(street))
    assert not isinstance(read, Refusal)
    limits = {stop.stop_id: stop.hot_seconds for stop in read.question.stops}
    assert limits.pop(street.doors["甲一姑"]) == 25 * 60
    assert set(limits.values()) == {None}, "everybody else: as the plan asks"
    assert save(street) is None
    assert wish(street) is None


def test_hours_the_wrong_way_round_and_strange_volunteers_are_refused(
    app: Flask, street: Street
) -> None:
    wrong = save(street, earliest=time(12), latest=time(11))
    assert wrong == Refusal("wish_window")
    stranger = make_volunteer(make_site(code="other", name="另一处"), "生人")
    assert save(street, volunteer_id=stranger) == Refusal("volunteer_elsewhere")
    assert wish(street) is None


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"latest": "11:30", "volunteer_id": "0"}, 302, ""),
        ({"earliest": "12:00", "latest": "11:30", "volunteer_id": "0"}, 200, "最晚的时间不比"),
        ({"latest": "25:30", "volunteer_id": "0"}, 200, "25:30"),
        ({"hot_minutes": "25", "volunteer_id": "0"}, 302, ""),
        ({"hot_minutes": "5", "volunteer_id": "0"}, 200, "10 到 300 分钟"),
    ],
)
def test_the_page_keeps_a_wish_or_says_what_is_wrong(
    street: Street, client: FlaskClient, form: dict[str, str], status: int, words: str
) -> None:
    sign_in(client, "zhangjie")
    address = f"/delivery/people/{street.doors['甲一姑']}/route-wish"
    assert client.get(address).status_code == 200
    answer = client.post(address, data=form)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
