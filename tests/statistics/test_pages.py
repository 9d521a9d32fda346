"""The pages and files of statistics, as staff see them."""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event, select

from canteen.foundation.database import db, transaction
from canteen.ledger.models import Account, Transfer
from canteen.staff.rules import Role
from canteen.statistics.actions import fold_meals
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_funder,
    make_site,
    make_staff,
    make_unit,
    make_wang,
    make_zhangjie,
    sign_in,
)
from tests.statistics.meals import make_meal, void_meal

NOVEMBER = "from=2026-11-01&to=2026-11-30"


@pytest.fixture
def site_id(app: Flask) -> int:
    """陈奶奶 had a lunch brought (13 yuan: district 6, charity 7), 王爷爷 paid two himself, one
    of them in vain, and a guest took a dinner away."""
    site_id = make_site()
    manager = make_zhangjie(site_id)
    make_funder("district")
    make_funder("charity", "charity", "红心慈善会")
    chen, wang = make_chen(site_id), make_wang(site_id)
    make_meal(
        site_id, parts={"district": 600, "charity": 700}, paid_by="free", channel="delivery",
        resident_id=chen, age_band="80-84", tags=";dibao;living_alone;", grid_node_id=make_unit(),
    )  # fmt: skip
    make_meal(site_id, resident_id=wang, age_band="65-69", grid_node_id=make_unit(unit="2单元"))
    wrong = make_meal(site_id, day=date(2026, 11, 20), resident_id=wang, age_band="65-69")
    void_meal(wrong, by=manager)
    make_meal(
        site_id, period="dinner", price_fen=1200, channel="takeaway", age_band="guest",
        day=date(2026, 11, 20),
    )  # fmt: skip
    return site_id


def rows_of(client: FlaskClient, table: str, query: str) -> list[list[str]]:
    """A table as Excel would read its CSV."""
    answer = client.get(f"/statistics/{table}.csv?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.data.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read Chinese"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("period", [["午餐", "66.67%", "2", "1", "26.00", "13.00", "13.00"],
                    ["晚餐", "33.33%", "1", "0", "12.00", "0.00", "12.00"]]),
        ("channel", [["堂食", "33.33%", "1", "1", "13.00", "0.00", "13.00"],
                     ["自取", "33.33%", "1", "0", "12.00", "0.00", "12.00"],
                     ["送餐上门", "33.33%", "1", "0", "13.00", "13.00", "0.00"]]),
        ("age_band", [["65–69 岁", "33.33%", "1", "1", "13.00", "0.00", "13.00"],
                      ["80–84 岁", "33.33%", "1", "0", "13.00", "13.00", "0.00"],
                      ["散客", "33.33%", "1", "0", "12.00", "0.00", "12.00"]]),
        ("tag", [["低保", "33.33%", "1", "0", "13.00", "13.00", "0.00"],
                 ["独居", "33.33%", "1", "0", "13.00", "13.00", "0.00"],
                 ["没有类别", "66.67%", "2", "1", "25.00", "0.00", "25.00"]]),
        ("payer", [["红心慈善会", "33.33%", "1", "0", "7.00", "7.00", "0.00"],
                   ["区民政局", "33.33%", "1", "0", "6.00", "6.00", "0.00"],
                   ["本人", "66.67%", "2", "1", "25.00", "0.00", "25.00"]]),
    ],
)  # fmt: skip
def test_each_side_counts_the_same_meals(
    client: FlaskClient, site_id: int, group: str, expected: list[list[str]]
) -> None:
    sign_in(client, "zhangjie")
    for _ in ("live", "folded"):
        assert rows_of(client, "group", f"{NOVEMBER}&group={group}")[1:] == expected
        fold_meals()


