"""Volunteers: who they are, when they come, which parts of the grid they look after."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint, own_periods, tell
from canteen.blueprints.delivery.volunteering.duties import link_of
from canteen.blueprints.delivery.volunteering.forms import AreaForm, HouseholdForm, VolunteerForm
from canteen.blueprints.flashes import back_to
from canteen.blueprints.ours import ours
from canteen.blueprints.row_ids import row_id
from canteen.delivery import lists, registration
from canteen.delivery.models import Volunteer
from canteen.delivery.volunteering import queries, teams
from canteen.delivery.volunteering.agreements import accept_agreement, accepted_by, agreement_on
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.residents.models import GridNode, Resident
from canteen.staff.rules import Role


@blueprint.get("/delivery/volunteers")
@allow(Role.MANAGER, Role.COMMUNITY)
def volunteers() -> Any:
    """Everybody who carries meals, or one team of them."""
    site_id, session = current_site().id, db.session()
    team_id = request.args.get("team", type=row_id)
    everybody = lists.volunteers(session, site_id=site_id, active_only=False)
    agreement = agreement_on(session, site_id=site_id, day=today())
    return render_template(
        "delivery/volunteering/volunteers.html",
        volunteers=[one for one in everybody if team_id in (None, one.team_id)],
        areas=lists.areas_of(session, site_id=site_id),
        teams={one.id: one for one in queries.teams(session, site_id=site_id)},
        team_id=team_id,
        accepted=accepted_by(session, site_id=site_id, version=agreement.version),
        away=len(queries.absences(session, site_id=site_id, since=today())),
    )


@blueprint.route(
    "/delivery/volunteers/new", methods=["GET", "POST"], defaults={"volunteer_id": None}
)
@blueprint.route("/delivery/volunteers/<int:volunteer_id>", methods=["GET", "POST"])
@allow(Role.MANAGER, Role.COMMUNITY)
def volunteer(volunteer_id: int | None) -> Any:
    """Add or change a volunteer."""
    found = ours(Volunteer, volunteer_id) if volunteer_id else None
    form = _form(found)
    if not form.validate_on_submit():
        return _page(found, form, None)
    saved = registration.save_volunteer(
        site_id=current_site().id,
        volunteer_id=volunteer_id,
        values=_values(form),
        by=staff_id(),
        now=now(),
    )
    if isinstance(saved, Refusal):
        return _page(found, form, saved)
    flash(_("已保存"), "good")
    if found:
        return redirect(url_for("delivery.volunteers"))
    return redirect(url_for("delivery.volunteer", volunteer_id=saved, _anchor="areas"))


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/areas")
@allow(Role.MANAGER, Role.COMMUNITY)
def areas(volunteer_id: int) -> Any:
    """Give a volunteer a part of the grid."""
    found, form = ours(Volunteer, volunteer_id), AreaForm()
    if not form.validate_on_submit() or db.session.get(GridNode, form.grid_node_id.data) is None:
        abort(400)
    registration.add_area(volunteer_id=found.id, grid_node_id=form.grid_node_id.data or 0)
    return _back(volunteer_id)


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/areas/<int:grid_node_id>/removal")
@allow(Role.MANAGER, Role.COMMUNITY)
def area_removal(volunteer_id: int, grid_node_id: int) -> Any:
    """Take a part of the grid from a volunteer."""
    registration.remove_area(
        volunteer_id=ours(Volunteer, volunteer_id).id, grid_node_id=grid_node_id
    )
    return _back(volunteer_id)


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/households")
@allow(Role.MANAGER, Role.COMMUNITY)
def households(volunteer_id: int) -> Any:
    """Let somebody's meal usually be brought by this volunteer."""
    found, form = ours(Volunteer, volunteer_id), HouseholdForm()
    if not form.validate_on_submit() or not _may_assign(form):
        abort(400)
    refusal = teams.assign_household(
        site_id=current_site().id,
        volunteer_id=found.id,
        resident_id=form.resident_id.data or 0,
        period_code=form.period.data or "",
        by=staff_id(),
        now=now(),
    )
    if refusal:
        tell(refusal)
    return redirect(_households_of(volunteer_id))


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/households/removal")
@allow(Role.MANAGER, Role.COMMUNITY)
def household_removal(volunteer_id: int) -> Any:
    """Nobody in particular brings this meal any more."""
    found, form = ours(Volunteer, volunteer_id), HouseholdForm()
    if not form.validate_on_submit():
        abort(400)
    teams.release_household(
        volunteer_id=found.id,
        resident_id=form.resident_id.data or 0,
        period_code=form.period.data or "",
        by=staff_id(),
        now=now(),
    )
    return redirect(_households_of(volunteer_id))


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/acceptance")
@allow(Role.MANAGER, Role.COMMUNITY)
def acceptance(volunteer_id: int) -> Any:
    """The agreement of today was signed on paper."""
    found = ours(Volunteer, volunteer_id)
    refusal = accept_agreement(
        volunteer_id=found.id,
        version=request.form.get("version", "")[:20],
        on_paper=True,
        today=today(),
        by=staff_id(),
        now=now(),
    )
    return back_to(url_for("delivery.volunteer", volunteer_id=volunteer_id), refusal, _("已保存"))


