"""When two names mean one dish.

西红柿炒蛋 and 番茄炒鸡蛋 are one dish; 番茄蛋汤 is another. A name is brought to a canonical
form: width and spaces, notes in brackets, prices and sizes set aside; regional words for an
ingredient made one; and where a name is nothing but ingredients with or without a plain verb
between them (土豆牛肉, 土豆烧牛肉), their order and that verb made one. Nothing else is touched:
红烧, 清蒸, 糖醋 and every name we cannot take apart stay as they are.
"""

import re
import unicodedata
from functools import lru_cache

from canteen.menus.traditional import simplified
from canteen.menus.vocabulary import CUT_WORDS, FOOD_WORDS, SPELLINGS, WHOLE_NAMES

_BRACKETS = re.compile(r"[(\[{【〔《〈「『][^)\]}】〕》〉」』]*[)\]}】〕》〉」』]?")
_PRICE = re.compile(r"[¥￥]?\d+(\.\d+)?(元|块)(/?(一?份|个|只|碗|盒|位|例))?|[¥￥]\d+(\.\d+)?")
_EMPTIED = re.compile(r"[(\[【][\s/,、:]*[)\]】]|([(\[【][^)\]】]*?)[\s/,、:]+([)\]】])")
"""Brackets that a price alone stood in, or stood last in."""
_AMOUNT = re.compile(r"[*x×]?\d+(\.\d+)?(份|个|只|克|g|ml|毫升|两|碗|盒|袋)$", re.IGNORECASE)
_SIZE_BEFORE = re.compile(r"^(超大|特大|大|中|小|半|例|整|一)份的?")
_SIZE_AFTER = re.compile(r"(超大|特大|大|中|小|半|例|整|一|每|1)份$")
_MARKS = re.compile(r"[\s·•・、,，.。;；:：!！?？*★☆▲△●○◆#'\"“”‘’_~～|/\\+&＆-]+")
_CIRCLED = re.compile(r"^\s*[①-⑳⑴-⒇⒈-⒛❶-❿]")
_NUMBERING = re.compile(r"^\d{1,2}[.、)]\s*(?=\D)")

_LONGEST = max(map(len, FOOD_WORDS))
_FRIED = ("炒", "爆炒", "爆")
_STEWED = ("烧", "炖", "焖", "煨", "烩", "煮")
_SERVED_AS = ("馄饨", "水饺", "蒸饺", "汤", "羹", "煲", "粥", "面", "饭", "包", "饼")
_ROUNDS = 20
_TAKEN_APART = 40
"""Longer than any name that only lists foods; anything above is compared as it stands."""


@lru_cache(maxsize=32_768)  # a library of ten thousand dishes, and a file that renames them
def canonical_name(name: str) -> str:
    """The form that two names of one dish share; '' for a name without a word in it.

    Applied to its own result it changes nothing. Meant for comparing, not for showing.
    """
    text = name
    for _ in range(_ROUNDS):  # one synonym or note set aside may uncover another
        text, before = _meaning(plain_name(text)), text
        if text == before:
            break
    return text


def is_same_dish(one: str, other: str) -> bool:
    """Whether two names mean one dish. Names without a word in them mean nothing."""
    canonical = canonical_name(one)
    return bool(canonical) and canonical == canonical_name(other)


def without_price(name: str) -> str:
    """A name as it is written, without the price, number, star and amount that menus put by it."""
    text = unicodedata.normalize("NFKC", _CIRCLED.sub("", name)).strip()
    text = _PRICE.sub("", _NUMBERING.sub("", text)).strip()
    text = _AMOUNT.sub("", _EMPTIED.sub(r"\1\2", text).strip())
    return text.strip(" -—:*★☆▲△●○◆#")


def price_in(name: str) -> int | None:
    """The price in fen that some menus put after a name; None where there is none."""
    found = _PRICE.search(unicodedata.normalize("NFKC", name))
    number = re.search(r"\d+(\.\d{1,2})?", found[0]) if found else None
    if number is None or len(number[0]) > 8:
        return None
    whole, _, part = number[0].partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def plain_name(name: str) -> str:
    """A name without width, brackets, price, amount, size and marks."""
    text = simplified(unicodedata.normalize("NFKC", name)).casefold().strip()
    outside = _BRACKETS.sub("", text)
    # A name that stands wholly in brackets is still a name.
    text = outside if _MARKS.sub("", outside) else re.sub(r"[^\w\s]+", "", text)
    text = _NUMBERING.sub("", text)
    text = _AMOUNT.sub("", _PRICE.sub("", text).strip())
    text = _MARKS.sub("", text)
    shorter = _SIZE_AFTER.sub("", _SIZE_BEFORE.sub("", text))
    return shorter or text


def spelled(text: str) -> str:
    """A plain name with one word for each ingredient and cut, in the order it was said."""
    text = WHOLE_NAMES.get(text, text)
    for pattern, word in SPELLINGS:
        text = pattern.sub(word, text)
    return WHOLE_NAMES.get(text, text)


def _meaning(text: str) -> str:
    """One word for each ingredient, one order for dishes that only list them."""
    text = spelled(text)
    if len(text) > _TAKEN_APART:
        return text
    if foods := _parts(text):
        return _in_order(foods, _usual_verb(foods))
    for verbs in (_FRIED, _STEWED):
        for verb in verbs:
            before, found, after = text.partition(verb)
            foods = [*_parts(before), *_parts(after)]
            if found and _parts(after) and (_parts(before) or (not before and len(foods) > 1)):
                return _in_order(foods, verbs[0])
    for dish in _SERVED_AS:
        if text.endswith(dish) and (foods := _parts(text.removesuffix(dish))):
            return "".join(sorted(foods)) + dish
    return text


def _in_order(foods: list[str], verb: str) -> str:
    parts = sorted(foods)
    return "".join(parts[:-1]) + verb + parts[-1] if len(parts) > 1 else parts[0]


def _parts(text: str) -> list[str]:
    """The foods that a text is made of without a rest; [] if it is not made of foods alone.

    Longer words first, but 五花肉丝瓜 is 五花肉 and 丝瓜: a word that leaves a rest without a
    meaning is taken back. Worked out from the end, so that no name takes long.
    """
    ways: list[list[str] | None] = [None] * len(text) + [[]]
    for start in range(len(text) - 1, -1, -1):
        for end in range(min(len(text), start + _LONGEST), start, -1):
            rest = ways[end]
            if rest is not None and text[start:end] in FOOD_WORDS:
                ways[start] = [text[start:end], *rest]
                break
    return ways[0] or []


def _usual_verb(foods: list[str]) -> str:
    """How a dish that only lists its ingredients is cooked: 青椒肉丝 fried, 土豆牛肉 stewed."""
    return "烧" if any(food in CUT_WORDS for food in foods) else "炒"
