"""What a name and the kitchen's word for the slot let one guess."""

import pytest

from canteen.menus.categories import CATEGORIES, METHODS
from canteen.menus.guessing import (
    guess_category,
    guess_grain,
    guess_ingredients,
    guess_method,
)
from canteen.menus.library import ingredient_names, library_dishes


@pytest.mark.parametrize(
    ("name", "slot", "category"),
    [
        ("土豆牛肉", "大荤", "main_meat"),
        ("红烧狮子头", "荤", "main_meat"),
        ("白菜面筋", "半荤", "half_meat"),
        ("肉末茄子", "小荤", "half_meat"),
        ("毛菜油面筋", "素菜", "vegetable"),
        ("番茄蛋汤", "汤", "soup"),
        ("例汤", "汤", "plain_soup"),
        ("粳米饭", "主食", "staple"),
        ("小米米饭", "主食", "staple"),
        ("燕麦软米饭", "主食", "staple"),
        ("三鲜菠菜粥", "主食", "porridge"),
        ("扬州炒饭", "主食", "staple_dish"),
        ("酸奶", "奶制品", "drink"),
        ("酸奶", "点心", "drink"),
        ("香蕉", "", "fruit"),
        ("麒麟西瓜", "", "fruit"),
        ("山芋", "粗粮", "coarse"),
        ("软面包", "点心", "snack"),
        ("馒头", "点心", "staple"),
        ("小米粥", "", "porridge"),
        ("水煮土豆块", "", "coarse"),
        ("鹌鹑蛋", "", "egg"),
        ("瘦肉蔬菜馅饼", "", "snack"),
        ("瘦肉青菜云吞", "", "staple_dish"),
        ("冬瓜鱼汤", "", "soup"),
        ("卤制鸡腿", "", "main_meat"),
        ("芝士烤鱼", "", "main_meat"),
        ("豆腐蒸蛋", "", "half_meat"),
        ("蒜蓉西兰花", "", "vegetable"),
        ("红烧素鸡", "", "vegetable"),
        ("无糖豆浆", "", "drink"),
        ("某某", "", "vegetable"),
    ],
)
def test_the_kind_of_a_dish_is_guessed(name: str, slot: str, category: str) -> None:
    assert guess_category(name, slot) == category


def test_guesses_by_name_alone_are_nearly_always_right_for_our_own_library() -> None:
    dishes = library_dishes()
    wrong = [dish.name for dish in dishes if guess_category(dish.name) != dish.category]
    assert len(wrong) <= len(dishes) * 0.06, wrong


def test_a_guess_is_always_a_code_of_the_table() -> None:
    for dish in library_dishes():
        assert guess_category(dish.name) in CATEGORIES
        assert guess_method(dish.name) in {"", *METHODS}


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("红烧排骨", "red_braised"),
        ("油焖茄子", "oil_braised"),
        ("糖醋小排", "sweet_sour"),
        ("清蒸鲈鱼", "steamed"),
        ("西红柿炒蛋", "stir_fried"),
        ("奥尔良烤翅", "roasted"),
        ("百叶结烧肉", "braised"),
        ("土豆牛肉", ""),
    ],
)
def test_the_way_of_cooking_is_guessed(name: str, method: str) -> None:
    assert guess_method(name) == method


def test_foods_are_named_in_the_order_of_the_name() -> None:
    assert guess_ingredients("韭菜豆芽炒肉丝") == ["韭菜", "豆芽", "肉丝"]
    assert guess_ingredients("健康水") == []


def test_foods_are_rows_of_the_table_where_one_is_given() -> None:
    known = ingredient_names()
    assert guess_ingredients("西红柿炒蛋", known=known) == ["番茄", "鸡蛋"]
    assert guess_ingredients("肉糜平菇豆腐", known=known) == ["猪肉末", "平菇", "豆腐"]
    assert guess_ingredients("盐水基围虾", known=known) == ["基围虾"]
    assert guess_ingredients("荠菜银鱼羹", known=known) == ["荠菜", "银鱼"]
    assert guess_ingredients("健康水", known=known) == []


def test_grain_is_coarse_by_name_even_in_a_plain_staple() -> None:
    assert guess_grain("小米饭", "staple") == "coarse"
    assert guess_grain("白米饭", "staple") == "fine"
    assert guess_grain("蒸红薯", "coarse") == "coarse"
    assert guess_grain("红烧肉", "main_meat") == ""
