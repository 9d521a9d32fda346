"""Where a key stands in the text of a document, so that an author finds the line."""

import re

_HEADER = re.compile(r"\s*(\[{1,2})\s*([A-Za-z0-9_.\"'-]+)\s*\]{1,2}")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_STEP = re.compile(r"([A-Za-z0-9_-]+)(?:\[(\d+)\])?")


def line_of(key: str, text: str) -> int | None:
    """The line, counted from 1, on which a key such as ``rule[2].effect.yuan`` is written.

    Of a key inside an inline table: the line the outer key begins on, or, in a list of
    tables written one a line, the line of its item. None if it is nowhere.
    """
    steps = [(name, int(number or 1)) for name, number in _STEP.findall(key)]
    if not steps:
        return None
    table, first, below = _table(steps, text.splitlines())
    if first is None:
        return None
    rest = steps[table:]
    if not rest:
        return first
    for number, line in below:
        found = _KEY.match(line)
        if found and found[1] == rest[0][0]:
            return _item(rest[0][1], number, below)
    return first if table else None


def _table(
    steps: list[tuple[str, int]], lines: list[str]
) -> tuple[int, int | None, list[tuple[int, str]]]:
    """How many steps name a table with a header, its header's line, and what is below it."""
    counts: dict[str, int] = {}
    sections: dict[tuple[str, int], tuple[int, list[tuple[int, str]]]] = {("", 1): (1, [])}
    current = sections["", 1]
    for number, line in enumerate(lines, start=1):
        header = _HEADER.fullmatch(line.split("#")[0].rstrip())
        if header is None:
            current[1].append((number, line))
            continue
        name = header[2]
        if header[1] == "[[":
            counts[name] = counts.get(name, 0) + 1
        nth = counts.get(name.split(".")[0], 1)
        current = sections.setdefault((name, nth), (number, []))
    (name, nth), *rest = steps
    if rest and (f"{name}.{rest[0][0]}", nth) in sections:
        return 2, *sections[f"{name}.{rest[0][0]}", nth]
    if (name, nth) in sections:
        return 1, *sections[name, nth]
    return 0, *sections["", 1]


def _item(nth: int, start: int, below: list[tuple[int, str]]) -> int:
    """The line of the nth item of a list that begins on `start`, if items stand on own lines."""
    items = [number for number, line in below if number > start and line.lstrip().startswith("{")]
    opened = next((line for number, line in below if number == start), "")
    if opened.rstrip().endswith("[") and len(items) >= nth:
        return items[nth - 1]
    return start
