"""One file of ingredients read row by row against the table there is: values, changes, problems.

A blank cell leaves a value as it is; 不知道 makes it unknown.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from canteen.foundation.money import parse_yuan
from canteen.foundation.spreadsheets import Row
from canteen.foundation.wording import Refusal
from canteen.menus.dishes import picture_in
from canteen.menus.ingredient_queries import facts_of, words
from canteen.menus.ingredient_words import GROUP_WORDS, LIST_WORDS
from canteen.menus.ingredients import (
    FIELDS,
    FOOD_GROUPS,
    LISTS,
    NUMBERS,
    OwnValue,
    problems_of_values,
    value_in,
    with_own,
)
from canteen.menus.library_sheets import OpenSheet, SheetRow, parts_of
from canteen.menus.models import Ingredient
from canteen.menus.nutrition import NUTRIENTS

UNKNOWN_WORDS = frozenset(("不知道", "未知", "不详", "unknown", "?", "？"))
NOTHING_WORDS = frozenset(("无", "没有", "none"))
_NO_VALUE = frozenset(("", "-", "—", "–", "…", "/", "未测"))
_TRACE = frozenset(("tr", "微量", "trace"))
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(\D|$))")
_UNITS = {"kcal": ("kcal", "千卡", "大卡"), "_mg": ("mg", "毫克"), "_g": ("g", "克")}
"""The unit a value may bear: its own. One in kilojoules or milligrams too many is no number."""
_PER_KG = re.compile(r"/?(公斤|kg|千克)$")
_PER_JIN = re.compile(r"/(市?斤|500g)$")
LONGEST_NAME, LONGEST_SYNONYMS = 40, 200


@dataclass(frozen=True, kw_only=True)
class Change:
    """One value before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class IngredientRow(SheetRow):
    """A row of the file. `status` is new, changed or same; `name` is the table's."""

    name: str
    values: Mapping[str, Any]
    changes: tuple[Change, ...] = ()
    ingredient_id: int | None = None
    source: str = ""


