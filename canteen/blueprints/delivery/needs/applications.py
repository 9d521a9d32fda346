"""Applications that wait for a second person, the line, and until when a day can be changed."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint, own_periods, tell
from canteen.blueprints.delivery.needs.forms import ReasonForm, TermsForm
from canteen.blueprints.filters import day as day_words
from canteen.blueprints.flashes import back_to
from canteen.delivery import register
from canteen.delivery.models import NeedState
from canteen.delivery.needs import applications as actions
from canteen.delivery.needs import queries
from canteen.delivery.needs.terms import save_terms
from canteen.delivery.needs.wording import WAITS_FOR
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.residents.tag_queries import names_of_staff
from canteen.staff.rules import Role


@blueprint.get("/delivery/applications")
@allow(Role.MANAGER, Role.COMMUNITY)
def applications() -> Any:
    """Who asks for meals, who waits in line, and how much room there is."""
    site_id, session = current_site().id, db.session()
    proposed = queries.applications(session, site_id=site_id, state=NeedState.PROPOSED)
    waiting = queries.applications(session, site_id=site_id, state=NeedState.WAITING)
    programme = register.programme_on(session, site_id=site_id, day=today())
    people = [one.need.recorded_by for one in (*proposed, *waiting)]
    return render_template(
        "delivery/needs/applications.html",
        proposed=proposed,
        waiting=waiting,
        programme=programme,
        room=queries.room(session, programme=programme, day=today()) if programme else None,
        staff=names_of_staff(session, people),
        periods={one.code: one for one in own_periods()},
        usual=max(own_periods(), key=lambda one: one.code == "lunch").code,
        me=staff_id(),
    )


@blueprint.post("/delivery/needs/<int:need_id>/approval")
@allow(Role.MANAGER, Role.COMMUNITY)
def approval(need_id: int) -> Any:
    """Agree to an application."""
    form = _reason()
    settled = actions.approve_need(
        site_id=current_site().id,
        need_id=need_id,
        urgent_reason=form,
        today=today(),
        by=staff_id(),
        now=now(),
    )
    return _answer(settled)


@blueprint.post("/delivery/needs/<int:need_id>/admission")
@allow(Role.MANAGER, Role.COMMUNITY)
def admission(need_id: int) -> Any:
    """Give a free place to somebody in line."""
    settled = actions.admit_need(
        site_id=current_site().id,
        need_id=need_id,
        reason=_reason(),
        today=today(),
        by=staff_id(),
        now=now(),
    )
    return _answer(settled)


@blueprint.post("/delivery/needs/<int:need_id>/refusal")
@allow(Role.MANAGER, Role.COMMUNITY)
def need_refusal(need_id: int) -> Any:
    """Decline an application, or take it out of the line."""
    settled = actions.decline_need(
        site_id=current_site().id, need_id=need_id, reason=_reason(), by=staff_id(), now=now()
    )
    if isinstance(settled, Refusal):
        tell(settled)
    else:
        flash(_("没有批准：%(name)s", name=settled.name), "good")
    return redirect(url_for("delivery.applications"))


@blueprint.post("/delivery/needs/<int:need_id>/withdrawal")
@allow(Role.MANAGER, Role.COMMUNITY)
def withdrawal(need_id: int) -> Any:
    """Take back one's own application."""
    refusal = actions.withdraw_need(
        site_id=current_site().id, need_id=need_id, by=staff_id(), now=now()
    )
    return back_to(request.referrer or url_for("delivery.applications"), refusal, _("已撤回"))


@blueprint.route("/delivery/terms/<period_code>", methods=["GET", "POST"])
@allow(Role.MANAGER)
def terms(period_code: str) -> Any:
    """Until when one period can be changed."""
    period = next((one for one in own_periods() if one.code == period_code), None) or abort(404)
    held = queries.terms_of(db.session(), site_id=current_site().id)
    form = TermsForm(obj=held[period.code])
    if form.validate_on_submit():
        save_terms(
            site_id=current_site().id,
            period_code=period.code,
            values={name: value for name, value in form.data.items() if name != "csrf_token"},
            by=staff_id(),
            now=now(),
        )
        flash(_("已保存"), "good")
        return redirect(url_for("delivery.terms", period_code=period.code))
    return render_template(
        "delivery/needs/terms.html", form=form, period=period, periods=own_periods(), terms=held
    )


def _reason() -> str:
    form = ReasonForm()
    if not form.validate_on_submit():
        abort(400)
    return (form.reason.data or "").strip()


def _answer(settled: actions.Settled | Refusal) -> Any:
    if isinstance(settled, Refusal):
        tell(settled)
    elif settled.waits_for:
        why = WAITS_FOR[settled.waits_for]
        flash(_("同意了，但要排队：%(name)s，%(why)s", name=settled.name, why=why), "warn")
    else:
        begins = day_words(settled.begins)
        flash(_("已批准：%(name)s，%(day)s 起送", name=settled.name, day=begins), "good")
    return redirect(url_for("delivery.applications"))
