"""Diners' votes typed from paper: today's dishes on one page."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.filters import named
from canteen.blueprints.menus import larder_words
from canteen.blueprints.menus.views import blueprint
from canteen.blueprints.row_ids import LARGEST
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.menus.plan import StandingDish
from canteen.menus.rating_actions import save_ratings
from canteen.menus.rating_queries import tallies_of_day
from canteen.menus.ratings import MOST_VOTES, Tally
from canteen.menus.served import served_between
from canteen.sites import queries as sites
from canteen.staff.rules import Role

_FIELD = re.compile(r"(good|fair|poor)-(\d{1,10})")
DAYS_BACK = 6


@blueprint.get("/ratings")
@allow(Role.KITCHEN, Role.MANAGER, Role.CLERK)
def ratings() -> Any:
    """A day's dishes with three counters each."""
    return _ratings_page(_day(request.args.get("day")))


@blueprint.post("/ratings")
@allow(Role.KITCHEN, Role.MANAGER, Role.CLERK)
def ratings_of_day() -> Any:
    """Keep the counts of a day. The same again changes nothing."""
    day = _day(request.form.get("day"))
    typed = _typed()
    votes = None if typed is None else {number: Tally(**one) for number, one in typed.items()}
    if votes is None:
        return _ratings_page(day, Refusal("rating_count", {"value": "?", "limit": MOST_VOTES})), 422
    saved = save_ratings(
        site_id=current_site().id, service_date=day, votes=votes, now=now(), by=staff_id()
    )
    if isinstance(saved, Refusal):
        return _ratings_page(day, saved), 422
    flash(_("已保存"), "good")
    return redirect(url_for("menus.ratings", day=day.isoformat()))


def _ratings_page(day: date, refusal: Refusal | None = None) -> str:
    session, site_id = db.session(), current_site().id
    served = served_between(session, site_id=site_id, first=day, last=day)
    periods = sites.periods(session, site_id)
    meals = [(named(one), _once(served, one.code)) for one in periods]
    return render_template(
        "menus/ratings.html",
        day=day,
        days=[today() - timedelta(days=back) for back in range(DAYS_BACK, -1, -1)],
        meals=[(name, dishes) for name, dishes in meals if dishes],
        votes=tallies_of_day(session, site_id, day),
        said=say(refusal) if refusal else None,
        most=MOST_VOTES,
        lw=larder_words,
    )


def _once(served: Sequence[StandingDish], period: str) -> list[StandingDish]:
    """The dishes of a meal; one that stands in two meals of a day is asked in the first."""
    first: dict[int | None, StandingDish] = {}
    for dish in served:
        first.setdefault(dish.dish_id, dish)
    return [dish for dish in first.values() if dish.period == period]


def _day(text: str | None) -> date:
    try:
        asked = date.fromisoformat(text or "")
    except ValueError:
        return today()
    return asked if 2000 <= asked.year <= 2100 and asked <= today() else today()


def _typed() -> dict[int, dict[str, int]] | None:
    """Counts by dish and kind; None where something typed is no number."""
    found: dict[int, dict[str, int]] = {}
    for name, text in request.form.items():
        field = _FIELD.fullmatch(name)
        if field is None:
            continue
        text = text.strip() or "0"
        if not (text.isascii() and text.isdigit() and len(text) < 8) or int(field[2]) > LARGEST:
            return None
        found.setdefault(int(field[2]), {})[field[1]] = int(text)
    return found
