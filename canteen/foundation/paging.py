"""Long lists, one page at a time, at the same cost whatever their length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list. `has_next` comes from asking for one row more, never a count."""

    rows: Sequence[T]
    number: int
    has_next: bool


def cut(rows: Sequence[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """A page from up to ``size + 1`` fetched rows."""
    return Page(rows=rows[:size], number=number, has_next=len(rows) > size)


def page_number(text: str | None) -> int:
    """A page number from a query string; whatever is not one is page 1."""
    return (
        int(text)
        if text and text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text)
        else 1
    )
