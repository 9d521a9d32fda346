"""People: the list and its search, one person, registering and changing."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from canteen.blueprints.access import allow, may_open
from canteen.blueprints.context import current_site, now, roles_here, staff_id, today
from canteen.blueprints.residents import names
from canteen.blueprints.residents.forms import (
    DepartureForm,
    DisclosureForm,
    EndTagForm,
    PersonForm,
    TagForm,
)
from canteen.blueprints.row_ids import row_id
from canteen.cards.enrolment import enrol_resident
from canteen.cards.models import Card
from canteen.cards.tokens import unproven_number
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal, Said, say
from canteen.residents import actions, diets, grid_queries, queries
from canteen.residents.addresses import check_room
from canteen.residents.identity import mask_phone
from canteen.residents.models import GridNode, Level, Resident, Status
from canteen.residents.registration import Registration, doubt_of
from canteen.residents.rules import (
    Person,
    Problem,
    Query,
    age_of,
    read_person,
    read_query,
    sight_of,
    validity,
)
from canteen.staff.rules import Role

blueprint = Blueprint("residents", __name__, url_prefix="/residents")

OFFICE = (Role.MANAGER, Role.COMMUNITY)
DESK = (*OFFICE, Role.CLERK)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Names of codes, and what the reader may see."""
    return names.for_templates() | {
        "sight": sight_of(roles_here()),
        "age_of": age_of,
        "mask_phone": mask_phone,
        "validity": validity,
    }


@blueprint.get("")
@allow(*DESK)
def people() -> Any:
    """The list, and what a search finds in it."""
    asked = request.args.get("q", "")
    query = read_query(asked)
    if query.kind in _PRIVATE:
        return _whom(query)
    node = _node(request.args.get("node", type=row_id))
    page = queries.people(
        db.session(),
        site_id=None if request.args.get("everywhere") else current_site().id,
        query=query,
        status=_status() if query.kind == "nothing" else None,
        card_holder=_card_holder(query),
        keys=keys(),
        node_path=node.path if node else None,
        number=page_number(request.args.get("page")),
    )
    return render_template(
        "residents/people.html",
        page=page,
        asked=asked,
        query=query,
        status=_status(),
        node=node,
        everywhere=bool(request.args.get("everywhere")),
        addresses=grid_queries.addresses(db.session(), [p.household_id for p in page.rows]),
        tags=queries.tags_of(db.session(), [p.id for p in page.rows], today()),
        today=today(),
    )


@blueprint.post("/searches")
@allow(*DESK)
def search() -> Any:
    """Look for what was typed or scanned; secrets go straight to the person they mean."""
    asked = request.form.get("q", "")
    query = read_query(asked)
    if query.kind in _PRIVATE:
        return _whom(query)
    everywhere = 1 if request.form.get("everywhere") else None
    return redirect(url_for("residents.people", q=asked[:80] or None, everywhere=everywhere))


@blueprint.route("/new", methods=["GET", "POST"])
@allow(*DESK)
def registration() -> Any:
    """Register somebody."""
    form = PersonForm()
    if not form.validate_on_submit():
        form.request_id.data = secrets.token_hex(16)
        _suggest_hukou(form)
        return _person_form(form)
    checked = _checked(form)
    if isinstance(checked, list):
        form.tell(checked)
        return _person_form(form)
    person, unit_id, room = checked
    added = enrol_resident(
        Registration(
            person=person,
            site_id=current_site().id,
            unit_id=unit_id,
            room=room,
            request_id=(form.request_id.data or "")[:36] or None,
            confirmed=form.confirmed.data or "",
        ),
        keys=keys(),
        now=now(),
        by=staff_id(),
    )
    if isinstance(added, Refusal):
        return _person_form(form, refusal=added, doubt=doubt_of(person))
    flash(_("已登记 %(name)s", name=person.name), "good")
    return redirect(url_for("residents.person", resident_id=added))


@blueprint.get("/<int:resident_id>")
@allow(*DESK)
def person(resident_id: int) -> Any:
    """One person: facts, tags, diet, household."""
    return _person_page(_person_or_404(resident_id))


