"""Scripts under an address that names the state of them all, and what a script imports.

A module names those it imports by where they lie beside it, so that no mark of one file could
stand in it. The mark stands before the whole tree instead: whatever a page's script imports has
the same mark, is kept by browsers for good, and is asked for anew when any script has changed.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

from flask import Flask, current_app, send_from_directory, url_for

from canteen.blueprints.access import public
from canteen.config import PACKAGE

STATIC = PACKAGE / "static"
ENDPOINT = "script"
REMARK = re.compile(rb"^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n", re.M)
_IMPORTED = re.compile(r'^(?:(?:import|export|\}) .*\bfrom|import) "(\.{1,2}/[^"]+)";', re.M)


def install(app: Flask) -> None:
    """Serve every script once more, below the mark."""
    app.add_url_rule("/static/at/<mark>/js/<path:name>", ENDPOINT, _script)
    app.jinja_env.globals.update(imports_of=imports_of)


@public
def _script(mark: str, name: str) -> Any:
    """A script; one that a page of before an update asks for is as it is now, and not kept."""
    answer = send_from_directory(STATIC / "js", name)
    if answer.status_code == HTTPStatus.OK:
        answer.direct_passthrough = False
        answer.set_data(without_remarks(answer.get_data()))
    if mark == mark_of_scripts():
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        answer.headers["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=256)
def without_remarks(script: bytes) -> bytes:
    """A script without the remarks that have lines of their own: they are for whoever reads the
    source, and a fifth of what a counter's first visit would fetch."""
    return REMARK.sub(b"", script)


def script_address(name: str) -> str:
    """The address of a script such as ``js/settlement/till.js``."""
    return url_for(ENDPOINT, mark=mark_of_scripts(), name=name.removeprefix("js/"))


def mark_of_scripts() -> str:
    """A mark of what all scripts say together: found at the start, and anew while debugging."""
    return _mark.__wrapped__() if current_app.debug else _mark()


def imports_of(name: str) -> list[str]:
    """The addresses of everything a script imports, by itself or through others, nearest first.

    A page that names them is not kept waiting for one script to hear of the next.
    """
    return [script_address(each) for each in modules_of(name)[1:]]


@lru_cache(maxsize=64)
def modules_of(name: str) -> tuple[str, ...]:
    """A script and all that it imports, as names below the static folder."""
    found = [name]
    for each in found:  # grows while it is read
        found += [other for other in dict.fromkeys(_named_in(each)) if other not in found]
    return tuple(found)


def _named_in(name: str) -> Iterator[str]:
    beside = PurePosixPath(name).parent
    for address in _IMPORTED.findall((STATIC / name).read_text(encoding="utf-8")):
        yield normpath(f"{beside}/{address}")


@lru_cache(maxsize=1)
def _mark() -> str:
    seen = hashlib.sha256()
    for path in sorted(Path(STATIC / "js").rglob("*.js")):
        seen.update(f"{path.relative_to(STATIC).as_posix()}\n".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:10]
