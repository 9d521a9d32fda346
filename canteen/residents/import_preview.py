"""What is shown of a plan before it is carried out: figures, and the first of each kind.

A page of thousands of rows is read by nobody. What is shown of a large file is made once,
where its progress is shown, and kept as plain JSON until it is carried out or forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from canteen.foundation.wording import Refusal
from canteen.residents.import_plan import Change, Plan
from canteen.residents.imports import WrongRow
from canteen.residents.rules import Problem

MOST_WRONG = 200
MOST_PLACES = 40


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """One row about somebody who is known: which columns it sets otherwise."""

    number: int
    name: str
    columns: Sequence[str]
    moves: bool
    tags: bool


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The figures count all; `wrong_rows`, `changes` and `places` are the first."""

    filename: str
    new: int
    changed: int
    unchanged: int
    wrong: int
    new_places: int
    wrong_rows: Sequence[WrongRow]
    changes: Sequence[ShownChange]
    places: Sequence[str]
    unknown_headings: Sequence[str]

    @property
    def may_be_imported(self) -> bool:
        """Whether there is something to write, and nothing wrong."""
        return not self.wrong and bool(self.new or self.changed)


def preview_of(plan: Plan, *, filename: str) -> Preview:
    """What is shown of a plan."""
    return Preview(
        filename=filename,
        new=len(plan.new),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        wrong=len(plan.wrong),
        new_places=len(plan.new_places),
        wrong_rows=plan.wrong[:MOST_WRONG],
        changes=[_shown(change) for change in plan.changed[:MOST_PLACES]],
        places=[place.label for place in plan.new_places[:MOST_PLACES]],
        unknown_headings=list(plan.unknown_headings),
    )


def _shown(change: Change) -> ShownChange:
    return ShownChange(
        number=change.row.number,
        name=change.resident.name,
        columns=list(change.values),
        moves=change.moves,
        tags=bool(change.tags),
    )


def written(preview: Preview) -> dict[str, Any]:
    """A preview as JSON."""
    return asdict(preview)


def read(stored: Mapping[str, Any]) -> Preview:
    """The preview of `written`."""
    wrong = [wrong_row(one) for one in stored["wrong_rows"]]
    changes = [ShownChange(**one) for one in stored["changes"]]
    return Preview(**{**stored, "wrong_rows": wrong, "changes": changes})


def wrong_row(stored: Mapping[str, Any]) -> WrongRow:
    """A wrong row from its JSON."""
    problems = [
        Problem(one["field"], one["value"], Refusal(**one["refusal"])) for one in stored["problems"]
    ]
    return WrongRow(stored["number"], stored["name"], problems)
