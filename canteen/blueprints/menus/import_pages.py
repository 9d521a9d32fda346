"""Sheets of the library come in by two pages, whatever they hold: seen first, then all or none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for

from canteen.blueprints.menus import larder_words
from canteen.blueprints.menus.parcels import Parcel, sent_file
from canteen.foundation.wording import Refusal, say
from canteen.menus.library_sheets import SheetPreview

SHOWN_ROWS = 200
"""Of each table of a preview; ten thousand rows are counted and not drawn."""


@dataclass(frozen=True, kw_only=True)
class ImportPage:
    """What a sheet holds, how it is read and taken, and the list it leads back to.

    `done` says how many rows were new and how many changed; `changes` says of a changed row which
    heading had what before and has what after.
    """

    template: str
    back: str
    read: Callable[[Parcel], SheetPreview[Any] | Refusal]
    take: Callable[[Parcel], tuple[int, int] | Refusal]
    done: Callable[[int, int], str]
    changes: Callable[[Any], list[tuple[str, str, str]]] | None = None

    def choose(self) -> Any:
        """Choose a file."""
        return render_template(self.template, said=None, preview=None)

    def preview(self) -> Any:
        """What the file would change, row by row."""
        parcel = sent_file()
        preview = parcel if isinstance(parcel, Refusal) else self.read(parcel)
        if isinstance(preview, Refusal):
            return self._refused(preview)
        problems = preview.problem_rows[:SHOWN_ROWS]
        return render_template(
            self.template,
            said=None,
            preview=preview,
            parcel=parcel,
            lw=larder_words,
            shown=SHOWN_ROWS,
            changes_of=self.changes,
            mistakes=[(row, [say(problem) for problem in row.problems]) for row in problems],
        )

    def taken(self) -> Any:
        """Take the previewed file, all of it or nothing."""
        parcel = sent_file()
        counts = parcel if isinstance(parcel, Refusal) else self.take(parcel)
        if isinstance(counts, Refusal):
            return self._refused(counts)
        flash(self.done(*counts), "good")
        return redirect(url_for(self.back))

    def _refused(self, refusal: Refusal) -> Any:
        return render_template(self.template, said=say(refusal), preview=None), 422
