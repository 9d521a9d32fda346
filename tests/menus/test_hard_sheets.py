"""Sheets of dishes as people really send them: merged, strayed, wide digits, formulas."""

import io
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook

from canteen.foundation.database import db, transaction
from canteen.foundation.spreadsheets import write_csv
from canteen.foundation.wording import Refusal, say
from canteen.menus import actions, dish_reading, importing, queries
from canteen.menus.dishes import DishValues
from canteen.menus.library_sheets import SheetPreview
from canteen.menus.nutrition import RecipeLine
from canteen.sites.usual_meals import open_usual_meal
from tests.menus.kitchen import make_kitchen
from tests.people import NOW, sign_in

HEAD = ["菜名", "类别", "做法", "价格", "配料"]
BOX = ["金牛豆腐盒", "素菜", "炒", "3", "豆腐:100"]


def book(*rows: Sequence[object], merged: Sequence[str] = (), stray: Sequence[str] = ()) -> bytes:
    """A workbook; `stray` cells hold a blank that somebody once coloured or typed."""
    made = Workbook()
    for row in (HEAD, *rows):
        made.active.append(list(row))
    for cells in merged:
        made.active.merge_cells(cells)
    for place in stray:
        made.active[place] = " "
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def seen(data: bytes, name: str = "a.xlsx") -> SheetPreview[dish_reading.ImportRow]:
    found = importing.preview_dishes(db.session(), data, name)
    assert isinstance(found, SheetPreview), found
    return found


def codes(data: bytes, name: str = "a.xlsx") -> list[tuple[int, list[str]]]:
    """What is wrong, by row of the sheet; and nothing of it was taken."""
    rows = seen(data, name).problem_rows
    done = importing.import_dishes(data=data, filename=name, now=NOW, by=None)
    assert isinstance(done, Refusal)
    assert queries.same_dish(db.session(), "金牛豆腐盒") is None
    return [(row.number, [one.code for one in row.problems]) for row in rows]


def test_a_stray_cell_far_down_is_no_row(app: Flask) -> None:
    make_kitchen()
    data = book(BOX, stray=("XFD1048576", "C900000"))
    assert len(seen(data).rows) == 1
    assert importing.import_dishes(data=data, filename="a.xlsx", now=NOW, by=None) == (1, 0)


def test_a_merged_category_is_missing_below_its_first_row_and_that_is_said(app: Flask) -> None:
    """To guess it would put a dish where nobody put it."""
    make_kitchen()
    data = book(BOX, ["金牛南瓜盒", None, "炒", "3", "南瓜:100"], merged=("B2:B3",))
    assert codes(data) == [(3, ["dish_category_missing"])]


def test_digits_of_full_width_are_digits(app: Flask) -> None:
    make_kitchen()
    data = book(["金牛豆腐盒", "素菜", "炒", "３．５０", "豆腐：１００；盐 ２克"])
    (row,) = seen(data).rows
    assert row.problems == ()
    assert row.values.price_fen == 350
    assert [(one.ingredient, one.grams) for one in row.values.recipe] == [("豆腐", 100), ("盐", 2)]


@pytest.mark.parametrize("column", range(5))
def test_a_formula_is_named_in_whatever_column(app: Flask, column: int) -> None:
    make_kitchen()
    row: list[object] = list(BOX)
    row[column] = "=1+2"
    ((number, found),) = codes(book(row))
    assert number == 2
    with app.test_request_context():
        refusal = seen(book(row)).problem_rows[0].problems[0]
        assert "公式" in say(refusal).text
    assert found[0].startswith("cell_") or "formula" in found[0]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_of_any_usual_encoding_is_read(app: Flask, encoding: str) -> None:
    make_kitchen()
    text = "\r\n".join(",".join(row) for row in (HEAD, BOX))
    (row,) = seen(text.encode(encoding), "a.csv").rows
    assert (row.called, row.problems) == ("金牛豆腐盒", ())


@pytest.mark.parametrize(
    "name", ["红烧肉（大份）", "大份红烧肉", "红烧肉(小)", "【新】红烧肉", "红烧肉500g", "红 烧 肉"]
)
def test_a_dish_under_another_spelling_is_said_to_be_there(app: Flask, name: str) -> None:
    make_kitchen()
    assert codes(book([name, "大荤", "红烧", "9", "五花肉:100"])) == [(2, ["dish_exists"])]


def test_two_spellings_of_one_new_dish_are_one_dish_twice(app: Flask) -> None:
    make_kitchen()
    data = book(
        ["马铃薯炖金牛蘑菇", "素菜", "炖", "3", ""],
        ["土豆炖金牛蘑菇（小份）", "素菜", "炖", "3", ""],
    )
    assert codes(data) == [(3, ["dish_twice_in_file"])]


@pytest.mark.parametrize(
    ("price", "recipe", "season", "active"),
    [
        ("12.5元", "豆腐100克+食用油 5g", "春夏", "√"),
        ("￥12.50", "豆腐：１００克、食用油：５", "春、夏", "是"),
        ("12.5块/份", "豆腐 2两;食用油:0.005kg", "春季；夏季", "y"),
    ],
)
def test_prices_amounts_and_words_are_read_as_people_write_them(
    app: Flask, price: str, recipe: str, season: str, active: str
) -> None:
    make_kitchen()
    head = ["菜品名称", "菜品类别", "单价", "配料", "季节", "口感", "标签", "在用"]
    data = write_csv(head, [["金牛豆腐盒", "素菜", price, recipe, season, "软", "低盐", active]])
    (row,) = seen(data, "a.csv").rows
    assert row.problems == ()
    made = row.values
    assert (made.price_fen, made.seasons) == (1250, ("spring", "summer"))
    assert (made.texture, made.tags, made.active) == ("soft", ("low_salt",), True)
    assert [(one.ingredient, one.grams) for one in made.recipe] == [("豆腐", 100), ("食用油", 5)]


def test_a_formula_is_said_once_and_hides_nothing_else(app: Flask) -> None:
    make_kitchen()
    data = book(["=A1", "素菜", "炒", "=3+4", "豆腐:-5"], ["12345", "素菜", "炒", "1", ""])
    assert codes(data) == [
        (2, ["cell_formula", "cell_formula", "recipe_grams"]),
        (3, ["dish_name_missing"]),
    ]


def test_a_dish_for_a_meal_of_this_site_goes_out_and_comes_back(
    app: Flask, client: FlaskClient
) -> None:
    site = make_kitchen()
    with transaction() as session:
        open_usual_meal(session, site, "afternoon")
    values = DishValues(
        name="金牛豆腐盒", category="snack", periods=("afternoon",),
        recipe=(RecipeLine(ingredient="豆腐", grams=33.33333),),
    )  # fmt: skip
    assert isinstance(actions.save_dish(dish_id=None, values=values, now=NOW, by=None), int)
    sign_in(client, "wangshifu")
    file = client.get("/dishes.xlsx").data
    assert seen(file).problem_rows == ()
    assert {row.status for row in seen(file).rows} == {"same"}


def test_what_a_sheet_would_change_is_said_before_it_is_taken(
    app: Flask, client: FlaskClient
) -> None:
    make_kitchen()
    sign_in(client, "wangshifu")
    rows = [["红烧肉", "大荤", "红烧", "15", ""], BOX]
    file = (io.BytesIO(write_csv(HEAD, rows)), "a.csv")
    page = client.post("/dishes/import-previews", data={"file": file}).text
    assert "→ <b>15.00</b>" in page
    assert "→ <b>空</b>" in page  # the recipe goes
    assert "金牛豆腐盒" in page