@pytest.mark.parametrize(
    ("level", "names"),
    [
        ("community", ["金牛社区"]),
        ("compound", ["金牛小区"]),
        ("building", ["金牛小区 2栋"]),
        ("unit", ["金牛小区 2栋 1单元", "金牛小区 2栋 2单元"]),
    ],
)
def test_units_roll_up_to_the_level_that_is_chosen(
    client: FlaskClient, site_id: int, level: str, names: list[str]
) -> None:
    sign_in(client, "zhangjie")
    rows = rows_of(client, "group", f"{NOVEMBER}&group=grid&level={level}")
    assert [row[0] for row in rows[1:]] == [*names, "散客", "没有地址"]
    assert [int(row[2]) for row in rows[1:]] == [2 // len(names)] * len(names) + [1, 0]


def test_guests_are_called_guests_and_no_address_is_said_of_residents_only(
    client: FlaskClient, site_id: int
) -> None:
    make_meal(site_id, age_band="70-74", price_fen=1100)
    sign_in(client, "zhangjie")
    for _ in ("live", "folded"):
        rows = rows_of(client, "group", f"{NOVEMBER}&group=grid&level=community")[2:]
        assert [[row[0], *row[2:5]] for row in rows] == [
            ["散客", "1", "0", "12.00"], ["没有地址", "1", "1", "11.00"],
        ]  # fmt: skip
        fold_meals()


@pytest.mark.parametrize(
    ("grain", "expected"),
    [
        ("day", {"2026-11-20": "1", "2026-11-23": "2", "合计": "3"}),
        ("week", {"2026-11-16 – 11-22": "1", "2026-11-23 – 11-29": "2", "合计": "3"}),
        ("month", {"2026-11": "3", "合计": "3"}),
    ],
)
def test_days_weeks_and_months_add_up(
    client: FlaskClient, site_id: int, grain: str, expected: dict[str, str]
) -> None:
    sign_in(client, "zhangjie")
    rows = rows_of(client, "time", f"{NOVEMBER}&by={grain}")
    place = rows[0].index("份数")
    assert {row[0]: row[place] for row in rows[1:] if row[place] != "0"} == expected


def test_a_week_of_which_one_day_is_asked_for_is_called_by_that_day(
    client: FlaskClient, site_id: int
) -> None:
    sign_in(client, "zhangjie")
    rows = rows_of(client, "time", "from=2026-11-22&to=2026-11-24&by=week")
    assert [row[0] for row in rows[1:]] == ["2026-11-22", "2026-11-23 – 11-24", "合计"]


def test_the_workbook_has_the_numbers_of_the_page(client: FlaskClient, site_id: int) -> None:
    sign_in(client, "zhangjie")
    answer = client.get(f"/statistics/counts.xlsx?{NOVEMBER}&group=payer")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["按时间", "出资方", "与账本核对"]
    last = [cell.value for cell in list(book["按时间"].rows)[-1]]
    assert last[:6] == ["合计", 1, 1, 2, 3, 1]
    assert [float(value) for value in last[6:]] == [38, 13, 25]
    heads = [cell.value for cell in book["按时间"][1]]
    assert heads[:4] == ["日期", "红心慈善会", "区民政局", "本人"]
    assert book["按时间"]["A2"].is_date, "a day is a date one can sort"
    assert book["出资方"]["B4"].value == pytest.approx(0.6667), "a share is a number"
    assert book["出资方"]["B4"].number_format == "0.00%"
    page = client.get(f"/statistics?{NOVEMBER}&group=payer").text
    for shown in ("¥38.00", "¥13.00", "¥25.00", "红心慈善会"):
        assert shown in page


@pytest.mark.parametrize("tags", [("tekun", "left_behind"), ()])
def test_tags_have_columns_in_time_and_the_smallest_are_said_to_be_left_out(
    client: FlaskClient, site_id: int, tags: tuple[str, ...]
) -> None:
    for _ in range(2):
        for tag in ("low_income", "care_mild", "empty_nest", *tags):
            make_meal(site_id, tags=f";{tag};")
    sign_in(client, "zhangjie")
    rows = rows_of(client, "time", f"{NOVEMBER}&by=month&group=tag")
    assert rows[0].index("份数") == 7
    assert "其他" not in rows[0]
    assert (int(rows[1][7]), len(rows)) == (9 + 2 * len(tags), 3)
    page = client.get(f"/statistics?{NOVEMBER}&by=month&group=tag").text
    assert ("只列份数最多的 6 项" in page) == bool(tags)


def test_the_page_says_that_it_agrees_with_the_ledger(client: FlaskClient, site_id: int) -> None:
    sign_in(client, "zhangjie")
    assert "与账本一致" in client.get(f"/statistics?{NOVEMBER}").text
    fold_meals()
    assert "与账本一致" in client.get(f"/statistics?{NOVEMBER}").text


@pytest.mark.parametrize("folded", [True, False])
def test_a_transfer_without_its_meal_is_shown_as_a_difference(
    client: FlaskClient, site_id: int, folded: bool
) -> None:
    fold_meals()
    with transaction() as session:
        accounts = {one.code: one.id for one in session.scalars(select(Account))}
        a_meal = session.scalars(select(Transfer.meal_id)).first()
        session.add(
            Transfer(
                debit_account_id=accounts["funder:district"],
                credit_account_id=accounts[f"revenue:{site_id}"],
                amount_fen=450, kind="meal_subsidy", site_id=site_id, service_date=TODAY,
                meal_id=a_meal, request_id=uuid4(), created_at=NOW,
            )
        )  # fmt: skip
    if folded:
        fold_meals()
    sign_in(client, "zhangjie")
    page = client.get(f"/statistics?{NOVEMBER}").text
    assert "与账本不一致" in page
    assert page.count("−¥4.50") == 2  # the takings and the district


def test_money_a_funder_pays_in_advance_is_no_difference(client: FlaskClient, site_id: int) -> None:
    with transaction() as session:
        accounts = {one.code: one.id for one in session.scalars(select(Account))}
        session.add(
            Transfer(
                debit_account_id=accounts[f"cash:{site_id}"],
                credit_account_id=accounts["funder:charity"],
                amount_fen=200_000_00, kind="grant", site_id=site_id, service_date=TODAY,
                created_at=NOW,
            )
        )  # fmt: skip
    sign_in(client, "zhangjie")
    assert "与账本一致" in client.get(f"/statistics?{NOVEMBER}").text


def test_the_kitchen_sees_portions_and_no_money(client: FlaskClient, site_id: int) -> None:
    make_staff("kitchen", Role.KITCHEN, site_id=site_id)
    sign_in(client, "kitchen")
    page = client.get(f"/statistics?{NOVEMBER}").text
    assert "用餐份数" in page
    assert "¥" not in page
    book = load_workbook(io.BytesIO(client.get(f"/statistics/counts.xlsx?{NOVEMBER}").data))
    assert [cell.value for cell in next(iter(book["就餐方式"].rows))] == [
        "就餐方式", "占比", "份数", "作废",
    ]  # fmt: skip
    assert client.get(f"/statistics?{NOVEMBER}&group=payer").status_code == 400
    assert client.get("/statistics/coverage").status_code == 403


def test_a_clerk_may_not_open_statistics(client: FlaskClient, site_id: int) -> None:
    make_staff("clerk", Role.CLERK, site_id=site_id)
    sign_in(client, "clerk")
    for address in ("", "/counts.xlsx", "/time.csv", "/coverage", "/coverage.xlsx"):
        assert client.get(f"/statistics{address}").status_code == 403


def test_another_site_is_not_counted(client: FlaskClient, site_id: int) -> None:
    make_meal(make_site("qingyun"), price_fen=9900)
    sign_in(client, "zhangjie")
    assert "99.00" not in client.get(f"/statistics?{NOVEMBER}").text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2026-02-30&to=2026-03-01", "没有“2026-02-30”这一天"),
        ("from=2026-11-23&to=2026-11-01", "开始日期 2026-11-23 在结束日期 2026-11-01 之后"),
        ("from=1526-01-01&to=2026-01-01", "太远了"),
        ("to=9999-12-31&by=week", "太远了"),
        ("from=２０２６-11-01", "没有“２０２６-11-01”这一天"),
        ("from=20261101", "没有“20261101”这一天"),
        ("group=zodiac", "不能按“zodiac”统计"),
        ("by=fortnight", "不能按“fortnight”统计"),
        ("group=grid&level=street", "不能按“street”统计"),
        ("group=%3Cscript%3E", "不能按“&lt;script&gt;”统计"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    client: FlaskClient, site_id: int, query: str, said: str
) -> None:
    sign_in(client, "zhangjie")
    answer = client.get(f"/statistics?{query}")
    assert answer.status_code == 400
    assert said in answer.text
    assert client.get(f"/statistics/counts.xlsx?{query}").status_code == 400


def test_too_long_a_time_is_cut_and_says_so(client: FlaskClient, site_id: int) -> None:
    sign_in(client, "zhangjie")
    answer = client.get("/statistics?from=2001-01-01&to=2026-11-23")
    assert answer.status_code == 200
    assert "只统计到这一段：2025-11-23 到 2026-11-23" in answer.text


def test_a_time_without_meals_says_so(client: FlaskClient, site_id: int) -> None:
    sign_in(client, "zhangjie")
    answer = client.get("/statistics?from=2020-01-01&to=2020-01-31")
    assert "这段时间没有用餐记录" in answer.text


def test_a_year_costs_as_many_questions_as_a_day(client: FlaskClient, site_id: int) -> None:
    sign_in(client, "zhangjie")
    fold_meals()
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    client.get("/statistics?from=2026-11-20&to=2026-11-20&group=age_band")
    a_day = len(asked)
    client.get("/statistics?from=2026-01-01&to=2026-11-30&group=age_band")
    assert len(asked) == 2 * a_day
    assert not [one for one in asked if "FROM meals" in one or "FROM transfers" in one]


def test_the_first_page_shows_money_to_the_manager_only(client: FlaskClient, site_id: int) -> None:
    make_staff("clerk", Role.CLERK, site_id=site_id)
    sign_in(client, "zhangjie")
    assert "今天的餐费" in client.get("/").text
    client.post("/sign-out")
    sign_in(client, "clerk")
    page = client.get("/").text
    assert "今天用餐" in page
    assert "¥" not in page