def _may_assign(form: HouseholdForm) -> bool:
    person = db.session.get(Resident, form.resident_id.data or 0)
    known = {one.code for one in own_periods()}
    return person is not None and person.site_id == current_site().id and form.period.data in known


def _households_of(volunteer_id: int) -> str:
    return url_for("delivery.volunteer", volunteer_id=volunteer_id, _anchor="households")


def _page(found: Volunteer | None, form: VolunteerForm, refusal: Refusal | None) -> Any:
    said = say(refusal) if refusal else None
    if found is None:
        return render_template(
            "delivery/volunteering/volunteer.html", volunteer=None, form=form, said=said
        )
    session, site_id = db.session(), current_site().id
    text = request.args.get("q", "").strip()[:40]
    agreement = agreement_on(session, site_id=site_id, day=today())
    under = db.session.get(GridNode, request.args.get("under", type=row_id) or 0)
    return render_template(
        "delivery/volunteering/volunteer.html",
        volunteer=found,
        form=form,
        said=said,
        areas=lists.areas_of(db.session(), site_id=current_site().id).get(found.id, []),
        under=under,
        nodes=lists.nodes_under(db.session(), under.id if under else None),
        text=text,
        people=lists.find_people(session, site_id=site_id, text=text, limit=8) if text else [],
        households=queries.households_of(session, volunteer_id=found.id),
        periods={one.code: one for one in own_periods()},
        duties=queries.duties_of(session, volunteer=found, today=today()),
        link=link_of(found),
        version=agreement.version,
        accepted_at=accepted_by(session, site_id=site_id, version=agreement.version).get(found.id),
        day=today(),
    )


def _form(found: Volunteer | None) -> VolunteerForm:
    data: dict[str, Any] = {name: getattr(found, name) for name in _AS_TYPED} if found else {}
    if found:
        data |= {
            "weekdays": list(found.weekdays),
            "staff_id": found.staff_id or 0,
            "team_id": found.team_id or 0,
        }
    form = VolunteerForm(data=data)
    people = lists.free_sign_ins(
        db.session(), site_id=current_site().id, volunteer_id=found.id if found else None
    )
    form.staff_id.choices = [
        (0, _("不连账号，用纸质单")),
        *((one.id, f"{one.name}（{one.username}）") for one in people),
    ]
    groups = queries.teams(db.session(), site_id=current_site().id)
    form.team_id.choices = [(0, _("不在队里")), *((one.id, one.name) for one in groups)]
    return form


_AS_TYPED = (
    *("name", "phone", "box_capacity", "active"),
    *("kind", "company", "transport", "leaves_at", "back_by", "leads_team"),
)


def _values(form: VolunteerForm) -> dict[str, Any]:
    return {
        **{name: getattr(form, name).data for name in _AS_TYPED},
        "phone": form.phone.data or "",
        "weekdays": form.weekdays.digits,
        "staff_id": form.staff_id.data or None,
        "team_id": form.team_id.data or None,
    }


def _back(volunteer_id: int) -> Any:
    under = request.form.get("under", type=row_id)
    return redirect(
        url_for("delivery.volunteer", volunteer_id=volunteer_id, under=under, _anchor="areas")
    )
