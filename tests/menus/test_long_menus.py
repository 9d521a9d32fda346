"""Menus that name the day in every line."""

from datetime import date

import pytest

from canteen.menus.printed import (
    entries_from_rows,
    read_printed_menu,
)
from tests.menus.readings import facts, problems

LONG = [
    ["星期", "餐次", "类别", "菜名"],
    ["周一", "午餐", "荤", "红烧狮子头"],
    ["周二", "晚餐", "", "番茄蛋汤"],
]


def test_a_long_menu_is_read_line_by_line() -> None:
    menu = entries_from_rows(LONG)
    assert menu.form == "long"
    assert menu.problems == ()
    assert facts(menu) == [
        (0, "lunch", "荤", "红烧狮子头"),
        (1, "dinner", "", "番茄蛋汤"),
    ]
    assert [one.row for one in menu.entries] == [2, 3]


def test_english_headings_in_any_order() -> None:
    menu = entries_from_rows(
        [["Dish", "Slot", "Day", "Period"], ["番茄炒蛋", "半荤", "Friday", "lunch"]]
    )
    assert facts(menu) == [(4, "lunch", "半荤", "番茄炒蛋")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_each_usual_encoding(encoding: str) -> None:
    text = "\r\n".join(",".join(row) for row in LONG)
    menu = read_printed_menu(text.encode(encoding), "菜单.csv")
    assert [one.dish for one in menu.entries] == ["红烧狮子头", "番茄蛋汤"]


def test_titles_above_and_notes_in_headings_do_not_matter() -> None:
    rows = [
        ["第48周菜单"],
        [],
        ["日 期（必填）", "餐次*", "菜名："],
        ["2026-11-23", "中餐", "米饭"],
    ]
    assert facts(entries_from_rows(rows)) == [(date(2026, 11, 23), "lunch", "", "米饭")]


def test_merged_days_and_periods_go_on_below() -> None:
    rows = [
        ["星期", "餐次", "类别", "菜名"],
        ["周一", "午餐", "大荤", "红烧肉"],
        ["", "", "", "土豆牛肉"],
        ["", "", "汤", "例汤"],
        ["周二", "", "", "白粥"],
    ]
    assert facts(entries_from_rows(rows)) == [
        (0, "lunch", "大荤", "红烧肉"),
        (0, "lunch", "大荤", "土豆牛肉"),
        (0, "lunch", "汤", "例汤"),
        (1, "lunch", "", "白粥"),
    ]


def test_week_numbers_tell_weeks_apart() -> None:
    rows = [["周次", "星期", "菜名"], [1, "周一", "红烧肉"], ["第二周", "周一", "红烧肉"]]
    assert [one.day for one in entries_from_rows(rows).entries] == [0, 7]


def test_a_date_column_and_a_weekday_column_must_agree() -> None:
    rows = [
        ["日期", "星期", "菜名"],
        ["2026-11-23", "周一", "红烧肉"],
        ["2026-11-24", "周三", "土豆牛肉"],
    ]
    menu = entries_from_rows(rows)
    assert facts(menu) == [(date(2026, 11, 23), "", "", "红烧肉")]
    assert problems(menu) == [("menu_day_mismatch", 3)]


@pytest.mark.parametrize("day", ["周八", "2026-02-30", "30 February", "某天", "-1", "💐"])
def test_a_day_that_is_none_is_named_with_its_row_and_the_rest_is_read(day: str) -> None:
    menu = entries_from_rows(
        [["星期", "菜名"], [day, "红烧肉"], ["", "仍属那一天"], ["周二", "番茄蛋汤"]]
    )
    assert facts(menu) == [(1, "", "", "番茄蛋汤")]
    (problem,) = menu.problems
    assert problem.code == "menu_day_unknown"
    assert problem.facts == {"row": 2, "value": day}


def test_a_line_without_a_dish_is_named_and_a_dash_is_not() -> None:
    menu = entries_from_rows([["星期", "菜名"], ["周一", ""], ["周二", "—"], ["周三", "休息"]])
    assert facts(menu) == []
    assert problems(menu) == [("menu_dish_missing", 2)]


@pytest.mark.parametrize("name", ["长" * 41, "12345", "🍅🍅", "！！"])
def test_a_name_that_cannot_be_a_dish_is_named(name: str) -> None:
    assert problems(entries_from_rows([["星期", "菜名"], ["周一", name]])) == [
        ("menu_dish_name", 2)
    ]


def test_rare_characters_and_forty_of_them_are_a_name() -> None:
    for name in ("𠮷香肉", "阿婆·菜饭", "长" * 40):
        assert [
            one.dish for one in entries_from_rows([["星期", "菜名"], ["周一", name]]).entries
        ] == [name]
