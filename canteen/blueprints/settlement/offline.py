"""The counter without a network: what it takes along, what it tells afterwards, who looks."""

from typing import Any
from uuid import UUID, uuid4

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.flashes import back_to
from canteen.blueprints.packing import packed
from canteen.blueprints.settlement import offline_schemas as offline
from canteen.blueprints.settlement import schemas
from canteen.blueprints.settlement.telling import answers_to
from canteen.blueprints.settlement.unbooked import readable
from canteen.blueprints.settlement.views import blueprint
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.settlement.offline import actions, queries
from canteen.settlement.offline.roster import read_roster
from canteen.settlement.offline.signing import roster_salt, sign
from canteen.sites import queries as sites
from canteen.staff.rules import Role
from canteen.subsidies.queries import funder_names

REASONS: dict[str, Any] = {
    "already_eaten": _l("这一餐已在别的窗口用过"),
    "balance_too_low": _l("卡里的钱已在别处用掉"),
    "card_closed": _l("卡在这之前已注销"),
    "card_lost": _l("卡在这之前已挂失，不是本人"),
    "card_replaced": _l("用的是旧卡，之前已换新卡"),
    "card_unknown": _l("系统里没有这张卡"),
    "clock_doubtful": _l("设备的时间被拨过，是哪天哪一餐请核对"),
    "clock_wrong": _l("设备的时间不对，按收到的时间记"),
    "daily_limit": _l("超过了这张卡一天的上限"),
    "price_changed": _l("断网时报的价和账上的不同"),
    "resident_unknown": _l("卡上的码现在认不出是谁的"),
    "resident_ended": _l("老人已登记搬离或去世"),
}
"""Why the books judge a meal otherwise, for the manager's list."""


@blueprint.get("/counter/roster")
@allow(Role.CLERK, Role.MANAGER)
def roster() -> Any:
    """Today's prices by card, signed; 304 where the device has this one already."""
    site, at, keys = current_site(), now(), storage.keys()
    found = read_roster(
        db.session(),
        site_id=site.id,
        day=today(),
        now=at,
        salt=roster_salt(keys.session, site_id=site.id, day=today()),
        card_keys=keys.card,
    )
    document = offline.roster_json(
        found,
        roster_id=uuid4().hex,
        hours=site.offline_hours,
        limits={
            "alone_card_fen": site.offline_card_limit_fen,
            "alone_device_fen": site.offline_device_limit_fen,
        },
        names=funder_names(db.session(), found.funders),
    )
    tag = offline.roster_tag(document, now=at)
    if request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers={"ETag": tag})
    body = offline.compact(document)
    answer = Response(body, mimetype="application/json")
    answer.headers["X-Signature"] = sign(body, keys.session)
    answer.headers["ETag"] = tag
    return packed(answer)


@blueprint.post("/counter/offline-meals")
@allow(Role.CLERK, Role.MANAGER)
def offline_meals() -> Any:
    """Book what a counter served alone, in order; an answer for each. An empty list is a probe."""
    try:
        queue = offline.QueueSchema.model_validate_json(schemas.body())
    except ValidationError as error:
        return schemas.invalid(error)
    return jsonify(answers=answers_to(queue.meals))


@blueprint.get("/meals/offline")
@allow(Role.MANAGER)
def late_meals() -> Any:
    """Meals that the books judge otherwise than the counter did, and before them those that are
    not in the books because the system failed at them."""
    reading, site_id = db.session(), current_site().id
    show = request.args.get("show", "")
    show = show if show in ("settled", "unbooked") else "open"
    number = page_number(request.args.get("page"))
    failed = late = None
    if show == "unbooked":
        failed = queries.closed_unbooked(reading, site_id=site_id, page=number)
    else:
        late = queries.late_meals(reading, site_id=site_id, is_open=show == "open", page=number)
    if show == "open" and number == 1:
        failed = queries.open_unbooked(reading, site_id=site_id)
    return render_template(
        "settlement/late_meals.html",
        page=late or failed,
        late=late.rows if late else (),
        unbooked=readable(failed.rows) if failed else (),
        more_unbooked=late is not None and failed is not None and failed.has_next,
        show=show,
        reasons=REASONS,
        periods={one.code: one for one in sites.periods(reading, site_id)},
    )


@blueprint.post("/meals/<uuid:meal_id>/offline-settlement")
@allow(Role.MANAGER)
def offline_settlement(meal_id: UUID) -> Any:
    """Note what was done about one of them."""
    refusal = actions.settle_offline_meal(
        meal_id=meal_id,
        site_id=current_site().id,
        note=request.form.get("note", ""),
        by=staff_id(),
        now=now(),
    )
    return back_to(url_for("settlement.late_meals"), refusal, _("已记下"))
