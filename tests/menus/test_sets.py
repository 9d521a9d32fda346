"""A set is so many servings of each slot; what is unknown is said and never counted as nothing."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event

from canteen.foundation.database import db, transaction
from canteen.menus import queries
from canteen.menus.models import DishIngredient, Ingredient, MenuSlot
from canteen.menus.nutrition import NUTRIENTS, Amount
from canteen.menus.plan_models import PlanningRules
from canteen.menus.plan_settings import DAILY_BANDS, DEFAULTS, PlanSettings
from canteen.menus.set_queries import WeekSets, week_sets
from canteen.menus.sets import (
    Meter,
    Offer,
    Portion,
    Sum,
    mean_of,
    meters_of,
    set_of,
    together,
    variety_meter,
)
from canteen.menus.targets import Range, targets_of
from tests.menus.kitchen import MONDAY, TUESDAY, dish_id, fill, make_kitchen, put, week
from tests.people import NOW

DAY = date(2026, 11, 23)


USUAL = targets_of(DEFAULTS)


def portion(number: int, *, cost: int | None = 300, **amounts: Any) -> Portion:
    """A dish; an amount of None is unknown, one that is not named is zero."""
    nutrition = {
        code: Amount(known=amounts.get(code) or 0.0, unknown=("茭白",))
        if code in amounts and amounts[code] is None
        else Amount(known=float(amounts.get(code) or 0))
        for code in NUTRIENTS
    }
    return Portion(
        dish_id=number, name=f"菜{number}", nutrition=nutrition, cost_fen=cost or 0,
        cost_known=cost is not None, foods=frozenset((f"食材{number}", "土豆")),
    )  # fmt: skip


def offer(*portions: Portion, servings: int = 1, period: str = "lunch") -> Offer:
    return Offer(day=DAY, period=period, slot="meat", servings=servings, portions=portions)


def test_of_two_dishes_offered_a_set_has_their_mean() -> None:
    one = set_of([offer(portion(1, cost=300, kcal=200), portion(2, cost=500, kcal=100))])
    assert (one.cost.known, one.measure("kcal").known) == (400, 150)


def test_two_servings_of_three_dishes_are_two_thirds_of_them_all() -> None:
    three = [portion(number, cost=300, kcal=90) for number in (1, 2, 3)]
    one = set_of([offer(*three, servings=2)])
    assert (one.cost.known, one.measure("kcal").known) == (600, pytest.approx(180))


def test_a_slot_nobody_takes_counts_nothing() -> None:
    assert set_of([offer(portion(1), servings=0)]).cost == Sum()


def test_costs_are_added_in_whole_fen_as_planning_adds_them() -> None:
    one = set_of([offer(portion(1, cost=301), portion(2, cost=302))])
    assert one.cost.known == 151 + 151  # 150.5 half up, and 151


def test_salt_is_sodium_times_its_weight() -> None:
    one = set_of([offer(portion(1, sodium_mg=1000))])
    assert one.measure("salt_g").known == pytest.approx(2.54)


def test_an_unknown_amount_names_its_dish_and_is_not_zero() -> None:
    one = set_of([offer(portion(1, sodium_mg=1000)), offer(portion(2, sodium_mg=None))])
    salt = one.measure("salt_g")
    assert [dish.name for dish in salt.missing] == ["菜2"]
    assert one.measure("kcal").missing == ()


def test_a_dish_without_a_recipe_is_unknown_in_everything() -> None:
    bare = Portion(dish_id=9, name="例汤")
    one = set_of([offer(portion(1, kcal=200)), offer(bare)])
    assert one.measure("kcal").missing == (bare,)
    assert one.cost.missing == (bare,)


def test_a_dish_on_two_days_is_named_once() -> None:
    bare = Portion(dish_id=9, name="例汤")
    whole = together([set_of([offer(bare)]), set_of([offer(bare)])])
    assert whole.cost.missing == (bare,)


def test_the_mean_day_is_the_sum_over_the_days() -> None:
    days = [
        set_of([offer(portion(1, kcal=kcal, cost=cost))]) for kcal, cost in ((100, 300), (300, 500))
    ]
    assert (mean_of(days).measure("kcal").known, mean_of(days).cost.known) == (200, 400)
    assert mean_of([]).cost.known == 0


@pytest.mark.parametrize(
    ("known", "low", "high", "missing", "state"),
    [
        (5.0, None, None, False, ""),
        (5.0, None, 4.0, False, "high"),
        (5.0, None, 4.0, True, "high"),
        (3.0, None, 4.0, False, "good"),
        (3.0, None, 4.0, True, "unknown"),
        (3.0, 4.0, None, False, "low"),
        (3.0, 4.0, None, True, "unknown"),
        (5.0, 4.0, None, True, "good"),
        (5.0, 4.0, 6.0, True, "unknown"),
        (4.0, 4.0, 4.0, False, "good"),
    ],
)
def test_a_figure_is_judged_only_as_far_as_it_is_known(
    known: float, low: float | None, high: float | None, missing: bool, state: str
) -> None:
    dishes = (Portion(dish_id=1, name="例汤"),) if missing else ()
    meter = Meter(code="x", known=known, range=Range(low=low, high=high), missing=dishes)
    assert meter.state == state


def test_a_meal_is_held_to_its_share_of_the_day() -> None:
    one = set_of([offer(portion(1, kcal=700, sodium_mg=900))])
    meters = meters_of(one, ("lunch",), USUAL)
    assert meters["kcal"].range == Range(low=600, high=820)
    assert (meters["kcal"].state, meters["salt_g"].state) == ("good", "high")  # 2.29 of 2.03 g
    assert meters_of(one, ("midnight",), USUAL)["kcal"].state == ""


def test_kinds_of_food_are_counted_once() -> None:
    meter = variety_meter([offer(portion(1), portion(2)), offer(portion(2))], 4)
    assert (meter.known, meter.state) == (3, "low")


def test_a_sites_rules_go_before_the_defaults() -> None:
    settings = PlanSettings(
        budget_fen={"lunch": 800},
        bands={**DAILY_BANDS, "kcal": (1600, None), "sodium": (None, 2000)},
        meal_share={"lunch": 50},
        foods_a_day=15,
    )
    targets = targets_of(settings)
    assert targets.budget_fen == {"lunch": 800}
    assert targets.of("kcal", ("lunch",)) == Range(low=800)
    assert targets.of("salt_g", ("lunch",)).high == pytest.approx(2000 * 2.54 / 1000 / 2)
    assert targets.of("fibre_g", ("lunch",)).low == pytest.approx(12.5)
    assert (targets.foods_a_day, targets.foods_a_week) == (15, 25)


# --- On a real database --------------------------------------------------------------------------


def read(site: int) -> WeekSets:
    return week_sets(db.session(), week(site), site_id=site)


def test_a_week_is_read_in_five_queries_more(app: Flask) -> None:
    site = make_kitchen()
    fill(site)
    plan = week(site)
    asked: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]) if "SELECT" in a[2] else 0
    )
    found = week_sets(db.session(), plan, site_id=site)
    assert len(found.meals) == 21
    assert len(asked) <= 5


def test_the_set_of_a_meal_follows_the_servings_of_its_slots(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, MONDAY, "白切鸡", position=1)
    one = read(site).meals[MONDAY, "lunch"]
    whole = sum(portion.cost_fen for portion in one.offers[0].portions)
    with transaction() as session:
        row = next(
            one for one in queries.slot_rows(session, site)
            if (one.period_code, one.code) == ("lunch", "meat")
        )  # fmt: skip
        session.get_one(MenuSlot, row.id).servings = 2
    twice = read(site).meals[MONDAY, "lunch"]
    assert twice.set.cost.known == whole
    assert one.set.cost.known == pytest.approx(whole / 2, abs=1)


def test_a_dish_that_lost_its_recipe_is_unknown_on_its_day(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    with transaction() as session:
        session.execute(delete(DishIngredient).where(DishIngredient.dish_id == dish_id("红烧肉")))
    monday, tuesday, *_ = read(site).days
    assert monday is not None
    assert monday["kcal"].state == "unknown"
    assert monday["cost"].missing[0].name == "红烧肉"
    assert tuesday is None


def test_a_price_nobody_knows_is_no_price_of_zero(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    with transaction() as session:
        for row in session.query(Ingredient).all():
            row.price_fen_per_kg = None
    cost = read(site).costs["lunch"]
    assert (cost.known, [one.name for one in cost.missing]) == (0, ["红烧肉"])


def test_the_budget_of_a_site_is_held_against_the_average_set(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, TUESDAY, "白切鸡")
    with transaction() as session:
        document = json.dumps({"budget_fen": {"lunch": 1}})
        session.add(PlanningRules(site_id=site, document=document, changed_at=NOW))
    found = read(site)
    assert found.costs["lunch"].state == "high"
    both = [found.meals[MONDAY + timedelta(days=day), "lunch"].set.cost.known for day in (0, 1)]
    assert found.costs["lunch"].known == sum(both) / 2


def test_what_was_really_served_is_counted(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    before = read(site).meals[MONDAY, "lunch"].set
    put(site, MONDAY, "白切鸡")
    assert read(site).meals[MONDAY, "lunch"].set != before
