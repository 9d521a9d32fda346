"""A site's ladder, and which diners it watches."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.needs.person import own_person
from canteen.blueprints.delivery.watching.forms import WatchForm, WatchTermsForm, rungs_typed
from canteen.blueprints.flashes import back_to
from canteen.delivery.watching import actions, ladder
from canteen.delivery.watching.models import WatchTerms
from canteen.delivery.watching.rules import MOST_STEPS
from canteen.foundation.database import db
from canteen.foundation.wording import say
from canteen.staff.rules import Role

_EMPTY_ROWS = 2


@blueprint.get("/delivery/ladder")
@allow(Role.MANAGER)
def ladder_steps() -> Any:
    """What is done when nobody answers, step by step."""
    return _page(ladder.ladder_of(db.session(), site_id=current_site().id))


@blueprint.post("/delivery/ladder")
@allow(Role.MANAGER)
def ladder_change() -> Any:
    """Set the whole ladder."""
    form = WatchTermsForm()
    rungs, wrong = rungs_typed(request.form)
    if wrong or not form.validate_on_submit():
        return _page(rungs or ladder.SHIPPED, form=form, wrong=wrong), 400
    refusal = ladder.save_ladder(
        site_id=current_site().id,
        rungs=rungs,
        terms=WatchTerms(
            office_name=(form.office_name.data or "").strip(),
            office_phone=(form.office_phone.data or "").strip(),
            missed_days=form.missed_days.data,
        ),
        by=staff_id(),
        now=now(),
    )
    if refusal:
        said = say(refusal)
        return _page(rungs or ladder.SHIPPED, form=form, wrong=f"{said.text}{said.next_step}"), 409
    flash(_("已保存，以后的告警按新的来"), "good")
    return redirect(url_for("delivery.ladder_steps"))


@blueprint.post("/delivery/people/<int:resident_id>/watch")
@allow(Role.MANAGER, Role.COMMUNITY)
def watch(resident_id: int) -> Any:
    """Set after how many days away somebody looks for a diner."""
    own_person(resident_id)
    form = WatchForm()
    address = url_for("residents.person", resident_id=resident_id, _anchor="watch")
    if not form.validate_on_submit():
        flash("；".join(str(one) for field in form for one in field.errors), "bad")
        return redirect(address)
    refusal = actions.watch_diner(
        site_id=current_site().id,
        resident_id=resident_id,
        missed_days=form.missed_days.data,
        neighbour=(
            (form.neighbour_name.data or "").strip(),
            (form.neighbour_phone.data or "").strip(),
        ),
        today=today(),
        by=staff_id(),
        now=now(),
    )
    return back_to(address, refusal, _("已保存"))


def _page(rungs: Any, *, form: WatchTermsForm | None = None, wrong: str = "") -> Any:
    terms = ladder.terms_of(db.session(), site_id=current_site().id)
    return render_template(
        "delivery/watching/ladder.html",
        rungs=rungs,
        empty=range(len(rungs) + 1, min(len(rungs) + _EMPTY_ROWS, MOST_STEPS) + 1),
        form=form or WatchTermsForm(formdata=None, obj=terms),
        wrong=wrong,
    )
