"""The counter's posts over HTTP: what they answer, and what they do not swallow."""

import io
import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from canteen.cards.models import Card
from canteen.cards.qr import qr_png
from canteen.cards.tokens import make_token
from canteen.foundation import storage
from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from tests.lunches import adopt, assert_ledger_holds, give
from tests.people import (
    NOW,
    PASSWORD,
    make_chen,
    make_site,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    sign_in,
    wallet_of,
)

KEY = b"k" * 32


@pytest.fixture
def site(app: Flask) -> int:
    site_id = make_site()
    adopt(site_id, "nanchang")
    make_xiaoli(site_id)
    make_zhangjie(site_id)
    return site_id


@pytest.fixture(autouse=True)
def lunch_time() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def card_of(resident_id: int, number: str = "12345678", state: str = "active") -> str:
    """A card for a person; its 22 digits."""
    with transaction() as session:
        ended = None if state == "active" else NOW
        session.add(
            Card(
                number=number, issue=0, resident_id=resident_id, state=state, issued_at=NOW,
                ended_at=ended,
            )
        )  # fmt: skip
    return make_token(number, 0, storage.keys().card[0])


def post(client: FlaskClient, **values: object) -> object:
    """One tray."""
    body = {"id": str(uuid4()), "period": "lunch", "set": "standard", **values}
    return client.post("/counter/meals", json=body)


def meals() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Meal)) or 0


def test_a_scan_answers_with_everything_the_screen_says(client: FlaskClient, site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    token = card_of(chen)
    sign_in(client, "xiaoli")
    meal_id = str(uuid4())
    answer = post(client, id=meal_id, token=token)
    assert answer.status_code == 201
    receipt = answer.json
    assert receipt["title"] == "陈奶奶"
    assert receipt["parts"] == [{"funder": "district", "name": "区级", "amount_fen": 400}]
    assert (receipt["price_fen"], receipt["paid_fen"], receipt["balance_fen"]) == (1300, 900, 4100)
    assert receipt["spoken"] == "陈奶奶，您实付九元，余额四十一元"
    again = post(client, id=meal_id, token=token)
    assert again.status_code == 200
    assert again.json == {**receipt, "repeat": True}
    assert_ledger_holds()


@pytest.mark.parametrize(
    ("state", "code", "step"),
    [
        ("lost", "card_lost", "replace_card"),
        ("replaced", "card_replaced", "rescan"),
        ("closed", "card_closed", "find"),
    ],
)
def test_a_card_that_ended_is_refused_in_its_own_words(
    client: FlaskClient, site: int, state: str, code: str, step: str
) -> None:
    token = card_of(make_chen(site), state=state)
    sign_in(client, "xiaoli")
    answer = post(client, token=token)
    assert answer.status_code == 409
    assert (answer.json["code"], answer.json["step"]) == (code, step)
    assert answer.json["text"]
    assert answer.json["next_step"]
    assert meals() == 0


def test_codes_that_are_no_card_of_ours(client: FlaskClient, site: int) -> None:
    token = card_of(make_chen(site))
    sign_in(client, "xiaoli")
    wrong_digit = token[:-1] + str((int(token[-1]) + 1) % 10)
    for text, code in (
        ("https://example.com/pay", "token_not_ours"),
        (token[:15], "token_cut"),
        (wrong_digit, "token_tampered"),
        (make_token("12345678", 0, KEY), "token_tampered"),
        (token[:8] + "1" + token[9:], "token_tampered"),
        ("", "token_missing"),
        (token + token, "token_not_ours"),
    ):
        answer = post(client, token=text)
        assert (answer.status_code, answer.json["code"]) == (409, code), text
    assert meals() == 0


def test_a_genuine_code_without_a_card_is_unknown(client: FlaskClient, site: int) -> None:
    sign_in(client, "xiaoli")
    token = make_token("87654321", 0, storage.keys().card[0])
    assert post(client, token=token).json["code"] == "card_unknown"


def test_full_width_digits_of_an_input_method_are_read(client: FlaskClient, site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    wide = card_of(chen).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    sign_in(client, "xiaoli")
    assert post(client, token=wide).status_code == 201


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"guest": "yes"}, "guest"),
        ({"guest": True, "period": "DROP TABLE"}, "period"),
        ({"guest": True, "id": "7"}, "id"),
        ({"guest": True, "resident_id": -1}, "resident_id"),
        ({"guest": True, "device_id": 2**40}, "device_id"),
        ({"guest": True, "channel": "drone"}, "channel"),
        ({"guest": True, "price_fen": 1}, "price_fen"),
        ({"guest": True, "reason": "x" * 201}, "reason"),
        ({"guest": True, "resident_id": 1}, "body"),
        ({}, "body"),
    ],
)
def test_a_post_that_means_nothing_names_its_field(
    client: FlaskClient, site: int, values: dict[str, object], field: str
) -> None:
    sign_in(client, "xiaoli")
    answer = post(client, **values)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid"), answer.text
    assert answer.json["field"] == field
    assert meals() == 0


