"""A policy document as a plain tree, so that it can be edited while it is still wrong.

A key's path is spelled as in the engine's problems: ``rule[2].effect.yuan``, list items
counted from 1. Reading and writing keep every key, also unknown ones; only comments go.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

Tree = dict[str, Any]

_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)((?:\[[1-9]\d{0,3}\])*)")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_MISSING: Any = object()


def read_tree(text: str) -> Tree | None:
    """The document as dicts and lists; None if it is no TOML."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def name_in(document: str, otherwise: str) -> tuple[str, str]:
    """What a document calls its policy, in Chinese and English, however unfinished it is;
    `otherwise` where it has no name yet."""
    name = (read_tree(document) or {}).get("name")
    said = name if isinstance(name, dict) else {}
    words = (said.get(language) for language in ("zh", "en"))
    zh, en = (word.strip() if isinstance(word, str) else "" for word in words)
    return zh or en or otherwise, en or zh or otherwise


def write_tree(tree: Mapping[str, Any]) -> str:
    """The tree as TOML: top keys, ``[terms]``, then lists of tables, each with its ``when``."""
    lists = {key: value for key, value in tree.items() if _is_tables(value)}
    terms = tree.get("terms")
    top = {
        key: value
        for key, value in tree.items()
        if key not in lists and not (key == "terms" and isinstance(terms, dict))
    }
    sections = [_lines(top)]
    if isinstance(terms, dict):
        sections.append(["[terms]", *_lines(terms)])
    for name, tables in lists.items():
        sections += [_section(name, table) for table in tables]
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def get(tree: Tree, path: str, default: Any = None) -> Any:
    """What stands at a path; `default` if nothing does."""
    found: Any = tree
    for step in _steps(path):
        found = _into(found, step)
        if found is _MISSING:
            return default
    return found


def put(tree: Tree, path: str, value: Any) -> None:
    """Write a value at a path; tables on the way are made, list items must be there."""
    *way, last = _steps(path)
    place: Any = tree
    for step in way:
        inner = _into(place, step)
        if inner is _MISSING and isinstance(step, str) and isinstance(place, dict):
            inner = place[step] = {}
        place = inner
    if isinstance(place, dict) and isinstance(last, str):
        place[last] = value


def drop(tree: Tree, path: str) -> None:
    """Take a key or list item away; a table that thereby says nothing goes too."""
    *way, last = _steps(path)
    places: list[Any] = [tree]
    for step in way:
        places.append(_into(places[-1], step))
    place = places[-1]
    if isinstance(place, dict) and isinstance(last, str):
        place.pop(last, None)
    elif isinstance(place, list) and isinstance(last, int) and 0 < last <= len(place):
        del place[last - 1]
    for outer, step in reversed(list(zip(places, way, strict=False))):
        if isinstance(outer, dict) and isinstance(step, str) and outer.get(step) in ({}, []):
            del outer[step]


def items(tree: Tree, path: str) -> Iterator[tuple[str, Tree]]:
    """The tables of a list, each with its own path."""
    found = get(tree, path)
    for index, table in enumerate(found if isinstance(found, list) else [], start=1):
        if isinstance(table, dict):
            yield f"{path}[{index}]", table


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    for piece in path.split("."):
        found = _STEP.fullmatch(piece)
        if found is None:
            raise ValueError(path)
        steps.append(found[1])
        steps += [int(index) for index in re.findall(r"\d+", found[2])]
    return steps


def _into(place: Any, step: str | int) -> Any:
    if isinstance(step, str):
        return place.get(step, _MISSING) if isinstance(place, dict) else _MISSING
    inside = isinstance(place, list) and 0 < step <= len(place)
    return place[step - 1] if inside else _MISSING


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _section(name: str, table: Mapping[str, Any]) -> list[str]:
    when = table.get("when")
    own = {key: value for key, value in table.items() if key != "when" or not _whole(when)}
    lines = [f"[[{_key(name)}]]", *_lines(own)]
    return [*lines, f"[{_key(name)}.when]", *_lines(when)] if _whole(when) else lines


def _whole(when: Any) -> bool:
    return isinstance(when, dict) and bool(when)


def _lines(table: Any) -> list[str]:
    return [f"{_key(key)} = {_value(value, 0)}" for key, value in table.items()]


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any, depth: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else str(value).lower()[:4].rstrip("i")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date | time):  # a date with its time is a date too
        return value.isoformat()
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_value(each, depth + 1)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        if _is_tables(value) and depth == 0:
            return "[\n" + "".join(f"  {_value(each, 1)},\n" for each in value) + "]"
        return "[" + ", ".join(_value(each, depth + 1) for each in value) + "]"
    return _text(str(value))
