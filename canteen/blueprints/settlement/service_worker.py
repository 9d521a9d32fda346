"""The counter's service worker: what it keeps so that the page opens without a network."""

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import Response, current_app, render_template, url_for

from canteen.blueprints.access import public
from canteen.blueprints.filters import asset
from canteen.blueprints.settlement.views import blueprint

_STYLES = (
    "css/tokens.css",
    "css/canteen.css",
    "css/till.css",
    "css/till_tray.css",
    "css/diner.css",
    "css/letters.css",
)
_PICTURES = ("icons/sprite.svg", "icons/bowl.svg", "icons/till.svg")
_SCRIPTS = ("js/shared", "js/settlement")
_NAMED_BY_THE_PAGE = (
    "js/settlement/till.js",
    "js/settlement/printer.js",
    "js/settlement/diner/screen.js",
)


@blueprint.get("/counter/sw.js")
@public
def service_worker() -> Any:
    """The worker with the addresses it keeps; its text changes with any of them."""
    names = _modules()
    marked = [asset(name) for name in (*_STYLES, *_PICTURES, *names)]
    version = hashlib.sha256("\n".join(marked).encode()).hexdigest()[:16]
    kept = [_as_the_page_asks(name) for name in (*_STYLES, *_PICTURES, *names)]
    text = render_template(
        "settlement/service_worker.js",
        kept=json.dumps(kept),
        version=json.dumps(version),
        voice=json.dumps(url_for("settlement.voice")),
        pages=json.dumps([url_for("settlement.till"), url_for("settlement.diner_window")]),
    )
    answer = Response(text, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = url_for("settlement.till")
    return answer


def _modules() -> list[str]:
    """Every script of the counter."""
    static = Path(current_app.static_folder or "")
    return sorted(
        path.relative_to(static).as_posix()
        for folder in _SCRIPTS
        for path in (static / folder).rglob("*.js")
    )


def _as_the_page_asks(name: str) -> str:
    """The address under which the page just fetched a file, so that it is not fetched again:
    what a page names with a mark of its content, what a module imports by its plain name."""
    imported = name.startswith("js/settlement/") and name not in _NAMED_BY_THE_PAGE
    return url_for("static", filename=name) if imported else asset(name)
