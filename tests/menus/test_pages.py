"""The pages of the kitchen, and the page everybody may read."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from canteen.foundation.database import db
from canteen.foundation.spreadsheets import read_table, write_csv, write_xlsx
from canteen.foundation.spreadsheets.writing import Sheet
from canteen.menus import actions, queries
from canteen.menus.models import Dish
from tests.menus.kitchen import MONDAY, TUESDAY, WEEK, dish_id, make_kitchen, put, week
from tests.people import NOW, make_xiaoli, sign_in

PLACE = {"day": "2026-11-23", "period": "lunch", "slot": "meat", "position": 0}


@pytest.fixture
def kitchen(app: Flask, client: FlaskClient) -> FlaskClient:
    """王师傅 signed in at 金牛食堂."""
    make_kitchen()
    sign_in(client, "wangshifu")
    return client


def site_id() -> int:
    return 1


def dishes() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Dish)) or 0


def form(**changed: object) -> dict[str, object]:
    return {
        "name": "金牛豆腐盒",
        "category": "vegetable",
        "price_fen": "3.50",
        "method": "",
        "texture": "soft",
        "active": "y",
        "ingredient": ["土豆", ""],
        "grams": ["80", ""],
        **changed,
    }


def send(client: FlaskClient, url: str, data: bytes, name: str = "t.csv", **more: str) -> object:
    return client.post(url, data={"file": (io.BytesIO(data), name), **more})


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'name="(parcel|filename|week)" value="([^"]*)"', page)
    return {name: value.replace("&#43;", "+") for name, value in found}


# --- The grid ---------------------------------------------------------------------------


def test_a_pick_comes_back_with_its_repeat_in_words(kitchen: FlaskClient) -> None:
    put(site_id(), TUESDAY, "红烧肉")
    asked = {**PLACE, "dish_id": dish_id("红烧肉")}
    answer = kitchen.post(f"/menus/{WEEK}/places", json=asked)
    assert "与周二午餐重复" in answer.json["grid"]


def test_a_place_is_emptied_by_picking_nothing(kitchen: FlaskClient) -> None:
    put(site_id(), MONDAY, "红烧肉")
    assert kitchen.post(f"/menus/{WEEK}/places", json={**PLACE, "dish_id": None}).status_code == 200
    assert week(site_id()).dishes == ()


@pytest.mark.parametrize(
    "wrong",
    [{"day": "2026-02-30"}, {"day": "2026-12-01"}, {"position": "x"}, {"dish_id": "🍅"}],
)
def test_a_pick_that_means_nothing_is_refused(
    kitchen: FlaskClient, wrong: dict[str, object]
) -> None:
    asked = {**PLACE, "dish_id": dish_id("红烧肉"), **wrong}
    assert kitchen.post(f"/menus/{WEEK}/places", json=asked).status_code == 400
    assert week(site_id()).dishes == ()


def test_a_week_that_does_not_exist_is_not_found(kitchen: FlaskClient) -> None:
    for name in ("2026-W54", "2026-W00", "2026-48", "nonsense"):
        assert kitchen.get(f"/menus/{name}").status_code == 404, name


def test_the_picker_says_where_a_dish_stands_already(kitchen: FlaskClient) -> None:
    put(site_id(), TUESDAY, "红烧肉")
    found = kitchen.get(f"/menus/{WEEK}/choices?q=hsr&category=main_meat").json["dishes"]
    assert {one["name"]: one["standing"] for one in found}["红烧肉"] == "✕ 周二午餐已经有了"


def test_publishing_repeats_names_them_and_does_nothing(kitchen: FlaskClient) -> None:
    put(site_id(), MONDAY, "红烧肉")
    put(site_id(), TUESDAY, "红烧肉")
    answer = kitchen.post(f"/menus/{WEEK}/publication", follow_redirects=True)
    assert "有 1 道菜重复，不能公布：红烧肉" in answer.text
    assert kitchen.get(f"/menu/jinniu/{WEEK}/text").status_code == 404


def test_a_published_week_offers_no_place_to_fill(kitchen: FlaskClient) -> None:
    put(site_id(), MONDAY, "红烧肉")
    assert "data-place " in kitchen.get(f"/menus/{WEEK}").text
    kitchen.post(f"/menus/{WEEK}/publication")
    page = kitchen.get(f"/menus/{WEEK}").text
    assert "data-place " not in page
    answer = kitchen.post(f"/menus/{WEEK}/places", json={**PLACE, "dish_id": None})
    assert (answer.status_code, answer.json["code"]) == (409, "week_frozen")


def test_a_clerk_reads_the_week_and_changes_nothing(app: Flask, client: FlaskClient) -> None:
    site = make_kitchen()
    make_xiaoli(site)
    put(site, MONDAY, "红烧肉")
    sign_in(client, "xiaoli")
    page = client.get(f"/menus/{WEEK}")
    assert "红烧肉" in page.text
    assert "data-place " not in page.text
    assert client.post(f"/menus/{WEEK}/places", json={**PLACE, "dish_id": None}).status_code == 403
    assert client.get("/dishes").status_code == 403


# --- For everybody ------------------------------------------------------------------------


def test_everybody_reads_a_published_week_and_its_text(app: Flask, client: FlaskClient) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    assert "红烧肉" not in client.get(f"/menu/jinniu/{WEEK}").text
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    assert "红烧肉" in client.get(f"/menu/jinniu/{WEEK}").text
    text = client.get(f"/menu/jinniu/{WEEK}/text")
    assert text.mimetype == "text/plain"
    assert "【11月23日周一】\n午餐：红烧肉\n" in text.text.replace("日 周", "日周")


def test_the_menu_has_a_plain_address_before_anything_is_published(
    app: Flask, client: FlaskClient
) -> None:
    assert client.get("/menu").status_code == 404
    make_kitchen()
    assert "还没有公布" in client.get("/menu").text
    assert client.get("/menu/nosuch").status_code == 404


# --- The library --------------------------------------------------------------------------


def test_a_dish_is_added_with_cost_and_what_is_unknown(kitchen: FlaskClient) -> None:
    recipe = {"ingredient": ["土豆", "茭白"], "grams": ["80", "50"]}
    page = kitchen.post("/dishes/new", data=form(**recipe), follow_redirects=True)
    assert "食材成本" in page.text
    assert "不知道：茭白" in page.text


def test_a_second_name_for_a_dish_links_to_the_first(kitchen: FlaskClient) -> None:
    page = kitchen.post("/dishes/new", data=form(name="西红柿炒鸡蛋"))
    assert page.status_code == 422
    assert "同一道菜" in page.text
    assert f'href="/dishes/{dish_id("番茄炒蛋")}"' in page.text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": "番茄🍅"}, "“🍅”不能用"),
        ({"name": "很" * 41}, "有 41 个字，最多 40 个"),
        ({"name": ""}, "请填写"),
        ({"price_fen": "-3"}, "“-3”不是金额"),
        ({"price_fen": "1000000"}, "最多 1000 元"),
        ({"price_fen": "三块"}, "“三块”不是金额"),
        ({"category": ""}, "请选一个类别"),
        ({"category": "nosuch"}, "Not a valid choice"),
        ({"grams": ["0", ""]}, "克数“0”不对，应大于 0"),
        ({"grams": ["-5", ""]}, "克数“-5”不对"),
        ({"grams": ["nan", ""]}, "克数“nan”不对"),
        ({"grams": ["多", ""]}, "克数“多”不对"),
        ({"ingredient": ["龙肝", ""]}, "食材表里没有“龙肝”"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_saved(
    kitchen: FlaskClient, changed: dict[str, object], sentence: str
) -> None:
    before = dishes()
    page = kitchen.post("/dishes/new", data=form(**changed))
    assert page.status_code == 422
    if sentence != "Not a valid choice":
        assert sentence in page.text
    assert dishes() == before


def test_an_ingredient_takes_the_price_the_canteen_pays(kitchen: FlaskClient) -> None:
    row = queries.ingredients(db.session(), text="土豆").rows[0]
    page = kitchen.get(f"/ingredients/{row.id}").text
    inputs = re.findall(r"<input[^>]*>", page)
    typed = [one for one in inputs if "checkbox" not in one]
    fields = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', "\n".join(typed)))
    fields.pop("field", None)
    changed = {"price_fen_per_kg": "4.20", "food_group": row.food_group, "source": "采购单"}
    answer = kitchen.post(f"/ingredients/{row.id}", data={**fields, **changed})
    assert answer.status_code == 302
    db.session.rollback()
    facts = queries.ingredient_facts(db.session(), site_id(), ["土豆"])["土豆"]
    assert (facts.price_fen_per_kg, facts.per_100g["kcal"]) == (420, row.kcal)
    assert queries.own_values(db.session(), site_id())[row.id].keys() == {"price_fen_per_kg"}


# --- Files --------------------------------------------------------------------------------


def test_the_exported_library_comes_back_unchanged_in_both_languages(kitchen: FlaskClient) -> None:
    for language in ("zh_Hans_CN", "en"):
        kitchen.post("/language", data={"language": language, "next": "/"})
        file = kitchen.get("/dishes.xlsx").data
        assert read_table(file, "dishes.xlsx")
        page = send(kitchen, "/dishes/import-previews", file, "dishes.xlsx").text  # type: ignore[attr-defined]
        counts = [int(number) for number in re.findall(r"<dd>(\d+)</dd>", page)]
        assert counts == [0, 0, dishes(), 0], language


def test_a_file_is_previewed_then_taken_once(kitchen: FlaskClient) -> None:
    before = dishes()
    rows = [["金牛豆腐盒", "素菜", "3.5", "土豆:80；盐 1克"], ["红烧肉", "大荤", "9", "五花肉:110"]]
    file = write_csv(["菜名", "类别", "价格", "配料"], rows)
    page = send(kitchen, "/dishes/import-previews", file).text  # type: ignore[attr-defined]
    assert dishes() == before
    answer = kitchen.post("/dishes/imports", data=hidden(page), follow_redirects=True)
    assert "新增 1 道，修改 1 道" in answer.text
    answer = kitchen.post("/dishes/imports", data=hidden(page), follow_redirects=True)
    assert "新增 0 道，修改 0 道" in answer.text
    assert dishes() == before + 1


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["香🍅蛋", "素菜", "3", "土豆:80"], "“🍅”不能用"),
        (["很" * 41, "素菜", "3", "土豆:80"], "有 41 个字，最多 40 个"),
        (["某菜", "大菜", "3", "土豆:80"], "没有“大菜”这个类别"),
        (["某菜", "素菜", "-3", "土豆:80"], "价格“-3”不是金额"),
        (["某菜", "素菜", "99999", "土豆:80"], "应在 0 到 1000 元之间"),
        (["某菜", "素菜", "3", "土豆:0"], "“土豆”的克数“0”不对"),
        (["某菜", "素菜", "3", "土豆:-4"], "“土豆”的克数“-4”不对"),
        (["某菜", "素菜", "3", "一些土豆"], "配料“一些土豆”看不懂"),
        (["某菜", "素菜", "3", "龙肝:5"], "食材表里没有“龙肝”"),
        (["西红柿炒鸡蛋", "小荤", "3", "土豆:80"], "和库里的“番茄炒蛋”是同一道菜"),
        (["金牛豆腐盒（小份）", "素菜", "3", "土豆:80"], "和第 2 行的“金牛豆腐盒”是同一道菜"),
    ],
)
def test_one_bad_row_keeps_the_whole_file_out(
    kitchen: FlaskClient, row: list[str], sentence: str
) -> None:
    before = dishes()
    file = write_csv(
        ["菜名", "类别", "价格", "配料"], [["金牛豆腐盒", "素菜", "3.5", "土豆:80"], row]
    ).replace(b"'-3", b"-3")
    page = send(kitchen, "/dishes/import-previews", file).text  # type: ignore[attr-defined]
    assert sentence in page
    assert 'name="parcel"' not in page
    packed = send(kitchen, "/dishes/imports", file)
    assert packed.status_code == 422  # type: ignore[attr-defined]
    assert dishes() == before


def test_a_formula_in_a_file_is_refused(kitchen: FlaskClient) -> None:
    file = "菜名,类别,价格\n某菜,素菜,=1+2\n".encode()
    page = send(kitchen, "/dishes/import-previews", file).text  # type: ignore[attr-defined]
    assert "公式“=1+2”" in page


def test_what_is_no_spreadsheet_is_refused(kitchen: FlaskClient) -> None:
    for url in ("/dishes/import-previews", "/menus/import-previews"):
        for data, sentence in (
            (b"\x89PNG\r\n\x1a\n\x00\x00", "不是表格文件"),
            (b"", "没有内容"),
            (b"%PDF-1.7 ...", "不是表格文件"),
            (b"a,b\n1,2\n", ""),
        ):
            answer = send(kitchen, url, data, "photo.xlsx")
            assert answer.status_code == 422, (url, data)  # type: ignore[attr-defined]
            assert sentence in answer.text  # type: ignore[attr-defined]
        answer = kitchen.post(url, data={})
        assert "没有选文件" in answer.text


def test_an_upload_of_200_mb_is_refused_unread(kitchen: FlaskClient) -> None:
    answer = kitchen.post(
        "/dishes/import-previews",
        environ_overrides={"CONTENT_LENGTH": str(200 * 1024**2)},
        content_type="multipart/form-data; boundary=x",
        input_stream=io.BytesIO(b"--x\r\n"),
    )
    assert answer.status_code == 413
    assert "最多 16 MB" in answer.text


def test_a_printed_menu_is_reviewed_then_taken(kitchen: FlaskClient) -> None:
    wide = [
        ["", "周一", "周二"],
        ["午餐大荤", "红烧肉", "金牛秘制鸡"],
        ["午餐素菜", "炒青菜、地三鲜", "醋溜白菜"],
    ]
    file = write_xlsx([Sheet("菜单", wide[0], wide[1:])])
    page = send(kitchen, "/menus/import-previews", file, "menu.xlsx", week=WEEK).text  # type: ignore[attr-defined]
    assert "金牛秘制鸡" in page
    assert week(site_id()).dishes == ()
    kept = kitchen.post("/menus/imports", data=hidden(page))
    assert "库里没有：金牛秘制鸡" in kept.text
    kitchen.post("/menus/imports", data={**hidden(page), "create": "1"})
    assert sorted(one.name for one in week(site_id()).dishes) == sorted(
        ["红烧肉", "金牛秘制鸡", "炒青菜", "地三鲜", "醋溜白菜"]
    )
    made = queries.same_dish(db.session(), "金牛秘制鸡")
    assert made is not None
    assert made.tags == "to_confirm"


def test_every_page_of_the_kitchen_opens_in_both_languages(kitchen: FlaskClient) -> None:
    number = dish_id("红烧肉")
    addresses = (
        f"/menus/{WEEK}", "/dishes", "/dishes?q=hsr&category=main_meat&to_confirm=1&page=2",
        "/dishes/new", f"/dishes/{number}", "/ingredients", "/ingredients/new", "/ingredients/1",
        "/menus/slots", "/menus/slots/new", "/menus/slots/1", "/menus/import", "/dishes/import",
    )  # fmt: skip
    for language in ("zh_Hans_CN", "en"):
        kitchen.post("/language", data={"language": language, "next": "/"})
        for address in addresses:
            assert kitchen.get(address).status_code == 200, address
