"""The claims pages as 张姐 sees them: from the preview to the signed cover and the money."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event, func, select, update

from canteen.claims.models import Claim, ClaimPayment
from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import run_waiting
from canteen.residents.models import Resident
from canteen.staff.rules import Role
from tests.claims.conftest import Place
from tests.claims.ground import closed, eat, void
from tests.people import make_site, make_staff, make_xiaoli, sign_in

THIRD_OF_JULY = datetime(2026, 7, 3, 4, 0, tzinfo=UTC)
JUNE = date(2026, 6, 1), date(2026, 6, 30)
JULY = date(2026, 7, 1), date(2026, 7, 31)
ASK = {"funder": "city", "period": "2026-06"}
REASON = {"reason": "已与社区核对，照常申报"}


@pytest.fixture
def office(client: FlaskClient, place: Place) -> Iterator[FlaskClient]:
    """张姐 at her desk on 3 July 2026."""
    with time_machine.travel(THIRD_OF_JULY, tick=False):
        sign_in(client, "zhangjie")
        yield client


def close_in_browser(app: Flask, office: FlaskClient, **more: str) -> str:
    """Press the button and wait; where the job leads to, or its page where it refused."""
    answer = office.post("/claims", data={**ASK, **more})
    assert answer.status_code == 302, answer.text
    run_waiting(app)
    page = office.get(answer.location).text
    found = re.search(r'href="(/claims/\d+)"', page)
    return found[1] if found else page


def payment(**values: Any) -> dict[str, Any]:
    return {
        "request_id": str(uuid4()),
        "amount_fen": "2.00",
        "received_on": "2026-07-02",
        "note": "市财政",
        **values,
    }


def paid() -> tuple[int, int]:
    """How many payments there are, and their sum."""
    db.session.rollback()
    query = select(func.count(), func.coalesce(func.sum(ClaimPayment.amount_fen), 0))
    count, fen = db.session.execute(query.select_from(ClaimPayment)).one()
    return count, int(fen)


def test_a_month_goes_from_the_notice_to_a_closed_claim(
    app: Flask, office: FlaskClient, place: Place
) -> None:
    for day in (1, 30):
        eat(place.chen, date(2026, 6, day), site_id=place.site)
    assert "2026年6月 市级还没申报：2 笔，¥6.00" in office.get("/claims").text
    preview = office.get("/claims/new").text
    assert "¥6.00" in preview
    assert "关账并生成文件" in preview
    address = close_in_browser(app, office)
    page = office.get(address).text
    assert "city-2026-06" in page
    assert "¥6.00" in page
    assert "陈桂英" in page
    front = office.get("/claims").text
    assert "还没申报：" not in front
    assert f'href="{address}"' in front
    assert "还没付" in front


def test_the_running_month_is_shown_but_cannot_be_closed(office: FlaskClient, place: Place) -> None:
    eat(place.chen, date(2026, 7, 1), site_id=place.site)
    page = office.get("/claims/new?funder=city&period=2026-07").text
    assert "¥3.00" in page
    assert "这一期到 2026-07-31 才结束" in page
    assert "关账并生成文件" not in page
    answer = office.post("/claims", data={**ASK, "period": "2026-07"})
    assert answer.status_code == 409
    assert "才结束" in answer.text


def test_a_period_or_a_funder_that_does_not_exist_is_said(
    office: FlaskClient, place: Place
) -> None:
    for query, words in (
        ("funder=city&period=2026-13", "没有“2026-13”这一期"),
        ("funder=nobody&period=2026-06", "没有“nobody”这个出资方"),
    ):
        answer = office.get(f"/claims/new?{query}")
        assert answer.status_code == 400
        assert words in answer.text


def test_a_claim_is_closed_once(app: Flask, office: FlaskClient, place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    close_in_browser(app, office)
    again = office.post("/claims", data=ASK)
    assert again.status_code == 409
    assert "city-2026-06" in again.text
    assert "关账并生成文件" not in office.get("/claims/new?funder=city&period=2026-06").text


def test_a_meal_after_the_diner_died_is_shown_and_needs_a_reason(
    app: Flask, office: FlaskClient, place: Place
) -> None:
    meal_id = eat(place.chen, date(2026, 6, 20), site_id=place.site)
    die(place.chen, date(2026, 6, 10))
    page = office.get("/claims/new?funder=city&period=2026-06").text
    assert "已去世或搬离" in page
    assert f"/meals/{meal_id}" in page
    assert "为什么照常关账" in page
    refused = close_in_browser(app, office)
    assert "有 1 条账目要先看" in refused
    page = office.get(close_in_browser(app, office, **REASON)).text
    assert REASON["reason"] in page


def test_a_large_claim_is_looked_at_line_by_line_only_when_asked(
    app: Flask, office: FlaskClient, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canteen.blueprints.claims.preparing.QUICKLY_CHECKED", 0)
    eat(place.chen, date(2026, 6, 20), site_id=place.site)
    die(place.chen, date(2026, 6, 10))
    page = office.get("/claims/new?funder=city&period=2026-06").text
    assert "逐条核对，要等一会儿" in page
    assert "已去世或搬离" not in page
    assert "¥3.00" in page
    assert "已去世或搬离" in office.get("/claims/new?funder=city&period=2026-06&check=1").text
    assert "有 1 条账目要先看" in close_in_browser(app, office)


def test_a_subsidy_given_in_error_is_taken_back_from_the_preview(
    app: Flask, office: FlaskClient, place: Place
) -> None:
    eat(place.chen, date(2026, 6, 5), site_id=place.site)
    wrong = eat(place.chen, date(2026, 6, 20), site_id=place.site)
    die(place.chen, date(2026, 6, 10))
    here = "/claims/new?funder=city&period=2026-06"
    page = office.get(here).text
    assert f'action="/meals/{wrong}/withdrawal"' in page
    form = {"withdrawal-reason": "6 月 10 日已去世", "next": here}
    answer = office.post(f"/meals/{wrong}/withdrawal", data=form)
    assert answer.status_code == 302, answer.text[answer.text.find("<main") :][:1500]
    assert answer.location.endswith(here)
    page = office.get(here).text
    assert "已去世或搬离" not in page
    assert office.get(close_in_browser(app, office)).text.count("陈桂英") == 1


def test_a_void_after_closing_stands_in_the_next_claim_and_points_back(
    app: Flask, office: FlaskClient, place: Place
) -> None:
    meal_id = eat(place.chen, JUNE[0], site_id=place.site)
    june = closed(*JUNE, place.site)
    eat(place.wang, date(2026, 7, 1), site_id=place.site)
    void(meal_id, site_id=place.site, by=place.zhangjie, now=THIRD_OF_JULY)
    with time_machine.travel(datetime(2026, 8, 2, 4, 0, tzinfo=UTC), tick=False):
        preview = office.get("/claims/new?funder=city&period=2026-07").text
        assert "更正：已报过的账目，这次退回" in preview
        assert "−¥3.00" in preview
        assert f'href="/claims/{june.claim_id}"' in preview
        page = office.get(
            close_in_browser(app, office, period="2026-07") + "?only=corrections"
        ).text
        closed_one = office.get(f"/claims/{june.claim_id}").text
    assert f'href="/meals/{meal_id}"' in page
    assert f'<a class="code" href="/claims/{june.claim_id}">city-2026-06</a>' in page
    assert "¥3.00" in closed_one, "a closed claim stays as it was"


def test_a_late_entry_is_marked(office: FlaskClient, place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    closed(*JUNE, place.site)
    eat(place.wang, JUNE[1], site_id=place.site, now=THIRD_OF_JULY)
    eat(place.wang, date(2026, 7, 1), site_id=place.site)
    assert "补报：更早的日子，这次才报" in office.get("/claims/new?funder=city&period=2026-07").text
    july = closed(*JULY, place.site)
    page = office.get(f"/claims/{july.claim_id}?only=carried").text
    assert page.count("王德福") == 1
    assert "2026-06-30" in page


def test_a_clerk_sees_no_claims(client: FlaskClient, place: Place) -> None:
    make_xiaoli(place.site)
    june = _one_claim(place)
    sign_in(client, "xiaoli")
    for address in ("/claims", "/claims/new", f"/claims/{june}", f"/claims/{june}/cover"):
        assert client.get(address).status_code == 403, address
    assert "结算报账" not in client.get("/").text


def test_a_manager_of_another_canteen_gets_no_glimpse(client: FlaskClient, place: Place) -> None:
    june = _one_claim(place)
    elsewhere = make_site("yinhe", name="银河食堂")
    make_staff("laoma", Role.MANAGER, site_id=elsewhere)
    sign_in(client, "laoma")
    for tail in ("", "/cover", "/claim.xlsx", "/claim.csv"):
        assert client.get(f"/claims/{june}{tail}").status_code == 404, tail
    assert client.post(f"/claims/{june}/payments", data=payment()).status_code == 404
    assert "city-2026-06" not in client.get("/claims").text
    assert paid() == (0, 0)


def test_sites_that_are_not_ones_own_are_not_claimed_for(
    app: Flask, office: FlaskClient, place: Place
) -> None:
    elsewhere = make_site("yinhe", name="银河食堂")
    eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.wang, JUNE[0], site_id=elsewhere)
    address = close_in_browser(app, office, site=str(elsewhere))
    assert "王德福" not in office.get(address).text


def test_one_of_two_canteens_can_be_claimed_alone(
    app: Flask, client: FlaskClient, place: Place
) -> None:
    second = make_site("yinhe", name="银河食堂")
    make_staff("guanliyuan", Role.ADMINISTRATOR, site_id=place.site)
    eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.wang, JUNE[0], site_id=second)
    with time_machine.travel(THIRD_OF_JULY, tick=False):
        sign_in(client, "guanliyuan")
        both = client.get("/claims/new?funder=city&period=2026-06").text
        assert "食堂：全部 2 个" in both
        assert "¥6.00" in both
        one = client.get(f"/claims/new?funder=city&period=2026-06&site={second}").text
        assert "食堂：1 个，共 2 个" in one
        assert "¥6.00" not in one
        page = client.get(close_in_browser(app, client, site=str(second))).text
    assert "银河食堂" in page
    assert "陈桂英" not in page


def test_what_was_paid_in_advance_covers_the_oldest_claim_first(
    office: FlaskClient, place: Place
) -> None:
    june = _one_claim(place)
    eat(place.chen, date(2026, 5, 4), site_id=place.site, parts=[("district", "helpings/age", 200)])
    may = closed(date(2026, 5, 1), date(2026, 5, 31), place.site, funder="district")
    eat(place.chen, date(2026, 6, 4), site_id=place.site, parts=[("district", "helpings/age", 200)])
    newer = closed(*JUNE, place.site, funder="district")
    form = {**payment(amount_fen="2.50"), "funder": "district"}
    assert office.post("/funders", data=form).status_code == 302
    assert "预拨款已抵" in office.get(f"/claims/{may.claim_id}").text
    page = office.get(f"/claims/{newer.claim_id}").text
    assert "由预拨款抵 ¥0.50" in page
    assert "还差 ¥1.50" in page
    assert "还差 ¥3.00" in office.get(f"/claims/{june}").text, "another funder's money is its own"
    front = office.get("/claims").text
    assert "¥4.50" in front, "3.00 of the city, 1.50 of the district"
    assert "另由预拨款抵 ¥2.50" in front


def test_a_payment_sent_twice_is_one(office: FlaskClient, place: Place) -> None:
    june = _one_claim(place)
    form = payment()
    for _press in range(2):
        assert office.post(f"/claims/{june}/payments", data=form).status_code == 302
    assert paid() == (1, 200)
    page = office.get(f"/claims/{june}").text
    assert "付了一部分" in page
    assert "还差 ¥1.00" in page


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"amount_fen": "3.01"}, 409, "只剩 3.00 元未付"),
        ({"amount_fen": "0"}, 422, "金额要大于 0"),
        ({"amount_fen": "三块"}, 422, "不是金额"),
        ({"received_on": "2026-07-04"}, 422, "还没到的日子不能记到账"),
        ({"received_on": "2026-02-30"}, 422, "没有“2026-02-30”这一天"),
        ({"request_id": "x"}, 422, "页面已过期"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_in_words(
    office: FlaskClient, place: Place, values: dict[str, str], status: int, words: str
) -> None:
    june = _one_claim(place)
    answer = office.post(f"/claims/{june}/payments", data=payment(**values))
    assert answer.status_code == status
    assert words in answer.text
    assert paid() == (0, 0)


def test_a_claim_paid_in_full_asks_for_no_more(office: FlaskClient, place: Place) -> None:
    june = _one_claim(place)
    office.post(f"/claims/{june}/payments", data=payment(amount_fen="3"))
    page = office.get(f"/claims/{june}").text
    assert "已付清" in page
    assert "记一笔到账" not in page


def test_both_files_are_named_after_the_claim_and_hold_its_lines(
    office: FlaskClient, place: Place
) -> None:
    for day in (2, 3):
        eat(place.chen, date(2026, 6, day), site_id=place.site)
    june = _one_claim(place, fen=900)
    book = office.get(f"/claims/{june}/claim.xlsx")
    assert "claim-city-2026-06.xlsx" in book.headers["Content-Disposition"]
    cover, *_others, lines = load_workbook(io.BytesIO(book.data)).worksheets
    assert "city-2026-06" in [row[1].value for row in cover.iter_rows()]
    assert sum("陈桂英" in [cell.value for cell in row] for row in lines.iter_rows()) == 3
    table = office.get(f"/claims/{june}/claim.csv")
    assert "claim-city-2026-06.csv" in table.headers["Content-Disposition"]
    assert any("陈桂英" in row for row in csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))


def test_the_cover_says_all_that_is_signed_for(office: FlaskClient, place: Place) -> None:
    page = office.get(f"/claims/{_one_claim(place)}/cover").text
    for words in ("city-2026-06", "2026-06-01", "2026-06-30", "叁元整", "食堂负责人", "金牛食堂"):
        assert words in page


def test_everything_is_said_in_english_too(office: FlaskClient, place: Place) -> None:
    june = _one_claim(place)
    eat(place.wang, date(2026, 5, 2), site_id=place.site, parts=[("district", "helpings/age", 200)])
    office.set_cookie("canteen_language", "en")
    for address, words in (
        ("/claims", "May 2026, district is not claimed yet: ¥2.00 (lines: 1)"),
        ("/claims/new?funder=district&period=2026-Q2", "Quarter 2 of 2026"),
        ("/claims/new?funder=district&period=2026-05", "Close and make the files"),
        (f"/claims/{june}", "Meal help · age"),
        (f"/claims/{june}/cover", "Claim for meal subsidies"),
    ):
        page = office.get(address).text
        assert words in page, address
        plain = re.sub(r"陈桂英|王德福|张姐|金牛食堂|演示|中文", "", page.split("</header>", 1)[1])
        assert not re.findall(r"[\u3400-\u9fff]+", plain), address


def test_pages_ask_no_more_of_the_database_for_more_rows(
    app: Flask, office: FlaskClient, place: Place
) -> None:
    june = _one_claim(place)
    addresses = ("/claims", "/claims/new?funder=city&period=2026-07", f"/claims/{june}")
    office.get("/claims")
    few = [_asked(office, address) for address in addresses]
    for day in range(1, 31):
        for period in ("breakfast", "lunch"):
            parts = [("city", "helpings/age", 300)]
            eat(place.chen, date(2026, 5, day), site_id=place.site, period=period, parts=parts)
    may = closed(date(2026, 5, 1), date(2026, 5, 31), place.site)
    many = [_asked(office, one) for one in (*addresses[:2], f"/claims/{may.claim_id}")]
    assert [count <= before for count, before in zip(many, few, strict=True)] == [True] * 3, (
        few,
        many,
    )
    page = office.get(f"/claims/{may.claim_id}?page=2").text
    assert page.count('scope="row" class="p1"><a href="/meals/') == 10


def test_without_funders_there_is_nothing_to_prepare(client: FlaskClient, app: Flask) -> None:
    make_staff("zhangjie", Role.MANAGER, site_id=make_site())
    sign_in(client, "zhangjie")
    assert "还没有出资方" in client.get("/claims/new").text
    assert client.get("/claims").status_code == 200
    assert client.post("/claims", data=ASK).status_code == 400


def die(resident_id: int, day: date) -> None:
    """Somebody died that day, and the office hears of it later."""
    with transaction() as session:
        session.execute(
            update(Resident)
            .where(Resident.id == resident_id)
            .values(status="deceased", ended_on=day)
        )


def _one_claim(place: Place, fen: int = 300) -> int:
    """June, closed: one lunch of 陈奶奶, 3 yuan of the city's, and whatever was before."""
    eat(place.chen, JUNE[0], site_id=place.site)
    claim_id = closed(*JUNE, place.site).claim_id
    assert db.session.get_one(Claim, claim_id).total_fen == fen
    db.session.rollback()
    return claim_id


def _asked(client: FlaskClient, address: str) -> int:
    """How many statements a page takes."""
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


def test_a_wrong_payment_is_taken_back_with_a_reason(office: FlaskClient, place: Place) -> None:
    june = _one_claim(place)
    office.post(f"/claims/{june}/payments", data=payment())
    page = office.get(f"/claims/{june}").text
    found = re.search(r'action="(/claims/\d+/payments/\d+/reversal)"', page)
    assert found is not None
    refused = office.post(found[1], data={"reason": ""}, follow_redirects=True).text
    assert "没有写为什么撤回" in refused
    assert "还差 ¥1.00" in refused
    done = office.post(found[1], data={"reason": "记错了申报单"}, follow_redirects=True).text
    assert "已撤回这笔到账" in done
    assert "还差 ¥3.00" in done
    assert "记错了申报单" in done
    assert found[1] not in done
    assert paid() == (1, 200), "the row stays"
