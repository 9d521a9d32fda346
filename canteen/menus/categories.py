"""Kinds of dishes and ways of cooking: two small tables that everything else refers to.

The codes are stored; the words are for people. A site may give a category another window
(see `repeats`), but the kinds themselves are the same everywhere, so that menus of different
canteens can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Category:
    """A kind of dish.

    `window_days` is None for kinds that stand once in a week. A number makes the kind exempt:
    the same dish may return after so many days, and with 0 as often as liked. `side` is
    "meat", "mixed", "vegetable" or "" for the balance of meat and vegetables; `grain` is
    "fine", "coarse" or "" for what the kind usually is (a dish may differ: 小米饭 is coarse).
    """

    code: str
    zh: str
    en: str
    window_days: int | None = None
    side: str = ""
    grain: str = ""

    @property
    def exempt(self) -> bool:
        """Whether a dish of this kind may stand more than once in a week."""
        return self.window_days is not None


_CATEGORIES = (
    Category(code="main_meat", zh="大荤", en="Meat dish", side="meat"),
    Category(code="half_meat", zh="小荤", en="Meat and vegetable dish", side="mixed"),
    Category(code="vegetable", zh="素菜", en="Vegetable dish", side="vegetable"),
    Category(code="soup", zh="汤", en="Soup"),
    Category(code="plain_soup", zh="例汤", en="Soup of the day", window_days=0),
    Category(code="staple", zh="主食细粮", en="Plain staple", window_days=0, grain="fine"),
    Category(code="staple_dish", zh="花色主食", en="Rice and noodle dish", grain="fine"),
    Category(code="porridge", zh="花色粥", en="Porridge", grain="fine"),
    Category(code="coarse", zh="粗粮", en="Whole grain and tubers", grain="coarse"),
    Category(code="snack", zh="点心", en="Bun or pastry", grain="fine"),
    Category(code="egg", zh="蛋类", en="Egg"),
    Category(code="drink", zh="饮品", en="Drink", window_days=0),
    Category(code="fruit", zh="水果", en="Fruit", window_days=0),
)
# Plain rice, steamed bread and white porridge are `staple`; a porridge with a name of its own
# (皮蛋瘦肉粥) is a dish, and so is a soup with a name of its own.

CATEGORIES: Mapping[str, Category] = MappingProxyType({c.code: c for c in _CATEGORIES})
"""Every kind by its code, in the order a menu is read."""

DEFAULT_WINDOWS: Mapping[str, int] = MappingProxyType(
    {c.code: c.window_days for c in _CATEGORIES if c.window_days is not None}
)
"""The exempt kinds and their windows in days, until a site sets its own."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """A way of cooking, and the code in `EQUIPMENT` it usually needs; "" needs none."""

    code: str
    zh: str
    en: str
    equipment: str = ""
    like: str = ""
    """The way of cooking that people say for this one and mean the same dish: 炖牛腩, 烧牛腩."""


_METHODS = (
    Method(
        code="red_braised", zh="红烧", en="Braised in soy sauce", equipment="wok", like="braised"
    ),
    Method(code="braised", zh="烧", en="Braised", equipment="wok"),
    Method(code="oil_braised", zh="油焖", en="Braised in oil", equipment="wok"),
    Method(code="smothered", zh="焖", en="Simmered covered", equipment="wok", like="braised"),
    Method(code="stewed", zh="炖", en="Stewed", equipment="pot", like="braised"),
    Method(code="marinated", zh="卤", en="Cooked in spiced broth", equipment="pot"),
    Method(code="steamed", zh="蒸", en="Steamed", equipment="steamer"),
    Method(code="boiled", zh="煮", en="Boiled", equipment="pot"),
    Method(code="blanched", zh="白灼", en="Blanched", equipment="pot"),
    Method(code="simmered", zh="熬", en="Simmered", equipment="pot"),
    Method(code="slow_soup", zh="煲", en="Slow-cooked soup", equipment="pot"),
    Method(code="thickened", zh="羹", en="Thick soup", equipment="pot"),
    Method(code="stir_fried", zh="炒", en="Stir-fried", equipment="wok"),
    Method(code="flash_fried", zh="爆", en="Flash-fried", equipment="wok", like="stir_fried"),
    Method(code="velveted", zh="溜", en="Fried, then glazed", equipment="wok"),
    Method(code="sweet_sour", zh="糖醋", en="Sweet and sour", equipment="wok"),
    Method(code="pan_fried", zh="煎", en="Pan-fried", equipment="pan"),
    Method(code="deep_fried", zh="炸", en="Deep-fried", equipment="fryer"),
    Method(code="roasted", zh="烤", en="Roasted", equipment="oven"),
    Method(code="tossed", zh="拌", en="Tossed, cold", equipment="cold"),
    Method(code="pickled", zh="腌", en="Pickled", equipment="cold"),
    Method(code="hot_drink", zh="热饮", en="Served hot", equipment="pot"),
    Method(code="cold_drink", zh="冷饮", en="Served cold"),
    Method(code="raw", zh="生食", en="Raw"),
)

METHODS: Mapping[str, Method] = MappingProxyType({m.code: m for m in _METHODS})
"""Every way of cooking by its code."""


def way_of(method: str) -> str:
    """One code for ways of cooking that a diner calls the same: 烧, 红烧, 焖 and 炖; 炒 and 爆."""
    known = METHODS.get(method)
    return known.like or method if known else method


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """Something of which a kitchen has so many at a time."""

    code: str
    zh: str
    en: str


_EQUIPMENT = (
    Equipment(code="wok", zh="炒锅", en="Wok"),
    Equipment(code="steamer", zh="蒸柜", en="Steamer"),
    Equipment(code="pot", zh="汤锅", en="Stockpot"),
    Equipment(code="oven", zh="烤箱", en="Oven"),
    Equipment(code="pan", zh="煎锅", en="Griddle"),
    Equipment(code="fryer", zh="炸锅", en="Fryer"),
    Equipment(code="cold", zh="凉菜间", en="Cold kitchen"),
)

EQUIPMENT: Mapping[str, Equipment] = MappingProxyType({one.code: one for one in _EQUIPMENT})
"""What dishes queue for in a kitchen, by code."""

NO_EQUIPMENT = "none"
"""Stored with a dish that needs none although its method would."""


def equipment_of(stored: str, method: str) -> frozenset[str]:
    """The codes in `EQUIPMENT` that a dish needs: `stored` (joined with ``;``) as a person said,
    blank as its method usually does."""
    if not stored:
        usual = METHODS[method].equipment if method in METHODS else ""
        return frozenset((usual,) if usual else ())
    return frozenset(word for word in stored.split(";") if word in EQUIPMENT)


SEASONS = ("spring", "summer", "autumn", "winter")
TEXTURES = ("normal", "soft", "very_soft")
TAGS = ("low_salt", "low_sugar", "spicy")
PERIODS = ("breakfast", "lunch", "dinner")
"""The meal periods the library speaks of. A site may have others; they are data."""
