"""Menus that no author of the reader had seen: other headings, other days, texts, other scripts."""

import io
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from canteen.cli import main
from canteen.menus.guessing import guess_category
from canteen.menus.names import is_same_dish
from canteen.menus.printed import PrintedMenu, read_printed_menu
from canteen.menus.printed_names import split_priced
from canteen.menus.short_days import dated, days_without_year

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)


def read(text: str, name: str = "菜单.csv") -> PrintedMenu:
    return read_printed_menu(text.strip().encode(), name, near=MONDAY)


def said(menu: PrintedMenu) -> list[tuple[object, str, str, str]]:
    assert menu.problems == ()
    return [(one.day, one.period, one.slot_word, one.dish) for one in menu.entries]


def book(**sheets: list[list[object]]) -> bytes:
    made = Workbook()
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
    made.remove(made.worksheets[0])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


# --- Headings and columns -----------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "用餐日,餐类,菜式类别,菜品名",
        "時間,餐別,類別,菜單",
        "开饭,哪顿,哪类,烧什么",
    ],
)
def test_a_column_is_known_by_its_heading_or_by_what_stands_in_it(heading: str) -> None:
    menu = read(f"{heading}\n11月23日,午餐,大荤,红烧肉\n11月24日,晚餐,素菜,清炒菠菜")
    assert said(menu) == [
        (MONDAY, "lunch", "大荤", "红烧肉"),
        (TUESDAY, "dinner", "素菜", "清炒菠菜"),
    ]


def test_a_date_and_its_weekday_before_the_meals_are_one_day() -> None:
    menu = read("日期,星期,午餐,晚餐\n2026-11-23,星期一,红烧肉,白粥\n2026-11-24,星期二,白切鸡,花卷")
    assert said(menu) == [
        (MONDAY, "lunch", "", "红烧肉"),
        (TUESDAY, "lunch", "", "白切鸡"),
        (MONDAY, "dinner", "", "白粥"),
        (TUESDAY, "dinner", "", "花卷"),
    ]


def test_a_price_in_a_column_of_its_own_is_the_price() -> None:
    menu = read("星期,菜名,单价\n周一,红烧肉,12元/份\n周二,白切鸡、炒青菜,15\n周三,米饭,送")
    assert [one.price_fen for one in menu.entries] == [1200, None, None, None]


def test_a_table_of_headings_alone_says_that_nothing_was_read(tmp_path: Path) -> None:
    file = tmp_path / "空.csv"
    file.write_text("星期,菜名\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["menus", "check", str(file)])
    assert result.exit_code == 2
    assert "没有读到菜" in result.output


# --- Days ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "days",
    [
        ("20261123", "20261124"),
        ("26/11/23", "26/11/24"),
        ("二〇二六年十一月二十三日", "十一月廿四日"),
        ("11月23日（周一）", "11/24 星期二"),
        ("周一11.23", "２０２６．１１．２４"),
    ],
)
def test_a_day_is_read_in_every_spelling(days: tuple[str, str]) -> None:
    menu = read(f"日期,菜名\n{days[0]},红烧肉\n{days[1]},白切鸡")
    assert [one[0] for one in said(menu)] == [MONDAY, TUESDAY]


@pytest.mark.parametrize("bare", [("一", "二"), ("礼拜一", "週二"), ("周1", "星期２")])
def test_a_weekday_is_read_in_every_spelling(bare: tuple[str, str]) -> None:
    menu = read(f"星期几,菜名\n{bare[0]},红烧肉\n{bare[1]},白切鸡")
    assert [one[0] for one in said(menu)] == [0, 1]


@pytest.mark.parametrize(
    "line",
    [
        ["11.23", "11.24", "11.25"],
        [11.23, 11.24, 11.25],
        ["23日", "24日", "25日"],
        ["11-23", "11-24", "11-25"],
    ],
)
def test_what_may_be_a_price_is_a_day_where_days_follow_one_another(line: list[object]) -> None:
    rows: list[list[object]] = [["餐次", *line], ["午餐", "红烧肉", "白切鸡", "炒青菜"]]
    menu = read_printed_menu(book(菜单=rows), "a.xlsx", near=MONDAY)
    assert [one[0] for one in said(menu)] == [MONDAY, TUESDAY, WEDNESDAY]


def test_thirty_in_excel_is_three_and_still_follows_twenty_nine() -> None:
    days = days_without_year(["", 11.29, 11.3, 12.1], MONDAY)
    assert list(days.values()) == [date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1)]


@pytest.mark.parametrize("prices", [["12.5", "8.5", "3.5"], ["3.5", "3.5", "3.5"], [12.5, 13.5, 2]])
def test_prices_are_no_days(prices: list[object]) -> None:
    assert days_without_year(prices, MONDAY) == {}


def test_dates_of_another_year_on_a_form_are_set_aside_for_its_weekdays() -> None:
    old = "餐次,周一,周二\n,11月25日,11月26日\n午餐,红烧肉,白切鸡"
    assert [one[0] for one in said(read(old))] == [0, 1]
    new = old.replace("11月25日", "11月23日").replace("11月26日", "11月24日")
    assert [one[0] for one in said(read(new))] == [MONDAY, TUESDAY]
    assert dated("11月25日（周一）", MONDAY) is None


