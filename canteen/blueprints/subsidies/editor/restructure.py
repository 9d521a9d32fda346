"""Adds, copies and removes parts of a document: rules, age bands, caps, ways to qualify."""

from collections.abc import Callable
from copy import deepcopy
from datetime import time
from typing import Any

from canteen.subsidies.tree import Tree, drop, get, put

MOST_PARTS = 60
"""More than any policy has; a form of thousands of fields helps nobody."""

_NAMES = {"zh": "", "en": ""}
_FIRST: dict[str, dict[str, Any]] = {
    "rule": {
        "code": "rule",
        "name": _NAMES,
        "stage": 2,
        "funder": "",
        "effect": {"kind": "off", "yuan": ""},
    },
    "cap": {"code": "cap", "per": "day", "meals": ""},
    "quota": {"code": "quota", "name": _NAMES, "per": "month", "yuan": ""},
    "pass": {"code": "pass", "name": _NAMES, "price_yuan": "", "days": 30},
    "grant": {"code": "grant", "name": _NAMES, "funder": "", "per": "delivery", "yuan": ""},
    "top_up": {
        "code": "bonus",
        "name": _NAMES,
        "funder": "",
        "at_least_yuan": "",
        "yuan": "",
        "each": False,
        "month_yuan": "none",
    },
    "silence": {"key": "", "zh": "", "en": ""},
    "who": {"age_from": 60},
    "windows": {"from": time(11), "until": time(13), "until_counts": True},
    "split": {"funder": "", "percent": ""},
}
"""What a new part begins with; empty texts are for the manager to fill, and named until then."""


def restructure(tree: Tree, change: str) -> str | None:
    """Carry out one change, ``add:rule[1].who``; the path to look at next, or None if unknown.

    Changes: ``add`` and ``copy`` (a list item), ``remove``, ``bands`` and ``split`` (one
    effect into age bands, one funder into several), ``kind`` (another effect; its path).
    """
    verb, _, path = change.partition(":")
    try:
        return _VERBS[verb](tree, path) if verb in _VERBS else None
    except ValueError:
        return None


def _add(tree: Tree, path: str) -> str | None:
    name = path.rpartition(".")[2]
    if name == "bands":
        return _add_band(tree, path)
    if name not in _FIRST:
        return None
    found = get(tree, path)
    parts = found if isinstance(found, list) else []
    if len(parts) >= MOST_PARTS:
        return None
    new = deepcopy(_FIRST[name])
    if "code" in new:
        new["code"] = _free_code(parts, new["code"])
    put(tree, path, [*parts, new])
    return f"{path}[{len(parts) + 1}]"


def _add_band(tree: Tree, path: str) -> str | None:
    """A new last band: where the last one was open above, it is cut ten years later."""
    parts = get(tree, path)
    if not isinstance(parts, list) or not parts or len(parts) >= MOST_PARTS:
        return None
    last = parts[-1]
    if not isinstance(last, dict):
        return None
    if last.get("age_below") is None and isinstance(last.get("age_from"), int):
        last["age_below"] = last["age_from"] + 10
    new = deepcopy(last)
    new.pop("age_from", None)
    new.pop("age_below", None)
    if "age_below" in last:
        new = {"age_from": last["age_below"]} | new
    parts.append(new)
    return f"{path}[{len(parts)}]"


def _copy(tree: Tree, path: str) -> str | None:
    outer, _, index = path.rstrip("]").rpartition("[")
    parts, source = get(tree, outer), get(tree, path)
    if not isinstance(parts, list) or not isinstance(source, dict) or len(parts) >= MOST_PARTS:
        return None
    new = deepcopy(source)
    if "code" in new:
        new["code"] = _free_code(parts, str(new["code"]))
    name = new.get("name")
    if isinstance(name, dict) and {"zh", "en"} <= name.keys():
        new["name"] = {"zh": f"{name['zh']}（二）", "en": f"{name['en']} (2)"}
    parts.insert(int(index), new)
    return f"{outer}[{int(index) + 1}]"


