"""What a device fetches and tells over HTTP: signed, checked entry by entry, never half lost."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.blueprints.packing import packed
from canteen.blueprints.settlement.offline_schemas import roster_tag
from canteen.foundation import storage
from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal, MealLine
from canteen.settlement.offline.signing import public_key
from canteen.sites import queries as sites
from canteen.staff.models import Staff, StaffRole
from canteen.staff.rules import Role
from tests.people import make_site, sign_in, wallet_of
from tests.settlement.counter import Counter, meals_booked


def served(counter: Counter, **values: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "token": counter.chen,
        "guest": False,
        "period": "lunch",
        "set": "standard",
        "device_id": None,
        "channel": "dine_in",
        "pay_by": "wallet",
        "at": datetime.now(UTC).isoformat(),
        "sequence": 1,
        "set_name": "标准餐",
        "title": "陈奶奶",
        "price_fen": 1300,
        "subsidy_fen": 400,
        "paid_fen": 900,
        "undone": False,
        **values,
    }


@pytest.fixture
def clerk(client: FlaskClient, counter: Counter) -> FlaskClient:
    sign_in(client, "xiaoli")
    return client


def tell(client: FlaskClient, *meals: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post("/counter/offline-meals", json={"meals": list(meals)})
    assert answer.status_code == 200, answer.text
    return list(answer.json["answers"])


def test_the_roster_is_signed_and_a_changed_one_is_found_out(clerk: FlaskClient) -> None:
    answer = clerk.get("/counter/roster")
    raw = base64.b64decode(answer.headers["X-Signature"])
    signature = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = load_der_public_key(base64.b64decode(public_key(storage.keys().session)))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signature, answer.data, ec.ECDSA(hashes.SHA256()))
    forged = answer.data.replace(b'"lost"', b'"fine"') + b" "
    with pytest.raises(InvalidSignature):
        key.verify(signature, forged, ec.ECDSA(hashes.SHA256()))


def test_the_roster_says_no_name_and_no_code(clerk: FlaskClient, counter: Counter) -> None:
    text = clerk.get("/counter/roster").text
    assert "陈奶奶" in text
    for secret in ("陈桂英", counter.chen, counter.chen[8:], "13800000101"):
        assert secret not in text


def test_a_meal_is_told_and_told_again(clerk: FlaskClient, counter: Counter) -> None:
    meal = served(counter)
    assert [one["outcome"] for one in tell(clerk, meal)] == ["booked"]
    assert [one["outcome"] for one in tell(clerk, meal)] == ["duplicate"]
    assert meals_booked() == 1
    assert wallet_of(counter.chen_id).balance_fen == 41_00


def test_a_queue_is_booked_where_it_was_served_whatever_canteen_its_teller_is_at_now(
    client: FlaskClient, counter: Counter
) -> None:
    other = make_site("second")
    with transaction() as session:
        device = sites.devices(session, counter.site_id)[0].id
        clerk = session.scalars(select(Staff.id).where(Staff.username == "xiaoli")).one()
        session.add(StaffRole(staff_id=clerk, role=Role.CLERK, site_id=other))
    sign_in(client, "xiaoli")
    mark = json.loads(facts_of(client.get("/counter").text))["clerk"]["mark"]
    with client.session_transaction() as visit:
        visit["site_id"] = other
    told = tell(client, served(counter, device_id=device, clerk=mark))
    assert [(one["outcome"], one["reason"]) for one in told] == [("booked", "")]
    meal = db.session.scalars(select(Meal)).one()
    assert (meal.site_id, meal.device_id, meal.created_by) == (counter.site_id, device, clerk)
    assert wallet_of(counter.chen_id).balance_fen == 41_00


def test_a_counter_of_a_canteen_where_one_does_not_work_is_no_counter(
    clerk: FlaskClient, counter: Counter
) -> None:
    other = make_site("second")
    with transaction() as session:
        elsewhere = sites.devices(session, other)[0].id
    assert tell(clerk, served(counter, device_id=elsewhere))[0]["outcome"] == "booked"
    meal = db.session.scalars(select(Meal)).one()
    assert (meal.site_id, meal.device_id) == (counter.site_id, None)


def facts_of(page: str) -> str:
    """What the counter's page knows, as JSON."""
    return page.split('id="till-facts">')[1].split("</script>")[0]


