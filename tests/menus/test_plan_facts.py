"""What a plan is made from, read from a real database."""

from datetime import timedelta
from itertools import pairwise

from flask import Flask
from sqlalchemy import event, select

from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.menus import actions
from canteen.menus.models import Dish, MenuEntry
from canteen.menus.plan_actions import save_planning_rules
from canteen.menus.plan_asked import Asked
from canteen.menus.plan_facts import Read, current_plan, read_facts
from canteen.menus.plan_larder import NOT_COOKED
from canteen.menus.plan_settings import Ban
from canteen.menus.planning.checking import broken_rules
from canteen.menus.planning.facts import PlanDish
from canteen.menus.substituting import Swap, substitute_dish
from tests.menus.desk import fix
from tests.menus.kitchen import MONDAY, TUESDAY, WEDNESDAY, dish_id, fill, make_kitchen, put
from tests.people import NOW


def read(site_id: int, **asked: object) -> Read:
    db.session.rollback()
    found = read_facts(db.session(), Asked(site_id=site_id, monday=MONDAY, **asked))  # type: ignore[arg-type]
    assert isinstance(found, Read), found
    return found


def refused(site_id: int, **asked: object) -> str:
    db.session.rollback()
    found = read_facts(db.session(), Asked(site_id=site_id, monday=MONDAY, **asked))  # type: ignore[arg-type]
    assert isinstance(found, Refusal), found
    return found.code


def dish(found: Read, name: str) -> PlanDish:
    return found.facts.by_id[dish_id(name)]


LAST_FRIDAY = MONDAY - timedelta(days=3)


def serve_instead(site_id: int, published: str, *served: str) -> None:
    """Last week was published with a dish on Friday; on the day others were served, one by one."""
    put(site_id, LAST_FRIDAY, published)
    monday = MONDAY - timedelta(days=7)
    assert actions.publish_week(site_id=site_id, monday=monday, now=NOW, by=None) is None
    place = db.session.scalars(select(MenuEntry.id)).one()
    for before, name in pairwise((published, *served)):
        done = substitute_dish(
            Swap(
                entry_id=place, dish_id=dish_id(name), instead_of=dish_id(before),
                reason="sold_out",
            ),
            site_id=site_id, monday=monday, today=LAST_FRIDAY, now=NOW, by=None,
        )  # fmt: skip
        assert done is None


def test_a_week_has_the_places_of_its_grid(app: Flask) -> None:
    site = make_kitchen()
    cells = read(site).facts.cells
    assert sum(cell.places for cell in cells) == 147
    assert len({cell.day for cell in cells}) == 7


def test_only_the_periods_and_weeks_asked_for_are_planned(app: Flask) -> None:
    site = make_kitchen()
    cells = read(site, periods=("lunch",), weeks=2).facts.cells
    assert {cell.period for cell in cells} == {"lunch"}
    assert sum(cell.places for cell in cells) == 126


def test_a_closed_day_is_left_out(app: Flask) -> None:
    site = make_kitchen()
    rules = {"closed_weekdays": [6], "closed_days": ["2026-11-25"]}
    assert save_planning_rules(site_id=site, document=rules, now=NOW, by=None) == []
    days = {cell.day for cell in read(site).facts.cells}
    assert days == {MONDAY + timedelta(days=n) for n in (0, 1, 3, 4, 5)}


def test_a_week_closed_every_day_is_refused(app: Flask) -> None:
    site = make_kitchen()
    rules = {"closed_weekdays": list(range(7))}
    save_planning_rules(site_id=site, document=rules, now=NOW, by=None)
    assert refused(site) == "plan_closed"


def test_a_dish_brings_all_that_planning_asks(app: Flask) -> None:
    site = make_kitchen()
    one = dish(read(site), "红烧肉")
    assert (one.category, one.main, one.method) == ("main_meat", "五花肉", "red_braised")
    assert {"contains:pork", "food:五花肉", "category:main_meat", "dish:红烧肉"} <= one.marks
    assert one.equipment == {"wok"}
    assert one.grams["meat_red"] > 0
    assert one.nutrients["kcal"] > 100
    assert one.cost_fen is not None
    assert 100 < one.cost_fen < 1000
    assert not {"no_pork", "vegetarian"} & one.diets


def test_what_suits_a_diet_is_certain(app: Flask) -> None:
    site = make_kitchen()
    found = read(site)
    assert {"no_pork", "vegetarian", "no_fish"} <= dish(found, "清炒菠菜").diets
    assert "vegetarian" not in dish(found, "番茄炒蛋").diets
    assert "allergy_egg" not in dish(found, "番茄炒蛋").diets
    assert "no_fish" not in dish(found, "清蒸鲈鱼").diets


def test_a_dish_without_a_recipe_is_unknown_and_not_free(app: Flask) -> None:
    site = make_kitchen()
    with transaction() as session:
        row = session.get_one(Dish, dish_id("红烧肉"))
        row.recipe.clear()
    one = dish(read(site), "红烧肉")
    assert (one.cost_fen, dict(one.nutrients)) == (None, {})
    assert one.unknown == {"kcal", "protein", "fibre", "sodium"}
    assert "no_pork" not in one.diets


def test_a_grain_is_known_by_the_name(app: Flask) -> None:
    site = make_kitchen()
    found = read(site)
    assert (dish(found, "米饭").grain, dish(found, "蒸玉米").grain) == ("fine", "coarse")