def _free_code(parts: list[Any], wanted: str) -> str:
    taken = {str(part.get("code")) for part in parts if isinstance(part, dict)}
    if wanted not in taken:
        return wanted
    numbers = range(2, len(taken) + 3)
    return next(code for n in numbers if (code := f"{wanted[:36]}-{n}") not in taken)


def _remove(tree: Tree, path: str) -> str | None:
    if not path.endswith("]"):
        return None
    drop(tree, path)
    return path.rpartition("[")[0]


def _into_bands(tree: Tree, path: str) -> str | None:
    """One effect for everybody becomes two bands with the same effect."""
    rule = get(tree, path)
    if not isinstance(rule, dict) or not isinstance(rule.get("effect"), dict):
        return None
    effect = rule.pop("effect")
    rule["bands"] = [
        {"age_from": 60, "age_below": 80, "effect": effect},
        {"age_from": 80, "effect": deepcopy(effect)},
    ]
    return f"{path}.bands"


def _into_one(tree: Tree, path: str) -> str | None:
    """Age bands become the effect of the first, for everybody."""
    rule = get(tree, path)
    first = _first_of(rule, "bands")
    if first is None:
        return None
    del rule["bands"]
    rule["effect"] = first.get("effect", {"kind": "nothing"})
    return f"{path}.effect"


def _into_split(tree: Tree, path: str) -> str | None:
    rule = get(tree, path)
    if not isinstance(rule, dict) or "split" in rule:
        return None
    funder = rule.pop("funder", "")
    rule["split"] = [{"funder": funder, "percent": 50}, {"funder": "", "percent": 50}]
    rule["remainder_to"] = funder
    return f"{path}.split"


def _into_funder(tree: Tree, path: str) -> str | None:
    rule = get(tree, path)
    first = _first_of(rule, "split")
    if first is None:
        return None
    del rule["split"]
    rule["funder"] = first.get("funder", "")
    rule.pop("remainder_to", None)
    return f"{path}.funder"


def _first_of(rule: Any, name: str) -> dict[str, Any] | None:
    """The first table of a rule's list, if there is one."""
    parts = rule.get(name) if isinstance(rule, dict) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    return first if isinstance(first, dict) else None


EFFECT_KEYS: dict[str, tuple[str, ...]] = {
    "off": ("yuan",),
    "percent_off": ("percent", "of", "ceiling_yuan"),
    "pay": ("yuan", "set_price_yuan"),
    "pay_at_most": ("yuan", "ceiling_yuan"),
    "free": (),
    "nth_meal": ("pay_yuan", "after"),
    "quota": ("quota", "percent"),
    "nothing": (),
}
"""Which keys each kind of effect has."""


def fit_effects(tree: Tree) -> None:
    """Let every effect keep only the keys its kind has: the others belong to the old kind."""
    rules = tree.get("rule")
    for rule in rules if isinstance(rules, list) else []:
        bands = rule.get("bands") if isinstance(rule, dict) else None
        holders = [rule, *(bands if isinstance(bands, list) else [])]
        for holder in holders:
            effect = holder.get("effect") if isinstance(holder, dict) else None
            kind = effect.get("kind") if isinstance(effect, dict) else None
            if effect is not None and isinstance(kind, str) and kind in EFFECT_KEYS:
                gone = {key for keys in EFFECT_KEYS.values() for key in keys}
                for key in gone - {*EFFECT_KEYS[kind]}:
                    effect.pop(key, None)


_VERBS: dict[str, Callable[[Tree, str], str | None]] = {
    "add": _add,
    "copy": _copy,
    "remove": _remove,
    "bands": _into_bands,
    "one": _into_one,
    "split": _into_split,
    "funder": _into_funder,
    "kind": lambda tree, path: path,
}
