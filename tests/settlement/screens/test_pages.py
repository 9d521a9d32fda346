"""The tablet's addresses: what it may be told, and nothing more."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from canteen.blueprints import scripts
from canteen.blueprints.settlement.diner_schemas import ReceiptShown
from canteen.foundation.database import db, transaction
from canteen.sites.models import Device, Site
from tests.people import make_site, make_xiaoli, sign_in

IDLE = {"kind": "idle", "period": "午餐", "set": "标准餐", "price_fen": 1300, "dishes": ["红烧肉"]}
PAID = {
    "kind": "receipt",
    "title": "陈奶奶",
    "set": "标准餐",
    "price_fen": 1300,
    "parts": [{"name": "区财政", "amount_fen": 400}],
    "paid_fen": 900,
    "cash": False,
    "balance_fen": 4100,
}


@pytest.fixture
def counter_client(app: Flask, client: FlaskClient) -> FlaskClient:
    site_id = make_site()
    make_xiaoli(site_id)
    sign_in(client, "xiaoli")
    return client


def device_id() -> int:
    found = db.session.scalars(select(Device.id)).first()
    assert found is not None
    return found


def tablet_of(app: Flask, counter_client: FlaskClient) -> FlaskClient:
    """Another browser, paired with the counter."""
    page = counter_client.post(
        "/counter/diner/invitations", data={"device_id": str(device_id())}
    ).text
    code = page.split('class="screen-code">')[1][:6]
    tablet = app.test_client()
    assert tablet.post("/diner/pairing", json={"code": f" {code} "}).json == {"paired": True}
    return tablet


def show(client: FlaskClient, **scene: Any) -> Any:
    body = {"device_id": device_id(), "idle": IDLE, "scene": scene or None}
    return client.post("/counter/diner/scenes", json=body)


def test_a_tablet_gets_the_scene_then_no_news(app: Flask, counter_client: FlaskClient) -> None:
    tablet = tablet_of(app, counter_client)
    assert show(counter_client, **PAID).json == {"tablets": True}
    first = tablet.get("/diner/scene")
    assert first.json == {"idle": IDLE, "scene": PAID}
    mark = first.headers["ETag"]
    assert tablet.get("/diner/scene", headers={"If-None-Match": mark}).status_code == 304
    show(counter_client)
    again = tablet.get("/diner/scene", headers={"If-None-Match": mark})
    assert again.json == {"idle": IDLE, "scene": None}


def test_the_counter_cuts_names_to_what_a_tablet_takes() -> None:
    script = (scripts.STATIC / "js" / "settlement" / "diner" / "scenes.js").read_text("utf-8")
    cut = re.search(r"MOST_LETTERS = (\d+);", script)
    assert cut
    longest = ReceiptShown.model_json_schema()["properties"]["set"]["maxLength"]
    assert int(cut[1]) == longest


def test_asking_for_news_is_one_read(app: Flask, counter_client: FlaskClient) -> None:
    tablet = tablet_of(app, counter_client)
    show(counter_client, **PAID)
    tablet.get("/diner/scene")
    statements: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]), named=False
    )
    answer = tablet.get("/diner/scene")
    assert answer.status_code == 200
    assert len(statements) <= 1, statements
    assert "Set-Cookie" not in answer.headers


def test_without_a_pairing_nothing_is_told(app: Flask, counter_client: FlaskClient) -> None:
    show(counter_client, **PAID)
    stranger = app.test_client()
    assert stranger.get("/diner/scene").status_code == 401
    assert stranger.get("/diner").status_code == 200
    stranger.set_cookie("canteen_diner", "made-up", path="/diner")
    assert stranger.get("/diner/scene").status_code == 401


def test_the_token_is_in_a_cookie_that_goes_nowhere_else(
    app: Flask, counter_client: FlaskClient
) -> None:
    tablet = tablet_of(app, counter_client)
    cookie = tablet.get_cookie("canteen_diner", path="/diner")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert cookie.path == "/diner"


@pytest.mark.parametrize(
    "more",
    [{"phone": "13800000000"}, {"title": "陈" * 41}, {"paid_fen": -1}, {"kind": "person"}],
    ids=["a field too many", "too long", "negative", "unknown"],
)
def test_nothing_but_what_is_named_reaches_a_tablet(
    counter_client: FlaskClient, more: dict[str, Any]
) -> None:
    answer = show(counter_client, **{**PAID, **more})
    assert answer.status_code == 422
    assert answer.json["field"].startswith("scene")


def test_a_site_that_hides_balances_hides_them_from_its_tablets(
    app: Flask, counter_client: FlaskClient
) -> None:
    tablet = tablet_of(app, counter_client)
    with transaction() as session:
        for site in session.scalars(select(Site)):
            site.shows_balance = False
    show(counter_client, **PAID)
    assert tablet.get("/diner/scene").json["scene"]["balance_fen"] is None


def test_the_code_is_behind_the_hash_sign_where_no_log_sees_it(
    counter_client: FlaskClient,
) -> None:
    page = counter_client.post(
        "/counter/diner/invitations", data={"device_id": str(device_id())}
    ).text
    code = page.split('class="screen-code">')[1][:6]
    assert f"?code={code}" not in page
    assert "/diner" in page


def test_a_counter_that_is_none_is_said_so(counter_client: FlaskClient) -> None:
    for given in ("", "0", "99999999999", "x"):
        answer = counter_client.post("/counter/diner/invitations", data={"device_id": given})
        assert answer.status_code == 422
        assert "没有这个窗口" in answer.text
