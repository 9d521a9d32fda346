"""Ten thousand dishes, and everything wrong: named by row, quick, nothing half done."""

import io
import time
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from canteen.foundation.database import db, transaction
from canteen.foundation.spreadsheets import Fen, Sheet, write_csv, write_xlsx
from canteen.foundation.wording import Refusal
from canteen.menus import actions, importing, queries
from canteen.menus.cooking import ingredient_ids, write_dishes
from canteen.menus.dishes import DishValues
from canteen.menus.ingredient_importing import import_ingredients
from canteen.menus.library_sheets import SheetPreview
from canteen.menus.menu_importing import MenuImported, import_menu
from canteen.menus.merging import duplicates
from canteen.menus.models import Dish, Ingredient, MenuEntry
from canteen.menus.nutrition import RecipeLine
from canteen.menus.printed import read_printed_menu
from tests.counting import queries_of
from tests.menus.kitchen import make_kitchen
from tests.people import NOW, make_site, sign_in

MANY = 10_000
SECONDS = 20
"""Of the processor's time: tests share a machine with others."""
HEAD = ["菜名", "类别", "做法", "价格", "配料"]


def names(count: int) -> list[str]:
    """As many names as are asked for, no two of them one dish."""
    signs = "甲乙丙丁戊己庚辛壬癸"
    return [
        f"{signs[n // 1000 % 10]}{signs[n // 100 % 10]}{signs[n // 10 % 10]}{signs[n % 10]}式鸡块"
        for n in range(count)
    ]


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def rows(number: int) -> list[list[object]]:
    return [[name, "大荤", "炒", Fen(650), "鸡腿肉:120；食用油:7"] for name in names(number)]


def test_ten_thousand_dishes_come_in_at_once_and_change_nothing_twice(app: Flask) -> None:
    make_kitchen()
    data = write_xlsx([Sheet("菜品", HEAD, rows(MANY))])
    started = time.process_time()
    done = importing.import_dishes(data=data, filename="a.xlsx", now=NOW, by=None)
    assert done == (MANY, 0)
    assert time.process_time() - started < SECONDS
    db.session.expunge_all()
    assert importing.import_dishes(data=data, filename="a.xlsx", now=NOW, by=None) == (0, 0)


def test_ten_thousand_bad_rows_are_all_named_and_none_is_taken(app: Flask) -> None:
    make_kitchen()
    before = count(Dish)
    bad = [[name, "", "炒", "六块", "龙肝:120"] for name in names(MANY)]
    started = time.process_time()
    data = write_csv(HEAD, [*rows(1)[0:0], *bad])
    seen = importing.preview_dishes(db.session(), data, "a.csv")
    assert time.process_time() - started < SECONDS
    assert isinstance(seen, SheetPreview)
    assert len(seen.problem_rows) == MANY
    last = seen.rows[-1]
    assert last.number == MANY + 1
    assert [one.code for one in last.problems] == [
        "dish_price_text", "dish_category_missing", "recipe_ingredient_unknown",
    ]  # fmt: skip
    refused = importing.import_dishes(data=data, filename="a.csv", now=NOW, by=None)
    assert isinstance(refused, Refusal)
    assert refused.facts["count"] == 3 * MANY
    assert count(Dish) == before


def test_ten_thousand_ingredients_come_in_at_once(app: Flask) -> None:
    site = make_site()
    table = [[name, "禽肉", "12.50", "150"] for name in names(MANY)]
    data = write_csv(["食材", "食物类", "进价", "热量"], table)
    started = time.process_time()
    done = import_ingredients(site_id=site, data=data, filename="a.csv", now=NOW, by=None)
    assert done == (MANY, 0)
    assert time.process_time() - started < SECONDS
    db.session.expunge_all()
    again = import_ingredients(site_id=site, data=data, filename="a.csv", now=NOW, by=None)
    assert again == (0, 0)
    assert count(Ingredient) == MANY


def test_more_rows_than_anybody_has_are_refused(app: Flask) -> None:
    make_kitchen()
    data = write_csv(HEAD, [["某菜", "大荤", "炒", "3", ""]] * 20_001)
    refused = importing.preview_dishes(db.session(), data, "a.csv")
    assert isinstance(refused, Refusal)
    assert refused.code == "sheet_too_many_rows"


@pytest.fixture
def crowded(app: Flask, client: FlaskClient) -> FlaskClient:
    """王师傅 before ten thousand dishes."""
    make_kitchen()
    with transaction() as session:
        recipe = (RecipeLine(ingredient="鸡腿肉", grams=120), RecipeLine(ingredient="盐", grams=1))
        values = [DishValues(name=one, category="main_meat", recipe=recipe) for one in names(MANY)]
        write_dishes(session, values, ingredient_ids(session))
    db.session.expunge_all()
    sign_in(client, "wangshifu")
    return client


def test_a_crowded_library_is_read_in_few_queries_and_little_time(crowded: FlaskClient) -> None:
    for address in ("/dishes", "/dishes?q=鸡&page=100", "/ingredients"):
        crowded.get(address)  # whatever a first request has to look up once
        asked, answer = queries_of(lambda address=address: crowded.get(address))
        assert answer.status_code == 200
        own = [one for one in asked if " staff" not in one and "FROM sites" not in one]
        assert len(own) <= 3, (address, own)
    for address in ("/dishes", "/dishes?q=jg", "/dishes/duplicates", "/dishes.xlsx"):
        started = time.process_time()
        assert crowded.get(address).status_code == 200
        assert time.process_time() - started < SECONDS, address
    asked, pairs = queries_of(lambda: duplicates(db.session()))
    assert len(asked) == 2
    assert len(pairs) <= 200


