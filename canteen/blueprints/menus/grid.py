"""What the grid of a week needs, on the page and after each change."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import abort, jsonify, render_template, request
from flask_login import current_user

from canteen.blueprints.context import current_site, roles_here, today
from canteen.foundation.calendar import parse_week, week_name
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.menus import queries
from canteen.menus.held import PlaceKey, Seen
from canteen.menus.set_queries import week_sets
from canteen.staff.rules import Role

_OTHERS_WORK = ("place_taken", "place_moved", "place_changed")
"""Refusals because somebody else was there: the page shows at once what stands there now."""
EDITORS = frozenset({Role.KITCHEN, Role.MANAGER, Role.ADMINISTRATOR})


def monday_or_404(week: str) -> date:
    """The Monday a week's name means."""
    try:
        monday = parse_week(week)
    except ValueError:
        abort(404)
    if not 2000 <= monday.year <= 2100:
        abort(404)
    return monday


def day_or_404(week: str, day: str) -> date:
    """A day of a week, as an address names it."""
    try:
        return day_of(monday_or_404(week), day)
    except ValueError:
        abort(404)


def day_of(monday: date, text: str) -> date:
    """A day of the week of `monday`. ValueError for any other."""
    day = date.fromisoformat(text)
    if not 0 <= (day - monday).days < 7:
        raise ValueError(text)
    return day


def may_edit() -> bool:
    """Whether the signed-in person may fill places here."""
    return bool(current_user.is_authenticated and EDITORS & roles_here())


def wants_json() -> bool:
    """Whether a script of the page asks, and not the page itself."""
    accepted = request.accept_mimetypes
    return bool(accepted["application/json"] > accepted["text/html"])


def grid_facts(monday: date) -> dict[str, Any]:
    """The week with its sets, for the page and for the grid alone."""
    session, site = db.session(), current_site()
    plan = queries.week_plan(session, site_id=site.id, monday=monday)
    return {
        "plan": plan,
        "sets": week_sets(session, plan, site_id=site.id),
        "week": week_name(monday),
        "before": week_name(monday - timedelta(days=7)),
        "after": week_name(monday + timedelta(days=7)),
        "today": today(),
        "editing": may_edit() and not plan.published,
        "substituting": may_edit() and plan.published,
        "site_code": site.code,
    }


class Change:
    """A change of a week in the making: remembers what stood, and answers with what differs.

    Only `places`, or the places of `days`, are looked at, so that what somebody else changes
    in the same moment is not taken for one's own.
    """

    def __init__(
        self, monday: date, *, places: Sequence[PlaceKey] = (), days: Sequence[date] = ()
    ) -> None:
        self.monday, self._places, self._days = monday, places, days
        self._before = self._standing()

    def answer(self, refusal: Refusal | None) -> Any:
        """The grid as it is now, with the changes to take back; or why nothing was done."""
        if refusal:
            said = say(refusal)
            told = {"code": said.code, "text": said.text, "next_step": said.next_step}
            if refusal.code in _OTHERS_WORK:
                told["grid"] = self._grid()
            return jsonify(told), 409
        grid = self._grid()
        return jsonify(grid=grid, changes=self._changes())

    def _grid(self) -> str:
        db.session.rollback()
        return render_template("menus/_grid.html", **grid_facts(self.monday))

    def _changes(self) -> list[dict[str, Any]]:
        before, after = self._before, self._standing()
        return [
            {
                **place_facts(place),
                "before": before[place][0] if place in before else None,
                "after": after[place][0] if place in after else None,
                "pinned": place in before and before[place][1],
            }
            for place in dict.fromkeys((*before, *after))
            if before.get(place) != after.get(place)
        ]

    def _standing(self) -> dict[PlaceKey, tuple[int, bool]]:
        found = queries.dishes_by_place(db.session(), site_id=current_site().id, monday=self.monday)
        return {place: dish for place, dish in found.items() if self._looks_at(place)}

    def _looks_at(self, place: PlaceKey) -> bool:
        if self._places:
            return place in self._places
        return not self._days or place[0] in self._days


def place_facts(place: PlaceKey) -> dict[str, Any]:
    """A place as scripts send and take it."""
    day, period, slot, position = place
    return {"day": day.isoformat(), "period": period, "slot": slot, "position": position}


def read_place(monday: date, asked: Any) -> PlaceKey:
    """A place as scripts send it. KeyError, TypeError or ValueError for anything else."""
    return (
        day_of(monday, str(asked["day"])),
        str(asked["period"]),
        str(asked["slot"]),
        _small(asked["position"]),
    )


def read_seen(asked: Any) -> Seen | None:
    """What a page says it showed in a place; None where it says nothing."""
    if "seen" not in asked:
        return None
    return Seen(None if asked["seen"] is None else int(asked["seen"]))


def place_or_404(monday: date, sent: Any) -> PlaceKey:
    """A place as forms and addresses name it."""
    try:
        return read_place(monday, sent)
    except (KeyError, TypeError, ValueError):
        abort(404)


def dish_or_400(field: str) -> int:
    """The row of a dish that a form chose."""
    text = request.form.get(field, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        abort(400)
    return int(text)


def _small(value: Any) -> int:
    number = int(value)
    if not -1 <= number < 1000:
        raise ValueError(value)
    return number