@blueprint.route("/<int:resident_id>/edit", methods=["GET", "POST"])
@allow(*OFFICE)
def change(resident_id: int) -> Any:
    """Change what is known of a person."""
    found = _own_person(resident_id)
    form = PersonForm(data=_typed(found))
    if not form.validate_on_submit():
        return _person_form(form, person=found)
    checked = _checked(form)
    if isinstance(checked, list):
        form.tell(checked)
        return _person_form(form, person=found)
    typed, unit_id, room = checked
    refusal = actions.change_resident(
        resident_id=resident_id,
        person=typed,
        unit_id=unit_id,
        room=room,
        keys=keys(),
        now=now(),
        by=staff_id(),
    )
    if refusal:
        return _person_form(form, person=_person_or_404(resident_id), refusal=refusal)
    return _saved(resident_id)


@blueprint.post("/<int:resident_id>/tags")
@allow(*OFFICE)
def tags(resident_id: int) -> Any:
    """Record a tag."""
    found = _own_person(resident_id)
    form = TagForm()
    if not form.validate_on_submit():
        return _person_page(found, tag_form=form), 400
    assert form.valid_from.data is not None
    refusal = actions.record_tag(
        resident_id=resident_id,
        tag=form.tag.data,
        valid_from=form.valid_from.data,
        valid_until=form.valid_until.data,
        evidence=form.evidence.data or "",
        now=now(),
        by=staff_id(),
    )
    if refusal:
        return _person_page(_person_or_404(resident_id), tag_form=form, tag_said=say(refusal)), 409
    return _saved(resident_id)


@blueprint.post("/<int:resident_id>/tags/<int:tag_id>/end")
@allow(*OFFICE)
def tag_end(resident_id: int, tag_id: int) -> Any:
    """Say until when a tag holds."""
    _own_person(resident_id)
    form = EndTagForm()
    if not form.validate_on_submit():
        return _not_done(resident_id, form.last_day.errors)
    assert form.last_day.data is not None
    refusal = actions.end_tag(
        resident_id=resident_id,
        tag_id=tag_id,
        last_day=form.last_day.data,
        now=now(),
        by=staff_id(),
    )
    return _refused(resident_id, refusal) if refusal else _saved(resident_id)


@blueprint.post("/<int:resident_id>/departure")
@allow(*OFFICE)
def departure(resident_id: int) -> Any:
    """Somebody has moved away or died."""
    _own_person(resident_id)
    form = DepartureForm()
    if not form.validate_on_submit():
        return _not_done(resident_id, [*form.status.errors, *form.ended_on.errors])
    assert form.ended_on.data is not None
    refusal = actions.end_residence(
        resident_id=resident_id,
        status=Status(form.status.data),
        ended_on=form.ended_on.data,
        today=today(),
        now=now(),
        by=staff_id(),
    )
    return _refused(resident_id, refusal) if refusal else _saved(resident_id)


@blueprint.post("/<int:resident_id>/return")
@allow(*OFFICE)
def homecoming(resident_id: int) -> Any:
    """Somebody is back, or was never gone."""
    _own_person(resident_id)
    actions.resume_residence(resident_id=resident_id, now=now(), by=staff_id())
    return _saved(resident_id)


@blueprint.post("/<int:resident_id>/disclosures")
@allow(*OFFICE)
def disclosures(resident_id: int) -> Any:
    """Show the whole ID number once, and keep who asked and why."""
    _own_person(resident_id)
    number = actions.disclose_id_number(
        resident_id=resident_id,
        reason=DisclosureForm().reason.data or "",
        keys=keys(),
        now=now(),
        by=staff_id(),
    )
    if isinstance(number, Refusal):
        return _refused(resident_id, number)
    return _person_page(_person_or_404(resident_id), id_number=number)


def _person_page(found: Resident, **more: Any) -> str:
    return render_template(
        "residents/person.html",
        **{
            "person": found,
            "address": grid_queries.addresses(db.session(), [found.household_id]).get(
                found.household_id or 0
            ),
            "members": queries.household_members(db.session(), found),
            "seen": queries.disclosures(db.session(), found.id)
            if sight_of(roles_here()).disclosures
            else (),
            "id_number": None,
            "tag_form": TagForm(formdata=None, data={"valid_from": today()}),
            "tag_said": None,
            "departure_form": DepartureForm(formdata=None, data={"ended_on": today()}),
            "disclosure_form": DisclosureForm(formdata=None),
            "today": today(),
            "person_links": _links(found.id),
            **more,
        },
    )


