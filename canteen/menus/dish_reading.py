"""Rows of a sheet of dishes, understood one by one against the library. Changes nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from canteen.foundation.money import parse_yuan
from canteen.foundation.spreadsheets import Row
from canteen.foundation.wording import Refusal
from canteen.menus import queries
from canteen.menus.dish_words import ALL_YEAR, WORDS
from canteen.menus.dishes import DishValues, canonical_of, problems_of
from canteen.menus.library_sheets import OpenSheet, SheetRow, parts_of
from canteen.menus.models import Dish
from canteen.menus.nutrition import RecipeLine
from canteen.menus.traditional import simplified

_YES = ("是", "yes", "y", "true", "1", "在用", "√", "✓", "")
_NO = ("否", "no", "n", "false", "0", "停用", "×", "x")
_LINE = re.compile(
    r"(?P<name>.+?)\s*[:：]?\s*(?P<grams>-?\d+(\.\d+)?)\s*(?P<unit>克|千克|公斤|斤|两|kg|g)?", re.I
)
_GRAMS = {"斤": 500, "两": 50, "公斤": 1000, "千克": 1000, "kg": 1000}
_A_PORTION = re.compile(r"(?<=\d)\s*(元|块钱?)?\s*(/?\s*[一每]?[份个只碗位例])?$")
_PLUS = re.compile(r"(?<=[\dg克斤两])\s*[+＋]\s*(?=\D)")


@dataclass(frozen=True, kw_only=True)
class ImportRow(SheetRow):
    """A row of the file. `status` is new, changed, same, or merged: a name that was merged into
    another dish, and is left alone; `merged_into` names the other dish. `before` is the dish as it
    stands in the library."""

    values: DishValues
    dish_id: int | None
    before: DishValues | None = None
    merged_into: str = ""


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
    for part in parts_of(_PLUS.sub(";", text)):
        found = _LINE.fullmatch(part)
        if not found or len(found["grams"]) > 9:
            problems.append(Refusal("recipe_text", {"value": part[:40]}))
            continue
        name = found["name"].strip()
        grams = float(found["grams"]) * _GRAMS.get((found["unit"] or "").casefold(), 1)
        lines.append(RecipeLine(ingredient=ingredients.get(name, name), grams=grams))
    return tuple(lines)


class Reader:
    """Reads the rows of one file against one library, remembering the rows before."""

    def __init__(
        self,
        sheet: OpenSheet,
        ingredients: Mapping[str, str],
        library: Sequence[Dish],
        merged: Mapping[str, str],
        periods: Mapping[str, str],
    ) -> None:
        self._sheet = sheet
        self._ingredients = ingredients
        self._by_name = {dish.name: dish for dish in library}
        self._by_canonical = {dish.canonical: dish for dish in library}
        self._merged = merged
        self._words = {**WORDS, "periods": {**WORDS["periods"], **periods}}
        self._seen: dict[str, tuple[int, str]] = {}

    def row(self, number: int, row: Row) -> ImportRow:
        problems: list[Refusal] = []
        name = " ".join(self._sheet.text(row, "name", problems).split())
        known = self._by_name.get(name)
        if known is None and (kept := self._merged.get(canonical_of(name))):
            return ImportRow(
                number=number,
                called=name,
                values=DishValues(name=name),
                dish_id=None,
                status="merged",
                merged_into=kept,
            )
        before = values_of(known) if known else DishValues(name=name)
        unreadable = bool(problems)
        values = self._values(row, before, problems)
        problems += (
            problem
            for problem in problems_of(values, self._ingredients)
            if not (unreadable and problem.code == "dish_name_missing")
        )
        same = self._by_canonical.get(canonical_of(name))
        if known is None and same is not None:
            facts = {"name": name, "other": same.name, "dish_id": same.id}
            problems.append(Refusal("dish_exists", facts))
        problems += self._twice(number, name)
        status = "new" if known is None else "same" if _alike(values, before) else "changed"
        return ImportRow(
            number=number,
            called=name,
            values=values,
            dish_id=known.id if known else None,
            before=before if known else None,
            status=status,
            problems=tuple(problems),
        )

    def _values(self, row: Row, before: DishValues, problems: list[Refusal]) -> DishValues:
        changes: dict[str, object] = {}
        priced = bool(before.category)  # a dish that is there has a price, if only none to pay
        for field in self._sheet.header.columns:
            if field == "name":
                continue
            readable = len(problems)
            text = self._sheet.text(row, field, problems)
            if len(problems) > readable:
                priced = priced or field == "price"
            elif field in ("category", "method", "texture"):
                word = self._words[field].get(simplified(text).casefold(), text)
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
        known = self._words[field]
        codes = {known.get(part.casefold(), part) for part in _parts(field, text)}
        if field == "periods":
            for code in codes - set(known.values()):
                problems.append(Refusal("dish_period_unknown", {"value": code[:20]}))
        order = list(known.values())
        return tuple(sorted(codes, key=lambda code: order.index(code) if code in order else 99))

    def _twice(self, number: int, name: str) -> list[Refusal]:
        canonical = canonical_of(name)
        first = self._seen.setdefault(canonical, (number, name)) if canonical else (number, name)
        if first[0] == number:
            return []
        return [Refusal("dish_twice_in_file", {"name": name, "first": first[0], "other": first[1]})]


def _parts(field: str, text: str) -> list[str]:
    """The words of a cell; seasons may stand side by side (春夏), and all of them are none."""
    if field != "seasons":
        return parts_of(text)
    if text.casefold() in ALL_YEAR:
        return []
    return list(text) if text and set(text) <= set("春夏秋冬") else parts_of(text)


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
        return parse_yuan(_A_PORTION.sub("", text)) if text else 0
    except ValueError:
        problems.append(Refusal("dish_price_text", {"value": text[:20]}))
        return 0


def _yes(text: str, problems: list[Refusal]) -> bool:
    if text.casefold() not in (*_YES, *_NO):
        problems.append(Refusal("dish_active_unknown", {"value": text[:20]}))
    return text.casefold() not in _NO
