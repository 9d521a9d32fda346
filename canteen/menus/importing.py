"""Dishes from a spreadsheet: read, previewed row by row, taken whole or not at all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import transaction
from canteen.foundation.money import parse_yuan
from canteen.foundation.spreadsheets import Header, Row, find_header, read_table
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.categories import (
    CATEGORIES,
    EQUIPMENT,
    METHODS,
    PERIODS,
    SEASONS,
    TEXTURES,
)
from canteen.menus.cooking import ingredient_ids, write_dish, write_dishes
from canteen.menus.dishes import DISH_EQUIPMENT, DISH_TAGS, DishValues, canonical_of, problems_of
from canteen.menus.models import Dish
from canteen.menus.nutrition import RecipeLine

HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("菜名", "Dish", "菜品", "菜品名称", "名称", "name"),
        "name_en": ("英文名", "English name", "英文名称", "English"),
        "category": ("类别", "Category", "分类", "种类"),
        "method": ("做法", "Method", "烹调方法", "烹饪方法"),
        "price": ("价格", "Price", "单价", "售价"),
        "recipe": ("配料", "Recipe", "用料", "原料", "一份的配料"),
        "texture": ("软硬", "Texture", "质地"),
        "seasons": ("季节", "Season", "seasons"),
        "tags": ("标签", "Tags"),
        "periods": ("餐次", "Periods", "Meals", "meal"),
        "equipment": ("灶具", "Equipment", "设备"),
        "active": ("在用", "Active"),
    }
)
"""Headings by field: the Chinese we write, the English we write, and what others use."""

SEASON_NAMES = (("春", "Spring"), ("夏", "Summer"), ("秋", "Autumn"), ("冬", "Winter"))
TEXTURE_NAMES = (("普通", "Normal"), ("软", "Soft"), ("很软", "Very soft"))
TAG_NAMES = (
    ("少盐", "Low salt"),
    ("少糖", "Low sugar"),
    ("辣", "Spicy"),
    ("待确认", "To confirm"),
)
PERIOD_NAMES = (("早餐", "Breakfast"), ("午餐", "Lunch"), ("晚餐", "Dinner"))
EQUIPMENT_NAMES = (*((one.zh, one.en) for one in EQUIPMENT.values()), ("不用灶具", "None needed"))
_YES = ("是", "yes", "true", "1", "在用", "")
_NO = ("否", "no", "false", "0", "停用")
_LINE = re.compile(r"(?P<name>.+?)\s*[:：]?\s*(?P<grams>-?\d+(\.\d+)?)\s*(克|g)?", re.I)
_BETWEEN = re.compile(r"[;；、,，/\n]+")


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """A row of the file. `status` is new, changed, same, or merged: a name that was merged into
    another dish, and is left alone. `number` is Excel's; `merged_into` names the other dish."""

    number: int
    values: DishValues
    dish_id: int | None
    status: str
    problems: tuple[Refusal, ...] = ()
    merged_into: str = ""


@dataclass(frozen=True, kw_only=True)
class DishPreview:
    """What an import would do. `unknown` are headings that mean nothing to us."""

    rows: tuple[ImportRow, ...]
    unknown: tuple[str, ...] = ()

    @property
    def problem_rows(self) -> tuple[ImportRow, ...]:
        """Rows that keep the file from being taken."""
        return tuple(row for row in self.rows if row.problems)

    def count(self, status: str) -> int:
        """How many rows are new, changed, same or merged."""
        return sum(row.status == status for row in self.rows)