# --- Workbooks of several sheets ----------------------------------------------------------

FIRST: list[list[object]] = [["", "周一", "周二"], ["午餐", "红烧肉", "白切鸡"]]
SECOND: list[list[object]] = [["", "周一", "周二"], ["午餐", "清蒸鱼", "=A1"]]


def test_a_sheet_of_notes_before_the_menu_does_not_hide_it() -> None:
    menu = read_printed_menu(book(说明=[["请勿外传"]], 本周=FIRST), "a.xlsx")
    assert [one[3] for one in said(menu)] == ["红烧肉", "白切鸡"]


def test_two_weeks_on_two_sheets_are_two_weeks_and_mistakes_name_their_sheet() -> None:
    menu = read_printed_menu(book(第1周=FIRST, 第2周=SECOND, 公示=FIRST), "a.xlsx")
    assert [(one.day, one.dish) for one in menu.entries] == [
        (0, "红烧肉"), (1, "白切鸡"), (7, "清蒸鱼"),
    ]  # fmt: skip
    assert [one.facts["row"] for one in menu.problems] == ["2（第2周）"]


def test_a_years_workbook_is_too_much_at_once() -> None:
    sheets = {f"第{n}周": FIRST for n in range(1, 15)}
    menu = read_printed_menu(book(**sheets), "a.xlsx")
    assert [one.code for one in menu.problems] == ["menu_sheets"]


# --- Texts --------------------------------------------------------------------------------


def test_a_text_of_the_group_chat_is_a_menu() -> None:
    menu = read(
        "本周菜谱来啦\n周一：红烧肉、炒青菜\n周二(11/24)：白切鸡,番茄蛋汤\n备注：以当日为准"
    )
    assert said(menu) == [
        (0, "", "", "红烧肉"),
        (0, "", "", "炒青菜"),
        (TUESDAY, "", "", "白切鸡"),
        (TUESDAY, "", "", "番茄蛋汤"),
    ]


def test_a_text_with_days_meals_and_kinds_on_lines_of_their_own_is_a_menu() -> None:
    menu = read(
        "2026年11月23日 星期一\n午餐\n大荤 红烧肉\n素菜：炒青菜 4元\n晚餐：小米粥\n"
        "2026年11月24日 星期二\n白切鸡"
    )
    assert said(menu) == [
        (MONDAY, "lunch", "大荤", "红烧肉"),
        (MONDAY, "lunch", "素菜", "炒青菜"),
        (MONDAY, "dinner", "", "小米粥"),
        (TUESDAY, "", "", "白切鸡"),
    ]


def test_a_register_with_birthdays_is_no_menu() -> None:
    menu = read("陈奶奶,1940-01-01,午餐\n李爷爷,1941-02-03,午餐")
    assert [one.code for one in menu.problems] == ["menu_not_recognised"]
    assert menu.entries == ()


# --- Names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "dishes"),
    [
        ("红烧肉/清蒸鱼", [("红烧肉", None), ("清蒸鱼", None)]),
        ("红烧肉 或 清蒸鱼", [("红烧肉", None), ("清蒸鱼", None)]),
        ("清蒸鲈鱼(1条/38元)", [("清蒸鲈鱼(1条)", 3800)]),
        ("大份番茄炒蛋（8元）", [("大份番茄炒蛋", 800)]),
        ("鱼香肉丝 12", [("鱼香肉丝", 1200)]),
        ("套餐 1", [("套餐1", None)]),
        ("（停电休息）", []),
        ("国庆放假", []),
        ("休闲小食", [("休闲小食", None)]),
    ],
)
def test_a_cell_names_dishes_prices_or_none(
    cell: str, dishes: list[tuple[str, int | None]]
) -> None:
    assert split_priced(cell) == dishes


def test_a_set_in_a_cell_is_the_label_of_its_dishes() -> None:
    menu = read("星期,餐次,菜名\n周一,中,A套餐：红烧肉+炒青菜\n周二,中,白切鸡")
    assert said(menu)[:2] == [(0, "lunch", "A套餐", "红烧肉"), (0, "lunch", "A套餐", "炒青菜")]


@pytest.mark.parametrize(
    ("traditional", "simple", "category"),
    [
        ("紅燒獅子頭", "红烧狮子头", "main_meat"),
        ("番茄炒雞蛋", "西红柿炒鸡蛋", "half_meat"),
        ("紫菜蛋花湯", "紫菜蛋花汤", "soup"),
        ("豆漿", "豆浆", "drink"),
    ],
)
def test_traditional_characters_name_the_same_dish(
    traditional: str, simple: str, category: str
) -> None:
    assert is_same_dish(traditional, simple)
    assert guess_category(traditional) == category


def test_a_repeat_is_found_across_scripts_and_days_without_a_year(tmp_path: Path) -> None:
    file = tmp_path / "週.csv"
    menu = "餐別,11月23日,11月24日\n午餐,紅燒獅子頭,炒青菜\n晚餐,白粥,红烧狮子头\n"
    file.write_text(menu, encoding="utf-8")
    result = CliRunner().invoke(main, ["menus", "check", str(file)])
    assert result.exit_code == 1
    assert "重复 紅燒獅子頭／红烧狮子头" in result.output
