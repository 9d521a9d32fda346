"""Changing a draft by hand, a place at a time; the grid comes back as HTML each time."""

from typing import Any

from flask import abort, request

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site
from canteen.blueprints.menus.grid import Change, day_of, monday_or_404, read_place, read_seen
from canteen.blueprints.menus.views import blueprint
from canteen.blueprints.row_ids import row_id
from canteen.menus import actions, pinning
from canteen.menus.swapping import PlaceChange, restore_places, swap_places
from canteen.staff.rules import Role

_NOT_MEANT = (KeyError, TypeError, ValueError)
_MOST_CHANGES = 7 * 400


@blueprint.post("/menus/<week>/places")
@allow(Role.KITCHEN, Role.MANAGER)
def places(week: str) -> Any:
    """Put a dish into a place, or empty it (dish_id null). `seen`: what the page showed there."""
    monday, asked = monday_or_404(week), request.get_json()
    try:
        place = read_place(monday, asked)
        dish_id = None if asked["dish_id"] is None else int(asked["dish_id"])
        seen = read_seen(asked)
    except _NOT_MEANT:
        abort(400)
    change = Change(monday, places=(place,))
    day, period, slot, position = place
    named: dict[str, Any] = {
        "day": day, "period": period, "slot": slot, "position": position, "seen": seen,
    }  # fmt: skip
    if dish_id is None:
        return change.answer(actions.clear_place(site_id=current_site().id, **named))
    return change.answer(actions.place_dish(site_id=current_site().id, dish_id=dish_id, **named))


@blueprint.post("/menus/<week>/swaps")
@allow(Role.KITCHEN, Role.MANAGER)
def swaps(week: str) -> Any:
    """Exchange what stands in two places."""
    monday, asked = monday_or_404(week), request.get_json()
    try:
        one, other = read_place(monday, asked["one"]), read_place(monday, asked["other"])
        seen = read_seen(asked["one"]), read_seen(asked["other"])
        pinned_too = bool(asked.get("pinned_too"))
    except (*_NOT_MEANT, AttributeError):
        abort(400)
    change = Change(monday, places=(one, other))
    return change.answer(
        swap_places(
            site_id=current_site().id, one=one, other=other, pinned_too=pinned_too, seen=seen
        )
    )


@blueprint.post("/menus/<week>/pins")
@allow(Role.KITCHEN, Role.MANAGER)
def pins(week: str) -> Any:
    """Lock or open a place, or a whole day where no place is named."""
    monday, asked = monday_or_404(week), request.get_json()
    try:
        pinned = bool(asked["pinned"])
        place = read_place(monday, asked) if "position" in asked else None
        day = day_of(monday, str(asked["day"]))
    except _NOT_MEANT:
        abort(400)
    change, site_id = Change(monday, days=(day,)), current_site().id
    if place is None:
        return change.answer(pinning.pin_day(site_id=site_id, day=day, pinned=pinned))
    pin = pinning.pin_place if pinned else pinning.unpin_place
    _day, period, slot, position = place
    return change.answer(pin(site_id=site_id, day=day, period=period, slot=slot, position=position))


@blueprint.post("/menus/<week>/restorations")
@allow(Role.KITCHEN, Role.MANAGER)
def restorations(week: str) -> Any:
    """Take back a change, as the answer to it described it."""
    monday, asked = monday_or_404(week), request.get_json()
    try:
        changes = [
            PlaceChange(
                place=read_place(monday, one),
                before=_dish(one["before"]),
                after=_dish(one["after"]),
                pinned=bool(one.get("pinned")),
            )
            for one in asked["changes"]
        ]
    except (*_NOT_MEANT, AttributeError):
        abort(400)
    if not 0 < len(changes) <= _MOST_CHANGES:
        abort(400)
    change = Change(monday, places=tuple(one.place for one in changes))
    return change.answer(restore_places(site_id=current_site().id, monday=monday, changes=changes))


def _dish(value: Any) -> int | None:
    return None if value is None else row_id(str(value))