def test_what_is_no_json_is_refused(client: FlaskClient, site: int) -> None:
    sign_in(client, "xiaoli")
    for body in (b"", b"{", b"[]", b'"text"', b"\xff\xfe", b'{"id": NaN}', b'{"reason":"\\u0000"}'):
        answer = client.post("/counter/meals", data=body, content_type="application/json")
        assert answer.status_code in (400, 422), body
        assert answer.json["text"]


def test_an_unknown_device_does_not_break_the_counter(client: FlaskClient, site: int) -> None:
    sign_in(client, "xiaoli")
    answer = post(client, guest=True, device_id=99999)
    assert (answer.status_code, answer.json["code"]) == (409, "device_unknown")


def test_a_long_code_of_somebody_else_is_no_card_and_is_not_shown(
    client: FlaskClient, site: int
) -> None:
    sign_in(client, "xiaoli")
    for scanned in ("https://example.org/?name=" + "x" * 300, "9" * 10_240, "😀" * 3_000):
        answer = post(client, token=scanned)
        assert (answer.status_code, answer.json["code"]) == (409, "token_not_ours")
        assert answer.json["next_step"]
        assert scanned[:20] not in answer.text
    assert meals() == 0


def test_a_signed_out_counter_gets_json_and_keeps_its_tray(client: FlaskClient, site: int) -> None:
    answer = post(client, guest=True)
    assert answer.status_code == 401
    assert answer.json["code"] == "signed_out"


def test_a_stale_csrf_token_says_so(app: Flask, client: FlaskClient, site: int) -> None:
    sign_in(client, "xiaoli")
    app.config["WTF_CSRF_ENABLED"] = True
    answer = post(client, guest=True)
    assert (answer.status_code, answer.json["code"]) == (400, "page_stale")
    assert meals() == 0


def test_a_manager_allows_a_second_meal_at_the_clerks_counter(
    client: FlaskClient, site: int
) -> None:
    wang = make_wang(site)
    give(wang, site, 50_00)
    sign_in(client, "xiaoli")
    assert post(client, resident_id=wang).status_code == 201
    assert post(client, resident_id=wang).json["step"] == "override"
    more = {"resident_id": wang, "extra": True, "reason": "给老伴带一份"}
    assert post(client, **more).json["code"] == "manager_needed"
    wrong = {"username": "zhangjie", "password": "猜的密码不会对的"}
    assert post(client, **more, manager=wrong).json["code"] == "manager_needed"
    clerk = {"username": "xiaoli", "password": PASSWORD}
    assert post(client, **more, manager=clerk).json["code"] == "manager_needed"
    right = {"username": "zhangjie", "password": PASSWORD}
    no_reason = {**more, "reason": " "}
    assert post(client, **no_reason, manager=right).json["code"] == "reason_needed"
    answer = post(client, **more, manager=right)
    assert answer.status_code == 201
    assert answer.json["subsidy_fen"] == 0
    assert wallet_of(wang).balance_fen == 24_00


