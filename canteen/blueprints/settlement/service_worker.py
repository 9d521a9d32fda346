"""The counter's service worker: what it keeps so that the page opens without a network."""

from typing import Any

from flask import url_for

from canteen.blueprints.access import public
from canteen.blueprints.settlement.views import blueprint
from canteen.blueprints.workers import Shell, worker


@blueprint.get("/counter/sw.js")
@public
def service_worker() -> Any:
    """The worker with the addresses it keeps; its text changes with any of them."""
    return worker(
        Shell(
            name="counter",
            scope=url_for("settlement.till"),
            pages=(url_for("settlement.till"), url_for("settlement.diner_window")),
            styles=(
                "css/tokens.css",
                "css/ground.css",
                "css/canteen.css",
                "css/till.css",
                "css/till_tray.css",
                "css/diner.css",
                "css/letters.css",
            ),
            pictures=("icons/sprite.svg", "icons/bowl.svg", "icons/till.svg"),
            scripts=(
                "js/settlement/till.js",
                "js/settlement/printer.js",
                "js/settlement/diner/screen.js",
                "js/shared/letters.js",
            ),
            sounds=url_for("settlement.voice"),
        )
    )
