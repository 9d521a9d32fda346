"""What is shown of a list of the dead and the moved: figures, and the first people of each kind.

Of a large list it is made once, where its progress is shown, and kept as plain JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from canteen.residents.import_preview import wrong_row
from canteen.residents.imports import WrongRow
from canteen.residents.recheck_plan import Ending, RecheckPlan

MOST_SHOWN = 200
"""People and wrong rows of which a page tells everything; the figures count all."""


@dataclass(frozen=True, kw_only=True)
class ShownEnding:
    """One person of the list, and what was known before (`was`, `was_on`)."""

    number: int
    resident_id: int
    name: str
    status: str
    ended_on: date
    was: str
    was_on: date | None


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """A row about nobody of the reader's canteens."""

    number: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`ending`, `keeping`, `strange` and `wrong` count all; the lists are the first."""

    filename: str
    ending: int
    keeping: int
    strange: int
    wrong: int
    endings: Sequence[ShownEnding]
    kept: Sequence[ShownEnding]
    unknown: Sequence[Stranger]
    wrong_rows: Sequence[WrongRow]
    unknown_headings: Sequence[str]


def preview_of(plan: RecheckPlan, *, filename: str) -> Preview:
    """What is shown of a plan."""
    return Preview(
        filename=filename,
        ending=len(plan.endings),
        keeping=len(plan.kept),
        strange=len(plan.unknown),
        wrong=len(plan.wrong),
        endings=[_shown(one) for one in plan.endings[:MOST_SHOWN]],
        kept=[_shown(one) for one in plan.kept[:MOST_SHOWN]],
        unknown=[Stranger(number=o.number, name=o.name) for o in plan.unknown[:MOST_SHOWN]],
        wrong_rows=plan.wrong[:MOST_SHOWN],
        unknown_headings=list(plan.unknown_headings),
    )


def written(preview: Preview) -> dict[str, Any]:
    """A preview as JSON."""
    plain = asdict(preview)
    for one in (*plain["endings"], *plain["kept"]):
        one["ended_on"] = one["ended_on"].isoformat()
        one["was_on"] = one["was_on"].isoformat() if one["was_on"] else None
    return plain


def read(stored: Mapping[str, Any]) -> Preview:
    """The preview of `written`."""
    lists = {
        "endings": [_ending(one) for one in stored["endings"]],
        "kept": [_ending(one) for one in stored["kept"]],
        "unknown": [Stranger(**one) for one in stored["unknown"]],
        "wrong_rows": [wrong_row(one) for one in stored["wrong_rows"]],
    }
    return Preview(**{**stored, **lists})


def _shown(one: Ending) -> ShownEnding:
    return ShownEnding(
        number=one.report.number,
        resident_id=one.resident.id,
        name=one.resident.name,
        status=one.report.status.value,
        ended_on=one.report.ended_on,
        was=one.was.value,
        was_on=one.was_on,
    )


def _ending(stored: Mapping[str, Any]) -> ShownEnding:
    was_on = stored["was_on"]
    days = {
        "ended_on": date.fromisoformat(stored["ended_on"]),
        "was_on": date.fromisoformat(was_on) if was_on else None,
    }
    return ShownEnding(**{**stored, **days})
