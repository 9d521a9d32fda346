"""The counter's own sounds, for devices without a Chinese voice."""

from pathlib import Path
from typing import Any

from flask import abort, current_app, request, send_file

from canteen.blueprints.access import allow
from canteen.blueprints.settlement.views import blueprint
from canteen.settlement.voice.pack import mark_of, pack_file
from canteen.staff.rules import Role


@blueprint.get("/counter/voice")
@allow(Role.CLERK, Role.MANAGER)
def voice() -> Any:
    """Every clip in one file; 404 where no voice was made."""
    data = Path(current_app.config["DATA"])
    mark = mark_of(data)
    if mark is None:
        abort(404)
    answer = send_file(pack_file(data), mimetype="application/octet-stream")
    if request.args.get("v") == mark:
        answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
