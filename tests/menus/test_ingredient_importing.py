"""A site's own table: row by row, whole or not at all, and nothing the second time."""

import pytest
from flask import Flask

from canteen.foundation.database import db
from canteen.foundation.spreadsheets import Fen, Sheet, write_csv, write_xlsx
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.ingredient_importing import (
    IngredientPreview,
    import_ingredients,
    preview_ingredients,
)
from canteen.menus.ingredient_words import HEADINGS
from canteen.menus.ingredients import OwnValue
from canteen.menus.library_sheets import SheetPreview
from tests.menus.shelves import stock_library
from tests.people import NOW, make_site

FILE = "我们的食材.csv"


@pytest.fixture
def site(app: Flask) -> int:
    stock_library()
    return make_site()


def table(*rows: list[object], head: list[str] | None = None) -> bytes:
    return write_csv(head or ["食材", "食物类", "进价", "钠", "数据来源"], rows)


def preview(site_id: int, data: bytes) -> IngredientPreview:
    db.session.rollback()
    found = preview_ingredients(db.session(), site_id=site_id, data=data, filename=FILE)
    assert isinstance(found, SheetPreview), found
    return found


def take(site_id: int, data: bytes) -> tuple[int, int] | Refusal:
    return import_ingredients(site_id=site_id, data=data, filename=FILE, now=NOW, by=None)


def test_a_row_is_known_by_name_or_synonym_and_says_what_changes(site: int) -> None:
    found = preview(site, table(["西红柿", "", "6.50", "", ""], ["土豆", "", "", "6", ""]))
    assert [(row.name, row.called, row.status) for row in found.rows] == [
        ("番茄", "西红柿", "changed"),
        ("土豆", "土豆", "same"),
    ]
    (change,) = found.rows[0].changes
    assert (change.field, change.before, change.after) == ("price_fen_per_kg", 700, 650)


def test_a_file_is_taken_once_and_changes_nothing_twice(site: int) -> None:
    data = table(["土豆", "", "4.20", "不知道", "称的"], ["金牛豆腐", "大豆制品", "5", "", "标签"])
    assert take(site, data) == (1, 1)
    assert take(site, data) == (0, 0)
    facts = queries.ingredient_facts(db.session(), site)
    assert (facts["土豆"].price_fen_per_kg, facts["土豆"].per_100g["sodium_mg"]) == (420, None)
    assert (facts["金牛豆腐"].food_group, facts["金牛豆腐"].price_fen_per_kg) == ("soy", 500)


def test_a_blank_cell_changes_nothing_and_a_word_says_unknown(site: int) -> None:
    take(site, table(["土豆", "", "4.20", "", ""]))
    take(site, table(["土豆", "", "", "-", ""]))
    facts = queries.ingredient_facts(db.session(), site)["土豆"]
    assert (facts.price_fen_per_kg, facts.per_100g["sodium_mg"]) == (420, 6.0)


def test_a_changed_value_names_its_own_source_never_the_shared_tables(site: int) -> None:
    shared = queries.ingredients(db.session(), text="土豆").rows[0]
    take(site, table(["土豆", "", "4.20", "", shared.source]))
    own = queries.own_values(db.session(), site)[shared.id]
    assert own == {"price_fen_per_kg": OwnValue(value=420, source=FILE)}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["", "谷类", "1", "1", ""], "ingredient_name_missing"),
        (["新", "蔬果", "1", "1", ""], "ingredient_group"),
        (["新", "", "1", "1", ""], "ingredient_group_missing"),
        (["土豆", "", "三块", "1", ""], "ingredient_number"),
        (["土豆", "", "1", "少", ""], "ingredient_number"),
        (["土豆", "", "1", "9999999", ""], "ingredient_value"),
        (["土豆", "", "99999", "1", ""], "ingredient_price"),
        (["香🍅", "谷类", "1", "1", ""], "ingredient_name"),
        (["很" * 41, "谷类", "1", "1", ""], "ingredient_name"),
        (["米；面", "谷类", "1", "1", ""], "ingredient_name"),
        (["米:面", "谷类", "1", "1", ""], "ingredient_name"),
        (["土豆", "", "1", "12g", ""], "ingredient_number"),
    ],
)
def test_one_bad_row_keeps_the_whole_file_out(site: int, row: list[object], code: str) -> None:
    data = table(["番茄", "", "6.50", "", ""], row)
    (wrong,) = preview(site, data).problem_rows
    assert (wrong.number, [one.code for one in wrong.problems]) == (3, [code])
    refused = take(site, data)
    assert isinstance(refused, Refusal)
    assert refused.code == "import_problems"
    assert queries.own_values(db.session(), site) == {}


def test_one_food_in_two_rows_is_named_with_the_first(site: int) -> None:
    found = preview(site, table(["番茄", "", "6", "", ""], ["西红柿", "", "7", "", ""]))
    (problem,) = found.rows[1].problems
    assert (problem.code, dict(problem.facts)) == (
        "ingredient_twice_in_file",
        {"name": "番茄", "first": 2},
    )
    new = preview(site, table(["新物", "谷类", "6", "", ""], ["新物", "谷类", "7", "", ""]))
    assert [one.code for one in new.rows[1].problems] == ["ingredient_twice_in_file"]


def test_allergens_and_meats_are_words(site: int) -> None:
    head = ["食材", "过敏原", "含肉", "别名"]
    take(site, table(["肉松", "大豆；麸质", "猪肉", "肉酥"], ["鱼丸", "无", "", ""], head=head))
    facts = queries.ingredient_facts(db.session(), site)
    assert facts["肉松"].allergens == {"soy", "gluten"}
    assert facts["鱼丸"].allergens == frozenset()
    assert queries.known_ingredients(db.session())["肉酥"] == "肉松"
    (row,) = preview(site, table(["肉松", "榴莲", "", ""], head=head)).rows
    assert [one.code for one in row.problems] == ["ingredient_list_word"]


def test_numbers_of_a_workbook_are_numbers(site: int) -> None:
    sheet = Sheet("表", ["食材", "进价", "钠", "可食部"], [["土豆", Fen(420), 7.25, 88]])
    take(site, write_xlsx([sheet]))
    facts = queries.ingredient_facts(db.session(), site)["土豆"]
    assert (facts.price_fen_per_kg, facts.per_100g["sodium_mg"]) == (420, 7.25)
    assert facts.edible_percent == 88.0


def test_what_is_no_table_of_ingredients_is_refused(site: int) -> None:
    for data in (b"", b"%PDF-1.7", "星期,菜名\n周一,红烧肉\n".encode()):
        found = preview_ingredients(db.session(), site_id=site, data=data, filename="a.csv")
        assert isinstance(found, Refusal), data


def test_every_heading_is_known_in_both_languages() -> None:
    words = [word for pair in HEADINGS.values() for word in pair[:2]]
    assert len(words) == len(set(words)) == 2 * len(HEADINGS)


@pytest.mark.parametrize(
    ("price", "sodium", "fen", "mg"),
    [
        ("3.5元/斤", "12mg", 700, 12),
        ("￥7/公斤", "1,200", 700, 1200),
        ("７元", "12 毫克", 700, 12),
    ],
)
def test_a_value_may_bear_its_own_unit(
    site: int, price: str, sodium: str, fen: int, mg: float
) -> None:
    (row,) = preview(site, table(["土豆", "", price, sodium, ""])).rows
    assert row.problems == ()
    assert (row.values["price_fen_per_kg"], row.values["sodium_mg"]) == (fen, mg)
