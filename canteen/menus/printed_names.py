"""The dishes that one cell of a printed menu names, with the prices beside them."""

import re

from canteen.menus.names import price_in, without_price

NO_DISH = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "休", "休息", "放假", "停餐", "暂停", "x"}
)
"""What stands in a cell where nothing is served."""
_CLOSED = re.compile(r".{0,4}(休息|放假|停餐|暂停|停供|不供应|闭餐|不开餐|不营业)")
"""(停电休息), 国庆放假: a note that stands where dishes would."""
_SPACED = re.compile(r"\s+")
_EITHER = re.compile(r"\s+(?:或者?|or|and|&)\s+", re.IGNORECASE)
_PRICE_ALONE = re.compile(r"(?<=[\u3400-\u9fff)）])(?<![餐号])\s+(\d{1,3}(?:\.\d{1,2})?)$")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def split_dishes(text: str) -> list[str]:
    """The dishes of one cell. ``、 ； ， / +`` and line breaks part them, not inside brackets;
    blanks do if every part is a word of two characters or more. Prices are left out.
    """
    return [name for name, _price in split_priced(text)]


def split_priced(text: str) -> list[tuple[str, int | None]]:
    """`split_dishes` with the price in fen that stands beside each, or None."""
    parts, depth, current = [], 0, ""
    text = _EITHER.sub("、", re.sub(r"(元|块)\s*/\s*", r"\1", text))
    for character in text:
        depth += (character in "(（[【") - (character in ")）]】")
        if depth <= 0 and character in "、；;，,/／+＋\n\r|":
            parts.append(current)
            current = ""
        else:
            current += character
    parts.append(current)
    priced = (_PRICE_ALONE.sub(r"\1元", part.strip()) for part in parts)
    dishes = (word for part in priced for word in _split_blanks(part))
    pairs = ((without_price(dish), price_in(dish)) for dish in dishes)
    return [(name, price) for name, price in pairs if not _is_none(name)]


def _is_none(name: str) -> bool:
    plain = name.strip("()（）[]【】 ")
    return plain.casefold() in NO_DISH or _CLOSED.fullmatch(plain) is not None


def _split_blanks(text: str) -> list[str]:
    words = _SPACED.split(text)
    whole = all(len(_CHINESE.findall(word)) > 1 for word in words)
    return words if whole else ["".join(words) if _CHINESE.search(text) else text]
