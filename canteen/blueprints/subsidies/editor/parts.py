"""Fields and groups: what the editing page draws and what it reads back."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from canteen.blueprints.subsidies.editor import kinds
from canteen.subsidies.reading import Problem
from canteen.subsidies.tree import Tree, get
from canteen.subsidies.wording import Both

Options = list[tuple[str, Both]]


@dataclass
class Field:
    """One value of the document. `path` is its key and its name in the form."""

    path: str
    kind: str
    label: Both
    shown: list[str]
    options: Options = field(default_factory=list)
    hint: Both = ("", "")
    optional: bool = True
    mistakes: list[Both] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its id on the page."""
        return anchor(self.path)

    @property
    def text(self) -> str:
        """What a field of one text shows."""
        return self.shown[0] if self.shown else ""


@dataclass(frozen=True)
class Button:
    """A change of structure: see `restructure`."""

    change: str
    label: Both
    quiet: bool = True


@dataclass
class Group:
    """Fields that belong together, with groups inside; `folded` ones open on demand."""

    path: str
    title: Both = ("", "")
    sentences: list[Both] = field(default_factory=list)
    rows: list[list[Field]] = field(default_factory=list)
    groups: list["Group"] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    folded: bool = False
    look: str = "part"
    note: Both = ("", "")
    mistakes: list[Both] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its id on the page."""
        return f"g-{anchor(self.path)}"

    def fields(self) -> Iterator[Field]:
        """Every field in it, also in the groups inside."""
        for row in self.rows:
            yield from row
        for group in self.groups:
            yield from group.fields()

    def every(self) -> Iterator["Group"]:
        """The group and every group inside."""
        yield self
        for group in self.groups:
            yield from group.every()

    @property
    def is_wrong(self) -> bool:
        """Whether something in it is to be mended: a folded group then stands open."""
        return any(each.mistakes for each in self.fields()) or any(
            group.mistakes for group in self.every()
        )


@dataclass(frozen=True)
class Mistake:
    """One mistake as the top of the page lists it: where to jump, what that is called, and
    what is wrong. `id` is empty if the page has no place for the key."""

    id: str
    place: Both
    said: Both
    key: str


def anchor(path: str) -> str:
    """A path as an id: letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", path).strip("-")


def make_field(tree: Tree, path: str, kind: str, label: Both, **more: Any) -> Field:
    """A field with what stands at its path."""
    shown = kinds.show(kind, get(tree, path, kinds.MISSING))
    return Field(path, kind, label, shown, **more)


def choices(names: Mapping[str, Both]) -> Options:
    """Options of a table of names."""
    return list(names.items())


def mark_problems(groups: Iterable[Group], problems: Iterable[Problem]) -> list[Mistake]:
    """Put every problem beside its field, or at the head of the nearest group.

    Returns all of them for the top of the page.
    """
    places = list(groups)
    fields = {each.path: each for group in places for each in group.fields()}
    holders = {group.path: group for top in places for group in top.every() if group.path}
    listed = []
    for problem in problems:
        said = problem.zh, problem.en
        target = _nearest(problem.key, fields, holders)
        if target is not None:
            target.mistakes.append(said)
        place = target.label if isinstance(target, Field) else target.title if target else ("", "")
        listed.append(Mistake(target.id if target else "", place, said, problem.key))
    return listed


def _nearest(key: str, fields: dict[str, Field], holders: dict[str, Group]) -> Field | Group | None:
    """The field of a key, of its first part (a name has two), or the group around it."""
    steps = key
    while steps:
        if steps in fields:
            return fields[steps]
        inner = next((f for path, f in fields.items() if path.startswith(f"{steps}.")), None)
        if steps in holders:
            return holders[steps]
        if inner is not None and steps == key:
            return inner
        steps = re.sub(r"(\.[^.\[\]]+|\[\d+\])$", "", steps) if re.search(r"[.\[]", steps) else ""
    return None
