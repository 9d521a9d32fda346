"""A table on its way in: taken from a form, kept sealed until it is confirmed or forgotten."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from flask import current_app, render_template, request

from canteen.blueprints.context import now, staff_id, today
from canteen.blueprints.filters import is_english
from canteen.foundation.spreadsheets import read_table
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal, say
from canteen.residents import uploads

FileT = TypeVar("FileT")


@dataclass(frozen=True)
class Kept(Generic[FileT]):
    """A kept file, read anew, and the name it came with."""

    read: FileT
    filename: str


@dataclass(frozen=True, kw_only=True)
class Intake(Generic[FileT]):
    """One kind of table: the page it is chosen on, how many rows it may have, who reads it."""

    page: str
    max_rows: int
    read: Callable[..., FileT | Refusal]
    """Called as ``read(table, today=…)``."""

    def take(self) -> str | Refusal:
        """Keep the file that was sent and return its token. Nothing is kept of a bad one.

        Codes: upload_missing, and what reading finds.
        """
        file = request.files.get("file")
        if file is None or not file.filename:
            return Refusal("upload_missing")
        data = file.read()
        table = read_table(data, file.filename, max_rows=self.max_rows)
        if isinstance(table, Refusal):
            return table
        read = self.read(table, today=today())
        if isinstance(read, Refusal):
            return read
        return uploads.keep(
            _folder(),
            data,
            file.filename,
            rows=len(table.rows),
            staff_id=staff_id(),
            keys=keys(),
            now=now(),
        )

    def kept(self, token: str) -> Kept[FileT] | Refusal:
        """The file behind a token of the reader's own. Codes: upload_gone, as above."""
        return self.kept_of(staff_id(), token, now=now(), today=today())

    def kept_of(
        self, staff_id: int, token: str, *, now: datetime, today: date
    ) -> Kept[FileT] | Refusal:
        """The file that somebody sent, also where no request has a reader. Codes: as `kept`."""
        upload = uploads.opened(_folder(), token, staff_id=staff_id, keys=keys(), now=now)
        if upload is None:
            return Refusal("upload_gone")
        table = read_table(upload.data, upload.filename, max_rows=self.max_rows)
        read = table if isinstance(table, Refusal) else self.read(table, today=today)
        return read if isinstance(read, Refusal) else Kept(read, upload.filename)

    def rows(self, token: str) -> int | Refusal:
        """How many rows the reader's own file has, without reading them. Code: upload_gone."""
        upload = _opened(token)
        return upload.rows if upload else Refusal("upload_gone")

    def forget(self, token: str) -> None:
        """Drop the reader's own file; anybody else's stays."""
        if _opened(token):
            drop(token)

    def not_taken(self, refusal: Refusal) -> Any:
        """The page a file is chosen on, with what was wrong with the last one."""
        return render_template(self.page, said=say(refusal)), 400


def drop(token: str) -> None:
    """Drop a file that is done with, whoever sent it."""
    uploads.drop(_folder(), token)


def headings(columns: Mapping[str, Collection[str]], fields: Iterable[str]) -> list[str]:
    """What a template's columns are called in the reader's language."""
    return [_heading(list(columns[field])) for field in fields]


def _heading(known: list[str]) -> str:
    english = next((one for one in known if one.isascii()), known[0])
    return english if is_english() else known[0]


def _opened(token: str) -> uploads.Upload | None:
    return uploads.opened(_folder(), token, staff_id=staff_id(), keys=keys(), now=now())


def _folder() -> Path:
    return Path(current_app.config["DATA"]) / "uploads"