def test_a_printed_menu_looks_for_no_row_where_none_can_be(app: Flask) -> None:
    site = make_kitchen()
    monday = date(2026, 11, 23)
    lines = [
        f"周{day},午餐,大荤,{one}" for day, one in zip("一二三四五" * 8, names(40), strict=True)
    ]
    data = "\n".join(["星期,餐次,类别,菜名", *lines]).encode()
    menu = read_printed_menu(data, "菜单.csv", near=monday)
    written: list[str] = []

    def note(*args: object) -> None:
        if "menu_entries" in str(args[2]) and not str(args[2]).startswith("SELECT"):
            written.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        done = import_menu(site_id=site, menu=menu, monday=monday, create=True, replace=True)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert isinstance(done, MenuImported)
    assert done.changed == count(MenuEntry) == 40
    assert [one for one in written if not one.startswith("INSERT")] == []


# --- Everything wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["某菜", "", "炒", "3", ""], "dish_category_missing"),
        (["某菜", "大菜", "炒", "3", ""], "dish_category_unknown"),
        (["某菜", "素菜", "炒", "", ""], "dish_price_missing"),
        (["某菜", "素菜", "炒", "免费", ""], "dish_price_text"),
        (["某菜", "素菜", "炒", "1e9", ""], "dish_price_text"),
        (["某菜", "素菜", "炒", "1000.01", ""], "dish_price"),
        (["某菜", "素菜", "天炸", "3", ""], "dish_method_unknown"),
        (["某菜", "素菜", "炒", "3", "土豆:2001"], "recipe_grams"),
        (["某菜", "素菜", "炒", "3", "土豆:99999999999"], "recipe_text"),
        (["某菜", "素菜", "炒", "3", "土豆:50；马铃薯:60"], "recipe_twice"),
        (["", "素菜", "炒", "3", ""], "dish_name_missing"),
        (["（）", "素菜", "炒", "3", ""], "dish_name_missing"),
        (["金牛豆腐盒", "素菜", "炒", "3", ""], "dish_twice_in_file"),
    ],
)
def test_each_thing_wrong_is_named_by_row(app: Flask, row: list[str], code: str) -> None:
    make_kitchen()
    before = count(Dish)
    data = write_csv(HEAD, [["金牛豆腐盒", "素菜", "炒", "3", ""], row])
    seen = importing.preview_dishes(db.session(), data, "a.csv")
    assert isinstance(seen, SheetPreview)
    (wrong,) = seen.problem_rows
    assert wrong.number == 3
    assert code in [one.code for one in wrong.problems]
    refused = importing.import_dishes(data=data, filename="a.csv", now=NOW, by=None)
    assert isinstance(refused, Refusal)
    assert count(Dish) == before


def test_a_table_without_prices_is_refused_for_new_dishes_only(app: Flask) -> None:
    make_kitchen()
    data = write_csv(["菜名", "类别"], [["红烧肉", "大荤"], ["金牛豆腐盒", "素菜"]])
    seen = importing.preview_dishes(db.session(), data, "a.csv")
    assert isinstance(seen, SheetPreview)
    (wrong,) = seen.problem_rows
    assert (wrong.number, [one.code for one in wrong.problems]) == (3, ["dish_price_missing"])


def test_what_is_free_is_free_by_a_zero(app: Flask) -> None:
    make_kitchen()
    data = write_csv(["菜名", "类别", "价格"], [["金牛免费茶", "饮品", "0"]])
    assert importing.import_dishes(data=data, filename="a.csv", now=NOW, by=None) == (1, 0)
    found = queries.same_dish(db.session(), "金牛免费茶")
    assert found is not None
    assert (found.price_fen, found.recipe) == (0, [])


def test_every_field_of_a_dish_goes_out_and_comes_back(app: Flask, client: FlaskClient) -> None:
    make_kitchen()
    saved = actions.save_dish(
        dish_id=None,
        values=DishValues(
            name="金牛豆腐盒", name_en="Tofu box", category="half_meat", method="pan_fried",
            seasons=("spring", "winter"), texture="soft", tags=("low_salt", "spicy"),
            periods=("lunch", "dinner"), equipment=("pan", "steamer"), price_fen=455,
            recipe=(RecipeLine(ingredient="豆腐", grams=120.5),), active=False,
        ),
        now=NOW, by=None,
    )  # fmt: skip
    assert isinstance(saved, int)
    sign_in(client, "wangshifu")
    for language in ("zh_Hans_CN", "en"):
        client.post("/language", data={"language": language, "next": "/"})
        file = client.get("/dishes.xlsx").data
        seen = importing.preview_dishes(db.session(), file, "a.xlsx")
        assert isinstance(seen, SheetPreview)
        assert {row.status for row in seen.rows} == {"same"}, language
        assert seen.problem_rows == ()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_table_of_ingredients_goes_out_and_comes_back(
    app: Flask, client: FlaskClient, language: str, kind: str
) -> None:
    site = make_kitchen()
    potato = queries.ingredients(db.session(), text="土豆").rows[0].id
    actions.save_ingredient(
        site_id=site, ingredient_id=potato,
        values={"sodium_mg": None, "kcal": 77.25, "price_fen_per_kg": 421}, source="称的",
        now=NOW, by=None,
    )  # fmt: skip
    sign_in(client, "wangshifu")
    client.post("/language", data={"language": language, "next": "/"})
    file = client.get(f"/ingredients.{kind}").data
    sent = {"file": (io.BytesIO(file), f"ingredients.{kind}")}
    page = client.post("/ingredients/import-previews", data=sent).text
    assert f"<dd>{count(Ingredient)}</dd>" in page
    done = import_ingredients(
        site_id=site, data=file, filename=f"ingredients.{kind}", now=NOW, by=None
    )
    assert done == (0, 0)
    assert queries.own_values(db.session(), site)[potato]["kcal"].source == "称的"
