"""Printed menus in any form: what is none, what days, meals and cells say."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.foundation.wording import Refusal
from canteen.menus.day_words import read_day, read_period, split_period
from canteen.menus.printed import (
    entries_from_rows,
    read_printed_menu,
)
from canteen.menus.printed_names import split_dishes
from canteen.menus.wording import SENTENCES


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
    st.sampled_from(
        [
            "周一",
            "周二",
            "星期",
            "菜名",
            "午餐",
            "大荤",
            "红烧肉",
            "、",
            "2026-11-23",
            "11月23日",
            "11.24",
            "25日",
            "周一：红烧肉",
        ]
    ),
)


@given(
    st.lists(st.lists(cells, max_size=5), max_size=8),
    st.sampled_from([None, date(2026, 11, 23)]),
)
def test_no_sheet_breaks_it(rows: list[list[object]], near: date | None) -> None:
    menu = entries_from_rows(rows, near=near)
    assert all(1 <= one.row <= len(rows) and one.dish.strip() for one in menu.entries)
    assert all(one.code in SENTENCES for one in menu.problems)


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
