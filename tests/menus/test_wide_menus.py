"""Menus as other kitchens hang them up: days side by side, titles, merged cells, on their side."""

import io
from datetime import date, datetime

from openpyxl import Workbook

from canteen.menus.printed import (
    entries_from_rows,
    read_printed_menu,
)
from tests.menus.readings import facts, problems, workbook

WIDE: list[list[object]] = [
    ["阳光社区长者食堂一周菜谱（11月23日—11月27日）"],
    ["餐次", "类别", "周一", "周二", "周三"],
    ["", "", "11月23日", "11月24日", "11月25日"],
    ["早餐", "", "豆沙包、小米粥", "花卷\n白粥", "肉包 豆浆"],
    ["午餐", "大荤", "红烧肉", "土豆牛肉", "清蒸鲈鱼"],
    ["", "素菜", "炒青菜；油焖茄子", "蒜蓉西兰花", "—"],
    ["", "汤", "番茄蛋汤", "什锦汤（胡萝卜、玉米）", "例汤"],
    ["备注", "", "如有变动，以当日为准", "", ""],
]
WIDE_FACTS = [
    (0, "breakfast", "", "豆沙包"),
    (0, "breakfast", "", "小米粥"),
    (1, "breakfast", "", "花卷"),
    (1, "breakfast", "", "白粥"),
    (2, "breakfast", "", "肉包"),
    (2, "breakfast", "", "豆浆"),
    (0, "lunch", "大荤", "红烧肉"),
    (1, "lunch", "大荤", "土豆牛肉"),
    (2, "lunch", "大荤", "清蒸鲈鱼"),
    (0, "lunch", "素菜", "炒青菜"),
    (0, "lunch", "素菜", "油焖茄子"),
    (1, "lunch", "素菜", "蒜蓉西兰花"),
    (0, "lunch", "汤", "番茄蛋汤"),
    (1, "lunch", "汤", "什锦汤(胡萝卜、玉米)"),
    (2, "lunch", "汤", "例汤"),
]


def test_a_wide_menu_is_read_cell_by_cell() -> None:
    menu = entries_from_rows(WIDE)
    assert menu.form == "wide"
    assert menu.problems == ()
    assert facts(menu) == WIDE_FACTS


def test_a_wide_workbook_with_merged_title_and_periods_is_the_same() -> None:
    data = workbook(WIDE, merged=["A1:E1", "A5:A7", "A8:B8"])
    assert facts(read_printed_menu(data, "菜谱.xlsx")) == WIDE_FACTS


def test_full_dates_below_the_weekdays_are_taken() -> None:
    rows = [
        ["", "周一", "周二"],
        ["日期", datetime(2026, 11, 23), datetime(2026, 11, 24)],  # noqa: DTZ001 - a cell
        ["午餐", "红烧肉", "土豆牛肉"],
    ]
    assert [one.day for one in read_printed_menu(workbook(rows), "a.xlsx").entries] == [
        date(2026, 11, 23),
        date(2026, 11, 24),
    ]


def test_days_below_one_another_are_read_as_well() -> None:
    rows = [
        ["一周菜单", "", "", "", ""],
        ["", "早餐", "午餐", "", ""],
        ["星期", "点心", "大荤", "素菜", "汤"],
        ["星期一", "花卷", "红烧肉", "炒青菜", "例汤"],
        ["星期二", "发糕", "土豆牛肉", "油焖茄子、地三鲜", "番茄蛋汤"],
    ]
    menu = entries_from_rows(rows)
    assert set(facts(menu)) == {
        (0, "breakfast", "点心", "花卷"),
        (1, "breakfast", "点心", "发糕"),
        (0, "lunch", "大荤", "红烧肉"),
        (1, "lunch", "大荤", "土豆牛肉"),
        (0, "lunch", "素菜", "炒青菜"),
        (1, "lunch", "素菜", "油焖茄子"),
        (1, "lunch", "素菜", "地三鲜"),
        (0, "lunch", "汤", "例汤"),
        (1, "lunch", "汤", "番茄蛋汤"),
    }
    assert {one.dish: one.row for one in menu.entries}["发糕"] == 5


def test_period_and_slot_in_one_label_and_prices_beside_dishes() -> None:
    rows = [
        ["", "Monday", "", "Tuesday", ""],
        ["午餐大荤", "红烧肉 12元/份", 12, "土豆牛肉", 8.5],
        ["晚餐\n素菜", "炒青菜3元", "3", "清炒菠菜", "3.5元"],
    ]
    menu = entries_from_rows(rows)
    assert facts(menu) == [
        (0, "lunch", "大荤", "红烧肉"),
        (1, "lunch", "大荤", "土豆牛肉"),
        (0, "dinner", "素菜", "炒青菜"),
        (1, "dinner", "素菜", "清炒菠菜"),
    ]
    assert menu.problems == ()


def test_two_weeks_below_one_another_are_two_weeks() -> None:
    rows = [
        ["第一周", "周一", "周二"],
        ["午餐", "红烧肉", "土豆牛肉"],
        ["第二周", "周一", "周二"],
        ["午餐", "红烧肉", "番茄炒蛋"],
    ]
    assert [(one.day, one.dish) for one in entries_from_rows(rows).entries] == [
        (0, "红烧肉"),
        (1, "土豆牛肉"),
        (7, "红烧肉"),
        (8, "番茄炒蛋"),
    ]


