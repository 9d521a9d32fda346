"""Words of the library: equipment, food groups, where a value comes from, what is doubted."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from canteen.blueprints.filters import is_english, yuan
from canteen.menus.categories import EQUIPMENT, equipment_of
from canteen.menus.dish_words import EQUIPMENT_NAMES
from canteen.menus.dishes import DISH_EQUIPMENT
from canteen.menus.ingredient_words import (
    ALLERGEN_NAMES,
    CONTAINS_NAMES,
    GROUP_NAMES,
    HEADINGS,
)
from canteen.menus.ingredients import (
    ALLERGENS,
    CONTAINS,
    FOOD_GROUPS,
    LISTS,
    SeenValue,
    plain_number,
)
from canteen.menus.ratings import Tally

_GROUPS = dict(zip(FOOD_GROUPS, GROUP_NAMES, strict=True))
_EQUIPMENT = dict(zip(DISH_EQUIPMENT, EQUIPMENT_NAMES, strict=True))
_ALLERGENS = dict(zip(ALLERGENS, ALLERGEN_NAMES, strict=True))
_CONTAINS = dict(zip(CONTAINS, CONTAINS_NAMES, strict=True))

DOUBT_WORDS: Mapping[str, Any] = {
    "saltier": _l("国内腌腊、酱菜比这里更咸，实际钠更高。"),
    "noodles_unsalted": _l("按不加盐的算，加盐挂面的钠高得多。"),
    "soy_milk_sweetened": _l("这是加糖豆浆的数。无糖的更低。"),
    "other_soy": _l("借用另一种豆制品的数，有出入。"),
}
MATCH_WORDS: Mapping[str, Any] = {
    "exact": _l("同一种食物"),
    "near": _l("很接近的食物"),
    "approx": _l("只是大致相当的食物"),
}
RATING_WORDS: Mapping[str, Any] = {"good": _l("好"), "fair": _l("一般"), "poor": _l("不好")}


def group_word(code: str) -> str:
    """A food group; a site's own word stays as it is."""
    return _GROUPS[code][is_english()] if code in _GROUPS else code or _("其他")


def group_choices() -> list[tuple[str, str]]:
    """Every food group, for a list to choose from."""
    return [(code, group_word(code)) for code in FOOD_GROUPS]


def equipment_choices() -> list[tuple[str, str]]:
    """What a dish may need, for checkboxes."""
    return [(code, pair[is_english()]) for code, pair in _EQUIPMENT.items()]


def equipment_words(stored: str, method: str) -> str:
    """What a dish needs, in words; for blank what its method usually needs."""
    codes = [code for code in EQUIPMENT if code in equipment_of(stored, method)]
    return joined([_EQUIPMENT[code][is_english()] for code in codes])


def equipment_word(code: str) -> str:
    """One thing a kitchen has."""
    return _EQUIPMENT[code][is_english()]


def list_choices(field: str) -> list[tuple[str, str]]:
    """Allergens or meats, for checkboxes."""
    names = _ALLERGENS if field == "allergens" else _CONTAINS
    return [(code, pair[is_english()]) for code, pair in names.items()]


def heading(field: str) -> str:
    """What a column of the table of ingredients is called."""
    return HEADINGS[field][is_english()]


def value_words(field: str, value: Any) -> str:
    """A value of an ingredient as people read it; unknown is said."""
    if field in LISTS:
        names = _ALLERGENS if field == "allergens" else _CONTAINS
        words_ = [names[code][is_english()] if code in names else code for code in sorted(value)]
        return joined(words_) or _("无")
    if value is None:
        return _("不知道")
    if field == "price_fen_per_kg":
        return yuan(value)
    if field == "food_group":
        return group_word(value)
    return plain_number(value) if isinstance(value, float | int) else str(value) or "—"


def source_words(seen: SeenValue) -> str:
    """Where a value comes from, in a line."""
    if seen.origin == "own":
        source = seen.source or _("本食堂")
        return _("本食堂的数：%(source)s", source=source)
    if seen.origin == "table":
        near = str(MATCH_WORDS.get(seen.match, ""))
        return f"{seen.source}（{near}）" if not is_english() else f"{seen.source} ({near})"
    plain = {
        "none": _("不知道"),
        "example": _("只是示例价，请按进价改"),
        "typical": _("一般情况，以包装标签为准"),
        "trade": _("美国市场的习惯，建议自己称"),
        "clean": _("按净料算"),
    }
    return plain.get(seen.origin) or seen.source or _("没有写来源")


def doubt_words(seen: SeenValue) -> str:
    """What is known against a value, or ''."""
    return str(DOUBT_WORDS[seen.doubt]) if seen.doubt else ""


def rating_word(tally: Tally | None) -> str:
    """4.3（26 票）; '' without a vote."""
    if tally is None or tally.average is None:
        return ""
    points = f"{tally.average / 100:.1f}"
    return _("%(points)s 分（%(count)s 票）", points=points, count=tally.votes)


def joined(many: Sequence[str]) -> str:
    """Words in a row, as the reader's language joins them."""
    return (", " if is_english() else "、").join(many)