def test_what_stands_stays_when_only_empty_places_are_asked_for(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    kept, anew = read(site, keep=True), read(site, keep=False)
    lunch = (MONDAY, "lunch", "meat")
    assert dict(kept.facts.by_cell[lunch].pinned) == {0: dish_id("红烧肉")}
    assert dict(anew.facts.by_cell[lunch].pinned) == {}
    assert anew.stood == {(*lunch, 0): dish_id("红烧肉")}


def test_a_pinned_dish_stays_also_when_planned_anew(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    lunch = (MONDAY, "lunch", "meat")
    fix(site, (*lunch, 0))
    assert dict(read(site, keep=False).facts.by_cell[lunch].pinned) == {0: dish_id("红烧肉")}


def test_dishes_around_and_in_other_meals_count_as_standing(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY - timedelta(days=6), "红烧肉")
    put(site, MONDAY, "白切鸡", period="dinner")
    put(site, MONDAY - timedelta(days=60), "土豆牛肉")
    found = read(site, periods=("lunch",))
    assert {(one.day, one.period) for one in found.facts.standing} == {
        (MONDAY - timedelta(days=6), "lunch"),
        (MONDAY, "dinner"),
    }


def test_what_was_served_instead_stood_and_what_it_replaced_did_not(app: Flask) -> None:
    site = make_kitchen()
    serve_instead(site, "红烧肉", "白切鸡")
    standing = read(site).facts.standing
    assert [(one.day, one.dish_id) for one in standing] == [(LAST_FRIDAY, dish_id("白切鸡"))]


def test_only_the_last_of_several_substitutions_stood(app: Flask) -> None:
    site = make_kitchen()
    serve_instead(site, "红烧肉", "白切鸡", "清蒸鲈鱼")
    assert [one.dish_id for one in read(site).facts.standing] == [dish_id("清蒸鲈鱼")]


def test_a_dish_no_longer_cooked_that_was_served_instead_is_known_to_the_plan(app: Flask) -> None:
    site = make_kitchen()
    serve_instead(site, "红烧肉", "白切鸡")
    with transaction() as session:
        session.get_one(Dish, dish_id("白切鸡")).active = False
    assert dish(read(site), "白切鸡").periods == {NOT_COOKED}


def test_days_before_a_dish_returns_count_from_when_it_was_eaten(app: Flask) -> None:
    """On Friday 白切鸡 was eaten for 红烧肉: on Monday 红烧肉 may come, 白切鸡 not yet."""
    site = make_kitchen()
    save_planning_rules(site_id=site, document={"return_days": {"main_meat": 5}}, now=NOW, by=None)
    serve_instead(site, "红烧肉", "白切鸡")
    put(site, MONDAY, "红烧肉")
    put(site, TUESDAY, "白切鸡")
    found = read(site)
    broken = [
        (one.rule, one.dish_ids) for one in broken_rules(found.facts, current_plan(found))
        if one.rule in ("return", "repeat")
    ]  # fmt: skip
    assert broken == [("return", (dish_id("白切鸡"),))]


def test_a_dish_no_longer_cooked_may_only_stay(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    with transaction() as session:
        session.get_one(Dish, dish_id("红烧肉")).active = False
        session.get_one(Dish, dish_id("白切鸡")).active = False
    found = read(site)
    assert dish(found, "红烧肉").periods == {NOT_COOKED}
    assert dish_id("白切鸡") not in found.facts.by_id


def test_a_published_week_is_not_planned(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    assert refused(site) == "plan_week_published"


def test_a_change_stays_near_to_what_stands(app: Flask) -> None:
    site = make_kitchen()
    fill(site)
    found = read(site, kind="change", locked=(TUESDAY,))
    assert len(found.facts.before) == 147
    assert current_plan(found) == tuple(
        sorted(found.facts.before, key=lambda one: (one.day, one.period, one.slot, one.position))
    )
    locked = [cell for cell in found.facts.cells if cell.day == TUESDAY]
    assert all(len(cell.pinned) == cell.places for cell in locked)
    assert not any(cell.pinned for cell in found.facts.cells if cell.day != TUESDAY)


def test_a_change_of_an_empty_week_is_refused(app: Flask) -> None:
    assert refused(make_kitchen(), kind="change") == "plan_nothing_stands"


def test_no_pork_on_wednesday_releases_the_pin_of_that_day_only(app: Flask) -> None:
    site = make_kitchen()
    for day, name in ((TUESDAY, "红烧肉"), (WEDNESDAY, "红烧狮子头")):
        put(site, day, name)
        fix(site, (day, "lunch", "meat", 0))
    ban = Ban(mark="contains:pork", days=(WEDNESDAY,))
    found = read(site, kind="change", bans=(ban,))
    assert found.released == {(WEDNESDAY, "lunch", "meat", 0)}
    assert found.pinned == {(TUESDAY, "lunch", "meat", 0)}
    (forbidden,) = found.facts.hard.forbidden
    assert forbidden.days == {WEDNESDAY}


def test_something_else_here_forbids_the_dish_in_that_meal(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    place = (MONDAY, "lunch", "meat", 0)
    (forbidden,) = read(site, kind="change", elsewhere=(place,)).facts.hard.forbidden
    assert (forbidden.mark, forbidden.days, forbidden.periods) == (
        "dish:红烧肉", {MONDAY}, {"lunch"},
    )  # fmt: skip


def test_the_facts_take_a_bounded_number_of_queries(app: Flask) -> None:
    site = make_kitchen()
    fill(site)
    db.session.rollback()
    asked: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]) if "SELECT" in a[2] else 0
    )
    read(site, weeks=4)
    assert len(asked) <= 12, asked
