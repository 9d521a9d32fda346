"""Teams, absences with their substitutes, hours, and the text of the agreement."""

from datetime import date, timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint, own_periods, tell
from canteen.blueprints.delivery.volunteer_forms import (
    AgreementForm,
    DutyForm,
    SubstituteForm,
    TeamForm,
)
from canteen.blueprints.filters import named
from canteen.blueprints.row_ids import row_id
from canteen.delivery.models import Volunteer
from canteen.delivery.volunteering import absences as actions
from canteen.delivery.volunteering import queries
from canteen.delivery.volunteering.agreements import agreement_on, save_agreement
from canteen.delivery.volunteering.credits import credits_between, statements
from canteen.delivery.volunteering.models import VolunteerTeam
from canteen.delivery.volunteering.substitutes import substitutes_for
from canteen.delivery.volunteering.teams import save_team
from canteen.foundation.database import db
from canteen.foundation.spreadsheets import Sheet, write_xlsx
from canteen.foundation.wording import Refusal, say
from canteen.staff.rules import Role

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/delivery/teams")
@allow(Role.MANAGER, Role.COMMUNITY)
def teams() -> Any:
    """Every team and how many carry in it."""
    site_id = current_site().id
    return render_template(
        "delivery/teams.html",
        teams=queries.teams(db.session(), site_id=site_id),
        sizes=queries.team_sizes(db.session(), site_id=site_id),
    )


@blueprint.route("/delivery/teams/new", methods=["GET", "POST"], defaults={"team_id": None})
@blueprint.route("/delivery/teams/<int:team_id>", methods=["GET", "POST"])
@allow(Role.MANAGER, Role.COMMUNITY)
def team(team_id: int | None) -> Any:
    """Add or change a team."""
    found = db.session.get(VolunteerTeam, team_id) if team_id else None
    if team_id and (found is None or found.site_id != current_site().id):
        abort(404)
    form, said = TeamForm(obj=found), None
    if form.validate_on_submit():
        values = {name: value for name, value in form.data.items() if name != "csrf_token"}
        saved = save_team(
            site_id=current_site().id, team_id=team_id, values=values, by=staff_id(), now=now()
        )
        if not isinstance(saved, Refusal):
            flash(_("已保存"), "good")
            return redirect(url_for("delivery.teams"))
        said = say(saved)
    return render_template("delivery/team.html", form=form, team=found, said=said)


@blueprint.get("/delivery/absences")
@allow(Role.MANAGER, Role.COMMUNITY)
def absences() -> Any:
    """Who does not come, and who goes instead."""
    return render_template(
        "delivery/absences.html",
        absences=queries.absences(db.session(), site_id=current_site().id, since=today()),
        periods={one.code: one for one in own_periods()},
    )


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/absences")
@allow(Role.MANAGER, Role.COMMUNITY)
def absence(volunteer_id: int) -> Any:
    """A volunteer told the office that they do not come."""
    found, form = _own_volunteer(volunteer_id), DutyForm()
    if not form.validate_on_submit() or form.day.data is None:
        abort(400)
    period = _known(form.period.data)
    refusal = actions.report_absence(
        volunteer_id=found.id, day=form.day.data, period_code=period,
        reason=form.reason.data or "", by_link=False, today=today(), by=staff_id(), now=now(),
    )  # fmt: skip
    if refusal:
        tell(refusal)
        return redirect(url_for("delivery.volunteer", volunteer_id=volunteer_id))
    return redirect(
        url_for("delivery.substitutes", volunteer_id=found.id, day=form.day.data, period=period)
    )


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/absences/removal")
@allow(Role.MANAGER, Role.COMMUNITY)
def absence_removal(volunteer_id: int) -> Any:
    """They come after all."""
    found, form = _own_volunteer(volunteer_id), DutyForm()
    if not form.validate_on_submit() or form.day.data is None:
        abort(400)
    refusal = actions.take_absence_back(
        volunteer_id=found.id, day=form.day.data, period_code=_known(form.period.data),
        by_link=False, today=today(), by=staff_id(), now=now(),
    )  # fmt: skip
    if refusal:
        tell(refusal)
    else:
        flash(_("已保存"), "good")
    return redirect(url_for("delivery.absences"))


@blueprint.get("/delivery/volunteers/<int:volunteer_id>/substitutes")
@allow(Role.MANAGER, Role.COMMUNITY)
def substitutes(volunteer_id: int) -> Any:
    """Who could go instead on a day: who knows the route comes first."""
    found = _own_volunteer(volunteer_id)
    day, period = _day(request.args.get("day", "")), _known(request.args.get("period"))
    held = queries.absences(db.session(), site_id=found.site_id, since=day)
    wanted = (found.id, day, period)
    return render_template(
        "delivery/substitutes.html",
        volunteer=found,
        absence=next(
            (
                one
                for one in held
                if (one.row.volunteer_id, one.row.service_date, one.row.period_code) == wanted
            ),
            None,
        ),
        found=substitutes_for(db.session(), volunteer=found, day=day, period_code=period),
        day=day,
        period=next(one for one in own_periods() if one.code == period),
    )


