"""A file between its preview and its import: kept in the data folder, sealed, for a day.

It holds ID numbers, so it is encrypted; its name is random, and only who sent it may open it.
"""

import base64
import contextlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from canteen.foundation.crypto import Keys, WrongKeys

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Upload:
    """A kept file: its bytes, the name it came with, and how many rows it has."""

    data: bytes
    filename: str
    rows: int


def keep(
    folder: Path,
    data: bytes,
    filename: str,
    *,
    rows: int,
    staff_id: int,
    keys: Keys,
    now: datetime,
) -> str:
    """Keep a file and return the name by which `opened` finds it; old ones go."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder, now)
    token = secrets.token_hex(16)
    content = {
        "filename": filename[-120:],
        "rows": rows,
        "staff_id": staff_id,
        "data": base64.b64encode(data).decode("ascii"),
    }
    descriptor = os.open(folder / token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(keys.encrypt(json.dumps(content)))
    os.utime(folder / token, (now.timestamp(), now.timestamp()))
    return token


def opened(folder: Path, token: str, *, staff_id: int, keys: Keys, now: datetime) -> Upload | None:
    """A kept file, or None: never there, too old, used, or somebody else's."""
    path = folder / token
    if not re.fullmatch(r"[0-9a-f]{32}", token) or not path.exists() or _is_old(path, now):
        return None
    try:
        content = json.loads(keys.decrypt(path.read_text("ascii")))
    except (FileNotFoundError, WrongKeys):
        return None
    if content["staff_id"] != staff_id:
        return None
    data = base64.b64decode(content["data"])
    return Upload(data, content["filename"], content.get("rows", 0))


def drop(folder: Path, token: str) -> None:
    """Forget a kept file."""
    if re.fullmatch(r"[0-9a-f]{32}", token):
        (folder / token).unlink(missing_ok=True)


def count_under_older(folder: Path, *, keys: Keys, now: datetime) -> int:
    """How many kept files only an older key opens; a day later there is none."""
    newest, found = keys.newest_alone(), 0
    for path in folder.iterdir() if folder.exists() else ():
        if re.fullmatch(r"[0-9a-f]{32}", path.name) and not _is_old(path, now):
            try:
                newest.decrypt(path.read_text("ascii"))
            except WrongKeys:
                found += 1
    return found


def _sweep(folder: Path, now: datetime) -> None:
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another server may sweep as well
            if _is_old(path, now):
                path.unlink()


def _is_old(path: Path, now: datetime) -> bool:
    return now.timestamp() - path.stat().st_mtime > KEPT.total_seconds()
