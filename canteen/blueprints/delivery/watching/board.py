"""The board: who is looked for, which rounds are on the way. It asks for news by itself."""

from datetime import datetime, time
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Response, current_app, make_response, render_template, request

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, today
from canteen.blueprints.delivery.blueprint import blueprint, own_periods
from canteen.blueprints.delivery.watching.board_picture import board_picture
from canteen.blueprints.headers import policy_with_pictures_from
from canteen.blueprints.row_ids import row_id
from canteen.delivery.watching import queries
from canteen.delivery.watching.board import board_of
from canteen.delivery.watching.missing import missing_now
from canteen.delivery.watching.rounds import DoorState, RoundState
from canteen.foundation.database import db
from canteen.staff.rules import Role


@blueprint.get("/delivery/board")
@allow(Role.MANAGER, Role.COMMUNITY)
def board() -> Any:
    """Everything in one look, for a wall and for a phone."""
    answer = make_response(render_template("delivery/watching/board.html", **_facts()))
    tiles = current_app.config["TILES"]
    if tiles:
        host = "{0.scheme}://{0.netloc}".format(urlsplit(tiles))
        answer.headers["Content-Security-Policy"] = policy_with_pictures_from(host)
    return answer


@blueprint.get("/delivery/board/news")
@allow(Role.MANAGER, Role.COMMUNITY)
def board_news() -> Any:
    """The inside of the board; 304 while nothing changed since the mark that was sent along."""
    body = render_template("delivery/watching/_board.html", **_facts())
    mark = f'"{sha256(body.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == mark:
        return Response(status=304, headers={"ETag": mark})
    return Response(body, mimetype="text/html", headers={"ETag": mark})


def _facts() -> dict[str, Any]:
    session, site_id, at = db.session(), current_site().id, now()
    found = board_of(session, site_id=site_id, day=today(), now=at)
    alarms = queries.open_alarms(session, site_id=site_id, now=at)
    only = request.args.get("round", type=row_id)
    return {
        "board": found,
        "midnight": datetime.combine(today(), time.min, ZoneInfo(current_site().time_zone)),
        "alarms": sorted(alarms, key=_worst_first),
        "missing": missing_now(session, site_id=site_id, today=today(), now=at),
        "periods": {one.code: one for one in own_periods()},
        "picture": board_picture(found, tiles=current_app.config["TILES"], only=only),
        "only": only,
        "figures": {
            "alarms": len(alarms),
            "late_steps": sum(one.late for one in alarms),
            "on_the_way": sum(one.state == RoundState.ON_THE_WAY for one in found.rounds),
            "open": sum(one.open for one in found.rounds),
            "late": sum(one.count(DoorState.LATE) for one in found.rounds),
            "shut": sum(one.count(DoorState.SHUT) for one in found.rounds),
        },
    }


def _worst_first(one: queries.AlarmView) -> tuple[object, ...]:
    return (not one.trouble, not one.late, one.proposed is not None, one.alarm.opened_at)