def test_an_empty_queue_is_a_probe(clerk: FlaskClient) -> None:
    assert tell(clerk) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "nonsense"),
        ("token", None),
        ("period", "../../x"),
        ("price_fen", -1),
        ("paid_fen", 10**9),
        ("paid_fen", 901),
        ("at", "yesterday"),
        ("at", "2026-11-23T11:30:00"),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("at", "9999-12-31T23:59:59-14:00"),
        ("sequence", "1"),
        ("set_name", ""),
        ("surplus", 1),
    ],
)
def test_what_is_no_meal_stays_on_the_device_and_holds_up_no_other(
    clerk: FlaskClient, counter: Counter, field: str, value: object
) -> None:
    strange = served(counter, **{field: value})
    first, second = tell(clerk, strange, served(counter, sequence=2))
    assert (first["outcome"], first["reason"]) == ("refused", "invalid")
    assert first["text"]
    assert second["outcome"] == "booked"


@pytest.mark.parametrize("body", ["", "[]", "{", '{"meals": 5}', '{"meals": [1]}'])
def test_a_body_that_is_no_queue_is_refused(clerk: FlaskClient, body: str) -> None:
    answer = clerk.post("/counter/offline-meals", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert "text" in answer.json


def test_a_queue_longer_than_one_post_is_refused_whole(
    clerk: FlaskClient, counter: Counter
) -> None:
    meals = [served(counter) for _ in range(51)]
    answer = clerk.post("/counter/offline-meals", json={"meals": meals})
    assert answer.status_code == 422
    assert meals_booked() == 0


def test_signed_out_the_answer_is_401_and_no_page(client: FlaskClient, counter: Counter) -> None:
    for answer in (
        client.post("/counter/offline-meals", json={"meals": [served(counter)]},
                    headers={"Accept": "application/json"}),
        client.get("/counter/roster", headers={"Accept": "application/json"}),
    ):  # fmt: skip
        assert answer.status_code == 401
        assert answer.is_json


def test_the_manager_sees_what_the_books_judge_otherwise_and_notes_it(
    client: FlaskClient, counter: Counter
) -> None:
    sign_in(client, "xiaoli")
    early = datetime.now(UTC) - timedelta(minutes=3)
    tell(client, served(counter), served(counter, sequence=2, at=early.isoformat()))
    assert client.get("/meals/offline").status_code == 403
    sign_in(client, "zhangjie")
    page = client.get("/meals/offline").text
    assert "已在别的窗口用过" in page
    meal_id = page.split("/offline-settlement")[0].rsplit("/", 1)[1]
    client.post(f"/meals/{meal_id}/offline-settlement", data={"note": "两个窗口都刷了"})
    assert "没有要核对的餐" in client.get("/meals/offline").text
    assert "两个窗口都刷了" in client.get("/meals/offline?show=settled").text


def test_the_worker_keeps_our_own_addresses_and_asks_to_be_looked_at(client: FlaskClient) -> None:
    answer = client.get("/counter/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/counter"
    kept = json.loads(answer.text.split("const KEPT = ")[1].split(";\n")[0])
    assert all(client.get(address).status_code == 200 for address in kept)
    assert all(address.startswith("/static/") for address in kept)


def test_a_roster_that_says_the_same_is_not_sent_again(
    clerk: FlaskClient, counter: Counter
) -> None:
    first = clerk.get("/counter/roster")
    tag = first.headers["ETag"]
    again = clerk.get("/counter/roster", headers={"If-None-Match": tag})
    assert again.headers["ETag"].split("-")[0] == tag.split("-")[0]
    if again.headers["ETag"] == tag:  # not at the turn of an hour
        assert (again.status_code, again.data) == (304, b"")
    booked = tell(clerk, served(counter))
    assert booked[0]["outcome"] == "booked"
    changed = clerk.get("/counter/roster", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    assert changed.headers["Cache-Control"] == "no-store", "at rest it lies under lock only"


def test_a_roster_is_known_by_what_it_says_and_made_anew_every_hour() -> None:
    made = datetime(2026, 11, 24, 3, 59, tzinfo=UTC)
    document = {"id": "one", "made_at": "03:59", "good_until": "x", "people": [["a", 500]]}
    tag = roster_tag(document, now=made)
    assert roster_tag({**document, "id": "two", "made_at": "04:00"}, now=made) == tag
    assert roster_tag({**document, "people": [["a", 400]]}, now=made) != tag
    assert roster_tag(document, now=made + timedelta(minutes=1)) != tag


def test_a_large_answer_is_packed_for_who_can_unpack_it(app: Flask) -> None:
    large = b'{"people":[' + b"1," * 5000 + b"1]}"
    with app.test_request_context(headers={"Accept-Encoding": "gzip, br"}):
        sent = packed(Response(large))
        assert gzip.decompress(sent.data) == large
        assert (sent.headers["Content-Encoding"], len(sent.data) < 1000) == ("gzip", True)
        assert "Content-Encoding" not in packed(Response(b"small")).headers
    with app.test_request_context(headers={"Accept-Encoding": "identity"}):
        assert packed(Response(large)).data == large


LINES = [
    {
        "dish_id": 7,
        "name": "红烧肉",
        "name_en": "Braised pork",
        "quantity": 1,
        "unit_price_fen": 900,
    },
    {"dish_id": None, "name": "自选", "quantity": 1, "unit_price_fen": 400},
]


def test_a_tray_served_alone_keeps_its_lines(clerk: FlaskClient, counter: Counter) -> None:
    tray = served(counter, set="*", set_name="单点", lines=LINES)
    assert tell(clerk, tray, tray) == [
        {"id": tray["id"], "outcome": "booked", "reason": "", "text": ""},
        {"id": tray["id"], "outcome": "duplicate", "reason": "", "text": ""},
    ]
    db.session.rollback()
    rows = db.session.scalars(select(MealLine).order_by(MealLine.position))
    assert [(row.name, row.quantity, row.unit_price_fen) for row in rows] == [
        ("红烧肉", 1, 900),
        ("自选", 1, 400),
    ]
    assert wallet_of(counter.chen_id).balance_fen == 41_00


@pytest.mark.parametrize(
    "wrong",
    [
        {"set": "*", "lines": []},
        {"set": "standard", "lines": LINES},
        {"set": "*", "lines": LINES[:1]},
        {"set": "*", "lines": [{**LINES[0], "quantity": 0}, LINES[1]]},
    ],
    ids=["no lines", "a set with lines", "lines that cost less", "none of a dish"],
)
def test_a_tray_that_does_not_add_up_stays_on_the_device_and_stops_no_other(
    clerk: FlaskClient, counter: Counter, wrong: dict[str, Any]
) -> None:
    good = served(counter)
    answers = tell(clerk, served(counter, **wrong), good)
    assert [each["outcome"] for each in answers] == ["refused", "booked"]
    assert meals_booked() == 1


def test_a_code_that_no_key_proves_any_more_is_nobodys_meal_and_listed(
    clerk: FlaskClient, counter: Counter
) -> None:
    """The card's key was dropped while a queue waited: the meal was eaten all the same."""
    unproven = counter.chen[:-1] + str((int(counter.chen[-1]) + 1) % 10)
    told = tell(clerk, served(counter, token=unproven))
    assert [(one["outcome"], one["reason"]) for one in told] == [("booked", "resident_unknown")]
    db.session.rollback()
    meal = db.session.scalars(select(Meal)).one()
    assert (meal.resident_id, meal.paid_fen, meal.diner_title) == (None, 0, "陈奶奶")
    assert wallet_of(counter.chen_id).balance_fen == 50_00
    sign_in(clerk, "zhangjie")
    assert "卡上的码现在认不出是谁的" in clerk.get("/meals/offline").text
