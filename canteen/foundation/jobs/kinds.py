"""Which kinds of long work there are, and the function of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Work = TypeVar("Work", bound=Callable[..., Any])


@dataclass(frozen=True)
class Kind:
    """One kind of long work."""

    name: str
    work: Callable[..., Any]
    title: Any
    """A lazy string for the head of its page, or None."""
    words: Callable[[Mapping[str, Any]], str] | None = None
    """What its page says of the note that the job left last, or None for its steps."""
    put_away: Callable[..., None] | None = None
    """Called with the job's arguments once a person has stopped it, or None."""
    anew: str = ""
    """The endpoint where one begins who stopped it; empty where the job itself may begin again."""


_kinds: dict[str, Kind] = {}


def job(
    name: str,
    *,
    title: Any = None,
    words: Callable[[Mapping[str, Any]], str] | None = None,
    put_away: Callable[..., None] | None = None,
    anew: str = "",
) -> Callable[[Work], Work]:
    """Make a function a kind of long work.

    It is called as ``work(progress, **arguments)`` in an application context of its own,
    outside any transaction and any request; sentences come out in Chinese unless it forces
    another locale. What it takes and answers is JSON: ids and
    dates as text, never names or numbers of people. Its answer may be

    - ``{"endpoint": …, "values": {…}}``: where its page leads to when it is done;
    - a `Refusal`, or ``{"refusal": {"code": …, "facts": {…}}}``: said on its page;
    - any other dict, or None.

    The module must be named in ``blueprints/rooms.py: JOBS``, so that server and worker
    know it. `title` is a lazy string: what is being done, in a few words. `words` says the
    note of `Progress.say` in the reader's language, for work whose steps are no rows.

    Work on something that nobody wants any more once it is stopped (a file with people's data)
    puts it away with ``put_away(**arguments)``, harmless twice, in an application context; its
    page then leads to the endpoint `anew` instead of beginning the same again.

    Because its worker may be killed at any moment, a person may begin it again: work in
    steps that can be repeated, or in one transaction.
    """

    def register(work: Work) -> Work:
        known = _kinds.get(name)
        if known is not None and _place(known.work) != _place(work):
            raise ValueError(f"two functions for the job {name!r}")
        _kinds[name] = Kind(name, work, title, words, put_away, anew)
        return work

    return register


def put_away(kind: str, arguments: Mapping[str, Any]) -> None:
    """What is left of a job that a person has stopped goes, where its kind says so."""
    known = _kinds.get(kind)
    if known is not None and known.put_away is not None:
        known.put_away(**arguments)


def kinds() -> Mapping[str, Kind]:
    """Every kind this process knows."""
    return _kinds


def _place(work: Callable[..., Any]) -> str:
    return f"{work.__module__}.{work.__qualname__}"
