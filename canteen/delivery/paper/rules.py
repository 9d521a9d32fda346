"""How a round fits on pages, and which labels still hold. Pure: facts in, decisions out."""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

T = TypeVar("T")
_MARGIN = 0.5
"""Of a line: a row is never exactly as high as its words."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a sheet: its texts, a paragraph each, and how many full-width signs fit."""

    texts: Sequence[str]
    width: float


def lines_of(columns: Sequence[Column]) -> int:
    """How many lines the highest column of a row takes, rounded up generously.

    A word of a language with spaces moves to the next line whole: one more line for each
    three a Latin text fills.
    """
    return max((sum(_wrapped(text, one.width) for text in one.texts) for one in columns), default=1)


def on_pages(rows: Sequence[T], heights: Sequence[float], *, first: float, rest: float) -> list[
    list[T]
]:  # fmt: skip
    """Rows in their order on as few pages as they need; no row is torn.

    `first` and `rest` are the heights there are on the first page and on each later one, in
    the unit of `heights`. A row higher than a page has one of its own.
    """
    pages: list[list[T]] = []
    left = 0.0
    for row, height in zip(rows, heights, strict=True):
        if not pages or height > left:
            left = rest if pages else first
            pages.append([])
        pages[-1].append(row)
        left -= height
    return pages


def sign_width(text: str) -> float:
    """How wide a text is in full-width signs: Latin letters and digits take half of one."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.56 for sign in text)


def _wrapped(text: str, width: float) -> int:
    if not text:
        return 0
    lines = ceil((sign_width(text) + _MARGIN) / width)
    return lines + lines // 3 if text.isascii() else lines


@dataclass(frozen=True, kw_only=True)
class Face:
    """What is printed on one label: a box of a household on somebody's round.

    `diet` is a frozen line of codes, so that the same label in either language is one.
    """

    resident_id: int
    box: int
    boxes: int
    carrier: str
    position: int
    address: str
    name: str
    diet: str

    @property
    def text(self) -> str:
        """As it is kept: equal exactly for equal labels."""
        return json.dumps(
            [self.boxes, self.carrier, self.position, self.address, self.name, self.diet],
            ensure_ascii=False,
        )


Key = tuple[int, int]
"""Whose box: resident and number of the box."""


def face_of(key: Key, text: str) -> Face:
    """A label read back from what was kept of it."""
    boxes, carrier, position, address, name, diet = json.loads(text)
    return Face(
        resident_id=key[0], box=key[1], boxes=boxes, carrier=carrier, position=position,
        address=address, name=name, diet=diet,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reprint:
    """What became of the labels that hang already: `fresh` to print, `torn` to tear up."""

    fresh: tuple[Face, ...]
    torn: tuple[Face, ...]
    kept: int

    @property
    def changed(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.fresh or self.torn)


def reprint(*, wanted: Sequence[Face], printed: Mapping[Key, str]) -> Reprint:
    """Compare what is wanted now with what was printed.

    Always `kept` + `fresh` are exactly the labels wanted, and `kept` + `torn` exactly those
    printed: tearing up and printing leaves one label on each box.
    """
    now = {(one.resident_id, one.box): one for one in wanted}
    assert len(now) == len(wanted), "one label for each box"
    held = {key for key, one in now.items() if printed.get(key) == one.text}
    torn = tuple(face_of(key, text) for key, text in printed.items() if key not in held)
    return Reprint(
        fresh=tuple(one for key, one in now.items() if key not in held),
        torn=tuple(sorted(torn, key=lambda one: (one.carrier, one.position, one.box))),
        kept=len(held),
    )


def digest(faces: Sequence[Face]) -> str:
    """A short mark of a set of labels: whether what was printed is still what is wanted."""
    texts = sorted(f"{one.resident_id} {one.box} {one.text}" for one in faces)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def by_diet(faces: Sequence[Face]) -> list[tuple[str, int]]:
    """Labels by diet: without a diet first, then the most frequent."""
    found = Counter(one.diet for one in faces)
    return sorted(found.items(), key=lambda one: (one[0] != "", -one[1], one[0]))
