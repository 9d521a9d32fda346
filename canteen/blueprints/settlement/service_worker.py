"""The counter's service worker: what it keeps so that the page opens without a network."""

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import Response, current_app, render_template, url_for

from canteen.blueprints.access import public
from canteen.blueprints.filters import asset
from canteen.blueprints.settlement.views import blueprint

_STYLES = ("css/tokens.css", "css/canteen.css", "css/till.css", "css/diner.css")
_PICTURES = ("icons/sprite.svg", "icons/bowl.svg", "icons/till.svg")
_SCRIPTS = ("js/shared", "js/settlement")


@blueprint.get("/counter/sw.js")
@public
def service_worker() -> Any:
    """The worker with the addresses it keeps; its text changes with any of them."""
    kept = [*(asset(name) for name in (*_STYLES, *_PICTURES)), *_modules()]
    version = hashlib.sha256("\n".join(kept).encode()).hexdigest()[:16]
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
    """Every script of the counter: by its plain address, as modules import one another, and with
    a mark of its content, so that a changed one makes another worker."""
    static = Path(current_app.static_folder or "")
    names = sorted(
        path.relative_to(static).as_posix()
        for folder in _SCRIPTS
        for path in (static / folder).rglob("*.js")
    )
    return [asset(name) for name in names]
