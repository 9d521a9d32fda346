"""The rows a site's grid begins with. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DefaultSlot:
    """A row to begin with; a site renames, adds and resizes."""

    code: str
    name: str
    name_en: str
    categories: tuple[str, ...]
    places: int


_BREAKFAST = (
    DefaultSlot(
        code="staple", name="主食点心", name_en="Staples and buns",
        categories=("snack", "staple", "staple_dish", "coarse"), places=3,
    ),
    DefaultSlot(
        code="porridge", name="粥和饮品", name_en="Porridge and drinks",
        categories=("porridge", "drink", "staple"), places=2,
    ),
    DefaultSlot(
        code="side", name="蛋和小菜", name_en="Eggs and sides",
        categories=("egg", "vegetable"), places=2,
    ),
)  # fmt: skip
_LUNCH = (
    DefaultSlot(
        code="meat", name="大荤", name_en="Meat", categories=("main_meat",), places=2
    ),
    DefaultSlot(
        code="half_meat", name="小荤", name_en="Half meat",
        categories=("half_meat", "egg"), places=2,
    ),
    DefaultSlot(
        code="vegetable", name="素菜", name_en="Vegetables", categories=("vegetable",), places=2
    ),
    DefaultSlot(
        code="soup", name="汤", name_en="Soup", categories=("soup", "plain_soup"), places=1
    ),
    DefaultSlot(
        code="staple", name="主食", name_en="Staples",
        categories=("staple", "staple_dish", "coarse", "snack", "porridge"), places=2,
    ),
)  # fmt: skip
_DINNER = (
    DefaultSlot(code="meat", name="大荤", name_en="Meat", categories=("main_meat",), places=1),
    DefaultSlot(
        code="half_meat", name="小荤", name_en="Half meat",
        categories=("half_meat", "egg"), places=1,
    ),
    DefaultSlot(
        code="vegetable", name="素菜", name_en="Vegetables", categories=("vegetable",), places=1
    ),
    DefaultSlot(
        code="soup", name="汤和粥", name_en="Soup and porridge",
        categories=("soup", "plain_soup", "porridge"), places=1,
    ),
    DefaultSlot(
        code="staple", name="主食", name_en="Staples",
        categories=("staple", "staple_dish", "coarse", "snack"), places=1,
    ),
)  # fmt: skip
_OTHER = (
    DefaultSlot(
        code="dishes", name="菜品", name_en="Dishes",
        categories=("snack", "fruit", "drink", "porridge", "staple_dish"), places=2,
    ),
)  # fmt: skip


def default_slots(period_code: str) -> tuple[DefaultSlot, ...]:
    """What a meal usually has; a period we do not know gets one open row."""
    known = {"breakfast": _BREAKFAST, "lunch": _LUNCH, "dinner": _DINNER}
    return known.get(period_code, _OTHER)
