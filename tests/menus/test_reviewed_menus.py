"""Printed menus come in as they stand; a person looks at each new dish before it is made."""

import io
import re
from datetime import date, time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from canteen.foundation.database import db, transaction
from canteen.menus import queries
from canteen.menus.dishes import TO_CONFIRM
from canteen.menus.guessing_recipes import guess_recipe
from canteen.menus.library import ingredient_names
from canteen.menus.library_models import DishName
from canteen.menus.menu_importing import MenuImported, MenuPreview, import_menu, preview_menu
from canteen.menus.models import Dish
from canteen.menus.printed import PrintedMenu, read_printed_menu
from canteen.sites.models import MealPeriod, Site
from canteen.staff.rules import Role
from tests.menus.awkward import MENUS
from tests.menus.kitchen import MONDAY, WEEK, make_kitchen, week
from tests.people import make_staff, sign_in

PRINTED = Path(__file__).parent / "printed"
REAL = sorted(path.name for path in PRINTED.glob("*.csv"))
NEW = ("金牛秘制鸡", "宫爆土豆丁", "地四鲜")
FILE = f"星期,餐次,类别,菜名\n周一,午餐,大荤,{NEW[0]} 9.5元\n周二,午餐,素菜,{NEW[1]}、{NEW[2]}\n"


def read(name: str) -> PrintedMenu:
    data = (PRINTED / name).read_bytes() if name in REAL else MENUS[name][0]
    return read_printed_menu(data, name, near=MONDAY)


def without_library() -> int:
    """金牛食堂 with ingredients and no dish at all: everything on a menu is new."""
    site = make_kitchen()
    with transaction() as session:
        session.execute(delete(Dish))
    return site


def dishes() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Dish)) or 0


# --- Reading ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(MENUS))
def test_awkward_menus_are_read_whole(name: str) -> None:
    menu = read(name)
    assert menu.problems == ()
    assert len(menu.entries) == MENUS[name][1]


def test_days_without_a_year_are_of_the_nearest_year() -> None:
    data = "日期,菜名\n12月31日,红烧肉\n1月1日,白切鸡\n".encode()
    menu = read_printed_menu(data, "a.csv", near=date(2026, 12, 28))
    assert [one.day for one in menu.entries] == [date(2026, 12, 31), date(2027, 1, 1)]
    assert read_printed_menu(data, "a.csv").entries == ()


def test_labels_prices_numbers_and_stars_are_not_part_of_a_name() -> None:
    assert [(one.slot_word, one.dish) for one in read("labels_in_cells.csv").entries][:4] == [
        ("大荤", "红烧肉"),
        ("大荤", "白切鸡"),
        ("素菜", "炒青菜"),
        ("素菜", "地三鲜"),
    ]
    priced = read("prices_and_numbers.csv").entries
    assert [(one.dish, one.price_fen) for one in priced][:4] == [
        ("红烧肉", 1200),
        ("秘制鸡块", 950),
        ("米饭", 100),
        ("土豆牛肉", None),
    ]
    assert read("stars_and_amounts.csv").entries[0].dish == "红烧肉(含麸质)"


# --- What a new dish is guessed to be --------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "category", "method", "foods"),
    [
        ("毛豆烧鸡", "main_meat", "braised", {"毛豆", "整鸡"}),
        ("肉末粉丝", "half_meat", "", {"猪肉末", "粉丝"}),
        ("蒜蓉油麦菜", "vegetable", "stir_fried", {"油麦菜"}),
        ("冬瓜丸子汤", "soup", "slow_soup", {"冬瓜", "猪肉末"}),
        ("南瓜小米粥", "porridge", "simmered", {"南瓜", "小米"}),
        ("红烧肉", "main_meat", "red_braised", {"五花肉"}),
    ],
)
def test_a_name_gives_foods_and_grams_a_canteen_would_use(
    name: str, category: str, method: str, foods: set[str]
) -> None:
    recipe = guess_recipe(name, category, method, known=ingredient_names())
    found = {line.ingredient: line.grams for line in recipe}
    assert foods <= found.keys()
    assert all(5 <= found[food] <= 250 for food in foods)


