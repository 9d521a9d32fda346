"""The document of planning rules: defaults that work, and mistakes named field by field."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from canteen.blueprints.menus.plan_rule_words import field_words
from canteen.foundation.wording import Refusal, say
from canteen.menus.categories import DEFAULT_WINDOWS
from canteen.menus.plan_settings import (
    DEFAULTS,
    Ban,
    PlanSettings,
    document_of,
    hard_rules,
    planning_units,
    soft_rules,
    usual_amount,
)
from canteen.menus.plan_settings_reading import read_settings
from canteen.menus.planning.facts import Band
from canteen.menus.planning.rules import SOFT
from tests.menus.kitchen import MONDAY, WEDNESDAY

PERIODS = ("breakfast", "lunch", "dinner")
_LONG = {"mark": "food:x", "reason": "长" * 61}
WEEK = [MONDAY + timedelta(days=number) for number in range(7)]


def read(**document: Any) -> PlanSettings:
    found = read_settings(document, periods=PERIODS)
    assert isinstance(found, PlanSettings), found
    return found


def mistakes(**document: Any) -> list[Refusal]:
    found = read_settings(document, periods=PERIODS)
    assert isinstance(found, list), found
    return found


def test_an_empty_document_is_the_defaults() -> None:
    assert read() == DEFAULTS


def test_what_is_written_is_read_back() -> None:
    settings = PlanSettings(
        return_days={"main_meat": 14},
        capacity={"lunch": {"wok": 4}},
        budget_fen={"lunch": 900},
        bans=(
            Ban(mark="food:豆腐", weekdays=(2,), days=(MONDAY,), periods=("lunch",), reason="缺"),
        ),
        closed_days=(date(2027, 2, 6),),
        bands={"kcal": (1500, None)},
    )
    assert read(**document_of(settings)) == settings
    assert read(**document_of(DEFAULTS)) == DEFAULTS


@pytest.mark.parametrize(
    ("document", "code", "field", "value"),
    [
        ({"return_days": {"main_meat": "多"}}, "plan_number", "return_days.main_meat", "多"),
        ({"return_days": {"main_meat": -1}}, "plan_number", "return_days.main_meat", "-1"),
        ({"return_days": {"main_meat": True}}, "plan_number", "return_days.main_meat", "True"),
        ({"return_days": {"flowers": 1}}, "plan_word", "return_days.flowers", "flowers"),
        ({"return_days": [1]}, "plan_shape", "return_days", "[1]"),
        ({"diets": {"halal": 1}}, "plan_word", "diets.halal", "halal"),
        ({"capacity": {"tea": {"wok": 1}}}, "plan_word", "capacity.tea", "tea"),
        ({"capacity": {"lunch": {"boat": 1}}}, "plan_word", "capacity.lunch.boat", "boat"),
        ({"budget_fen": {"lunch": 0}}, "plan_number", "budget_fen.lunch", "0"),
        ({"importance": {"cost": 11}}, "plan_number", "importance.cost", "11"),
        ({"bands": {"kcal": [3, 2]}}, "plan_band", "bands.kcal", 3),
        ({"bands": {"kcal": ["x", None]}}, "plan_number", "bands.kcal.0", "x"),
        ({"closed_days": ["2026-02-30"]}, "plan_day", "closed_days", "2026-02-30"),
        ({"closed_weekdays": [7]}, "plan_number", "closed_weekdays", "7"),
        ({"bans": [{"mark": "pork"}]}, "plan_ban", "bans.0", "pork"),
        ({"bans": [_LONG]}, "plan_long", "bans.0.reason", "长" * 20),
        ({"bans": [{}] * 61}, "plan_many", "bans", 61),
        ({"meat_and_vegetables": "yes"}, "plan_shape", "meat_and_vegetables", "yes"),
        ({"foods_a_day": 99}, "plan_number", "foods_a_day", "99"),
        ({"wishes": 1}, "plan_unknown", "wishes", "1"),
    ],
)  # fmt: skip
def test_a_mistake_names_field_value_and_what_is_expected(
    app: Flask, document: dict[str, Any], code: str, field: str, value: object
) -> None:
    (mistake,) = mistakes(**document)
    assert (mistake.code, mistake.facts["field"], mistake.facts["value"]) == (code, field, value)
    with app.test_request_context():
        said = say(Refusal(code, {**mistake.facts, "field": field_words(field)}))
        assert said.text
        assert said.next_step


def test_every_mistake_is_named_at_once() -> None:
    found = mistakes(foods_a_day="x", importance={"cost": 99, "rating": -1})
    assert [one.facts["field"] for one in found] == [
        "foods_a_day", "importance.cost", "importance.rating",
    ]  # fmt: skip


def test_a_ban_on_a_weekday_holds_on_the_planned_days_of_it_only() -> None:
    ban = Ban(mark="contains:pork", weekdays=(2,))
    forbidden = ban.on(WEEK)
    assert forbidden is not None
    assert forbidden.days == {WEDNESDAY}
    assert ban.on([MONDAY]) is None  # not "always"
    always = Ban(mark="contains:pork").on([MONDAY])
    assert always is not None
    assert always.days == frozenset()


def test_exempt_kinds_rest_as_long_as_the_longer_of_both_says() -> None:
    hard = hard_rules(DEFAULTS, windows=DEFAULT_WINDOWS, days=WEEK)
    assert (hard.windows["staple"], hard.windows["plain_soup"]) == (0, 3)
    assert "plain_soup" not in hard.return_days
    assert hard.return_days["main_meat"] == 7


def test_units_of_planning_are_those_of_people() -> None:
    assert planning_units("kcal", 1500) == 1500
    assert planning_units("protein", 65) == 650
    assert planning_units("sodium", 2000) == 200
    assert planning_units("fibre", None) is None
    assert usual_amount("sodium", 200) == 2000


def test_the_defaults_hold_a_day_to_the_reference_of_65_and_over() -> None:
    soft = soft_rules(DEFAULTS)
    assert soft.bands["sodium"] == Band(high=200)
    assert soft.bands["kcal"] == Band(low=1500, high=2050)
    assert set(soft.importance) == set(SOFT)
    assert sum(soft.meal_share.values()) == 100