@blueprint.post("/delivery/volunteers/<int:volunteer_id>/substitutes/<day>/<period>")
@allow(Role.MANAGER, Role.COMMUNITY)
def substitute(volunteer_id: int, day: str, period: str) -> Any:
    """Let somebody go instead."""
    found, form, on = _own_volunteer(volunteer_id), SubstituteForm(), _day(day)
    if not form.validate_on_submit():
        abort(400)
    refusal = actions.name_substitute(
        site_id=current_site().id, volunteer_id=found.id, day=on, period_code=_known(period),
        substitute_id=form.substitute_id.data or 0, by=staff_id(), now=now(),
    )  # fmt: skip
    if refusal:
        tell(refusal)
    else:
        flash(_("已安排替补，没送的都转给他了"), "good")
    return redirect(url_for("delivery.absences"))


@blueprint.get("/delivery/hours")
@allow(Role.MANAGER, Role.COMMUNITY)
def hours() -> Any:
    """A month's hours and meals by volunteer, or round by round for one of them."""
    first, last = _month()
    who = request.args.get("volunteer", type=row_id)
    found = _own_volunteer(who) if who else None
    site_id = current_site().id
    credited = credits_between(
        db.session(), site_id=site_id, first=first, last=last, volunteer_id=who
    )
    return render_template(
        "delivery/hours.html",
        statements=statements(db.session(), site_id=site_id, credited=credited),
        credited=credited if found else [],
        volunteer=found,
        month=first,
        before=first - timedelta(days=1),
        after=last + timedelta(days=1),
        periods={one.code: one for one in own_periods()},
        day=today(),
    )


@blueprint.get("/delivery/hours.xlsx")
@allow(Role.MANAGER, Role.COMMUNITY)
def hours_workbook() -> Any:
    """The same month as an Excel workbook: one row a volunteer, then one row a round."""
    first, last = _month()
    site_id = current_site().id
    credited = credits_between(db.session(), site_id=site_id, first=first, last=last)
    totals = statements(db.session(), site_id=site_id, credited=credited)
    names = {one.volunteer.id: one.volunteer.name for one in totals}
    periods = {one.code: named(one) for one in own_periods()}
    rounds, doors, meals, spent = _("趟数"), _("户数"), _("送到份数"), _("小时")
    sheets = [
        Sheet(
            _("每人合计"),
            [_("姓名"), _("商家"), rounds, doors, meals, spent],
            [
                [one.volunteer.name, one.volunteer.company, one.rounds, one.doors, one.meals,
                 _hours(one.minutes)]
                for one in totals
            ],
        ),
        Sheet(
            _("每一趟"),
            [_("姓名"), _("日期"), _("餐次"), doors, meals, spent],
            [
                [names[one.volunteer_id], one.service_date, periods.get(one.period_code, ""),
                 one.doors, one.meals, _hours(one.minutes)]
                for one in credited
            ],
        ),
    ]  # fmt: skip
    name = f"volunteer-hours-{first:%Y-%m}.xlsx"
    return Response(
        write_xlsx(sheets),
        mimetype=_XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.route("/delivery/agreement", methods=["GET", "POST"])
@allow(Role.MANAGER)
def agreement() -> Any:
    """The text volunteers accept, and a new one from a day on."""
    site_id = current_site().id
    held = agreement_on(db.session(), site_id=site_id, day=today())
    form = AgreementForm(
        data={"valid_from": today() + timedelta(days=1), "words": "\n".join(held.paragraphs)}
    )
    said = None
    if form.validate_on_submit() and form.valid_from.data:
        refusal = save_agreement(
            site_id=site_id, valid_from=form.valid_from.data, words=form.words.data or "",
            today=today(), by=staff_id(), now=now(),
        )  # fmt: skip
        if refusal is None:
            flash(_("已保存，从那天起每位志愿者要重新看一遍并同意"), "good")
            return redirect(url_for("delivery.agreement"))
        said = say(refusal)
    return render_template("delivery/agreement_text.html", agreement=held, form=form, said=said)


def _hours(minutes: int) -> str:
    """Hours in quarters as text, so that no float enters a file: 1.25."""
    return f"{minutes // 60}.{minutes % 60 * 100 // 60:02d}"


def _month() -> tuple[date, date]:
    """The first and last day of the month of the address; 400 for what is none."""
    text = request.args.get("month", "") or f"{today():%Y-%m}"
    first = _day(f"{text}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    return first, after - timedelta(days=1)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        abort(400)
    return found if 2000 <= found.year <= 2100 else abort(400)


def _known(code: str | None) -> str:
    return next((one.code for one in own_periods() if one.code == code), None) or abort(400)


def _own_volunteer(volunteer_id: int) -> Volunteer:
    found = db.session.get(Volunteer, volunteer_id)
    if found is None or found.site_id != current_site().id:
        abort(404)
    return found
