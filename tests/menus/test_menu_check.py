"""Five printed menus of real kitchens, and what a hand count of them says."""

from pathlib import Path

import pytest

from canteen.menus.menu_check import check_entries
from canteen.menus.printed import PrintedEntry, read_printed_menu

PRINTED = Path(__file__).parent / "printed"
# Counted by hand, line by line: none of the five repeats a dish; only rice comes back.
RICE_DAYS = {
    "changzhou-dz.csv": (0, 2, 3, 4),
    "changzhou-jfl-a.csv": (1, 6),
    "elderly-kangyangtong.csv": (),
    "jianpian-kindergarten.csv": (),
    "qingpu.csv": (0, 1, 2, 3, 4),
}
DISHES = {
    "changzhou-dz.csv": 30,
    "changzhou-jfl-a.csv": 24,
    "elderly-kangyangtong.csv": 24,
    "jianpian-kindergarten.csv": 25,
    "qingpu.csv": 25,
}


def entries(name: str) -> tuple[PrintedEntry, ...]:
    menu = read_printed_menu((PRINTED / name).read_bytes(), name)
    assert menu.problems == ()
    return menu.entries


@pytest.mark.parametrize("name", sorted(DISHES))
def test_every_line_of_a_printed_menu_is_read(name: str) -> None:
    assert len(entries(name)) == DISHES[name]


@pytest.mark.parametrize("name", sorted(DISHES))
def test_none_of_the_printed_menus_repeats_a_dish(name: str) -> None:
    report = check_entries(entries(name))
    assert report.repeats == ()


@pytest.mark.parametrize("name", sorted(DISHES))
def test_only_rice_comes_back_when_nothing_is_exempt(name: str) -> None:
    report = check_entries(entries(name), windows={})
    rice = [repeat.days for repeat in report.repeats if repeat.canonical == "米饭"]
    assert rice == ([RICE_DAYS[name]] if RICE_DAYS[name] else [])
    assert len(report.repeats) == len(rice)


def test_an_added_line_is_found_with_both_days_under_either_name() -> None:
    week = [
        *entries("qingpu.csv"),
        PrintedEntry(day=6, period="dinner", slot_word="素菜", dish="清炒包菜（小份）", row=99),
    ]
    (repeat,) = check_entries(week).repeats
    assert repeat.names == ("炒卷心菜", "清炒包菜（小份）")
    assert repeat.days == (1, 6)


def test_three_kinds_of_fried_egg_are_a_warning() -> None:
    warnings = check_entries(entries("changzhou-dz.csv")).near_duplicates
    assert [place.name for one in warnings for place in one.places] == [
        "莴苣炒蛋",
        "杏鲍菇炒蛋",
        "西红柿炒蛋",
    ]


def test_the_balance_of_each_day_is_counted() -> None:
    monday, *_, friday = check_entries(entries("changzhou-dz.csv")).balance
    assert (monday.meat, monday.mixed, monday.vegetable, monday.fine, monday.coarse) == (
        1,
        1,
        1,
        1,
        0,
    )
    assert monday.meat_and_vegetables
    assert not monday.coarse_and_fine
    assert friday.coarse_and_fine


def test_a_library_knows_better_than_a_guess() -> None:
    twice = [
        PrintedEntry(day=day, period="lunch", slot_word="", dish="粥", row=day) for day in (0, 1)
    ]
    assert not check_entries(twice, categories={"白粥": "staple"}).repeats
    assert check_entries(twice, categories={"白粥": "porridge"}).repeats