def test_the_last_meal_is_undone_over_http(client: FlaskClient, site: int) -> None:
    chen = make_chen(site)
    give(chen, site, 50_00)
    token = card_of(chen)
    sign_in(client, "xiaoli")
    receipt = post(client, token=token).json
    done = client.post(f"/counter/meals/{receipt['id']}/reversal", json={})
    assert (done.status_code, done.json["balance_fen"]) == (200, 50_00)
    assert done.json["spoken"] == "陈奶奶，已撤销，退九元"
    with time_machine.travel(NOW + timedelta(seconds=5), tick=False):
        late = post(client, token=token).json
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        answer = client.post(f"/counter/meals/{late['id']}/reversal", json={})
    assert (answer.status_code, answer.json["code"]) == (409, "undo_too_late")
    assert client.post(f"/counter/meals/{uuid4()}/reversal", json={}).status_code == 404


def test_a_manager_voids_from_the_list_with_a_reason(client: FlaskClient, site: int) -> None:
    wang = make_wang(site)
    give(wang, site, 50_00)
    sign_in(client, "xiaoli")
    meal_id = post(client, resident_id=wang).json["id"]
    assert client.post(f"/meals/{meal_id}/void", data={"reason": "x"}).status_code == 403
    client.post("/sign-out")
    sign_in(client, "zhangjie")
    assert "王德福" in client.get("/meals").text
    assert client.post(f"/meals/{meal_id}/void", data={"reason": ""}).status_code == 422
    answer = client.post(f"/meals/{meal_id}/void", data={"reason": "打错人了"})
    assert answer.status_code == 302
    assert "打错人了" in client.get(f"/meals/{meal_id}").text
    assert wallet_of(wang).balance_fen == 50_00


def test_people_are_found_as_clerks_ask_for_them(client: FlaskClient, site: int) -> None:
    chen = make_chen(site)
    card_of(chen)
    sign_in(client, "xiaoli")
    for asked in ("陈桂英", "桂英", "cgy", "chengui", "0101", "12345678"):
        found = client.get("/counter/diners", query_string={"q": asked}).json
        assert [row["resident_id"] for row in found] == [chen], asked
    assert set(found[0]) == {
        "resident_id", "name", "title", "age", "place", "card_tail", "balance_fen",
    }  # fmt: skip
    assert client.get("/counter/diners?q=").json == []
    assert client.get("/counter/diners?q=%25").json == []


def test_a_photo_of_a_card_is_read(client: FlaskClient, site: int) -> None:
    token = card_of(make_chen(site))
    sign_in(client, "xiaoli")
    frame = io.BytesIO()
    Image.open(io.BytesIO(qr_png(token))).convert("RGB").rotate(
        14, expand=True, fillcolor="white"
    ).save(frame, "JPEG", quality=70)
    answer = client.post("/counter/frames", data=frame.getvalue(), content_type="image/jpeg")
    assert answer.json == {"text": token}


def test_pictures_that_cannot_be_read(client: FlaskClient, site: int) -> None:
    sign_in(client, "xiaoli")
    empty = io.BytesIO()
    Image.new("RGB", (320, 240), "white").save(empty, "JPEG")
    two = Image.new("RGB", (900, 450), "white")
    for place, digits in ((0, "1" * 22), (450, "2" * 22)):
        two.paste(
            Image.open(io.BytesIO(qr_png(digits))).convert("RGB").resize((400, 400)),
            (place + 20, 20),
        )
    both = io.BytesIO()
    two.save(both, "JPEG")
    for data, status, code in (
        (empty.getvalue(), 200, None),
        (both.getvalue(), 409, "picture_two_codes"),
        (b"not a picture", 409, "picture_unreadable"),
        (b"", 409, "picture_unreadable"),
        (b"\xff\xd8" + b"0" * 9_000_000, 409, "picture_too_large"),
    ):
        answer = client.post("/counter/frames", data=data, content_type="image/jpeg")
        assert answer.status_code == status, code
        assert answer.json.get("code") == code


def test_nothing_private_is_on_the_counter(client: FlaskClient, site: int) -> None:
    chen = make_chen(site, id_number_last4="1234")
    give(chen, site, 50_00)
    sign_in(client, "xiaoli")
    shown = json.dumps(post(client, resident_id=chen).json, ensure_ascii=False)
    shown += client.get("/counter").text
    for secret in ('1234"', "13800000101", "低保", "dibao", "living_alone"):
        assert secret not in shown, secret
