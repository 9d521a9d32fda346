"""Registering somebody, and the form that registering and changing share."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.residents.blueprint import DESK, blueprint, sites_with
from canteen.blueprints.residents.forms import PersonForm
from canteen.cards.enrolment import enrol_resident
from canteen.foundation.database import db
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal, Said, say
from canteen.residents import diets, grid_queries
from canteen.residents.addresses import check_room
from canteen.residents.models import Resident
from canteen.residents.registration import Registration, doubt_of
from canteen.residents.rules import Person, Problem, read_person


@blueprint.route("/residents/new", methods=["GET", "POST"])
@allow(*DESK)
def registration() -> Any:
    """Register somebody."""
    form = PersonForm()
    if not form.validate_on_submit():
        form.request_id.data = secrets.token_hex(16)
        _suggest_hukou(form)
        return person_form(form)
    checked = checked_person(form)
    if isinstance(checked, list):
        form.tell(checked)
        return person_form(form)
    person, unit_id, room = checked
    added = enrol_resident(
        Registration(
            person=person,
            site_id=current_site().id,
            unit_id=unit_id,
            room=room,
            request_id=(form.request_id.data or "")[:36] or None,
            confirmed=form.confirmed.data or "",
            open_sites=sites_with(*DESK),
        ),
        keys=keys(),
        now=now(),
        by=staff_id(),
    )
    if isinstance(added, Refusal):
        return person_form(form, refusal=added, doubt=doubt_of(person))
    flash(_("已登记 %(name)s", name=person.name), "good")
    return redirect(url_for("residents.person", resident_id=added))


def _suggest_hukou(form: PersonForm) -> None:
    """Most who register live where the canteen stands."""
    site = current_site()
    if request.method == "GET":
        form.hukou_city.data, form.hukou_district.data = site.city, site.district
        form.hukou_town.data = site.town


def person_form(
    form: PersonForm,
    *,
    person: Resident | None = None,
    refusal: Refusal | None = None,
    doubt: str = "",
) -> Any:
    """The long form, new or with what is wrong beside each field."""
    said: Said | None = say(refusal) if refusal else None
    page = render_template(
        "residents/person_form.html",
        form=form,
        person=person,
        said=said,
        known=refusal.facts.get("resident_id") if refusal else None,
        doubt=doubt if refusal and refusal.code in _DOUBTS else "",
        units=grid_queries.all_units(db.session()),
        diet_groups=diets.GROUPS,
        group_of={diet.code: diet.group for diet in diets.DIETS},
    )
    return page, 409 if refusal else 400 if form.errors else 200


def checked_person(form: PersonForm) -> tuple[Person, int | None, str] | list[Problem]:
    """The person and the door from a form, or everything that is wrong with them."""
    person = read_person(form.data, today=today())
    problems = person if isinstance(person, list) else []
    place, room = (form.place.data or "").strip(), (form.room.data or "").strip()
    unit_id = _unit(place, problems) if place else None
    if room and not place:
        problems.append(Problem("place", "", Refusal("address_missing")))
    checked_room = check_room(room) if place else ""
    if isinstance(checked_room, Refusal):
        problems.append(Problem("room", room, checked_room))
    if problems or not isinstance(person, Person):
        return problems
    return person, unit_id, str(checked_room)


def _unit(place: str, problems: list[Problem]) -> int | None:
    found = grid_queries.unit_named(db.session(), place)
    if len(found) == 1:
        return next(iter(found))
    if found:
        places = "、".join(one.label for one in list(found.values())[:4])
        facts = {"value": place[:40], "count": len(found), "places": places}
        problems.append(Problem("place", place[:40], Refusal("unit_unclear", facts)))
    else:
        refusal = Refusal("unit_unknown", {"value": place[:40]})
        problems.append(Problem("place", place[:40], refusal))
    return None


_DOUBTS = ("resident_looks_known", "resident_looks_known_elsewhere")
