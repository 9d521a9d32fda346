"""Sheets of the library come in by two pages, whatever they hold: seen first, then all or none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for

from canteen.blueprints.menus import larder_words
from canteen.blueprints.menus.parcels import Parcel, fit_for_a_page, sent
from canteen.foundation.wording import Refusal, say
from canteen.menus.library_sheets import SheetPreview, Shown, shown


@dataclass(frozen=True, kw_only=True)
class ImportPage:
    """What a sheet holds, how it is read and taken, and the list it leads back to.

    `done` says how many rows were new and how many changed; `changes` says of a changed row which
    heading had what before and has what after. `later` answers for a file that no page waits for,
    and with None for any other.
    """

    template: str
    back: str
    read: Callable[[Parcel], SheetPreview[Any] | Refusal]
    take: Callable[[Parcel], tuple[int, int] | Refusal]
    done: Callable[[int, int], str]
    changes: Callable[[Any], list[tuple[str, str, str]]] | None = None
    later: Callable[[Parcel], Any] | None = None

    def choose(self) -> Any:
        """Choose a file."""
        return render_template(self.template, said=None, preview=None)

    def preview(self) -> Any:
        """What the file would change, row by row."""
        return self._with_file(self._preview)

    def taken(self) -> Any:
        """Take the previewed file, all of it or nothing."""
        return self._with_file(self._taken)

    def page(self, found: Shown[Any], **carried: Any) -> Any:
        """What a file would change; `carried` is the parcel, or the token of a kept file."""
        return render_template(
            self.template,
            said=None,
            preview=found,
            lw=larder_words,
            changes_of=self.changes,
            mistakes=[(row, [say(one) for one in row.problems]) for row in found.wrong_rows],
            **carried,
        )

    def refused(self, refusal: Refusal) -> Any:
        """Choose a file again, told what was wrong with the last one."""
        return render_template(self.template, said=say(refusal), preview=None), 422

    def _with_file(self, work: Callable[[Parcel], Any]) -> Any:
        """Work with the file that was sent, or the answer about one that is none or large."""
        found: Any = sent()
        if isinstance(found, Parcel):
            found = (self.later and self.later(found)) or fit_for_a_page(found)
        if isinstance(found, Refusal):
            return self.refused(found)
        return work(found) if isinstance(found, Parcel) else found

    def _preview(self, parcel: Parcel) -> Any:
        preview = self.read(parcel)
        if isinstance(preview, Refusal):
            return self.refused(preview)
        return self.page(shown(preview), parcel=parcel)

    def _taken(self, parcel: Parcel) -> Any:
        counts = self.take(parcel)
        if isinstance(counts, Refusal):
            return self.refused(counts)
        flash(self.done(*counts), "good")
        return redirect(url_for(self.back))
