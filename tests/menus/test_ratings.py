"""What diners thought: counted from paper, honest with few votes."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import travel

from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.menus import actions, queries
from canteen.menus.library_models import DishRating
from canteen.menus.rating_actions import save_ratings
from canteen.menus.rating_queries import tallies
from canteen.menus.ratings import Tally
from tests.counting import queries_of
from tests.menus.kitchen import MONDAY, dish_id, make_kitchen, put
from tests.people import NOW, make_xiaoli, sign_in

DAY = MONDAY.isoformat()


@pytest.fixture(autouse=True)
def on_monday() -> Iterator[None]:
    """The page offers days up to today."""
    with travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("tally", "average", "shrunk"),
    [
        (Tally(), None, 350),
        (Tally(good=1), 500, 364),  # (500 + 3500) / 11
        (Tally(good=3), 500, 385),
        (Tally(good=100), 500, 486),
        (Tally(poor=100), 100, 123),
        (Tally(good=20, fair=5, poor=1), 446, 419),
    ],
)
def test_few_votes_stay_near_the_middle(tally: Tally, average: int | None, shrunk: int) -> None:
    assert (tally.average, tally.shrunk) == (average, shrunk)


def serve(name: str = "红烧肉") -> int:
    site = make_kitchen()
    put(site, MONDAY, name)
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    return site


def save(site: int, **votes: int) -> int | Refusal:
    return save_ratings(
        site_id=site, service_date=MONDAY, votes={dish_id("红烧肉"): Tally(**votes)},
        now=NOW, by=None,
    )  # fmt: skip


def test_counts_of_a_day_are_set_not_added(app: Flask) -> None:
    site = serve()
    assert save(site, good=3) == 1
    assert save(site, good=3) == 0
    assert save(site, good=4, poor=1) == 1
    assert tallies(db.session(), site) == {dish_id("红烧肉"): Tally(good=4, poor=1)}
    assert save(site) == 1
    assert db.session.scalar(select(func.count()).select_from(DishRating)) == 0


def test_only_what_was_served_can_be_judged(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    refused = save(site, good=3)
    assert isinstance(refused, Refusal)
    assert refused.code == "rating_not_served"
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    refused = save(site, good=-1)
    assert isinstance(refused, Refusal)
    assert refused.code == "rating_count"


def test_the_seam_gives_each_judged_dish_once_in_one_query(app: Flask) -> None:
    site = serve()
    save(site, good=3)
    asked, found = queries_of(lambda: queries.ratings(db.session(), site))
    assert found == {dish_id("红烧肉"): 385}
    assert len(asked) == 1


def test_a_clerk_types_a_tally_and_the_dish_page_shows_it(app: Flask, client: FlaskClient) -> None:
    site = serve()
    make_xiaoli(site)
    sign_in(client, "xiaoli")
    number = dish_id("红烧肉")
    page = client.get("/ratings", query_string={"day": DAY})
    assert f'name="good-{number}"' in page.text
    typed = {"day": DAY, f"good-{number}": "20", f"fair-{number}": "5", f"poor-{number}": "1"}
    page = client.post("/ratings", data=typed, follow_redirects=True)
    assert "已保存" in page.text
    assert 'value="20"' in page.text
    sign_in(client, "wangshifu")
    assert "4.5 分（26 票）" in client.get(f"/dishes/{number}").text
    assert "4.5 分（26 票）" in client.get("/dishes?q=红烧肉").text


@pytest.mark.parametrize("value", ["-1", "三", "1.5", "99999999", "9999"])
def test_a_tally_that_is_no_number_is_refused(app: Flask, client: FlaskClient, value: str) -> None:
    site = serve()
    sign_in(client, "wangshifu")
    answer = client.post("/ratings", data={"day": DAY, f"good-{dish_id('红烧肉')}": value})
    assert answer.status_code == 422
    assert tallies(db.session(), site) == {}
