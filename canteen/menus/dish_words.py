"""The words a sheet of dishes uses, Chinese and English: its headings and what its cells hold."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from canteen.menus.categories import (
    CATEGORIES,
    EQUIPMENT,
    METHODS,
    PERIODS,
    SEASONS,
    TEXTURES,
)
from canteen.menus.dishes import DISH_EQUIPMENT, DISH_TAGS

HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("菜名", "Dish", "菜品", "菜品名称", "名称", "name"),
        "name_en": ("英文名", "English name", "英文名称", "English"),
        "category": ("类别", "Category", "分类", "种类", "菜品类别", "菜品分类", "菜类"),
        "method": ("做法", "Method", "烹调方法", "烹饪方法", "烹饪方式"),
        "price": ("价格", "Price", "单价", "售价"),
        "recipe": ("配料", "Recipe", "用料", "原料", "食材", "配方", "一份的配料"),
        "texture": ("软硬", "Texture", "质地", "口感"),
        "seasons": ("季节", "Season", "seasons"),
        "tags": ("标签", "Tags"),
        "periods": ("餐次", "Periods", "Meals", "meal"),
        "equipment": ("灶具", "Equipment", "设备"),
        "active": ("在用", "Active"),
    }
)
"""Headings by field: the Chinese we write, the English we write, and what others use."""

SEASON_NAMES = (("春", "Spring"), ("夏", "Summer"), ("秋", "Autumn"), ("冬", "Winter"))
TEXTURE_NAMES = (("普通", "Normal"), ("软", "Soft"), ("很软", "Very soft"))
TAG_NAMES = (
    ("少盐", "Low salt"),
    ("少糖", "Low sugar"),
    ("辣", "Spicy"),
    ("待确认", "To confirm"),
)
OTHER_WORDS = MappingProxyType(
    {
        "seasons": {"春季": "spring", "夏季": "summer", "秋季": "autumn", "冬季": "winter"},
        "tags": {"低盐": "low_salt", "低糖": "low_sugar", "微辣": "spicy"},
        "texture": {"软烂": "very_soft", "正常": "normal"},
    }
)
"""What others write for a code."""
ALL_YEAR = frozenset(("四季", "全年", "all year", "常年"))
PERIOD_NAMES = (("早餐", "Breakfast"), ("午餐", "Lunch"), ("晚餐", "Dinner"))
EQUIPMENT_NAMES = (*((one.zh, one.en) for one in EQUIPMENT.values()), ("不用灶具", "None needed"))


def vocabulary(codes: Iterable[str], names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Codes by code, Chinese and English word, in small letters."""
    return {
        word.casefold(): code
        for code, pair in zip(codes, names, strict=True)
        for word in (code, *pair)
    }


WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "category": vocabulary(CATEGORIES, [(one.zh, one.en) for one in CATEGORIES.values()]),
        "method": vocabulary(METHODS, [(one.zh, one.en) for one in METHODS.values()]),
        "seasons": vocabulary(SEASONS, SEASON_NAMES) | OTHER_WORDS["seasons"],
        "texture": vocabulary(TEXTURES, TEXTURE_NAMES) | OTHER_WORDS["texture"],
        "tags": vocabulary(DISH_TAGS, TAG_NAMES) | OTHER_WORDS["tags"],
        "periods": vocabulary(PERIODS, PERIOD_NAMES),
        "equipment": vocabulary(DISH_EQUIPMENT, EQUIPMENT_NAMES),
    }
)
