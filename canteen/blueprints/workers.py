"""Service workers: what a page keeps so that it opens without a network."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, render_template

from canteen.blueprints.filters import asset
from canteen.blueprints.scripts import modules_of


@dataclass(frozen=True, kw_only=True)
class Shell:
    """What one worker keeps: its pages, and the styles, pictures and scripts they need.

    `name` begins the names of its caches; `scope` is the address below which it answers.
    `scripts` are those that the pages name: what they import is kept with them. `sounds` is kept
    apart, by its own mark.
    """

    name: str
    scope: str
    pages: Sequence[str]
    styles: Sequence[str]
    pictures: Sequence[str]
    scripts: Sequence[str]
    sounds: str = ""


def worker(shell: Shell) -> Response:
    """The worker with the addresses it keeps; its text changes with any of them."""
    scripts = dict.fromkeys(name for script in shell.scripts for name in modules_of(script))
    kept = [asset(name) for name in (*shell.styles, *shell.pictures, *scripts)]
    version = hashlib.sha256("\n".join(kept).encode()).hexdigest()[:16]
    text = render_template(
        "shared/service_worker.js",
        name=json.dumps(shell.name),
        kept=json.dumps(kept),
        version=json.dumps(version),
        sounds=json.dumps(shell.sounds),
        pages=json.dumps(list(shell.pages)),
    )
    answer = Response(text, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = shell.scope
    return answer
