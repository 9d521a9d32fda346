"""An ingredient's values: which there are, what a site knows better, where each comes from. Pure.

Every value has a source of its own. A site that weighs its fish changes one number; the rest of
the row still says USDA. What the table we ship is known to be weak at is said beside the value.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from canteen.foundation.wording import Refusal
from canteen.menus.library import SOURCE, LibraryIngredient
from canteen.menus.nutrition import NUTRIENTS, IngredientFacts

NUMBERS = (*NUTRIENTS, "edible_percent")
LISTS = ("allergens", "contains")
FIELDS = (*NUMBERS, "price_fen_per_kg", *LISTS)
"""What a site may know better, by the names of the table's columns."""

FOOD_GROUPS = (
    "cereal", "whole_grain", "tuber", "legume", "soy", "vegetable_dark", "vegetable_light",
    "mushroom", "seaweed", "fruit", "meat_red", "offal", "poultry", "fish", "shellfish", "egg",
    "dairy", "nut", "oil", "condiment", "sugar",
)  # fmt: skip
"""Groups in the order a list is read. A site may write another; it stands after these."""
ALLERGENS = ("gluten", "egg", "milk", "soy", "peanut", "nuts", "sesame", "fish", "crustacean")
CONTAINS = ("pork", "beef", "lamb")
DEAREST_PER_KG = 10_000_00
HIGHEST_VALUE = 100_000
PARTING_SIGNS = ";；、,，/:：\n"
"""What parts a recipe in a sheet: a name that bears one would come back as another."""
MOST_GRAMS_OF_100 = ("protein_g", "fat_g", "carb_g", "fibre_g")
HIGHEST_KCAL = 950
"""Pure fat has 902 kcal in 100 g."""

_SALTED = "榨菜 雪菜 豆瓣酱 腊肉 香肠"
_DOUBTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (_SALTED, ("sodium_mg",), "saltier"),
    ("挂面", ("sodium_mg",), "noodles_unsalted"),
    ("豆浆", ("kcal", "carb_g"), "soy_milk_sweetened"),
    ("千张 腐竹 豆腐干 素鸡", NUTRIENTS, "other_soy"),
)


@dataclass(frozen=True, kw_only=True)
class OwnValue:
    """What a site says of one value, and where it has it from. None: it does not know."""

    value: Any
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class SeenValue:
    """One value as a page shows it: what it is, whose it is, and what is known against it.

    `origin`: own (this site's), table (the food `source` of a stated table), trade (the edible
    part of the American trade), clean (bought clean, stated by us), example (an example of a
    price), shared (somebody's, as `source` says), none (unknown). `match`: exact, near, approx
    for a table's food. `shared` is what the site's own value stands in for.
    """

    field: str
    value: Any
    origin: str
    source: str = ""
    match: str = ""
    doubt: str = ""
    shared: Any = None

    @property
    def own(self) -> bool:
        """Whether the site says this itself."""
        return self.origin == "own"


def with_own(facts: IngredientFacts, own: Mapping[str, OwnValue]) -> IngredientFacts:
    """Facts in which a site's own values have taken the place of the shared ones."""
    if not own:
        return facts
    nutrients = {name: one.value for name, one in own.items() if name in NUTRIENTS}
    others = {name: one.value for name, one in own.items() if name not in NUTRIENTS}
    for name in LISTS:
        if name in others:
            others[name] = frozenset(others[name] or ())
    return replace(facts, per_100g={**facts.per_100g, **nutrients}, **others)


def value_in(facts: IngredientFacts, field: str) -> Any:
    """A value of facts by the name of its column."""
    return facts.per_100g.get(field) if field in NUTRIENTS else getattr(facts, field)


def seen_value(
    field: str,
    shared: IngredientFacts,
    source: str,
    shipped: LibraryIngredient | None,
    own: OwnValue | None,
) -> SeenValue:
    """One value of an ingredient with its source; `shipped` is the row of our table, if it is one.

    A shared value counts as shipped as long as it is the shipped one.
    """
    value = value_in(shared, field)
    if own is not None:
        return SeenValue(
            field=field, value=own.value, origin="own", source=own.source, shared=value
        )
    if value is None:
        return SeenValue(field=field, value=None, origin="none")
    if shipped is None or value_in(shipped.facts, field) != value:
        return SeenValue(field=field, value=value, origin="shared", source=source)
    table, _, match = shipped.source.partition(", ")
    seen = SeenValue(field=field, value=value, origin="table", source=table or SOURCE, match=match)
    if field == "price_fen_per_kg":
        return replace(seen, origin="example", source="", match="")
    if field in LISTS:
        return replace(seen, origin="typical", source="", match="")
    if field == "edible_percent":
        origin = "trade" if shipped.edible_from == "usda" else "clean"
        return replace(seen, origin=origin, match="")
    return replace(seen, doubt=doubt_of(shared.name, field))


def doubt_of(name: str, field: str) -> str:
    """The code of what is known against a shipped value, or ""."""
    return next(
        (code for names, fields, code in _DOUBTS if name in names.split() and field in fields), ""
    )


def problems_of_values(values: Mapping[str, Any]) -> list[Refusal]:
    """What cannot be true of an ingredient. None and missing values are unknown and in order.

    Codes: ingredient_name (a sign in it that parts the lines of a recipe in a sheet),
    ingredient_price, ingredient_value, ingredient_too_much (more than 100 g in 100 g),
    ingredient_kcal, ingredient_edible.
    """
    found = []
    name = values.get("name") or ""
    if any(sign in PARTING_SIGNS for sign in name):
        found.append(Refusal("ingredient_name", {"value": name[:40], "limit": 40}))
    price = values.get("price_fen_per_kg")
    if price is not None and not 0 <= price <= DEAREST_PER_KG:
        found.append(Refusal("ingredient_price", {"limit": DEAREST_PER_KG // 100}))
    for field in NUTRIENTS:
        value = values.get(field)
        if value is None:
            continue
        limit = 100 if field in MOST_GRAMS_OF_100 else HIGHEST_VALUE
        if not math.isfinite(value) or not 0 <= value <= HIGHEST_VALUE:
            facts = {"value": f"{value:g}", "limit": HIGHEST_VALUE}
            found.append(Refusal("ingredient_value", facts))
        elif field == "kcal" and value > HIGHEST_KCAL:
            facts = {"value": f"{value:g}", "limit": HIGHEST_KCAL}
            found.append(Refusal("ingredient_kcal", facts))
        elif value > limit:
            found.append(Refusal("ingredient_too_much", {"value": f"{value:g}"}))
    edible = values.get("edible_percent")
    if edible is not None and not 0 < edible <= 100:
        found.append(Refusal("ingredient_edible", {"value": f"{edible:g}"}))
    return found


def written(field: str, value: Any) -> str | None:
    """A value as the table of a site's own values keeps it; None stays None."""
    if value is None:
        return None
    if field in LISTS:
        return ";".join(sorted(value))
    return plain_number(value)


def plain_number(value: float) -> str:
    """A number with all its digits and no ``.0``."""
    return str(int(value)) if value == int(value) else repr(float(value))


def read_back(field: str, text: str | None) -> Any:
    """What `written` wrote."""
    if field in LISTS:
        return frozenset(word for word in (text or "").split(";") if word)
    if text is None:
        return None
    return int(text) if field == "price_fen_per_kg" else float(text)