def _links(resident_id: int) -> list[dict[str, Any]]:
    """Pages of other rooms about a person, as far as they are open to the reader."""
    wanted = (
        ("cards.person", "card", _("餐卡")),
        ("wallets.account", "receipt", _("对账单")),
    )
    return [
        {"url": url_for(endpoint, resident_id=resident_id), "icon": picture, "text": text}
        for endpoint, picture, text in wanted
        if endpoint in current_app.view_functions and may_open(endpoint)
    ]


def _person_form(
    form: PersonForm,
    *,
    person: Resident | None = None,
    refusal: Refusal | None = None,
    doubt: str = "",
) -> Any:
    said: Said | None = say(refusal) if refusal else None
    page = render_template(
        "residents/person_form.html",
        form=form,
        person=person,
        said=said,
        known=refusal.facts.get("resident_id") if refusal else None,
        doubt=doubt if refusal and refusal.code == "resident_looks_known" else "",
        units=grid_queries.all_units(db.session()),
        diet_groups=diets.GROUPS,
        group_of={diet.code: diet.group for diet in diets.DIETS},
    )
    return page, 409 if refusal else 400 if form.errors else 200


def _checked(form: PersonForm) -> tuple[Person, int | None, str] | list[Problem]:
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


def _typed(person: Resident) -> dict[str, Any]:
    """A stored person as the form shows them; the ID number stays out."""
    address = grid_queries.addresses(db.session(), [person.household_id]).get(
        person.household_id or 0
    )
    values = {
        field: getattr(person, field)
        for field in PersonForm.__dict__
        if hasattr(Resident, field) and field not in ("diets", "birthday", "request_id")
    }
    return values | {
        "birthday": person.birthday.isoformat() if person.birthday else "",
        "diets": list(diets.split(person.diets)),
        "place": address.place.label if address else "",
        "room": address.room if address else "",
    }


def _suggest_hukou(form: PersonForm) -> None:
    """Most who register live where the canteen stands."""
    site = current_site()
    if request.method == "GET":
        form.hukou_city.data, form.hukou_district.data = site.city, site.district
        form.hukou_town.data = site.town


def _card_holder(query: Query) -> int | None:
    """Whose card it is that was scanned or typed; any state: it only finds a page."""
    number = unproven_number(query.value) if query.kind == "card_token" else query.value
    if query.kind not in ("card_token", "card_number") or number is None:
        return None
    holders = select(Card.resident_id).where(Card.number == number).limit(1)
    return db.session.scalar(holders)


_PRIVATE = ("card_token", "id", "phone")
"""What may not stay in an address: it would be kept by histories, proxies and logs."""


def _whom(query: Query) -> Any:
    """To the one person a card, an ID number or a whole phone number means."""
    page = queries.people(
        db.session(), site_id=None, query=query, status=None,
        card_holder=_card_holder(query), keys=keys(),
    )  # fmt: skip
    if len(page.rows) == 1:
        return redirect(url_for("residents.person", resident_id=page.rows[0].id))
    if page.rows:  # a family with one phone
        return redirect(url_for("residents.people", q=query.value[-4:], everywhere=1))
    flash(_("没有找到这张卡或这个号码，请按姓名查找"), "warn")
    return redirect(url_for("residents.people"))


def _status() -> str:
    asked = request.args.get("status", "")
    return asked if asked in (Status.MOVED, Status.DECEASED) else Status.ACTIVE


def _node(node_id: int | None) -> GridNode | None:
    """The place to look below; a whole community is looked at by searching, not listing."""
    found = db.session.get(GridNode, node_id) if node_id else None
    return found if found and found.level != Level.COMMUNITY else None


def _person_or_404(resident_id: int) -> Resident:
    found = queries.resident(db.session(), resident_id)
    if found is None:
        abort(404)
    return found


def _own_person(resident_id: int) -> Resident:
    """Somebody registered here: another canteen's people are looked at, never changed."""
    found = _person_or_404(resident_id)
    if found.site_id != current_site().id:
        abort(403)
    return found


def _saved(resident_id: int) -> Any:
    flash(_("已保存"), "good")
    return redirect(url_for("residents.person", resident_id=resident_id))


def _refused(resident_id: int, refusal: Refusal) -> Any:
    said = say(refusal)
    return _not_done(resident_id, [said.text, said.next_step])


def _not_done(resident_id: int, sentences: Sequence[Any]) -> Any:
    flash(" ".join(str(one) for one in sentences), "bad")
    return redirect(url_for("residents.person", resident_id=resident_id))