class Reader:
    """Reads the rows of one file against one table, remembering the rows before."""

    def __init__(
        self,
        sheet: OpenSheet,
        library: Sequence[Ingredient],
        own: Mapping[int, Mapping[str, OwnValue]],
        filename: str,
    ) -> None:
        self._sheet, self._own, self._filename = sheet, own, filename[-60:]
        self._known = {word: row for row in library for word in words(row.synonyms)}
        self._known |= {row.name: row for row in library}
        self._seen: dict[str, int] = {}
        self._new_words: dict[str, int] = {}

    def row(self, number: int, row: Row) -> IngredientRow:
        problems: list[Refusal] = []
        written = self._sheet.text(row, "name", problems)
        there = self._known.get(written)
        name = there.name if there else written
        values = self._values(row, there, problems)
        if there is None:
            values["name"] = written
            values.setdefault("food_group", "")
        problems += self._name_problems(written, number, name)
        problems += self._said_before(values, number, there)
        problems += self._group_problem(values, there)
        problems += self._synonym_problems(values, there)
        problems += problems_of_values(values)
        changes = self._changes(there, values)
        return IngredientRow(
            number=number,
            name=name,
            called=written,
            status="new" if there is None else "changed" if changes else "same",
            values=values,
            changes=changes,
            ingredient_id=there.id if there else None,
            source=self._source(self._sheet.text(row, "source", problems), there),
            problems=tuple(problems),
        )

    def _values(
        self, row: Row, there: Ingredient | None, problems: list[Refusal]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for field in self._sheet.header.columns:
            text = self._sheet.text(row, field, problems)
            if field in ("name", "source") or not text:
                continue
            if field in NUMBERS or field == "price_fen_per_kg":
                self._number(values, field, text, problems)
            elif field in LISTS:
                values[field] = _list(field, text, self._sheet.written[field], problems)
            elif field == "synonyms":
                before = words(there.synonyms) if there else ()
                values[field] = ";".join(dict.fromkeys((*before, *parts_of(text))))
            elif field == "food_group":
                values[field] = GROUP_WORDS.get(text.casefold(), text)
            else:
                values[field] = " ".join(text.split())[:120]
        return values

    def _number(
        self, values: dict[str, Any], field: str, text: str, problems: list[Refusal]
    ) -> None:
        plain = unicodedata.normalize("NFKC", text).casefold().strip()
        if plain in _NO_VALUE:
            return
        if plain in UNKNOWN_WORDS:
            values[field] = None
        elif field == "price_fen_per_kg":
            try:
                halves = 2 if _PER_JIN.search(plain) else 1
                values[field] = halves * parse_yuan(_PER_JIN.sub("", _PER_KG.sub("", plain)))
            except ValueError:
                facts = {"heading": self._sheet.written[field][:20], "value": text[:20]}
                problems.append(Refusal("ingredient_number", facts))
        elif plain in _TRACE and field in NUTRIENTS:
            values[field] = 0.0
        elif _NUMBER.fullmatch(number := _without_unit(field, plain)) and len(number) < 12:
            values[field] = float(number)
        else:
            facts = {"heading": self._sheet.written[field][:20], "value": text[:20]}
            problems.append(Refusal("ingredient_number", facts))

    def _changes(self, there: Ingredient | None, values: Mapping[str, Any]) -> tuple[Change, ...]:
        if there is None:
            return ()
        seen = with_own(facts_of(there), self._own.get(there.id, {}))
        found = []
        for field, after in values.items():
            before = value_in(seen, field) if field in FIELDS else getattr(there, field)
            if before != after:
                found.append(Change(field=field, before=before, after=after))
        return tuple(found)

    def _name_problems(self, written: str, number: int, name: str) -> list[Refusal]:
        if not written:
            return [Refusal("ingredient_name_missing", {})]
        if len(written) > LONGEST_NAME or picture_in(written):
            facts = {"value": written[:LONGEST_NAME], "limit": LONGEST_NAME}
            return [Refusal("ingredient_name", facts)]
        first = self._seen.setdefault(name, number)
        if first != number and name in self._known:
            return [Refusal("ingredient_twice_in_file", {"name": name, "first": first})]
        return []

    def _said_before(
        self, values: Mapping[str, Any], number: int, there: Ingredient | None
    ) -> list[Refusal]:
        """A word that a row before gave to another new ingredient would mean two things."""
        found = []
        for word in dict.fromkeys((values.get("name", ""), *words(values.get("synonyms", "")))):
            first = self._new_words.get(word)
            if first is not None:
                facts = {"name": word[:40], "first": first}
                found.append(Refusal("ingredient_twice_in_file", facts))
            elif word and (there is None or word not in self._known):
                self._new_words[word] = number
        return found

    def _group_problem(self, values: Mapping[str, Any], there: Ingredient | None) -> list[Refusal]:
        group = values.get("food_group")
        if group is None or group in FOOD_GROUPS or (there and there.food_group == group):
            return []
        if not group:
            return [Refusal("ingredient_group_missing", {})]
        return [Refusal("ingredient_group", {"value": group[:20]})]

    def _synonym_problems(
        self, values: Mapping[str, Any], there: Ingredient | None
    ) -> list[Refusal]:
        if len(values.get("synonyms", "")) > LONGEST_SYNONYMS:
            return [Refusal("ingredient_synonyms_long", {"limit": LONGEST_SYNONYMS})]
        taken = (
            (word, other.name)
            for word in words(values.get("synonyms", ""))
            if (other := self._known.get(word)) is not None and other is not there
        )
        return [
            Refusal("ingredient_word_taken", {"word": word[:40], "name": name})
            for word, name in taken
        ]

    def _source(self, text: str, there: Ingredient | None) -> str:
        """The row's own word; one that only repeats the shared table's source is none."""
        if not text or (there is not None and text == there.source):
            return self._filename
        return text[:200]


def _without_unit(field: str, text: str) -> str:
    """A number without the unit of its own field and without commas between its thousands."""
    units = next((words for end, words in _UNITS.items() if field.endswith(end)), ("%",))
    for unit in units:
        text = text.removesuffix(unit).rstrip()
    return _THOUSANDS.sub("", text)


def _list(field: str, text: str, heading: str, problems: list[Refusal]) -> frozenset[str]:
    if text.casefold() in NOTHING_WORDS:
        return frozenset()
    known = LIST_WORDS[field]
    parts = parts_of(text)
    for part in parts:
        if part.casefold() not in known:
            facts = {"heading": heading[:20], "value": part[:20]}
            problems.append(Refusal("ingredient_list_word", facts))
    return frozenset(known[part.casefold()] for part in parts if part.casefold() in known)
