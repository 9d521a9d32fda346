"""Codes of menus in the reader's words: kinds, methods, tags, nutrients, places of a week."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.blueprints.filters import is_english, named
from canteen.blueprints.menus.hyphens import softly as softly
from canteen.menus.categories import CATEGORIES, METHODS
from canteen.menus.plan import StandingDish, WeekPlan
from canteen.menus.repeats import PlacedDish, Repeat

SEASON_WORDS: Mapping[str, Any] = {
    "spring": _l("春"),
    "summer": _l("夏"),
    "autumn": _l("秋"),
    "winter": _l("冬"),
}
TEXTURE_WORDS: Mapping[str, Any] = {
    "normal": _l("普通"),
    "soft": _l("软"),
    "very_soft": _l("很软"),
}
TAG_WORDS: Mapping[str, Any] = {
    "low_salt": _l("少盐"),
    "low_sugar": _l("少糖"),
    "spicy": _l("辣"),
    "to_confirm": _l("待确认"),
}
PUBLIC_TEXTURES = ("soft", "very_soft")
PUBLIC_TAGS = ("low_salt", "low_sugar", "spicy")
NUTRIENT_WORDS: Mapping[str, tuple[Any, str]] = {
    "kcal": (_l("热量"), "kcal"),
    "protein_g": (_l("蛋白质"), "g"),
    "fat_g": (_l("脂肪"), "g"),
    "carb_g": (_l("碳水化合物"), "g"),
    "fibre_g": (_l("膳食纤维"), "g"),
    "sodium_mg": (_l("钠"), "mg"),
    "potassium_mg": (_l("钾"), "mg"),
    "calcium_mg": (_l("钙"), "mg"),
    "iron_mg": (_l("铁"), "mg"),
    "cholesterol_mg": (_l("胆固醇"), "mg"),
    "vitamin_a_rae_ug": (_l("维生素 A"), "μg"),
    "vitamin_c_mg": (_l("维生素 C"), "mg"),
}
ALLERGEN_WORDS: Mapping[str, Any] = {
    "gluten": _l("麸质"),
    "egg": _l("蛋"),
    "milk": _l("奶"),
    "soy": _l("大豆"),
    "peanut": _l("花生"),
    "nuts": _l("坚果"),
    "sesame": _l("芝麻"),
    "fish": _l("鱼"),
    "crustacean": _l("虾蟹"),
}
ALLERGEN_SIGNS: Mapping[str, tuple[str, str]] = {
    "gluten": ("麸", "G"),
    "egg": ("蛋", "E"),
    "milk": ("奶", "M"),
    "soy": ("豆", "S"),
    "peanut": ("花", "P"),
    "nuts": ("坚", "N"),
    "sesame": ("芝", "Se"),
    "fish": ("鱼", "F"),
    "crustacean": ("虾", "C"),
}
_MARK_SIGNS: Mapping[str, tuple[str, str]] = {
    "soft": ("软", "so"),
    "very_soft": ("绵", "vs"),
    "low_salt": ("淡", "ls"),
    "low_sugar": ("减", "lg"),
    "spicy": ("辣", "hot"),
}
"""One sign for each mark and allergen on a printed sheet; `legend` says what they mean."""
SHORT_KINDS: Mapping[str, tuple[str, Any]] = {
    "main_meat": ("●", _l("大荤")),
    "half_meat": ("◐", _l("小荤")),
    "egg": ("◐", _l("蛋类")),
    "vegetable": ("○", _l("素菜")),
    "soup": ("≈", _l("汤")),
    "plain_soup": ("≈", _l("例汤")),
    "porridge": ("≈", _l("粥")),
    "staple": ("□", _l("细粮")),
    "staple_dish": ("□", _l("花色主食")),
    "snack": ("□", _l("点心")),
    "coarse": ("■", _l("粗粮")),
    "drink": ("◇", _l("饮品")),
    "fruit": ("◇", _l("水果")),
}
"""A quiet mark and a short word for each kind of dish, for the grid."""
REASON_WORDS: Mapping[str, Any] = {
    "not_delivered": _l("没有送到货"),
    "equipment": _l("设备坏了"),
    "sold_out": _l("卖完了"),
}


def kind_mark(code: str) -> str:
    """● for a meat dish; "" for a kind we do not know."""
    return SHORT_KINDS.get(code, ("", ""))[0]


def kind_word(code: str) -> str:
    """大荤, as short as it can be said."""
    return str(SHORT_KINDS.get(code, ("", code))[1])


def kind_legend() -> list[tuple[str, str]]:
    """Every mark of the grid with the kinds it stands for."""
    found: dict[str, list[str]] = {}
    for mark, word in SHORT_KINDS.values():
        found.setdefault(mark, []).append(str(word))
    joiner = ", " if is_english() else "、"
    return [(mark, joiner.join(kinds)) for mark, kinds in found.items()]


def reason_word(reason: str) -> str:
    """Why another dish was served: one of the ready reasons, or a person's own words."""
    return str(REASON_WORDS.get(reason, reason))


