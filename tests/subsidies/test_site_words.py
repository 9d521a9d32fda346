"""What a canteen says of itself for policies: its traits, and what its sets count as."""

import pytest
from flask.testing import FlaskClient

from canteen.foundation.database import db
from canteen.sites.models import MealSet, Site
from tests.subsidies.pages import manager_at_work, settle_by

SITE = {
    "name": "金牛食堂", "time_zone": "Asia/Shanghai", "daily_card_limit_fen": "500",
    "balance_limit_fen": "5000", "undo_seconds": "60", "city": "南昌市",
    "offline_card_limit_fen": "100", "offline_device_limit_fen": "3000", "offline_hours": "30",
    "lock_minutes": "0", "sells_sets": "y", "tray_limit_fen": "100",
}  # fmt: skip
SET = {"period_code": "lunch", "code": "noodles", "name": "面", "price_fen": "9", "position": "1"}


def traits() -> str:
    db.session.rollback()
    return db.session.query(Site).one().traits


def test_a_canteen_is_asked_only_what_its_policies_ask(client: FlaskClient) -> None:
    site_id = manager_at_work(client)
    assert "own_kitchen" not in client.get("/settings").text
    settle_by(site_id, "guangzhou")
    page = client.get("/settings").text
    assert "自有厨房" in page
    assert "补贴政策问到的" in page
    client.set_cookie("canteen_language", "en")
    assert "with a kitchen of its own" in client.get("/settings").text


def test_a_trait_is_ticked_kept_and_taken_away(client: FlaskClient) -> None:
    settle_by(manager_at_work(client), "guangzhou")
    assert client.post("/settings", data=SITE | {"traits": ["own_kitchen"]}).status_code == 302
    assert traits() == "own_kitchen"
    assert "checked" in client.get("/settings").text.partition('value="own_kitchen"')[0][-60:]
    client.post("/settings", data=SITE)
    assert traits() == ""


def test_a_trait_nobody_asks_for_is_refused(client: FlaskClient) -> None:
    manager_at_work(client)
    assert client.post("/settings", data=SITE | {"traits": ["palace"]}).status_code == 200
    assert traits() == ""


@pytest.mark.parametrize(("typed", "kept"), [("dish", "dish"), ("set", "set"), ("gold", None)])
def test_a_set_counts_as_what_was_chosen(client: FlaskClient, typed: str, kept: str | None) -> None:
    manager_at_work(client)
    client.post("/settings/sets/new", data=SET | {"item_class": typed})
    db.session.rollback()
    row = db.session.query(MealSet).filter_by(code="noodles").one_or_none()
    assert (row.item_class if row else None) == kept
