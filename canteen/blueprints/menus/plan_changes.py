"""Changing a draft week a little: what may not be served, days and dishes that stay, and other
dishes for one place."""

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.flashes import back_to
from canteen.blueprints.menus.grid import day_or_404, dish_or_400, place_or_404
from canteen.blueprints.menus.plan_grids import grid_of
from canteen.blueprints.menus.views import blueprint, monday_or_404
from canteen.foundation.calendar import week_name, week_of
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.menus import actions, pinning, plan_actions, plan_choices, plan_queries, queries
from canteen.menus.held import Seen
from canteen.menus.plan_asked import Asked, Place
from canteen.menus.plan_facts import Read, read_facts
from canteen.menus.plan_settings import Ban
from canteen.menus.plan_settings_reading import LONGEST_REASON
from canteen.menus.plan_words import Names, meal_words
from canteen.staff.rules import Role


@blueprint.get("/menus/<week>/changes")
@allow(Role.KITCHEN, Role.MANAGER)
def changes(week: str) -> Any:
    """What to leave out, what stays, and the week with its places to touch."""
    return _changes_page(monday_or_404(week))


@blueprint.post("/menus/<week>/changes")
@allow(Role.KITCHEN, Role.MANAGER)
def change_request(week: str) -> Any:
    """Have the week planned again with the fewest changes; leads to its progress at once."""
    monday = monday_or_404(week)
    asked = _asked(monday)
    if isinstance(asked, Refusal):
        return _changes_page(monday, asked), 422
    job_id = plan_actions.ask_for_plan(asked, by=staff_id(), now=now())
    if isinstance(job_id, Refusal):
        return _changes_page(monday, job_id), 422
    return redirect(url_for("jobs.job", job_id=job_id))


@blueprint.post("/menus/<week>/fixed-places")
@allow(Role.KITCHEN, Role.MANAGER)
def fixed_places(week: str) -> Any:
    """Fix a dish, or everything of a day, where it stands; or let it go."""
    monday = monday_or_404(week)
    site_id, pinned = current_site().id, request.form.get("pinned") == "1"
    if request.form.get("slot"):
        place = place_or_404(monday, request.form)
        pin = pinning.pin_place if pinned else pinning.unpin_place
        day, period, slot, position = place
        refusal = pin(site_id=site_id, day=day, period=period, slot=slot, position=position)
        back = url_for("menus.alternatives", **_address(place))
    else:
        day = day_or_404(week, request.form.get("day", ""))
        refusal = pinning.pin_day(site_id=site_id, day=day, pinned=pinned)
        back = url_for("menus.changes", week=week)
    return back_to(back, refusal, _("已固定，排菜时不会动") if pinned else _("不再固定"))


@blueprint.get("/menus/<week>/alternatives")
@allow(Role.KITCHEN, Role.MANAGER)
def alternatives(week: str) -> Any:
    """Other dishes for one place, the best first, with what each would change."""
    place = place_or_404(monday_or_404(week), request.args)
    return _alternatives_page(place)


@blueprint.post("/menus/<week>/alternatives")
@allow(Role.KITCHEN, Role.MANAGER)
def alternative_pick(week: str) -> Any:
    """Put one of them into the place at once."""
    place = place_or_404(monday_or_404(week), request.form)
    day, period, slot, position = place
    refusal = actions.place_dish(
        site_id=current_site().id, day=day, period=period, slot=slot, position=position,
        dish_id=dish_or_400("dish_id"), seen=Seen(dish_or_400("instead_of")),
    )  # fmt: skip
    if refusal and refusal.code == "place_taken":  # once more, with what stands there now
        return back_to(url_for("menus.alternatives", **_address(place)), refusal, "")
    back = url_for("menus.changes", week=week) + f"#p-{day}-{period}-{slot}-{position}"
    return back_to(back, refusal, _("已换好"))


