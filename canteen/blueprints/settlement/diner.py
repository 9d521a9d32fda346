"""The screen turned to the diner: a second window of the counter, or a tablet of its own."""

import json
import re
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from pydantic import ValidationError

from canteen.blueprints.access import allow, public
from canteen.blueprints.context import current_site, device_here, now, site_id_here, staff_id
from canteen.blueprints.settlement import diner_schemas, schemas
from canteen.blueprints.settlement.views import blueprint
from canteen.blueprints.setup.views import address_abroad
from canteen.blueprints.signin import limiter
from canteen.cards.tokens import plain_scan
from canteen.foundation.codes import address_svg
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.settlement.screens import actions, queries
from canteen.sites import queries as sites
from canteen.staff.rules import Role

COOKIE = "canteen_diner"
_COOKIE_SECONDS = 400 * 24 * 3600


@blueprint.get("/counter/diner")
@allow(Role.CLERK, Role.MANAGER)
def diner_window() -> Any:
    """A second window on the counter's own device: it hears the counter, not the server."""
    return render_template("settlement/diner.html", screen={"kind": "window"})


@blueprint.post("/counter/diner/scenes")
@allow(Role.CLERK, Role.MANAGER)
def diner_scene_shown() -> Any:
    """What the counter shows the diner, for its tablets."""
    try:
        wanted = diner_schemas.ShownSchema.model_validate_json(schemas.body())
    except ValidationError as error:
        return schemas.invalid(error)
    seen = wanted.model_dump(exclude={"device_id"})
    if seen["scene"] is not None and not current_site().shows_balance:
        seen["scene"]["balance_fen"] = None
    somebody = actions.show_diner(
        device_id=wanted.device_id,
        site_id=site_id_here(),
        shown=json.dumps(seen, ensure_ascii=False, separators=(",", ":")),
        now=now(),
    )
    return jsonify(tablets=somebody)


@blueprint.get("/counter/diner/tablets")
@allow(Role.CLERK, Role.MANAGER)
def diner_tablets() -> Any:
    """The tablets of this site, and how one more is added."""
    return _tablets_page()


@blueprint.post("/counter/diner/invitations")
@allow(Role.CLERK, Role.MANAGER)
def diner_invitation() -> Any:
    """A code for one more tablet. It is on this page only: nobody can look it up again."""
    text = request.form.get("device_id", "")
    made = actions.invite_screen(
        device_id=int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0,
        site_id=site_id_here(),
        now=now(),
        by=staff_id(),
    )
    if isinstance(made, Refusal):
        return _tablets_page(said=say(made)), 422
    address = address_abroad(url_for("settlement.diner_screen"))
    # Behind "#": a browser keeps that to itself, so the code is in no log on the way.
    drawn = address_svg(f"{address}#{made.code}", label=_("配对用的二维码"))
    return _tablets_page(invitation=made, address=address, drawn=drawn)


@blueprint.post("/counter/diner/tablets/<int:screen_id>/ending")
@allow(Role.CLERK, Role.MANAGER)
def diner_ending(screen_id: int) -> Any:
    """Send a tablet away."""
    done = actions.end_screen(screen_id=screen_id, site_id=site_id_here(), now=now(), by=staff_id())
    if not done:
        abort(404)
    flash(_("这台平板不再显示"), "good")
    return redirect(url_for("settlement.diner_tablets"))


@blueprint.get("/diner")
@public
def diner_screen() -> Any:
    """A tablet's page. It holds nothing about anybody: what it shows it asks for by its token."""
    screen = {
        "kind": "tablet",
        "paired": _seen() is not None,
        "urls": {
            "pairing": url_for("settlement.diner_pairing"),
            "scene": url_for("settlement.diner_scene"),
        },
    }
    return render_template("settlement/diner.html", screen=screen)


@blueprint.post("/diner/pairing")
@public
@limiter.limit("10/minute")
def diner_pairing() -> Any:
    """Exchange a code for a token, in a cookie that no script reads."""
    try:
        wanted = diner_schemas.CodeSchema.model_validate_json(schemas.body())
    except ValidationError as error:
        return schemas.invalid(error)
    made = actions.pair_screen(code=plain_scan(wanted.code), now=now())
    if isinstance(made, Refusal):
        return jsonify(schemas.refusal_json(made)), 409
    answer = jsonify(paired=True)
    answer.set_cookie(
        COOKIE,
        made.token,
        max_age=_COOKIE_SECONDS,
        path=url_for("settlement.diner_screen"),
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return answer


@blueprint.get("/diner/scene")
@public
def diner_scene() -> Any:
    """What the tablet's counter shows now: 200, 304 without news, 401 for who is not paired.

    Public only in that nobody signs in: without a token of this very tablet it tells nothing.
    """
    seen = _seen()
    if seen is None:
        return jsonify(code="not_paired"), 401
    mark = f'"{seen.turn}"'
    if request.headers.get("If-None-Match") == mark:
        return Response(status=304, headers={"ETag": mark})
    body = seen.shown or '{"idle":null,"scene":null}'
    return Response(body, mimetype="application/json", headers={"ETag": mark})


def _seen() -> queries.Seen | None:
    token = request.cookies.get(COOKIE, "")
    return queries.seen_by(token, now=now()) if token else None


def _tablets_page(**values: Any) -> str:
    return render_template(
        "settlement/diner_tablets.html",
        tablets=queries.paired_screens(db.session(), site_id_here()),
        devices=sites.devices(db.session(), site_id_here()),
        chosen=device_here(),
        **{"invitation": None, "said": None, **values},
    )
