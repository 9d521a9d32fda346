"""What the words of a policy are called, in Chinese and English."""

from collections.abc import Mapping

from canteen.residents import tags as tag_table
from canteen.subsidies.conditions import Place, Window
from canteen.subsidies.policy import FUNDERS

Both = tuple[str, str]
"""One text as (Chinese, English)."""

CHANNELS: dict[str, Both] = {
    "dine_in": ("堂食", "eating in"),
    "takeaway": ("外带", "takeaway"),
    "delivery": ("送餐", "delivery"),
}
PERIODS: dict[str, Both] = {
    "breakfast": ("早餐", "breakfast"),
    "lunch": ("午餐", "lunch"),
    "dinner": ("晚餐", "dinner"),
}
SPANS: dict[str, Both] = {
    "meal": ("每餐", "per meal"),
    "period": ("本餐次", "this mealtime"),
    "day": ("今日", "today"),
    "week": ("本周", "this week"),
    "month": ("本月", "this month"),
    "year": ("本年", "this year"),
}
LEVELS: dict[str, Both] = {
    "city": ("本市", "city"),
    "district": ("本区", "district"),
    "town": ("本镇街", "town"),
}
ITEMS: dict[str, Both] = {"set": ("套餐", "sets"), "dish": ("单点", "single dishes")}


def tag_name(code: str) -> Both:
    """A tag's name; an unknown code stands for itself."""
    return tag_table.name_of(code) if code in tag_table.BY_CODE else (code, code)


def funder_name(code: str) -> Both:
    """A funder's name; an unknown code stands for itself."""
    return FUNDERS.get(code, (code, code))


def place_names(places: tuple[Place, ...]) -> Both:
    """Places one after another: ``广州市增城区、深圳市``."""
    names = ["".join(place) for place in places]
    return "、".join(names), " or ".join(names)


def listed(codes: tuple[str, ...], names: Mapping[str, Both]) -> Both:
    """Codes by their names, one after another; an unknown code stands for itself."""
    pairs = [names.get(code, (code, code)) for code in codes]
    return "、".join(zh for zh, _ in pairs), " or ".join(en for _, en in pairs)


def window_text(window: Window) -> str:
    """``11:00–13:30``."""
    return f"{window.start:%H:%M}–{window.end:%H:%M}"