def test_savoury_dishes_are_proposed_with_their_oil_and_salt() -> None:
    recipe = guess_recipe("炒油麦菜", "vegetable", "stir_fried", known=ingredient_names())
    assert {"食用油", "盐"} <= {line.ingredient for line in recipe}


def test_a_name_that_names_no_food_gets_no_recipe() -> None:
    assert guess_recipe("全家福", "soup", "", known=ingredient_names()) == ()


def test_only_ingredients_of_the_sites_own_table_are_proposed() -> None:
    recipe = guess_recipe("土豆烧牛肉", "main_meat", "braised", known={"土豆": "土豆"})
    assert [line.ingredient for line in recipe] == ["土豆"]


# --- Into the week ------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*REAL, *sorted(MENUS)])
def test_every_menu_comes_in_with_the_library_and_without(app: Flask, name: str) -> None:
    site = make_kitchen()
    menu = read(name)
    with transaction() as session:  # a kitchen that serves what this one does
        session.add(
            MealPeriod(
                site_id=site, code="afternoon", name="午点", name_en="Tea",
                starts=time(14), ends=time(15),
                position=9,
            )
        )  # fmt: skip
    done = import_menu(site_id=site, menu=menu, monday=MONDAY, create=True, replace=False)
    assert isinstance(done, MenuImported), done
    assert done.changed == len(menu.entries)
    again = import_menu(site_id=site, menu=menu, monday=MONDAY, create=True, replace=False)
    assert isinstance(again, MenuImported)
    assert (again.created, again.changed) == (0, 0)


@pytest.mark.parametrize("name", REAL)
def test_the_real_menus_are_known_to_the_library_we_ship(app: Flask, name: str) -> None:
    site = make_kitchen()
    preview = preview_menu(db.session(), site_id=site, menu=read(name), monday=MONDAY)
    assert isinstance(preview, MenuPreview)
    softened = {"燕麦软米饭"}  # the kindergarten's: a texture of its own
    assert {dish.name for dish in preview.unknown} <= softened


@pytest.mark.parametrize("name", REAL)
def test_where_all_is_new_most_dishes_are_proposed_with_a_recipe(app: Flask, name: str) -> None:
    site = without_library()
    menu = read(name)
    lunch = PrintedMenu(
        entries=tuple(one for one in menu.entries if one.period == "lunch"), problems=()
    )
    preview = preview_menu(db.session(), site_id=site, menu=lunch, monday=MONDAY)
    assert isinstance(preview, MenuPreview)
    with_recipe = [dish for dish in preview.unknown if dish.recipe]
    assert len(with_recipe) >= 0.8 * len(preview.unknown)
    assert all(TO_CONFIRM in dish.tags for dish in preview.unknown)


# --- On the page ---------------------------------------------------------------------------


@pytest.fixture
def kitchen(app: Flask, client: FlaskClient) -> FlaskClient:
    make_kitchen()
    sign_in(client, "wangshifu")
    return client


def review(client: FlaskClient, text: str = FILE) -> tuple[str, dict[str, str]]:
    file = (io.BytesIO(text.encode()), "menu.csv")
    page = client.post("/menus/import-previews", data={"file": file, "week": WEEK}).text
    found = re.findall(r'name="(parcel|filename|week|new-\d+)" value="([^"]*)"', page)
    return page, {name: value.replace("&#43;", "+") for name, value in found}


def answers(client: FlaskClient, **typed: str) -> dict[str, str]:
    """The page's form as it comes, with some fields as a person typed them."""
    _page, fields = review(client)
    usual = {
        "category-0": "main_meat", "method-0": "braised", "price-0": "9.50",
        "recipe-0": "整鸡:140；姜 3克", "category-1": "vegetable", "method-1": "flash_fried",
        "price-1": "3", "recipe-1": "土豆:120", "category-2": "vegetable", "method-2": "",
        "price-2": "3", "recipe-2": "", "create": "1",
    }  # fmt: skip
    return {**fields, **usual, **typed}