def dish_marks(dish: StandingDish) -> list[str]:
    """What a diner should know of a dish, in words: 软, 少盐, 辣."""
    texture = [str(TEXTURE_WORDS[dish.texture])] if dish.texture in PUBLIC_TEXTURES else []
    return texture + [str(TAG_WORDS[tag]) for tag in PUBLIC_TAGS if tag in dish.tags]


def contains_words(dish: StandingDish) -> str:
    """含 蛋、大豆; "" where the recipe has none; 过敏原不详 where there is no recipe."""
    if not dish.allergens_known:
        return _("过敏原不详")
    return _("含 %(allergens)s", allergens=allergen_words(dish.allergens)) if dish.allergens else ""


def short_marks(dish: StandingDish) -> str:
    """The same for a crowded sheet, explained by `legend`: 绵淡·蛋豆."""
    own = [dish.texture, *dish.tags]
    return "·".join(filter(None, (_signs(_MARK_SIGNS, own), _allergen_signs(dish))))


def _allergen_signs(dish: StandingDish) -> str:
    return _signs(ALLERGEN_SIGNS, dish.allergens) if dish.allergens_known else "?"


def _signs(table: Mapping[str, tuple[str, str]], codes: Collection[str]) -> str:
    found = [signs[is_english()] for code, signs in table.items() if code in codes]
    return (" " if is_english() else "").join(found)


def legend(plan: WeekPlan) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The signs of a sheet and what they mean, as far as the week has them: marks, allergens."""
    used = frozenset[str]().union(*({one.texture, *one.tags} for one in plan.dishes))
    harms = frozenset[str]().union(*(one.allergens for one in plan.dishes))
    unknown = any(not one.allergens_known for one in plan.dishes)
    allergens = _explained(ALLERGEN_SIGNS, ALLERGEN_WORDS, harms)
    return (
        _explained(_MARK_SIGNS, {**TEXTURE_WORDS, **TAG_WORDS}, used),
        allergens + ([("?", _("过敏原不详"))] if unknown else []),
    )


def _explained(
    signs: Mapping[str, tuple[str, str]], words: Mapping[str, Any], codes: Collection[str]
) -> list[tuple[str, str]]:
    return [(sign[is_english()], str(words[code])) for code, sign in signs.items() if code in codes]


def category_word(code: str) -> str:
    """A kind of dish."""
    kind = CATEGORIES.get(code)
    return code if kind is None else kind.en if is_english() else kind.zh


def method_word(code: str) -> str:
    """A way of cooking."""
    method = METHODS.get(code)
    return code if method is None else method.en if is_english() else method.zh


def allergen_words(codes: frozenset[str]) -> str:
    """Allergens, joined."""
    names = [str(ALLERGEN_WORDS.get(code, code)) for code in sorted(codes)]
    return (", " if is_english() else "、").join(names)


def category_choices() -> list[tuple[str, str]]:
    """Every kind, for a list to choose from."""
    return [(code, category_word(code)) for code in CATEGORIES]


def method_choices() -> list[tuple[str, str]]:
    """Every way of cooking."""
    return [(code, method_word(code)) for code in METHODS]


def weekday(day: date) -> str:
    """周二, Tue."""
    locale = "en" if is_english() else "zh_Hans_CN"
    return str(format_date(day, "EEE", locale=locale))


def short_day(day: date) -> str:
    """11月24日, 24 Nov."""
    locale = "en" if is_english() else "zh_Hans_CN"
    return str(format_date(day, "d MMM" if is_english() else "M月d日", locale=locale))


def meal_word(day: date, period: str) -> str:
    """周二午餐, Tue lunch; `period` is the word."""
    return f"{weekday(day)} {period.lower()}" if is_english() else f"{weekday(day)}{period}"


def where(place: PlacedDish, plan: WeekPlan) -> str:
    """The meal a dish stands in."""
    assert isinstance(place.day, date)
    names = {one.period.code: named(one.period) for one in plan.periods}
    return meal_word(place.day, names.get(place.period, place.period))


def wheres(places: tuple[PlacedDish, ...], plan: WeekPlan) -> str:
    """The meals some dishes stand in, joined."""
    joined = dict.fromkeys(where(place, plan) for place in places)
    return (", " if is_english() else "、").join(joined)


def repeat_names(repeat: Repeat) -> str:
    """The dish that repeats, in each spelling it stands in."""
    standing = (one for one in repeat.places if isinstance(one, StandingDish))
    return "／".join(dict.fromkeys(named(one) for one in standing)) or repeat.names[0]


def repeat_words(places: tuple[PlacedDish, ...], plan: WeekPlan) -> str:
    """与周二午餐重复."""
    return _("与%(where)s重复", where=wheres(places, plan))


def alike_words(places: tuple[PlacedDish, ...], plan: WeekPlan) -> str:
    """与周二午餐相近."""
    return _("与%(where)s相近", where=wheres(places[:1], plan))
