"""What the columns and words of a table of ingredients are called, in both languages. Pure."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from canteen.menus.ingredients import ALLERGENS, CONTAINS, FOOD_GROUPS

HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("食材", "Ingredient", "食材名称", "食物名称", "食物", "原料", "名称", "name"),
        "name_en": ("英文名", "English name", "English", "英文名称"),
        "synonyms": ("别名", "Other names", "俗名", "同义词", "synonyms"),
        "food_group": ("食物类", "Food group", "类别", "分类", "食物类别", "group"),
        "price_fen_per_kg": (
            "进价（元/公斤）", "Price (yuan/kg)", "单价", "价格", "采购价", "price",
        ),
        "edible_percent": ("可食部 %", "Edible part %", "可食部", "食部", "edible"),
        "kcal": ("热量 kcal", "Energy kcal", "热量", "能量", "energy", "kcal"),
        "protein_g": ("蛋白质 g", "Protein g", "蛋白质", "protein"),
        "fat_g": ("脂肪 g", "Fat g", "脂肪", "fat"),
        "carb_g": ("碳水化合物 g", "Carbohydrate g", "碳水化合物", "糖类", "carbohydrate"),
        "fibre_g": ("膳食纤维 g", "Fibre g", "膳食纤维", "纤维", "fibre", "fiber"),
        "sodium_mg": ("钠 mg", "Sodium mg", "钠", "sodium"),
        "potassium_mg": ("钾 mg", "Potassium mg", "钾", "potassium"),
        "calcium_mg": ("钙 mg", "Calcium mg", "钙", "calcium"),
        "iron_mg": ("铁 mg", "Iron mg", "铁", "iron"),
        "cholesterol_mg": ("胆固醇 mg", "Cholesterol mg", "胆固醇", "cholesterol"),
        "vitamin_a_rae_ug": ("维生素A μg", "Vitamin A μg", "维生素A", "视黄醇当量", "vitamin a"),
        "vitamin_c_mg": ("维生素C mg", "Vitamin C mg", "维生素C", "vitamin c"),
        "allergens": ("过敏原", "Allergens", "致敏物", "致敏物质"),
        "contains": ("含肉", "Contains", "含"),
        "source": ("数据来源", "Source", "来源"),
    }
)  # fmt: skip
"""Headings by field: the Chinese we write, the English we write, and what others use."""

GROUP_NAMES = (
    ("谷类", "Grain"), ("粗粮", "Whole grain"), ("薯类淀粉", "Tubers and starch"),
    ("杂豆", "Pulses"), ("大豆制品", "Soy"), ("深色蔬菜", "Dark vegetables"),
    ("浅色蔬菜", "Light vegetables"), ("菌菇", "Mushrooms"), ("海藻", "Seaweed"),
    ("水果", "Fruit"), ("畜肉", "Red meat"), ("内脏", "Offal"), ("禽肉", "Poultry"),
    ("鱼", "Fish"), ("虾蟹贝", "Shellfish"), ("蛋", "Eggs"), ("奶", "Dairy"), ("坚果", "Nuts"),
    ("油", "Oil"), ("调味品", "Seasoning"), ("糖", "Sugar"),
)  # fmt: skip
"""Words for `FOOD_GROUPS`, in its order."""
ALLERGEN_NAMES = (
    ("麸质", "Gluten"), ("蛋", "Egg"), ("奶", "Milk"), ("大豆", "Soy"), ("花生", "Peanut"),
    ("坚果", "Nuts"), ("芝麻", "Sesame"), ("鱼", "Fish"), ("虾蟹", "Crustacean"),
)  # fmt: skip
CONTAINS_NAMES = (("猪肉", "Pork"), ("牛肉", "Beef"), ("羊肉", "Lamb"))


def _words(codes: Sequence[str], names: Sequence[tuple[str, str]]) -> dict[str, str]:
    pairs = zip(codes, names, strict=True)
    return {word.casefold(): code for code, pair in pairs for word in (code, *pair)}


GROUP_WORDS = _words(FOOD_GROUPS, GROUP_NAMES)
LIST_WORDS = {
    "allergens": _words(ALLERGENS, ALLERGEN_NAMES),
    "contains": _words(CONTAINS, CONTAINS_NAMES),
}
