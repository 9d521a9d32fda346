"""A recipe to begin with, from a dish's name: a guess that a person confirms. Pure.

The foods are those the name speaks of. Their grams, and the oil and seasoning beside them, are
what dishes of the same kind in the library we ship usually take (the median, over at least
`FEWEST` of them); where that says nothing, what a canteen serves of a food group.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from statistics import median

from canteen.menus.guessing import guess_ingredients
from canteen.menus.library import ingredient_facts, ingredient_names, library_dishes
from canteen.menus.names import plain_name, spelled
from canteen.menus.nutrition import RecipeLine

FEWEST = 3
USUALLY = 0.6
"""Seasoning is proposed if so many of the dishes of a kind have it."""
_SEASONING = frozenset(("oil", "condiment", "sugar"))
_AROMATICS = frozenset(("姜", "蒜", "小葱", "大葱", "淀粉", "玉米淀粉"))
_MEANT: tuple[tuple[str, str], ...] = (
    (r"狮子头|肉[圆丸饼糜末沫酱]|丸子|麻婆|蚂蚁上树|鲜肉|臊子|杂酱|炸酱", "猪肉末"),
    (r"(?<![牛羊鸡鸭])[烧扣蒸卤炖焖坡香乳锅]肉|[烧炖焖]肉", "五花肉"),
    (r"(?<![牛羊鸡鸭])肉[丝片丁柳]|排条|酥肉|咕[咾噜]肉|锅包肉|溜肉|里脊|滑肉|瘦肉", "猪里脊"),
    (r"炒肉|木须肉|肉羹", "瘦猪肉"),
    (r"藕(?!粉)", "莲藕"),
    (r"菌菇|杂菌", "平菇"),
    (r"烧[卖麦]|锅贴|蒸饺", "饺子皮"),
    (r"^[香雪]?梨$", "梨"),
    (r"大排", "猪大排"),
    (r"排骨|小排|糖醋排|软骨", "猪排骨"),
    (r"猪蹄|猪手|猪脚|蹄花|肘", "猪蹄"),
    (r"牛腩|(?<!蜗)牛肉|牛柳", "牛肉"),
    (r"羊", "羊肉"),
    (r"鸡丁|鸡丝|鸡片|鸡米|鸡柳|鸡排|鸡肉|鸡块", "鸡腿肉"),
    (r"鸡翅|翅", "鸡翅"),
    (r"鸡腿", "鸡腿"),
    (r"(白切|白斩|三黄|大盘|口水|三杯|辣子|盐焗|[烧炖焖炒滑])鸡(?!蛋|精|毛)|鸡(公煲|汤)", "整鸡"),
    (r"鸭(?!蛋|血|胗)", "鸭肉"),
    (r"鱼(?!香|丸|豆|腥)|划水", "草鱼"),
    (r"虾(?!皮|米|仁)", "基围虾"),
    (r"滑?蛋|荷包", "鸡蛋"),
    (r"[豆香]干", "豆腐干"),
    (r"粥$|米饭$|炒饭$|饭$", "大米"),
    (r"面$|面条$", "鲜面条"),
    (r"包子?$|饼$|馒头$|花卷$|糕$|饺$|卷$", "面粉"),
    (r"馄饨|云吞", "馄饨皮"),
)
"""What words of a dish's name mean in a kitchen of the Jiangnan, where no food is named."""
_PORTIONS: Mapping[str, int] = {
    "cereal": 75, "whole_grain": 40, "tuber": 80, "legume": 20, "soy": 60, "vegetable_dark": 120,
    "vegetable_light": 120, "mushroom": 40, "seaweed": 20, "fruit": 150, "meat_red": 60,
    "offal": 50, "poultry": 80, "fish": 100, "shellfish": 50, "egg": 50, "dairy": 200, "nut": 10,
    "oil": 7, "condiment": 3, "sugar": 5,
}  # fmt: skip
"""Grams as bought of a food group in one portion, where our library has too few examples."""
_OTHER = 60


def guess_recipe(
    name: str, category: str, method: str, *, known: Mapping[str, str]
) -> tuple[RecipeLine, ...]:
    """Foods a name speaks of and the usual oil and seasoning, in typical grams; () if none.

    `known` maps every word of the site's table of ingredients to its name there; only
    ingredients of that table are proposed.
    """
    foods = _foods(name, known)
    groups = ingredient_facts()
    alone = sum(_group(food) not in _SEASONING for food in foods) < 2
    lines = {food: _grams(category, _group(food), alone=alone) for food in foods}
    if lines and any(_group(food) not in _SEASONING for food in lines):
        for seasoning, grams in _seasoning(category, method):
            there = known.get(seasoning)
            if there is not None and there not in lines and seasoning in groups:
                lines[there] = grams
    return tuple(RecipeLine(ingredient=food, grams=grams) for food, grams in lines.items())


def _foods(name: str, known: Mapping[str, str]) -> list[str]:
    """Foods that a name names, and those that its words mean if none of their group is named."""
    foods = guess_ingredients(name, known=known)
    text = spelled(plain_name(name))
    for pattern, word in _MEANT:
        food = known.get(word)
        if food and re.search(pattern, text) and _group(food) not in map(_group, foods):
            foods.append(food)
    return foods


def _group(food: str) -> str:
    facts = ingredient_facts().get(food)
    return facts.food_group if facts else ""


def _grams(category: str, group: str, *, alone: bool) -> float:
    usual = _usual_grams()
    for key in ((category, group, alone), (category, group, not alone), ("", group, alone)):
        if key in usual:
            return usual[key]
    return float(_PORTIONS.get(group, _OTHER))


@cache
def _usual_grams() -> Mapping[tuple[str, str, bool], float]:
    """Median grams by category ("" for all), food group, and whether it is the only food."""
    seen: dict[tuple[str, str, bool], list[float]] = {}
    facts, names = ingredient_facts(), ingredient_names()
    for dish in library_dishes():
        weighed = [line for line in dish.recipe if names[line.ingredient] not in _AROMATICS]
        groups = [facts[line.ingredient].food_group for line in weighed]
        alone = sum(group not in _SEASONING for group in groups) < 2
        for line, group in zip(weighed, groups, strict=True):
            for category in (dish.category, ""):
                key = (category, group, alone)
                seen.setdefault(key, []).append(line.grams)
    return {key: _round(median(many)) for key, many in seen.items() if len(many) >= FEWEST}


@cache
def _seasoning(category: str, method: str) -> tuple[tuple[str, float], ...]:
    """Oil, salt and the like that most dishes of a kind have, with their median grams."""
    alike = [dish for dish in library_dishes() if dish.category == category]
    same = [dish for dish in alike if dish.method == method]
    dishes = same if len(same) >= FEWEST else alike
    used: dict[str, list[float]] = {}
    facts = ingredient_facts()
    for dish in dishes:
        for line in dish.recipe:
            name = facts[line.ingredient].name
            if facts[name].food_group in _SEASONING or name in _AROMATICS:
                used.setdefault(name, []).append(line.grams)
    return tuple(
        (name, _round(median(many)))
        for name, many in _by_use(used.items())
        if len(many) >= USUALLY * len(dishes)
    )


def _by_use(used: Iterable[tuple[str, list[float]]]) -> list[tuple[str, list[float]]]:
    return sorted(used, key=lambda pair: (-len(pair[1]), pair[0]))


def _round(grams: float) -> float:
    """To 5 g from 20 g up, to 1 g from 2 g up, else to a tenth."""
    step = 5.0 if grams >= 20 else 1.0 if grams >= 2 else 0.1
    return round(round(grams / step) * step, 1)
