"""Service workers: what a page keeps so that it opens without a network."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Response, current_app, render_template, url_for

from canteen.blueprints.filters import asset


@dataclass(frozen=True, kw_only=True)
class Shell:
    """What one worker keeps: its pages, and the styles, pictures and scripts they need.

    `name` begins the names of its caches; `scope` is the address below which it answers.
    `scripts` are files or folders of scripts. A page names those in `named` with a mark of their
    content; what a module imports has its plain name. `sounds` is kept apart, by its own mark.
    """

    name: str
    scope: str
    pages: Sequence[str]
    styles: Sequence[str]
    pictures: Sequence[str]
    scripts: Sequence[str]
    named: Collection[str]
    sounds: str = ""


def worker(shell: Shell) -> Response:
    """The worker with the addresses it keeps; its text changes with any of them."""
    names = [*shell.styles, *shell.pictures, *_modules(shell.scripts)]
    version = hashlib.sha256("\n".join(asset(name) for name in names).encode()).hexdigest()[:16]
    text = render_template(
        "shared/service_worker.js",
        name=json.dumps(shell.name),
        kept=json.dumps([_as_the_page_asks(name, shell) for name in names]),
        version=json.dumps(version),
        sounds=json.dumps(shell.sounds),
        pages=json.dumps(list(shell.pages)),
    )
    answer = Response(text, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = shell.scope
    return answer


def _modules(scripts: Sequence[str]) -> list[str]:
    """Every script in these folders, and these files."""
    static = Path(current_app.static_folder or "")
    found = {
        path.relative_to(static).as_posix()
        for name in scripts
        for path in ([static / name] if name.endswith(".js") else (static / name).rglob("*.js"))
    }
    return sorted(found)


def _as_the_page_asks(name: str, shell: Shell) -> str:
    """The address under which the page just fetched a file, so that it is not fetched again."""
    imported = name.startswith("js/") and name not in shell.named
    imported = imported and not name.startswith("js/shared/")
    return url_for("static", filename=name) if imported else asset(name)
