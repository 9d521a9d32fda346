"""Pages of the library: own values and where they come from, likely pairs, merging."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.foundation.database import db
from canteen.menus import actions, queries
from canteen.menus.dishes import DishValues
from canteen.menus.nutrition import RecipeLine
from tests.menus.kitchen import MONDAY, dish_id, make_kitchen, put
from tests.people import NOW, sign_in


@pytest.fixture
def kitchen(app: Flask, client: FlaskClient) -> FlaskClient:
    """王师傅 signed in at 金牛食堂."""
    make_kitchen()
    sign_in(client, "wangshifu")
    return client


def ingredient(name: str) -> int:
    return int(queries.ingredients(db.session(), text=name).rows[0].id)


def own(name: str) -> dict[str, object]:
    db.session.rollback()
    found = queries.own_values(db.session(), 1).get(ingredient(name), {})
    return {field: one.value for field, one in found.items()}


def set_price(name: str, fen: int) -> None:
    actions.save_ingredient(
        site_id=1, ingredient_id=ingredient(name), values={"price_fen_per_kg": fen},
        source="供应商标签", now=NOW, by=None,
    )  # fmt: skip


def test_a_value_stands_with_its_source_and_its_doubt(kitchen: FlaskClient) -> None:
    page = kitchen.get(f"/ingredients/{ingredient('榨菜')}").text
    assert "USDA SR28 43144（只是大致相当的食物）" in page
    assert "国内腌腊、酱菜比这里更咸" in page
    assert "只是示例价" in page
    cane = kitchen.get(f"/ingredients/{ingredient('茭白')}").text
    assert cane.count("不知道") > 10
    assert "国内腌腊" not in cane


def test_an_own_value_is_marked_and_can_be_given_back(kitchen: FlaskClient) -> None:
    set_price("土豆", 420)
    number = ingredient("土豆")
    page = kitchen.get(f"/ingredients/{number}").text
    assert "本食堂的数：供应商标签" in page
    assert "公用表：¥3.60" in page
    assert "自有" in kitchen.get("/ingredients?q=土豆").text
    for _ in range(2):
        kitchen.post(f"/ingredients/{number}/returns", data={"field": "price_fen_per_kg"})
        assert own("土豆") == {}
    assert kitchen.post(f"/ingredients/{number}/returns", data={"field": "x"}).status_code == 404


def test_the_price_of_the_site_is_the_cost_on_the_dish_page(kitchen: FlaskClient) -> None:
    saved = actions.save_dish(
        dish_id=None,
        values=DishValues(
            name="金牛土豆", category="vegetable", price_fen=300,
            recipe=(RecipeLine(ingredient="土豆", grams=100),),
        ),
        now=NOW, by=None,
    )  # fmt: skip
    assert "¥0.36" in kitchen.get(f"/dishes/{saved}").text
    set_price("土豆", 1000)
    assert "¥1.00" in kitchen.get(f"/dishes/{saved}").text


def test_a_table_of_ingredients_is_previewed_in_words_then_taken(kitchen: FlaskClient) -> None:
    data = "食材,单价,钠,水分\n西红柿,6.50,不知道,95\n".encode()
    sent = {"file": (io.BytesIO(data), "我们的.csv")}
    page = kitchen.post("/ingredients/import-previews", data=sent).text
    assert "进价（元/公斤）：¥7.00 → <b>¥6.50</b>" in page
    assert "文件里叫“西红柿”" in page
    assert "这些列没有用到：水分" in page
    assert own("番茄") == {}
    fields = dict(re.findall(r'name="(parcel|filename)" value="([^"]*)"', page))
    fields["parcel"] = fields["parcel"].replace("&#43;", "+")
    for words in ("新增 0 种，修改 1 种", "新增 0 种，修改 0 种"):
        answer = kitchen.post("/ingredients/imports", data=fields, follow_redirects=True)
        assert words in answer.text
    assert own("番茄") == {"price_fen_per_kg": 650, "sodium_mg": None}


def test_a_mistake_names_the_files_own_heading(kitchen: FlaskClient) -> None:
    data = "食材,单价\n土豆,三块\n".encode()
    sent = {"file": (io.BytesIO(data), "a.csv")}
    page = kitchen.post("/ingredients/import-previews", data=sent).text
    assert "“单价”里的“三块”不是数" in page
    assert 'name="parcel"' not in page


def test_a_likely_pair_is_shown_previewed_and_merged(kitchen: FlaskClient) -> None:
    page = kitchen.get("/dishes/duplicates").text
    gone, kept = dish_id("水波蛋"), dish_id("水煮蛋")
    assert f"/dishes/{gone}/merge?into={kept}" in page
    put(1, MONDAY, "水波蛋", period="breakfast", slot="side")
    page = kitchen.get(f"/dishes/{gone}/merge?into={kept}").text
    assert "菜单里的 1 格改指向它" in page
    for _ in range(2):
        answer = kitchen.post(f"/dishes/{gone}/merges", data={"into": kept}, follow_redirects=True)
        assert "已并入“水煮蛋”" in answer.text
    assert "水波蛋" in kitchen.get(f"/dishes/{kept}").text
    assert kitchen.get(f"/dishes/{gone}").status_code == 404


def test_another_dish_to_merge_into_is_found_by_name(kitchen: FlaskClient) -> None:
    one = dish_id("红烧肉")
    page = kitchen.get(f"/dishes/{one}/merge?q=bqj").text
    assert f"/dishes/{one}/merge?into={dish_id('白切鸡')}" in page
    assert "不能和自己合并" in kitchen.get(f"/dishes/{one}/merge?into={one}").text
    assert kitchen.post(f"/dishes/{one}/merges", data={}).status_code == 400
    assert kitchen.post(f"/dishes/{one}/merges", data={"into": "99999"}).status_code == 422


def test_every_new_page_opens_in_both_languages(kitchen: FlaskClient) -> None:
    one, other = dish_id("红烧肉"), dish_id("白切鸡")
    addresses = (
        "/ingredients/import", "/ratings", "/dishes/duplicates", f"/dishes/{one}/merge",
        f"/dishes/{one}/merge?into={other}", f"/ingredients/{ingredient('豆浆')}",
        "/ingredients.csv", "/kitchen/2026-W48/portions", "/kitchen/2026-W48/purchases",
    )  # fmt: skip
    for language in ("zh_Hans_CN", "en"):
        kitchen.post("/language", data={"language": language, "next": "/"})
        for address in addresses:
            assert kitchen.get(address).status_code == 200, address
