"""A file between its preview and its import: kept in the data folder, sealed, for a day.

It may hold ID numbers, so it is encrypted; its name is random, and only who sent it may open it.
What a large one would change is kept beside it, sealed as well, and goes with it.
"""

import base64
import contextlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from canteen.foundation.crypto import Keys, WrongKeys

KEPT = timedelta(days=1)
_TOKEN = re.compile(r"[0-9a-f]{32}")
_OURS = re.compile(r"[0-9a-f]{32}(\.preview)?(\.part)?")
"""Photos of dishes lie in the same folder, and are nothing of ours."""


def folder_in(data: Path | str) -> Path:
    """Where kept files lie in a data folder."""
    return Path(data) / "uploads"


def is_kept_file(name: str) -> bool:
    """Whether a name in that folder is a kept file's, or of what belongs to one."""
    return bool(_OURS.fullmatch(name))


@dataclass(frozen=True)
class Upload:
    """A kept file: its bytes, and the name it came with."""

    data: bytes
    filename: str


def keep(
    folder: Path,
    data: bytes,
    filename: str,
    *,
    kind: str,
    is_large: bool,
    staff_id: int,
    keys: Keys,
    now: datetime,
) -> str:
    """Keep a file and return the name by which `opened` finds it; old ones go.

    `kind` is what it is meant to be; nothing else opens it. A large one is read where its progress
    is shown, and never while a page waits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder, now=now)
    token = secrets.token_hex(16)
    content = {
        "filename": filename[-120:],
        "staff_id": staff_id,
        "kind": kind,
        "data": base64.b64encode(data).decode("ascii"),
    }
    if is_large:  # before the file: one that is there is never taken for small
        keep_preview(folder, token, None, staff_id=staff_id, keys=keys, now=now)
    _write(folder / token, content, keys, now)
    return token


def opened(
    folder: Path, token: str, *, kind: str, staff_id: int, keys: Keys, now: datetime
) -> Upload | None:
    """A kept file, or None: never there, too old, used, of another kind or somebody else's."""
    content = _read(folder, token, "", staff_id=staff_id, keys=keys, now=now)
    if content is None or content.get("kind") != kind:
        return None
    return Upload(base64.b64decode(content["data"]), content["filename"])


def is_large(folder: Path, token: str) -> bool:
    """Whether a kept file is one that no page waits for."""
    return bool(_TOKEN.fullmatch(token)) and _preview(folder, token).exists()


def keep_preview(
    folder: Path,
    token: str,
    preview: Mapping[str, Any] | None,
    *,
    staff_id: int,
    keys: Keys,
    now: datetime,
) -> None:
    """Keep what a large file would change (JSON) beside it; None while nobody knows."""
    content = {"staff_id": staff_id, "preview": preview}
    _write(_preview(folder, token), content, keys, now)


def preview_of(
    folder: Path, token: str, *, staff_id: int, keys: Keys, now: datetime
) -> Mapping[str, Any] | None:
    """What was kept of a large file; None while it is not read, and of one that is gone."""
    content = _read(folder, token, ".preview", staff_id=staff_id, keys=keys, now=now)
    found: Mapping[str, Any] | None = content["preview"] if content else None
    return found


def drop(folder: Path, token: str) -> None:
    """Forget a kept file and all that is known of it."""
    if _TOKEN.fullmatch(token):
        (folder / token).unlink(missing_ok=True)
        _preview(folder, token).unlink(missing_ok=True)


def sweep(folder: Path, *, now: datetime) -> int:
    """Delete what is older than its day, whoever forgot it; how many files went."""
    gone = 0
    for path in _kept(folder):
        with contextlib.suppress(FileNotFoundError):  # another server may sweep as well
            if _is_old(path, now):
                path.unlink()
                gone += 1
    return gone


def count_under_older(folder: Path, *, keys: Keys, now: datetime) -> int:
    """How many kept files only an older key opens; a day later there is none."""
    newest, found = keys.newest_alone(), 0
    for path in _kept(folder):
        if _TOKEN.fullmatch(path.name) and not _is_old(path, now):
            try:
                newest.decrypt(path.read_text("ascii"))
            except WrongKeys:
                found += 1
    return found


def _kept(folder: Path) -> Iterator[Path]:
    if folder.exists():
        yield from [path for path in folder.iterdir() if is_kept_file(path.name)]


def _preview(folder: Path, token: str) -> Path:
    return folder / f"{token}.preview"


def _write(path: Path, content: Mapping[str, Any], keys: Keys, now: datetime) -> None:
    """Whole or not at all: a full disk leaves no half file that nobody can open."""
    draft = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(keys.encrypt(json.dumps(content)))
        os.utime(draft, (now.timestamp(), now.timestamp()))
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _read(
    folder: Path, token: str, ending: str, *, staff_id: int, keys: Keys, now: datetime
) -> dict[str, Any] | None:
    path = folder / f"{token}{ending}"
    if not _TOKEN.fullmatch(token) or not path.exists() or _is_old(path, now):
        return None
    try:
        content: dict[str, Any] = json.loads(keys.decrypt(path.read_text("ascii")))
    except (FileNotFoundError, WrongKeys):
        return None
    return content if content["staff_id"] == staff_id else None


def _is_old(path: Path, now: datetime) -> bool:
    return now.timestamp() - path.stat().st_mtime > KEPT.total_seconds()
