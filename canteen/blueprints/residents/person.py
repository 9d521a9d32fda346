"""One person: what is known of them, changing it, the whole ID number, another canteen."""

from collections.abc import Sequence
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow, may_open
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.filters import named
from canteen.blueprints.residents.blueprint import (
    DESK,
    OFFICE,
    blueprint,
    own_person,
    period_names,
    person_or_404,
    refused,
    saved,
    sight_at,
    sites_with,
)
from canteen.blueprints.residents.forms import (
    CorrectionForm,
    DepartureForm,
    DisclosureForm,
    PersonForm,
    TagForm,
)
from canteen.blueprints.residents.registering import checked_person, person_form
from canteen.blueprints.residents.watching import watch_parts
from canteen.blueprints.row_ids import row_id
from canteen.foundation.database import db
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal
from canteen.residents import actions, diets, grid_queries, queries, tag_queries, transfers
from canteen.residents.models import Resident, Status
from canteen.residents.tag_rules import renewal_of
from canteen.settlement import after_end
from canteen.sites.models import Site


@blueprint.get("/residents/<int:resident_id>")
@allow(*DESK)
def person(resident_id: int) -> Any:
    """One person: facts, tags, diet, household."""
    return person_page(person_or_404(resident_id))


@blueprint.route("/residents/<int:resident_id>/edit", methods=["GET", "POST"])
@allow(*OFFICE)
def change(resident_id: int) -> Any:
    """Change what is known of a person."""
    found = own_person(resident_id)
    form = PersonForm(data=_typed(found))
    if not form.validate_on_submit():
        return person_form(form, person=found)
    checked = checked_person(form)
    if isinstance(checked, list):
        form.tell(checked)
        return person_form(form, person=found)
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
        return person_form(form, person=person_or_404(resident_id), refusal=refusal)
    return saved(resident_id)


@blueprint.post("/residents/<int:resident_id>/disclosures")
@allow(*OFFICE)
def disclosures(resident_id: int) -> Any:
    """Show the whole ID number once, and keep who asked and why."""
    own_person(resident_id)
    number = actions.disclose_id_number(
        resident_id=resident_id,
        reason=DisclosureForm().reason.data or "",
        keys=keys(),
        now=now(),
        by=staff_id(),
    )
    if isinstance(number, Refusal):
        return refused(resident_id, number)
    return person_page(person_or_404(resident_id), id_number=number)


@blueprint.post("/residents/<int:resident_id>/transfer")
@allow(*OFFICE)
def transfer(resident_id: int) -> Any:
    """Register here somebody of another canteen at which the reader holds the same rights."""
    found = person_or_404(resident_id)
    if found.site_id not in sites_with(*OFFICE):
        abort(403)
    transfers.transfer_resident(
        resident_id=resident_id, site_id=current_site().id, now=now(), by=staff_id()
    )
    return saved(resident_id, _("已转到%(site)s", site=named(current_site())))


def person_page(found: Resident, **more: Any) -> str:
    """A person's page with everything the reader may do on it."""
    own = found.site_id == current_site().id
    sight = sight_at(found.site_id)
    return render_template(
        "residents/person.html",
        **{
            "person": found,
            "own": own,
            "sight": sight,
            "may_transfer": not own and found.site_id in sites_with(*OFFICE),
            "registered_at": None if own else db.session.get_one(Site, found.site_id),
            "staff_names": tag_queries.names_of_staff(
                db.session(),
                [who for tag in found.tags for who in (tag.recorded_by, tag.decided_by)],
            ),
            "me": staff_id(),
            "late": _late_meals(found) if own else (),
            "periods": period_names(),
            "funders": after_end.funder_names(db.session()),
            "address": grid_queries.addresses(db.session(), [found.household_id]).get(
                found.household_id or 0
            ),
            "members": queries.household_members(db.session(), found),
            "seen": queries.disclosures(db.session(), found.id) if sight.disclosures else (),
            "id_number": None,
            "tag_form": _tag_form(found),
            "tag_said": None,
            "renewing": request.args.get("renew") is not None,
            "departure_form": DepartureForm(formdata=None, data={"ended_on": today()}),
            "correction_form": CorrectionForm(
                formdata=None, data={"status": found.status, "ended_on": found.ended_on}
            ),
            "disclosure_form": DisclosureForm(formdata=None),
            "today": today(),
            "person_links": _links(found.id),
            **watch_parts(found, own=own),
            **more,
        },
    )


def _late_meals(found: Resident) -> Sequence[after_end.LateMeal]:
    """What the person was still subsidised with after they had gone, for the office only."""
    if found.status == Status.ACTIVE or not sight_at(found.site_id).tags:
        return ()
    return after_end.late_meals_of(db.session(), resident_id=found.id)


def _tag_form(found: Resident) -> TagForm:
    """An empty form, or the renewal of one of the person's tags from the day after."""
    old = next((t for t in found.tags if t.id == request.args.get("renew", type=row_id)), None)
    if old is None or old.valid_until is None:
        return TagForm(formdata=None, data={"valid_from": today()})
    new = renewal_of(old.tag, old.valid_until)
    return TagForm(
        formdata=None,
        data={"tag": new.tag, "valid_from": new.valid_from, "valid_until": new.valid_until},
    )


def _links(resident_id: int) -> list[dict[str, Any]]:
    """Pages of other rooms about a person, as far as they are open to the reader."""
    wanted = (
        ("cards.person", "card", _("餐卡")),
        ("wallets.account", "receipt", _("对账单")),
        ("entitlements.card", "claim", _("享优待")),
    )
    return [
        {"url": url_for(endpoint, resident_id=resident_id), "icon": picture, "text": text}
        for endpoint, picture, text in wanted
        if endpoint in current_app.view_functions and may_open(endpoint)
    ]


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
