"""A published week as files for other programs: a picture and a calendar feed."""

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import public
from canteen.blueprints.context import now
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.flashes import in_one_line
from canteen.blueprints.menus.grid import monday_or_404
from canteen.blueprints.menus.pictures import font_here, poster_of
from canteen.blueprints.menus.public import published_week, site_or_404
from canteen.blueprints.menus.sharing import served_words
from canteen.blueprints.menus.views import blueprint
from canteen.blueprints.menus.words import contains_words, dish_marks
from canteen.foundation.calendar import service_date, week_name
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.menus import queries
from canteen.menus.feed import FeedEvent, calendar_text
from canteen.menus.plan import StandingDish
from canteen.menus.posters import draw_poster
from canteen.sites import queries as sites
from canteen.sites.models import MealPeriod, Site

_BACK, _AHEAD = timedelta(days=28), timedelta(days=70)
"""The days a calendar gets: enough to look back, and all that is published ahead."""


@blueprint.get("/menu/<site_code>/<week>.png")
@public
def week_picture(site_code: str, week: str) -> Any:
    """A published week as a picture, or what is missing to draw it."""
    site = site_or_404(site_code)
    plan = published_week(site, monday_or_404(week)) or abort(404)
    font = font_here()
    if font is None:
        said = say(Refusal("font_missing", {}))
        return Response(f"{in_one_line(said)}\n", 404, mimetype="text/plain")
    return _given(draw_poster(poster_of(plan, site), font), "image/png")


@blueprint.get("/menu/<site_code>.ics")
@public
def calendar_feed(site_code: str) -> Any:
    """The published weeks around today, an event for each meal, to subscribe to."""
    site, session = site_or_404(site_code), db.session()
    today = service_date(now(), site.time_zone)
    dishes, changed = queries.weeks_served(
        session, site_id=site.id, first=today - _BACK, last=today + _AHEAD
    )
    meals: dict[tuple[date, str], list[StandingDish]] = {}
    for dish in dishes:
        assert isinstance(dish.day, date)
        meals.setdefault((dish.day, dish.period), []).append(dish)
    order = {
        (one.period_code, one.code): place
        for place, one in enumerate(queries.slot_rows(session, site.id))
    }
    periods = sites.periods(session, site.id)
    events = [
        _event(site, period, day, _in_order(meals[day, period.code], order), changed[day])
        for day in sorted({day for day, _period in meals})
        for period in periods
        if (day, period.code) in meals
    ]
    name = _("%(site)s 菜单", site=named(site))
    text = calendar_text(name=name, time_zone=site.time_zone, events=events)
    return _given(text.encode(), "text/calendar; charset=utf-8")


def _in_order(dishes: list[StandingDish], order: dict[tuple[str, str], int]) -> list[StandingDish]:
    last = len(order)
    return sorted(dishes, key=lambda one: (order.get((one.period, one.slot), last), one.position))


def _event(
    site: Site, period: MealPeriod, day: date, dishes: list[StandingDish], changed: datetime
) -> FeedEvent:
    names = (", " if is_english() else "、").join(map(served_words, dishes))
    colon = ": " if is_english() else "："
    return FeedEvent(
        uid=f"{day.isoformat()}-{period.code}-{site.code}@menu.canteen",
        starts=_instant(site, day, period.starts),
        ends=_instant(site, day, max(period.starts, period.ends)),
        changed_at=changed,
        summary=f"{named(period)}{colon}{names}",
        description="\n".join(map(_line, dishes)),
        location=" ".join(filter(None, (named(site), site.address))),
        url=url_for("menus.site_week", site_code=site.code, week=week_name(day), _external=True),
    )


def _line(dish: StandingDish) -> str:
    about = " ".join(filter(None, (*dish_marks(dish), contains_words(dish))))
    return f"{served_words(dish)}　{about}" if about else served_words(dish)


def _instant(site: Site, day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(site.time_zone))


def _given(content: bytes, mimetype: str) -> Response:
    """A file that need not be sent again while it is the same."""
    answer = Response(content, content_type=mimetype)
    answer.set_etag(hashlib.sha256(content).hexdigest()[:32])
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.vary.update(("Cookie", "Accept-Language"))
    answer.make_conditional(request)
    return answer
