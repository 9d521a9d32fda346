"""The volunteer's phone page: a shell that works without a network, and today's data for it.

The shell holds nobody's name: it may lie in the browser's cache. The doors come as JSON, which
the page keeps under lock and takes away again.
"""

from typing import Any
from uuid import UUID

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from canteen.blueprints.access import allow, public
from canteen.blueprints.context import now, today
from canteen.blueprints.delivery.blueprint import blueprint, diet_words, own_periods
from canteen.blueprints.delivery.rounds.plain_list import (
    accepted_volunteer,
    own_team_differences,
    to_accept_here,
)
from canteen.blueprints.delivery.rounds.schemas import day_json, day_tag
from canteen.blueprints.delivery.rounds.words import OUTCOMES, WORDS
from canteen.blueprints.delivery.volunteering.duties import path_of
from canteen.blueprints.filters import asset, named
from canteen.blueprints.packing import packed
from canteen.blueprints.workers import Shell, worker
from canteen.delivery.requests.queries import offered_to
from canteen.delivery.rounds.own_data import read_own_day
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.staff.rules import Role

_SCRIPTS = ("js/delivery/round/page.js", "js/shared/letters.js", "js/shared/leaving.js")


@blueprint.get("/round")
@allow(Role.VOLUNTEER)
def own_round() -> Any:
    """The shell of the phone page; before the agreement is accepted, the agreement."""
    if to_accept_here():
        return redirect(url_for("delivery.own_round_list"))
    volunteer = accepted_volunteer()
    return render_template(
        "delivery/rounds/own_round.html",
        owner=volunteer.id if volunteer else None,
        none_id=str(UUID(int=0)),
        round_words={name: str(word) for name, word in WORDS.items()},
        round_outcomes={kind: str(name) for kind, name in OUTCOMES.items()},
        of_team=own_team_differences(),
    )


@blueprint.get("/round/data")
@allow(Role.VOLUNTEER)
def round_data() -> Any:
    """Today's own doors; 304 where the phone has this already, 404 for nobody's volunteer."""
    volunteer = accepted_volunteer()
    if volunteer is None:
        return jsonify(code="agreement" if to_accept_here() else "no_volunteer"), 404
    keys = storage.keys()
    own = read_own_day(
        db.session(),
        volunteer=volunteer,
        day=today(),
        now=now(),
        secret=keys.session,
        card_keys=keys.card,
    )
    document = day_json(
        own, periods={one.code: named(one) for one in own_periods()}, diet_words=diet_words
    )
    document["asked"] = len(offered_to(db.session(), volunteer=volunteer))
    tag = day_tag(document)
    known = request.headers.get("If-None-Match") == tag
    answer = Response(status=304) if known else jsonify(document)
    answer.headers["ETag"] = tag
    answer.headers["X-CSRF-Token"] = generate_csrf()
    return answer if known else packed(answer)


@blueprint.get("/round/duties")
@allow(Role.VOLUNTEER)
def own_duties() -> Any:
    """On to one's own link: the shell must not hold it."""
    return redirect(path_of(accepted_volunteer() or abort(404)))


@blueprint.get("/round/sw.js")
@public
def round_worker() -> Any:
    """What the phone keeps so that the page opens on the stairs."""
    return worker(
        Shell(
            name="round",
            scope=url_for("delivery.own_round"),
            pages=(url_for("delivery.own_round"),),
            styles=(
                "css/tokens.css",
                "css/ground.css",
                "css/canteen.css",
                "css/delivery.css",
                "css/letters.css",
                "css/round.css",
            ),
            pictures=("icons/sprite.svg", "icons/bowl.svg"),
            scripts=_SCRIPTS,
        )
    )


@blueprint.get("/round/manifest.webmanifest")
@public
def round_manifest() -> Any:
    """How the page stands among a phone's apps."""
    english = request.args.get("lang") == "en"
    start = url_for("delivery.own_round")
    answer = jsonify(
        id=start,
        name="Rounds" if english else "送餐",
        short_name="Rounds" if english else "送餐",
        lang="en" if english else "zh-CN",
        start_url=start,
        scope=start,
        display="standalone",
        background_color="#faf7f1",
        theme_color="#1d6b52",
        icons=[
            {"src": asset("icons/bowl.svg"), "sizes": "any", "type": "image/svg+xml",
             "purpose": purpose}
            for purpose in ("any", "maskable")
        ],
    )  # fmt: skip
    answer.mimetype = "application/manifest+json"
    return answer