def _changes_page(monday: date, refusal: Refusal | None = None) -> str:
    session, site_id = db.session(), current_site().id
    names = plan_queries.names_of(session, site_id)
    plan = queries.week_plan(session, site_id=site_id, monday=monday)
    if plan.published and refusal is None:
        refusal = Refusal("week_frozen", {"week": week_name(monday)})
    slots = queries.slots_of(session, site_id)
    stands = {
        (one.day, one.period, one.slot, one.position): one
        for one in plan.dishes
        if isinstance(one.day, date)
    }
    return render_template(
        "menus/plan_changes.html",
        week=week_name(monday),
        monday=monday,
        days=week_of(monday),
        fixed_days={one.day for one in plan.dishes}
        - {one.day for one in plan.dishes if not one.pinned},
        plan=plan,
        said=say(refusal) if refusal else None,
        typed=request.form,
        to_ban=plan_queries.words_to_ban(session),
        longest=LONGEST_REASON,
        weeks=grid_of(
            days=week_of(monday),
            slots=slots,
            names=names,
            places=[
                (day, slot.period, slot.code, number)
                for day in week_of(monday)
                for slot in slots
                for number in range(slot.places)
            ],
            dish_at={place: one.dish_id for place, one in stands.items() if one.dish_id},
            pinned=[place for place, one in stands.items() if one.pinned],
        ),
    )


def _alternatives_page(place: Place) -> Any:
    session, site_id = db.session(), current_site().id
    monday = week_of(place[0])[0]
    read = read_facts(session, Asked(site_id=site_id, monday=monday, kind="change"))
    if isinstance(read, Refusal):
        return _changes_page(monday, read), 409
    if place not in read.stood:
        return _changes_page(monday, Refusal("place_empty", {})), 409
    names = plan_queries.names_of(session, site_id)
    return alternatives_page(read, place, names, pinned=place in read.pinned)


def alternatives_page(
    read: Read, place: Place, names: Names, *, pinned: bool = False, offered: int | None = None
) -> str:
    """Other dishes for a place of a draft, or of the offer `offered`, which is changed alone."""
    return render_template(
        "menus/plan_alternatives.html",
        week=week_name(place[0]),
        offered=offered,
        place=place,
        where=f"{meal_words(place[0], place[1], names)} {names.slot(place[1], place[2])}",
        dish=names.dish(read.stood[place]),
        dish_id=read.stood[place],
        pinned=pinned,
        choices=plan_choices.choices_for(read, place, names),
    )


def _asked(monday: date) -> Asked | Refusal:
    """What the form asks: something left out on some days, days that stay, a place to change."""
    site_id, form = current_site().id, request.form
    locked = [day for day in week_of(monday) if day.isoformat() in form.getlist("locked")]
    asked: dict[str, Any] = {
        "site_id": site_id, "monday": monday, "kind": "change", "locked": tuple(locked),
        "seconds": 10,
    }  # fmt: skip
    if form.get("slot"):
        return Asked(**asked, elsewhere=(place_or_404(monday, form),))
    bans = []
    for text in form.get("without", "").replace("，", ",").replace("、", ",").split(","):
        if text.strip():
            mark = plan_queries.mark_of(db.session(), text)
            if mark is None:
                return Refusal("plan_not_banned", {"value": text.strip()[:30]})
            days = [day for day in week_of(monday) if day.isoformat() in form.getlist("days")]
            reason = " ".join(form.get("reason", "").split())[:LONGEST_REASON]
            bans.append(Ban(mark=mark, days=tuple(days or week_of(monday)), reason=reason))
    return Asked(**asked, bans=tuple(bans)) if bans else Refusal("plan_nothing_asked", {})


def _address(place: Place) -> dict[str, Any]:
    day, period, slot, position = place
    return {
        "week": week_name(day), "day": day.isoformat(), "period": period, "slot": slot,
        "position": position,
    }  # fmt: skip