def test_a_new_dish_is_proposed_with_what_its_name_says(kitchen: FlaskClient) -> None:
    before = dishes()
    page, fields = review(kitchen)
    assert [fields[f"new-{n}"] for n in range(3)] == list(NEW)
    assert 'name="price-0" value="9.50"' in page
    assert "土豆:" in page
    assert "从菜名看不出配料" in page
    assert dishes() == before
    assert week(1).dishes == ()


def test_a_checked_dish_is_made_as_it_was_corrected(kitchen: FlaskClient) -> None:
    sent = answers(kitchen, **{"confirmed-0": "1", "category-1": "half_meat"})
    assert kitchen.post("/menus/imports", data=sent).status_code == 302
    db.session.rollback()
    checked, guessed = (queries.same_dish(db.session(), name) for name in NEW[:2])
    assert checked is not None
    assert guessed is not None
    assert (checked.category, checked.method, checked.price_fen, checked.tags) == (
        "main_meat", "braised", 950, "",
    )  # fmt: skip
    recipe = [(line.ingredient.name, line.grams) for line in checked.recipe]
    assert recipe == [("整鸡", 140.0), ("姜", 3.0)]
    assert (guessed.category, guessed.tags) == ("half_meat", TO_CONFIRM)
    assert {one.name for one in week(1).dishes} == set(NEW)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"recipe-0": "龙肝:5"}, "食材表里没有“龙肝”"),
        ({"recipe-0": "一些鸡"}, "配料“一些鸡”看不懂"),
        ({"recipe-0": "整鸡:0"}, "的克数“0”不对"),
        ({"price-0": "九块"}, "价格“九块”不是金额"),
        ({"category-0": ""}, "没有写类别"),
    ],
)
def test_a_mistake_in_a_new_dish_is_said_beside_it_and_nothing_is_done(
    kitchen: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    before = dishes()
    answer = kitchen.post("/menus/imports", data=answers(kitchen, **typed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="3"' in answer.text  # what was typed elsewhere is still there
    assert dishes() == before
    assert week(1).dishes == ()


def test_a_dish_that_is_there_under_another_name_is_remembered(kitchen: FlaskClient) -> None:
    text = "星期,餐次,类别,菜名\n周一,午餐,素菜,青炒菠菜\n"
    page, fields = review(kitchen, text)
    found = re.search(r'<option value="(\d+)">就是“([^”]*菠菜[^”]*)”', page)
    assert found is not None
    before = dishes()
    sent = {**fields, "create": "1", "same-0": found[1]}
    assert kitchen.post("/menus/imports", data=sent).status_code == 302
    assert dishes() == before
    assert set(db.session.scalars(select(DishName.name))) == {"青炒菠菜"}
    assert [one.dish_id for one in week(1).dishes] == [int(found[1])]
    assert "库里没有的菜" not in review(kitchen, text)[0]


def test_a_meal_that_is_not_served_yet_is_the_managers_to_add(
    kitchen: FlaskClient, app: Flask
) -> None:
    snack = "星期,餐次,菜名\n周一,午点,红烧肉\n"
    page, fields = review(kitchen, snack)
    assert "本食堂还没有这些餐次" in page
    assert "请经理先在设置里加上" in page
    refused = kitchen.post("/menus/imports", data={**fields, "meals": "1"})
    assert (refused.status_code, "没有“午点”这一餐" in refused.text) == (422, True)
    site = db.session.scalar(select(Site.id))
    make_staff("zhangjie", Role.MANAGER, site_id=site, name="张姐")
    manager = app.test_client()
    sign_in(manager, "zhangjie")
    page, fields = review(manager, snack)
    assert 'name="meals"' in page
    assert manager.post("/menus/imports", data={**fields, "meals": "1"}).status_code == 302
    assert [dish.period for dish in week(site or 0).dishes] == ["afternoon"]
