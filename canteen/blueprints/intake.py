"""A table on its way in: taken from a form, kept sealed until it is confirmed or forgotten.

A small one is read while the page waits. Of a large one the page asks no more than whether it
can be a table at all: reading and checking it is long work.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from flask import current_app, render_template, request

from canteen.blueprints.context import now, staff_id, today
from canteen.blueprints.filters import is_english
from canteen.foundation import uploads
from canteen.foundation.spreadsheets import check_file, read_table, unpacked_bytes
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal, say

FileT = TypeVar("FileT")
ShownT = TypeVar("ShownT")
Step = Callable[[str, int, int], None]
"""Called between rows with what is done ("reading", "checking") and how far it is."""

MOST_AT_ONCE = 500
"""Rows that are read, checked and written while the page waits; more are long work."""
MOST_BYTES_AT_ONCE = 1024 * 1024
"""What so many rows of a register take at most, unpacked: more is not even looked into."""


@dataclass(frozen=True)
class Taken:
    """A file that is kept now, and whether no page waits for it."""

    token: str
    is_large: bool


@dataclass(frozen=True)
class Kept(Generic[FileT]):
    """A kept file, read anew, and the name it came with."""

    read: FileT
    filename: str


@dataclass(frozen=True, kw_only=True)
class Intake(Generic[FileT]):
    """One kind of table: the page it is chosen on, how many rows it may have, who reads it."""

    kind: str
    page: str
    max_rows: int
    read: Callable[..., FileT | Refusal]
    """Called as ``read(table, today=…, step=…)``."""

    def take(self) -> Taken | Refusal:
        """Keep the file that was sent. Nothing is kept of a bad one.

        Codes: upload_missing, and what reading finds; of a large file what its first look finds.
        """
        file = request.files.get("file")
        if file is None or not file.filename:
            return Refusal("upload_missing")
        data = file.read()
        is_large = self._is_large(data, file.filename)
        if isinstance(is_large, Refusal):
            return is_large
        return Taken(self._keep(data, file.filename, is_large=is_large), is_large)

    def keep_large(self, data: bytes, filename: str) -> str | Refusal | None:
        """Keep a file that no page waits for, and only such a one; its token.

        Of another one, None or what is wrong with it.
        """
        is_large = self._is_large(data, filename)
        if isinstance(is_large, Refusal):
            return is_large
        return self._keep(data, filename, is_large=True) if is_large else None

    def _is_large(self, data: bytes, filename: str) -> bool | Refusal:
        """Whether it takes long to read; of a file that does not, what is wrong with it."""
        refusal = check_file(data, filename)
        if refusal is not None:
            return refusal
        if unpacked_bytes(data) > MOST_BYTES_AT_ONCE:
            return True
        table = read_table(data, filename, max_rows=MOST_AT_ONCE)
        if isinstance(table, Refusal):
            return True if table.code == "sheet_too_many_rows" else table
        read = self.read(table, today=today())
        return read if isinstance(read, Refusal) else False

    def kept(self, token: str) -> Kept[FileT] | Refusal:
        """The file behind a token of the reader's own. Codes: upload_gone, as above."""
        return self.kept_of(staff_id(), token, now=now(), today=today())

    def kept_of(
        self, staff_id: int, token: str, *, now: datetime, today: date, step: Step | None = None
    ) -> Kept[FileT] | Refusal:
        """The file that somebody sent, also where no request has a reader. Codes: as `kept`.

        `step` hears how far it is; what it raises ends the reading.
        """
        upload = self._opened_by(staff_id, token, now)
        if upload is None:
            return Refusal("upload_gone")
        reading, checking = _steps(step)
        table = read_table(upload.data, upload.filename, max_rows=self.max_rows, step=reading)
        if isinstance(table, Refusal):
            return table
        read = self.read(table, today=today, step=checking)
        return read if isinstance(read, Refusal) else Kept(read, upload.filename)

    def is_large(self, token: str) -> bool | Refusal:
        """Whether no page waits for the reader's own file. Code: upload_gone."""
        if not self._opened(token):
            return Refusal("upload_gone")
        return uploads.is_large(_folder(), token)

    def preview(self, token: str) -> Mapping[str, Any] | Refusal:
        """What was kept of the reader's own large file. Codes: upload_gone, upload_unread."""
        if not self._opened(token):
            return Refusal("upload_gone")
        found = uploads.preview_of(_folder(), token, staff_id=staff_id(), keys=keys(), now=now())
        return found if found is not None else Refusal("upload_unread")

    def shown(
        self,
        token: str,
        *,
        small: Callable[[Kept[FileT]], ShownT],
        large: Callable[[str], ShownT | Refusal],
    ) -> ShownT | Refusal:
        """What the file's page shows: of a small one made now, of a large one as it was when read.

        Codes: upload_gone, and those of `kept` or `large`.
        """
        is_large = self.is_large(token)
        if is_large:
            return is_large if isinstance(is_large, Refusal) else large(token)
        kept = self.kept(token)
        return kept if isinstance(kept, Refusal) else small(kept)

    def forget(self, token: str) -> None:
        """Drop the reader's own file; anybody else's stays."""
        if self._opened(token):
            drop(token)

    def not_taken(self, refusal: Refusal) -> Any:
        """The page a file is chosen on, with what was wrong with the last one."""
        return render_template(self.page, said=say(refusal)), 400

    def _keep(self, data: bytes, filename: str, *, is_large: bool) -> str:
        return uploads.keep(
            _folder(),
            data,
            filename,
            kind=self.kind,
            is_large=is_large,
            staff_id=staff_id(),
            keys=keys(),
            now=now(),
        )

    def _opened(self, token: str) -> uploads.Upload | None:
        return self._opened_by(staff_id(), token, now())

    def _opened_by(self, staff_id: int, token: str, now: datetime) -> uploads.Upload | None:
        return uploads.opened(
            _folder(), token, kind=self.kind, staff_id=staff_id, keys=keys(), now=now
        )


def keep_preview(token: str, preview: Mapping[str, Any], *, staff_id: int, now: datetime) -> bool:
    """Keep what a large file would change; False where the file has been forgotten meanwhile."""
    if not uploads.is_large(_folder(), token):
        return False
    uploads.keep_preview(_folder(), token, preview, staff_id=staff_id, keys=keys(), now=now)
    return True


def drop(token: str) -> None:
    """Drop a file that is done with, whoever sent it."""
    uploads.drop(_folder(), token)


def _steps(step: Step | None) -> tuple[Callable[[int, int], None], Callable[[int, int], None]]:
    """The two halves of taking a file in, each telling its rows."""

    def reading(done: int, total: int) -> None:
        if step:
            step("reading", done, total)

    def checking(done: int, total: int) -> None:
        if step:
            step("checking", done, total)

    return reading, checking


def headings(columns: Mapping[str, Collection[str]], fields: Iterable[str]) -> list[str]:
    """What a template's columns are called in the reader's language."""
    return [_heading(list(columns[field])) for field in fields]


def _heading(known: list[str]) -> str:
    english = next((one for one in known if one.isascii()), known[0])
    return english if is_english() else known[0]


def _folder() -> Path:
    return uploads.folder_in(current_app.config["DATA"])
