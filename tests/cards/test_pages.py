"""The cards' pages: who may do what, what is shown, what is refused in words."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event, func, select

from canteen.cards import actions
from canteen.cards.models import Card
from canteen.cards.wallets import CashOrder, top_up
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.ledger.models import Transfer
from canteen.staff.rules import Role
from tests.ledger.test_booking import Counter
from tests.people import (
    NOW,
    make_chen,
    make_resident,
    make_site,
    make_staff,
    make_unit,
    make_wang,
    make_xiaoli,
    make_zhangjie,
    sign_in,
    wallet_of,
)


class House:
    """金牛食堂 with 陈奶奶, 王爷爷, 小李 and 张姐; 陈奶奶 has a card."""

    def __init__(self) -> None:
        self.site = make_site(name_en="Jinniu Canteen")
        self.chen, self.wang = make_chen(self.site), make_wang(self.site)
        self.xiaoli, self.zhangjie = make_xiaoli(self.site), make_zhangjie(self.site)
        made = actions.issue_card(resident_id=self.chen, now=NOW, by=self.xiaoli)
        assert isinstance(made, int)
        self.card = made
        self.number = db.session.get_one(Card, made).number


@pytest.fixture
def house(app: Flask) -> House:
    return House()


def rows(model: type[Card] | type[Transfer]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def cash(amount: str, request_id: str = "", **more: str) -> dict[str, str]:
    return {"amount_fen": amount, "request_id": request_id or str(uuid4()), **more}


@pytest.mark.parametrize(
    "text", ["陈桂英", "桂英", "cgy", "chengui", "0101", "number", "grouped", "scan"]
)
def test_a_person_is_found_by_name_pinyin_phone_and_card(
    client: FlaskClient, house: House, text: str
) -> None:
    sign_in(client, "xiaoli")
    typed = {
        "number": house.number,
        "grouped": f"{house.number[:4]} {house.number[4:]}",
        "scan": f"{house.number}01234567890123",
    }.get(text, text)
    found = client.post("/cards/searches", data={"q": typed}, follow_redirects=True)
    assert "陈桂英" in found.text
    assert "王德福" not in found.text


@pytest.mark.parametrize("known", [True, False])
def test_a_scanned_code_does_not_stay_in_an_address(
    client: FlaskClient, house: House, known: bool
) -> None:
    sign_in(client, "xiaoli")
    scan = f"{house.number if known else '00000000'}01234567890123"
    for answer in (
        client.post("/cards/searches", data={"q": scan}),
        client.get("/cards", query_string={"q": scan}),
    ):
        assert answer.status_code == 302
        assert scan not in answer.headers["Location"]


def test_a_lost_cards_number_still_finds_its_holder(client: FlaskClient, house: House) -> None:
    actions.report_card_lost(card_id=house.card, now=NOW, by=house.xiaoli)
    sign_in(client, "xiaoli")
    assert "陈桂英" in client.get("/cards", query_string={"q": house.number}).text


@pytest.mark.parametrize(
    ("show", "seen"),
    [("everybody", "陈王"), ("active", "陈"), ("unprinted", "陈"), ("none", "王"), ("lost", "")],
)
def test_the_list_is_filtered_by_state(
    client: FlaskClient, house: House, show: str, seen: str
) -> None:
    sign_in(client, "xiaoli")
    page = client.get("/cards", query_string={"show": show}).text
    assert ("陈桂英" in page) == ("陈" in seen)
    assert ("王德福" in page) == ("王" in seen)


def test_hardship_is_not_shown_where_cards_are_handled(client: FlaskClient, house: House) -> None:
    sign_in(client, "xiaoli")
    for address in ("/cards", f"/residents/{house.chen}/card"):
        page = client.get(address).text
        assert "低保" not in page
        assert "dibao" not in page


def test_the_list_costs_the_same_whatever_its_length(client: FlaskClient, house: House) -> None:
    sign_in(client, "xiaoli")
    client.get("/cards")

    def queries() -> int:
        asked: list[str] = []
        listen = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        client.get("/cards")
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(asked)

    few = queries()
    for number in range(30):
        make_resident(f"老人{number}", site_id=house.site, birthday=date(1950, 1, 1))
    assert queries() == few


def test_a_card_is_issued_from_a_persons_page(client: FlaskClient, house: House) -> None:
    sign_in(client, "xiaoli")
    answer = client.post(f"/residents/{house.wang}/cards", follow_redirects=True)
    assert "已发卡" in answer.text
    assert rows(Card) == 2
    again = client.post(f"/residents/{house.wang}/cards", follow_redirects=True)
    assert "已有在用的卡" in again.text
    assert again.request.path == f"/residents/{house.wang}/card"
    assert client.post("/residents/999/cards").status_code == 404


def test_a_selection_is_issued_and_shown_for_printing(client: FlaskClient, house: House) -> None:
    sign_in(client, "xiaoli")
    page = client.get("/cards/new").text
    assert "王德福" in page
    assert "陈桂英" not in page
    answer = client.post("/cards", data={"resident_id": [house.wang]}, follow_redirects=True)
    assert answer.request.path == "/cards/sheet"
    assert "王德福" in answer.text
    assert "没有选人" in client.post("/cards", data={}, follow_redirects=True).text


def test_only_one_building_is_shown_when_asked(client: FlaskClient, house: House) -> None:
    unit = make_unit(building="9栋")
    make_resident("赵秀兰", site_id=house.site, birthday=date(1950, 1, 1), unit_id=unit)
    sign_in(client, "xiaoli")
    whole = client.get("/cards/new").text
    building = re.search(r'<option value="(\d+)">金牛小区 9栋', whole)
    assert building is not None
    page = client.get("/cards/new", query_string={"building": building[1]}).text
    assert "赵秀兰" in page
    assert "王德福" not in page


def test_a_lost_card_can_be_replaced_and_no_longer_printed(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "xiaoli")
    assert "已挂失" in client.post(f"/cards/{house.card}/loss", follow_redirects=True).text
    assert client.get(f"/cards/{house.card}/print").status_code == 404
    for _twice in range(2):
        page = client.post(f"/cards/{house.card}/replacement", follow_redirects=True).text
        assert "已换新卡" in page
    assert rows(Card) == 2


def test_the_print_page_names_site_person_and_number_and_nothing_private(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "xiaoli")
    page = client.get(f"/cards/{house.card}/print").text
    for words in ("金牛食堂", "Jinniu Canteen", "0791-5550100", "陈桂英"):
        assert words in page
    assert f"{house.number[:4]} {house.number[4:]}" in page
    for secret in ("1944", "13800000101", "501", "低保"):
        assert (
            secret
            not in page.partition("card-face")[2]
            .partition("</article>")[0]
            .replace("0791-5550100", "")
            .partition("<svg")[0]
        )


def test_looking_at_a_print_page_changes_nothing_and_the_button_notes_it(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "xiaoli")
    client.get("/cards/sheet")
    assert db.session.get_one(Card, house.card).printed_at is None
    client.post("/cards/prints", data={"card": [house.card]})
    db.session.rollback()
    assert db.session.get_one(Card, house.card).printed_at is not None


def test_cash_is_added_once_however_often_the_form_is_sent(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "xiaoli")
    page = client.get(f"/residents/{house.chen}/card").text
    found = re.search(r'name="request_id"[^>]*value="([0-9a-f-]{36})"', page)
    assert found is not None
    for _twice in range(2):
        form = cash("100", found[1])
        answer = client.post(f"/residents/{house.chen}/top-ups", data=form, follow_redirects=True)
        assert "余额 ¥100.00" in answer.text
    assert wallet_of(house.chen).balance_fen == 100_00


@pytest.mark.parametrize(
    "amount", ["-5", "0", "0.001", "", "很多", "1e9", "99999999999", "NaN", "😀"]
)
def test_an_amount_that_is_none_is_refused_and_nothing_moves(
    client: FlaskClient, house: House, amount: str
) -> None:
    sign_in(client, "xiaoli")
    answer = client.post(f"/residents/{house.chen}/top-ups", data=cash(amount))
    assert answer.status_code == 422
    assert 'class="mistake"' in answer.text
    assert wallet_of(house.chen).balance_fen == 0


def test_a_huge_amount_is_told_how_much_may_still_be_added(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "xiaoli")
    client.post(f"/residents/{house.chen}/top-ups", data=cash("4900"))
    answer = client.post(f"/residents/{house.chen}/top-ups", data=cash("200"))
    assert answer.status_code == 409
    assert "这次最多充 100.00 元" in answer.text


def test_a_form_that_was_sent_before_says_that_nothing_was_added(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "zhangjie")
    address, form = f"/residents/{house.chen}/top-ups", cash("10")
    first = client.post(address, data=form, follow_redirects=True).text
    assert "已充 ¥10.00，余额 ¥10.00" in first
    again = client.post(address, data=form, follow_redirects=True).text
    assert "先前已充过，没有再充；余额 ¥10.00" in again
    assert "已充 ¥10.00，余额" not in again
    back = cash("4", reason="本人要求")
    for said in ("已退 ¥4.00 现金，余额 ¥6.00", "先前已退过，没有再退；余额 ¥6.00"):
        address = f"/residents/{house.chen}/refunds"
        assert said in client.post(address, data=back, follow_redirects=True).text


def test_amounts_that_are_too_large_or_ambiguous_are_told_so(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "xiaoli")
    for typed, said in (
        ("99999999", "“99999999”太大，最多 10,000,000 元"),
        ("0,500", "“0,500”不是金额"),
    ):
        answer = client.post(f"/residents/{house.chen}/top-ups", data=cash(typed))
        assert answer.status_code == 422
        assert said in answer.text
    assert rows(Transfer) == 0


def test_a_form_without_its_id_moves_nothing(client: FlaskClient, house: House) -> None:
    sign_in(client, "xiaoli")
    for broken in ("x", "1234"):
        answer = client.post(f"/residents/{house.chen}/top-ups", data=cash("10", broken))
        assert answer.status_code == 422
        assert "页面已过期" in answer.text
    assert rows(Transfer) == 0


def test_a_manager_refunds_with_a_reason_and_a_clerk_cannot(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "xiaoli")
    client.post(f"/residents/{house.chen}/top-ups", data=cash("50"))
    assert client.post(f"/residents/{house.chen}/refunds", data=cash("10")).status_code == 403
    client.post("/sign-out")
    sign_in(client, "zhangjie")
    address = f"/residents/{house.chen}/refunds"
    assert "请写一句为什么" in client.post(address, data=cash("10")).text
    over = client.post(address, data=cash("50.01", reason="搬走"))
    assert "余额只有 50.00 元" in over.text
    done = client.post(address, data=cash("10", reason="搬走"), follow_redirects=True)
    assert "余额 ¥40.00" in done.text
    statement = client.get(f"/residents/{house.chen}/statement").text
    assert "搬走" in statement
    assert "张姐" in statement


def test_a_community_worker_issues_and_prints_but_handles_no_money(
    client: FlaskClient, house: House
) -> None:
    make_staff("shequ", Role.COMMUNITY, site_id=house.site)
    sign_in(client, "shequ")
    assert client.post(f"/residents/{house.wang}/cards").status_code == 302
    assert client.get(f"/cards/{house.card}/print").status_code == 200
    assert client.post(f"/residents/{house.chen}/top-ups", data=cash("10")).status_code == 403
    assert client.post(f"/cards/{house.card}/loss").status_code == 403
    assert "现金充值" not in client.get(f"/residents/{house.chen}/card").text


def test_a_volunteer_sees_no_cards(client: FlaskClient, house: House) -> None:
    make_staff("xiaozhou", Role.VOLUNTEER, site_id=house.site, name="小周")
    sign_in(client, "xiaozhou")
    for address in ("/cards", f"/residents/{house.chen}/card", "/cards/sheet"):
        assert client.get(address).status_code == 403


def test_nobody_has_no_card_page(client: FlaskClient, house: House) -> None:
    sign_in(client, "zhangjie")
    for address in ("card", "statement", "statement.xlsx", "refunds"):
        assert client.get(f"/residents/999/{address}").status_code == 404
    assert client.post("/cards/999/loss").status_code == 404


def test_the_statement_shows_every_movement_with_the_balance_after_it(
    client: FlaskClient, house: House
) -> None:
    sign_in(client, "zhangjie")
    for amount in ("100", "20.50"):
        client.post(f"/residents/{house.chen}/top-ups", data=cash(amount))
    client.post(f"/residents/{house.chen}/refunds", data=cash("0.50", reason="=1+1"))
    page = client.get(f"/residents/{house.chen}/statement").text
    balances = re.findall(r"余额 </span>(¥[\d.]+)</td>", page)
    assert balances == ["¥120.00", "¥120.50", "¥100.00"]
    file = client.get(f"/residents/{house.chen}/statement.xlsx")
    sheet = load_workbook(BytesIO(file.data)).active
    assert sheet is not None
    assert [row[5] for row in sheet.iter_rows(min_row=2, values_only=True)] == [100, 120.5, 120]
    assert [cell.data_type for cell in sheet[4]][2] == "s"
    csv = client.get(f"/residents/{house.chen}/statement.csv").data.decode("utf-8-sig")
    assert (
        "退现金,'=1+1,金牛食堂,'-0.50,120.00" in csv or "退现金,'=1+1,金牛食堂,-0.50,120.00" in csv
    )


def test_a_long_statement_goes_on_with_the_right_balance(client: FlaskClient, house: House) -> None:
    sign_in(client, "xiaoli")
    for _each in range(52):
        client.post(f"/residents/{house.chen}/top-ups", data=cash("1"))
    page = client.get(f"/residents/{house.chen}/statement?page=2").text
    assert re.findall(r"余额 </span>(¥[\d.]+)</td>", page) == ["¥2.00", "¥1.00"]


def test_a_statement_names_years_and_says_on_paper_that_it_is_a_part(
    client: FlaskClient, house: House
) -> None:
    long_ago = datetime(2019, 12, 31, 16, 30, tzinfo=UTC)  # in Shanghai it is 2020
    one = {"resident_id": house.chen, "amount_fen": 100, "site_id": house.site, "by": house.xiaoli}
    for number in range(51):
        order = CashOrder(request_id=uuid4(), service_date=date(2020, 1, 1), **one)  # type: ignore[arg-type]
        top_up(order, now=long_ago + timedelta(days=number))
    sign_in(client, "xiaoli")
    page = client.get(f"/residents/{house.chen}/statement").text
    assert "2020年2月20日 00:30" in page
    assert "第 1 页，每页 50 笔；不是全部收支" in page
    assert "2020年1月1日 00:30" in client.get(f"/residents/{house.chen}/statement?page=2").text
    csv = client.get(f"/residents/{house.chen}/statement.csv").data.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith("2020-01-01,现金充值")
    assert "2020-01-01 00:30" in csv.splitlines()[1]


def test_every_page_speaks_english(client: FlaskClient, house: House) -> None:
    sign_in(client, "zhangjie")
    client.post(f"/residents/{house.chen}/top-ups", data=cash("30"), follow_redirects=True)
    client.post("/language", data={"language": "en", "next": "/"})
    chinese_names = re.compile("陈桂英|王德福|金牛食堂|金牛小区|2栋|1单元|张姐|中文")
    for address in (
        "/cards",
        "/cards?q=nobody",
        "/cards/new",
        "/cards/sheet",
        f"/cards/{house.card}/print",
        f"/residents/{house.chen}/card",
        f"/residents/{house.chen}/statement",
        f"/residents/{house.chen}/refunds",
        "/funders",
    ):
        page = client.get(address).text
        main = chinese_names.sub("", page.partition('<main class="page"')[2])
        assert re.findall(r"[\u4e00-\u9fff]+", main) == [], address


def test_the_code_on_the_page_is_made_with_the_newest_key(app: Flask, house: House) -> None:
    from canteen.cards import queries
    from canteen.cards.tokens import CardClaim, read_token

    keys = storage.keys().card
    printed = queries.to_print(db.session(), card_ids=[house.card], key=keys[0])
    assert read_token(printed[0].token, keys) == CardClaim(house.number, 0)


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999", "-1", "一"])
def test_a_number_that_no_row_can_have_is_no_page_and_no_error(
    client: FlaskClient, house: House, number: str
) -> None:
    sign_in(client, "zhangjie")
    for address in (f"/cards/{number}/print", f"/residents/{number}/card"):
        assert client.get(address).status_code == 404
    assert client.post(f"/cards/{number}/loss").status_code == 404
    for query in (f"/cards?building={number}&page={number}", f"/cards/sheet?card={number}"):
        assert client.get(query).status_code == 200
    assert client.post("/cards", data={"resident_id": number}).status_code == 302
    assert client.post("/cards/prints", data={"card": number}).status_code == 302


@pytest.mark.parametrize("text", ["%", "_", "'", "😀", "𠅤", "a" * 500, "\\", "９" * 8, "  "])
def test_whatever_is_typed_into_the_search_finds_nobody_and_breaks_nothing(
    client: FlaskClient, house: House, text: str
) -> None:
    sign_in(client, "xiaoli")
    answer = client.get("/cards", query_string={"q": text})
    assert answer.status_code == 200


def test_a_form_with_a_stale_token_moves_nothing(
    app: Flask, client: FlaskClient, house: House
) -> None:
    sign_in(client, "xiaoli")
    app.config["WTF_CSRF_ENABLED"] = True
    form = cash("10", csrf_token="stale")
    answer = client.post(f"/residents/{house.chen}/top-ups", data=form)
    assert answer.status_code == 400
    assert "页面已过期" in answer.text
    assert rows(Transfer) == 0


def test_a_meal_stands_on_the_statement_with_its_set_and_another_site_by_its_name(
    client: FlaskClient, app: Flask
) -> None:
    counter = Counter()
    make_zhangjie(counter.site)
    chen = counter.people[0]
    counter.top_up(chen, 20_00)
    meal_id = counter.sell(chen, 9_00)
    assert meal_id is not None
    counter.take_back(meal_id)
    sign_in(client, "zhangjie")
    page = client.get(f"/residents/{chen}/statement").text
    cells = re.findall(r"<td[^>]*>(?:<span[^>]*>[^<]*</span>)?([^<]*)</td>", page)
    lines = [cells[start + 1 : start + 5] for start in range(0, len(cells), 5)]
    assert lines == [
        ["退回", "标准餐", "+¥9.00", "¥20.00"],
        ["用餐", "标准餐", "−¥9.00", "¥11.00"],
        ["现金充值", "—", "+¥20.00", "¥20.00"],
    ]
    counter.site = make_site("yinhu", name="银湖食堂")
    counter.top_up(chen, 5_00)
    page = client.get(f"/residents/{chen}/statement").text
    assert page.count("<td>银湖食堂</td>") == 1
    assert page.count('<td class="not-on-phone">金牛食堂</td>') == 3
