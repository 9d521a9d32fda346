"""Menus as other kitchens print them: long, wide, on their side, with titles and merged cells."""

import io
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from canteen.foundation.wording import Refusal
from canteen.menus.day_words import read_day, read_period, split_period
from canteen.menus.printed import (
    PrintedMenu,
    entries_from_rows,
    read_printed_menu,
)
from canteen.menus.printed_names import split_dishes
from canteen.menus.wording import SENTENCES

LONG = [
    ["星期", "餐次", "类别", "菜名"],
    ["周一", "午餐", "荤", "红烧狮子头"],
    ["周二", "晚餐", "", "番茄蛋汤"],
]


def facts(menu: PrintedMenu) -> list[tuple[object, str, str, str]]:
    return [(one.day, one.period, one.slot_word, one.dish) for one in menu.entries]


def problems(menu: PrintedMenu) -> list[tuple[str, object]]:
    return [(one.code, one.facts.get("row")) for one in menu.problems]


def workbook(rows: Sequence[Sequence[object]], merged: Sequence[str] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- Long ----------------------------------------------------------------------------


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


# --- Wide ----------------------------------------------------------------------------

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


@pytest.mark.parametrize(
    "rows", [[], [[]], [["姓名", "电话"], ["陈奶奶", "1"]], [["周一"]], [[None, 3.5], [True]]]
)
def test_what_is_no_menu_is_refused(rows: list[list[object]]) -> None:
    menu = entries_from_rows(rows)
    assert menu.entries == ()
    assert menu.problems == (Refusal("menu_not_recognised", {}),)


def test_a_file_that_is_no_table_is_refused() -> None:
    menu = read_printed_menu(b"\x89PNG\r\n\x1a\n\x00\x00", "菜单.png")
    assert menu.entries == ()
    assert len(menu.problems) == 1


def test_every_refusal_has_a_sentence() -> None:
    given_facts = {"row": 3, "value": "周八", "limit": 12}
    for sentence in SENTENCES.values():
        assert "%" not in str(sentence.text) % given_facts
        assert str(sentence.next_step)


cells = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(),
    st.floats(allow_nan=True),
    st.dates(),
    st.sampled_from(["周一", "周二", "星期", "菜名", "午餐", "大荤", "红烧肉", "、", "2026-11-23"]),
)


@given(st.lists(st.lists(cells, max_size=5), max_size=8))
def test_no_sheet_breaks_it(rows: list[list[object]]) -> None:
    menu = entries_from_rows(rows)
    assert all(1 <= one.row <= len(rows) and one.dish.strip() for one in menu.entries)
    assert all(one.code in SENTENCES for one in menu.problems)


# --- Words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("周一", 0),
        ("星期日", 6),
        ("礼拜天", 6),
        ("週三", 2),
        ("周7", 6),
        ("Monday", 0),
        ("THU", 3),
        ("周五（11月27日）", 4),
        ("2026-11-23", date(2026, 11, 23)),
        ("2026/11/23 周一", date(2026, 11, 23)),
        ("2026年11月3日", date(2026, 11, 3)),
        (date(2026, 11, 23), date(2026, 11, 23)),
        (46349, date(2026, 11, 23)),
        ("2026-02-30", None),
        ("11月23日", None),
        ("第1周", None),
        ("一周", None),
        ("周八", None),
        ("", None),
        (None, None),
        (6.5, None),
        (True, None),
        ("sunflower", None),
    ],
)
def test_days_are_read_in_every_usual_spelling(text: object, day: object) -> None:
    assert read_day(text) == day


def test_periods_and_labels() -> None:
    assert [
        read_period(word) for word in ("早餐", "中饭", "午 餐", "晚餐(17:00)", "午点", "大荤")
    ] == [
        "breakfast",
        "lunch",
        "lunch",
        "dinner",
        "afternoon",
        "",
    ]
    assert split_period("午餐-大荤") == ("lunch", "大荤")
    assert split_period("大荤") == ("", "大荤")


def test_dishes_of_one_cell_are_parted() -> None:
    assert split_dishes("红烧肉、炒青菜；例汤/米饭\n苹果") == [
        "红烧肉",
        "炒青菜",
        "例汤",
        "米饭",
        "苹果",
    ]
    assert split_dishes("红 烧 肉") == ["红烧肉"]
    assert split_dishes("红烧肉 炒青菜") == ["红烧肉", "炒青菜"]
    assert split_dishes("什锦蔬菜（玉米、青豆）、米饭") == ["什锦蔬菜(玉米、青豆)", "米饭"]
    assert split_dishes("红烧肉6元/份、¥3炒青菜") == ["红烧肉", "炒青菜"]
    assert split_dishes("—") == []
