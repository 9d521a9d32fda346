"""What people may not or will not eat, named once.

A diet is a code on a person; the kitchen counts by it and labels carry it. Only codes are
stored, so that a label is right in either language. Nothing is imported beyond the
standard library, so that rules of any room may read it.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Diet:
    """One kind of diet. `words` are what people write for it in a table."""

    code: str
    zh: str
    en: str
    group: str
    words: tuple[str, ...] = ()


DIETS: tuple[Diet, ...] = (
    Diet("low_salt", "少盐", "low salt", "less", ("低盐", "清淡", "高血压餐")),
    Diet("low_sugar", "少糖", "low sugar", "less", ("低糖", "无糖", "糖尿病", "糖尿病餐")),
    Diet("low_fat", "少油", "low fat", "less", ("低脂", "低油")),
    Diet("no_spicy", "不吃辣", "nothing spicy", "less", ("不辣", "忌辣", "免辣")),
    Diet("halal", "清真", "halal", "kind", ("回民", "清真餐")),
    Diet("no_pork", "不吃猪肉", "no pork", "kind", ("忌猪肉", "大荤不吃")),
    Diet("vegetarian", "素食", "vegetarian", "kind", ("吃素", "全素", "素餐")),
    Diet("no_beef_mutton", "不吃牛羊肉", "no beef or mutton", "kind", ("忌牛羊肉", "不吃牛肉")),
    Diet("no_fish", "不吃鱼虾", "no fish or shrimp", "kind", ("忌海鲜", "不吃海鲜", "不吃鱼")),
    Diet("no_coriander", "不吃香菜", "no coriander", "kind", ("忌香菜",)),
    Diet("allergy_peanut", "花生过敏", "peanut allergy", "allergy", ("花生",)),
    Diet("allergy_nut", "坚果过敏", "nut allergy", "allergy", ("坚果",)),
    Diet("allergy_egg", "鸡蛋过敏", "egg allergy", "allergy", ("鸡蛋",)),
    Diet("allergy_milk", "牛奶过敏", "milk allergy", "allergy", ("牛奶", "乳糖不耐受")),
    Diet("allergy_soy", "大豆过敏", "soy allergy", "allergy", ("大豆",)),
    Diet("allergy_wheat", "小麦过敏", "wheat allergy", "allergy", ("小麦", "麸质过敏")),
    Diet("allergy_fish", "鱼过敏", "fish allergy", "allergy", ("鱼",)),
    Diet("allergy_shellfish", "虾蟹过敏", "shellfish allergy", "allergy", ("虾蟹", "海鲜过敏")),
)
"""In the order a form shows them. Allergies are a matter of life; the others of health,
belief and taste."""

GROUPS: tuple[tuple[str, str, str], ...] = (
    ("less", "清淡", "Light"),
    ("kind", "忌口", "Not eaten"),
    ("allergy", "过敏", "Allergies"),
)
"""Groups in the order a form shows them: code, Chinese, English."""

BY_CODE: dict[str, Diet] = {diet.code: diet for diet in DIETS}
_BY_WORD = {
    word.casefold(): diet.code
    for diet in DIETS
    for word in (diet.code, diet.zh, diet.en, *diet.words)
}


def name_of(code: str) -> tuple[str, str]:
    """A diet's name as (Chinese, English); KeyError for a code that is none."""
    diet = BY_CODE[code]
    return diet.zh, diet.en


def code_of(word: str) -> str | None:
    """The code somebody means by a word in either language; None if it is no diet."""
    return _BY_WORD.get(word.strip().casefold())


def joined(codes: Iterable[str]) -> str:
    """Codes as `Resident.diets` holds them: sorted, once each, joined by ``;``."""
    return ";".join(sorted(set(codes)))


def split(stored: str) -> tuple[str, ...]:
    """The codes of `Resident.diets`."""
    return tuple(code for code in stored.split(";") if code)