def test_two_weeks_side_by_side_each_with_its_labels_are_two_weeks() -> None:
    """As kitchens lay them out: a free column between, and labels that differ by week."""
    rows = [
        ["第一周菜单", None, None, None, "第二周菜单"],
        ["", "星期一", "星期二", "", "", "星期一", "星期二"],
        ["午餐", "红烧肉", "白切鸡", "", "午餐", "土豆牛肉", "清蒸鲈鱼"],
        ["素菜", "炒青菜", "地三鲜", "", "汤", "例汤", "紫菜汤"],
        ["晚餐", "米饭", "馒头", "", "晚餐", "小米粥", "白粥"],
    ]
    menu = entries_from_rows(rows)
    assert menu.problems == ()
    assert facts(menu) == [
        (0, "lunch", "", "红烧肉"), (1, "lunch", "", "白切鸡"),
        (7, "lunch", "", "土豆牛肉"), (8, "lunch", "", "清蒸鲈鱼"),
        (0, "lunch", "素菜", "炒青菜"), (1, "lunch", "素菜", "地三鲜"),
        (7, "lunch", "汤", "例汤"), (8, "lunch", "汤", "紫菜汤"),
        (0, "dinner", "", "米饭"), (1, "dinner", "", "馒头"),
        (7, "dinner", "", "小米粥"), (8, "dinner", "", "白粥"),
    ]  # fmt: skip


def test_a_merged_day_with_two_columns_of_dishes_is_not_taken_for_labels() -> None:
    rows = [
        ["", "周一", None, "周二", None],
        ["午餐", "红烧肉", "汤", "白切鸡", "番茄炒蛋"],
        ["晚餐", "米饭", "炒青菜", "馒头", "例汤"],
    ]
    days = [(one.day, one.dish) for one in entries_from_rows(rows).entries]
    assert days[:4] == [(0, "红烧肉"), (0, "汤"), (1, "白切鸡"), (1, "番茄炒蛋")]


def test_long_tables_side_by_side_are_one_menu() -> None:
    """The second table is of the next week where its days come again, else of the same."""
    heads = ["日期", "餐次", "菜名"]
    again = [[*heads, None, *heads], ["周一", "午餐", "红烧肉", None, "周一", "午餐", "白切鸡"]]
    further = [[*heads, *heads], ["周一", "午餐", "红烧肉", "周四", "午餐", "白切鸡"]]
    assert [one.day for one in entries_from_rows(again).entries] == [0, 7]
    assert [one.day for one in entries_from_rows(further).entries] == [0, 3]


def test_days_over_the_end_of_a_year_without_a_year_are_those_of_the_week() -> None:
    rows = [
        ["餐次", "12月28日", "12月31日", "1月1日", "1月3日"],
        ["午餐", "红烧肉", "白切鸡", "米饭", "例汤"],
    ]
    found = entries_from_rows(rows, near=date(2026, 12, 28)).entries
    assert [one.day for one in found] == [
        date(2026, 12, 28), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3),
    ]  # fmt: skip


def test_a_stray_cell_far_down_and_digits_of_any_width_do_not_matter() -> None:
    book = Workbook()
    for row in (["日期", "午餐"], ["１１月２３日", "红烧肉"], ["２０２６－１１－２４", "白切鸡"]):
        book.active.append(row)
    book.active["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    menu = read_printed_menu(out.getvalue(), "a.xlsx", near=date(2026, 11, 23))
    assert menu.problems == ()
    assert [one.day for one in menu.entries] == [date(2026, 11, 23), date(2026, 11, 24)]


def test_lunch_and_dinner_below_one_another_are_one_week() -> None:
    rows = [
        ["", "周一", "周二"],
        ["午餐", "红烧肉", "土豆牛肉"],
        ["晚餐"],
        ["", "周一", "周二"],
        ["素菜", "炒青菜", "油焖茄子"],
    ]
    assert facts(entries_from_rows(rows)) == [
        (0, "lunch", "", "红烧肉"),
        (1, "lunch", "", "土豆牛肉"),
        (0, "dinner", "素菜", "炒青菜"),
        (1, "dinner", "素菜", "油焖茄子"),
    ]


def test_a_day_that_comes_again_is_of_the_next_week_and_sunday_may_come_first() -> None:
    rows = [
        ["日期", "午餐"],
        ["周日", "红烧肉"],
        ["周一", "白切鸡"],
        ["周日", "米饭"],
        ["周一", "例汤"],
    ]
    assert [one.day for one in entries_from_rows(rows).entries] == [6, 0, 13, 7]


def test_a_formula_is_named_and_not_taken_for_a_dish() -> None:
    data = workbook([["星期", "菜名"], ["周一", "=A1"], ["周二", "红烧肉"]])
    menu = read_printed_menu(data, "a.xlsx")
    assert [one.dish for one in menu.entries] == ["红烧肉"]
    assert ("menu_cell", 2) in problems(menu)