def vocabulary(codes: Iterable[str], names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Codes by code, Chinese and English word, in small letters."""
    return {
        word.casefold(): code
        for code, pair in zip(codes, names, strict=True)
        for word in (code, *pair)
    }


WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "category": vocabulary(CATEGORIES, [(one.zh, one.en) for one in CATEGORIES.values()]),
        "method": vocabulary(METHODS, [(one.zh, one.en) for one in METHODS.values()]),
        "seasons": vocabulary(SEASONS, SEASON_NAMES),
        "texture": vocabulary(TEXTURES, TEXTURE_NAMES),
        "tags": vocabulary(DISH_TAGS, TAG_NAMES),
        "periods": vocabulary(PERIODS, PERIOD_NAMES),
        "equipment": vocabulary(DISH_EQUIPMENT, EQUIPMENT_NAMES),
    }
)


def preview_dishes(session: Session, data: bytes, filename: str) -> DishPreview | Refusal:
    """What a file holds, row by row; changes nothing. Refuses what is no table of dishes."""
    table = read_table(data, filename)
    if isinstance(table, Refusal):
        return table
    header = find_header(table.rows, HEADINGS, required=("name", "category"))
    if isinstance(header, Refusal):
        return header
    reader = _Reader(
        header,
        queries.known_ingredients(session),
        queries.all_dishes(session),
        queries.merged_names(session),
    )
    rows = tuple(
        reader.row(number, row)
        for number, row in enumerate(table.rows[header.first_row :], start=header.first_row + 1)
        if any(cell.kind != "empty" for cell in row)
    )
    return DishPreview(rows=rows, unknown=header.unknown)


def import_dishes(
    *, data: bytes, filename: str, now: datetime, by: int | None
) -> tuple[int, int] | Refusal:
    """Add and change the dishes of a file; how many of each. With a problem anywhere, none.

    The same file again changes nothing.
    """
    with transaction() as session:
        preview = preview_dishes(session, data, filename)
        if isinstance(preview, Refusal):
            return preview
        if preview.problem_rows:
            count = sum(len(row.problems) for row in preview.problem_rows)
            return Refusal("import_problems", {"count": count})
        if not preview.rows:
            return Refusal("import_empty", {})
        ids = ingredient_ids(session)
        new = [row.values for row in preview.rows if row.status == "new"]
        write_dishes(session, new, ids)
        changed = [row for row in preview.rows if row.status == "changed"]
        for row in changed:
            write_dish(session, session.get_one(Dish, row.dish_id), row.values, ids)
        if new or changed:
            audit.record(
                session,
                at=now,
                staff_id=by,
                action="imported",
                subject="dishes",
                subject_id=filename[-40:],
                note=f"{len(new)} new, {len(changed)} changed",
            )
        return len(new), len(changed)


def values_of(dish: Dish) -> DishValues:
    """A row of the library as somebody would have typed it."""
    return DishValues(
        name=dish.name,
        name_en=dish.name_en,
        category=dish.category,
        method=dish.method,
        seasons=queries.words(dish.season),
        texture=dish.texture,
        tags=queries.words(dish.tags),
        periods=queries.words(dish.periods),
        equipment=queries.words(dish.equipment),
        price_fen=dish.price_fen,
        recipe=tuple(
            RecipeLine(ingredient=line.ingredient.name, grams=line.grams) for line in dish.recipe
        ),
        active=dish.active,
    )


def read_recipe(
    text: str, ingredients: Mapping[str, str], problems: list[Refusal]
) -> tuple[RecipeLine, ...]:
    """Lines of ``猪肉末:100；荸荠 15克`` with the table's names; what cannot be read is added to
    `problems` as recipe_text."""
    lines = []
    for part in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        found = _LINE.fullmatch(part)
        if not found or len(found["grams"]) > 9:
            problems.append(Refusal("recipe_text", {"value": part[:40]}))
            continue
        name = found["name"].strip()
        grams = float(found["grams"])
        lines.append(RecipeLine(ingredient=ingredients.get(name, name), grams=grams))
    return tuple(lines)


class _Reader:
    """Reads the rows of one file against one library, remembering the rows before."""

    def __init__(
        self,
        header: Header,
        ingredients: Mapping[str, str],
        library: Sequence[Dish],
        merged: Mapping[str, str],
    ) -> None:
        self._header = header
        self._ingredients = ingredients
        self._by_name = {dish.name: dish for dish in library}
        self._by_canonical = {dish.canonical: dish for dish in library}
        self._merged = merged
        self._seen: dict[str, tuple[int, str]] = {}

    def row(self, number: int, row: Row) -> ImportRow:
        problems: list[Refusal] = []
        name = " ".join(self._text(row, "name", problems).split())
        known = self._by_name.get(name)
        if known is None and (kept := self._merged.get(canonical_of(name))):
            return ImportRow(
                number=number,
                values=DishValues(name=name),
                dish_id=None,
                status="merged",
                merged_into=kept,
            )
        before = values_of(known) if known else DishValues(name=name)
        values = self._values(row, before, problems)
        problems += problems_of(values, self._ingredients)
        same = self._by_canonical.get(canonical_of(name))
        if known is None and same is not None:
            facts = {"name": name, "other": same.name, "dish_id": same.id}
            problems.append(Refusal("dish_exists", facts))
        problems += self._twice(number, name)
        status = "new" if known is None else "same" if _alike(values, before) else "changed"
        return ImportRow(
            number=number,
            values=values,
            dish_id=known.id if known else None,
            status=status,
            problems=tuple(problems),
        )

    def _values(self, row: Row, before: DishValues, problems: list[Refusal]) -> DishValues:
        changes: dict[str, object] = {}
        priced = bool(before.category)  # a dish that is there has a price, if only none to pay
        for field in self._header.columns:
            text = self._text(row, field, problems)
            if field in ("category", "method", "texture"):
                word = WORDS[field].get(text.casefold(), text)
                changes[field] = word or ("normal" if field == "texture" else "")
            elif field in ("seasons", "tags", "periods", "equipment"):
                changes[field] = self._many(field, text, problems)
            elif field == "name_en":
                changes[field] = " ".join(text.split())
            elif field == "price":
                changes["price_fen"] = _price(text, problems)
                priced = True
            elif field == "recipe":
                changes[field] = read_recipe(text, self._ingredients, problems)
            elif field == "active":
                changes[field] = _yes(text, problems)
        if not priced:
            problems.append(Refusal("dish_price_missing", {}))
        return replace(before, **changes)  # type: ignore[arg-type]

    def _many(self, field: str, text: str, problems: list[Refusal]) -> tuple[str, ...]:
        known = WORDS[field]
        parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        codes = {known.get(part.casefold(), part) for part in parts}
        if field == "periods":
            for code in codes - set(known.values()):
                problems.append(Refusal("dish_period_unknown", {"value": code[:20]}))
        order = list(known.values())
        return tuple(sorted(codes, key=lambda code: order.index(code) if code in order else 99))

    def _text(self, row: Row, field: str, problems: list[Refusal]) -> str:
        cell = self._header.cell(row, field)
        if cell.problem:
            problems.append(cell.problem)
            return ""
        return cell.text.strip()

    def _twice(self, number: int, name: str) -> list[Refusal]:
        canonical = canonical_of(name)
        first = self._seen.setdefault(canonical, (number, name)) if canonical else (number, name)
        if first[0] == number:
            return []
        return [Refusal("dish_twice_in_file", {"name": name, "first": first[0], "other": first[1]})]


def _alike(one: DishValues, other: DishValues) -> bool:
    """Whether two dishes say the same; the order of what a list holds means nothing."""

    def plain(dish: DishValues) -> DishValues:
        return replace(
            dish,
            seasons=tuple(sorted(dish.seasons)),
            tags=tuple(sorted(dish.tags)),
            periods=tuple(sorted(dish.periods)),
            equipment=tuple(sorted(dish.equipment)),
        )

    return plain(one) == plain(other)


def _price(text: str, problems: list[Refusal]) -> int:
    try:
        if not text:
            problems.append(Refusal("dish_price_missing", {}))
        return parse_yuan(text) if text else 0
    except ValueError:
        problems.append(Refusal("dish_price_text", {"value": text[:20]}))
        return 0


def _yes(text: str, problems: list[Refusal]) -> bool:
    if text.casefold() not in (*_YES, *_NO):
        problems.append(Refusal("dish_active_unknown", {"value": text[:20]}))
    return text.casefold() not in _NO
