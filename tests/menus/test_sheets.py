"""The type of a printed week: as large as one page takes, and never too small to read."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from canteen.blueprints.menus.sheets import A3, A4, SIZES, Fit, Printed, fit
from canteen.menus.plan import PeriodFacts, PeriodPlan, Place, SlotFacts, SlotPlan, WeekPlan
from canteen.menus.plan import StandingDish as Dish
from tests.menus.kitchen import MONDAY

WORDS = Printed(
    title="金牛食堂 一周菜单", dates="11月23日 — 11月29日", foot="订餐电话 0791-5550100"
)


@pytest.fixture(autouse=True)
def request_in_chinese(app: Flask) -> Iterator[None]:
    with app.test_request_context("/menu", headers={"Accept-Language": "zh-CN"}):
        yield


def week_of(*, meals: int, rows: int, name: str) -> WeekPlan:
    """A week in which every place holds a dish of this name."""

    def place(period: str, slot: str, number: int) -> Place:
        day = MONDAY + timedelta(days=number)
        dish = Dish(
            day=day, name=name, category="main_meat", period=period, slot=slot, dish_id=1,
            position=0, allergens_known=True, allergens=frozenset(["soy"]),
        )  # fmt: skip
        return Place(day=day, position=0, dish=dish)

    def slot(period: str, code: str) -> SlotPlan:
        facts = SlotFacts(period=period, code=code, name="素菜", categories=("vegetable",))
        return SlotPlan(slot=facts, days=tuple((place(period, code, day),) for day in range(7)))

    periods = tuple(
        PeriodPlan(
            period=PeriodFacts(code=f"p{meal}", name="午餐"),
            slots=tuple(slot(f"p{meal}", f"s{row}") for row in range(rows)),
        )
        for meal in range(meals)
    )
    return WeekPlan(monday=MONDAY, state="published", published_at=None, periods=periods, dishes=())


def points(plan: WeekPlan, **words: str) -> float:
    """On A4; the week is on one page."""
    found = fit(plan, Printed(**{**vars(WORDS), **words}), A4)
    assert found.fills_page or words
    return found.half_points / 2


def test_a_small_week_is_set_in_the_largest_type_and_fills_its_page() -> None:
    assert fit(week_of(meals=1, rows=3, name="红烧肉"), WORDS, A4) == Fit(
        half_points=48, fills_page=True
    )


def test_more_rows_and_longer_names_make_smaller_type_and_a_larger_sheet_larger() -> None:
    small = week_of(meals=3, rows=5, name="番茄炒蛋")
    assert points(small) > points(week_of(meals=3, rows=8, name="番茄炒蛋"))
    assert points(small) > points(week_of(meals=3, rows=5, name="农家韭菜豆芽炒肉丝配豆腐干"))
    assert fit(small, WORDS, A3).half_points / 2 > points(small)


def test_what_stands_above_and_below_takes_its_room() -> None:
    plan = week_of(meals=4, rows=8, name="番茄炒蛋")
    long = "青云谱区金牛街道幸福里社区长者食堂暨居家养老服务中心（第二分店，南门）"
    assert points(plan, title=long) < points(plan)
    assert points(plan, foot=long * 3) < points(plan)


def test_a_week_nobody_could_read_on_one_page_takes_two_in_type_that_can_be_read() -> None:
    plan = week_of(meals=4, rows=8, name="农家韭菜豆芽炒肉丝配豆腐干和鹌鹑蛋" * 2)
    found = fit(plan, WORDS, A4)
    assert not found.fills_page
    assert found.half_points / 2 > SIZES[-1]


def test_every_size_has_its_class_in_the_style_sheets(app: Flask) -> None:
    assert app.static_folder
    for paper, file in (("a4", "menus_sheet"), ("a3", "menus_a3")):
        with open(f"{app.static_folder}/css/{file}.css", encoding="utf-8") as sheet:
            text = sheet.read()
        assert [size for size in SIZES if f".{paper}-{size * 2:.0f} {{" not in text] == []
