"""The free-meal register: who is on it, each person's needs and pauses, the programmes."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import (
    blueprint,
    chosen_day,
    chosen_period,
    given,
    own_periods,
)
from canteen.blueprints.delivery.forms import (
    LastDayForm,
    NeedForm,
    PauseForm,
    ProgrammeForm,
)
from canteen.blueprints.filters import is_english, named
from canteen.delivery import lists, register, registration
from canteen.delivery.models import DeliveryNeed, DeliveryPause, FreeMealProgramme
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import Refusal, say
from canteen.residents.models import Resident
from canteen.residents.tags import TAGS
from canteen.staff.rules import Role


@blueprint.get("/delivery/register")
@allow(Role.MANAGER, Role.COMMUNITY)
def people() -> Any:
    """Who needs a meal brought on a day, in grid order, and who is entitled."""
    periods, day = own_periods(), chosen_day()
    period = chosen_period(periods)
    programme = register.programme_on(db.session(), site_id=current_site().id, day=day)
    wanted: dict[str, Any] = {
        "site_id": current_site().id,
        "day": day,
        "period_code": period.code,
        "tags": programme.tags.split(";") if programme else [],
    }
    number = page_number(request.args.get("page"))
    page = register.page(db.session(), number=number, **wanted)
    return render_template(
        "delivery/register.html",
        page=page,
        places=lists.place_names(db.session(), [entry.path for entry in page.rows]),
        counts=register.counts(db.session(), **wanted),
        programme=programme,
        periods=periods,
        period=period,
        day=day,
    )


@blueprint.get("/delivery/people")
@allow(Role.MANAGER, Role.COMMUNITY)
def search() -> Any:
    """Find somebody who is to get meals."""
    text = request.args.get("q", "").strip()[:40]
    found = lists.find_people(db.session(), site_id=current_site().id, text=text)
    return render_template("delivery/search.html", text=text, found=found)


@blueprint.get("/delivery/people/<int:resident_id>")
@allow(Role.MANAGER, Role.COMMUNITY)
def person(resident_id: int) -> Any:
    """One person's needs and pauses."""
    return _person_page(_own_person(resident_id), _need_form(), PauseForm(formdata=None), None)


@blueprint.post("/delivery/people/<int:resident_id>/needs")
@allow(Role.MANAGER, Role.COMMUNITY)
def need(resident_id: int) -> Any:
    """Register that a person needs meals brought."""
    found, form = _own_person(resident_id), _need_form()
    if not form.validate_on_submit():
        return _person_page(found, form, PauseForm(formdata=None), None)
    refusal = registration.add_need(
        site_id=current_site().id,
        resident_id=resident_id,
        period_code=form.period_code.data,
        weekdays=form.weekdays.digits,
        valid_from=given(form.valid_from.data),
        valid_until=form.valid_until.data,
        by=staff_id(),
        now=now(),
    )
    if refusal:
        return _person_page(found, form, PauseForm(formdata=None), refusal)
    return _saved("delivery.person", resident_id=resident_id)


@blueprint.post("/delivery/people/<int:resident_id>/pauses")
@allow(Role.MANAGER, Role.COMMUNITY)
def pause(resident_id: int) -> Any:
    """Register days on which nothing is brought."""
    found, form = _own_person(resident_id), PauseForm()
    if not form.validate_on_submit():
        return _person_page(found, _need_form(fresh=True), form, None)
    refusal = registration.add_pause(
        resident_id=resident_id,
        since=given(form.since.data),
        until=given(form.until.data),
        reason=form.reason.data or "",
        by=staff_id(),
        now=now(),
    )
    if refusal:
        return _person_page(found, _need_form(fresh=True), form, refusal)
    return _saved("delivery.person", resident_id=resident_id)


@blueprint.post("/delivery/needs/<int:need_id>/end")
@allow(Role.MANAGER, Role.COMMUNITY)
def need_end(need_id: int) -> Any:
    """Bring no more meals after a day."""
    found = db.session.get(DeliveryNeed, need_id)
    if found is None or found.site_id != current_site().id:
        abort(404)
    resident_id, form = found.resident_id, LastDayForm()
    if not form.validate_on_submit():
        return _mistake(form, resident_id)
    registration.end_need(
        need_id=need_id, last_day=given(form.last_day.data), by=staff_id(), now=now()
    )
    return _saved("delivery.person", resident_id=resident_id)


@blueprint.post("/delivery/pauses/<int:pause_id>/end")
@allow(Role.MANAGER, Role.COMMUNITY)
def pause_end(pause_id: int) -> Any:
    """Bring meals again after a day."""
    found = db.session.get(DeliveryPause, pause_id)
    if found is None:
        abort(404)
    resident_id, form = _own_person(found.resident_id).id, LastDayForm()
    if not form.validate_on_submit():
        return _mistake(form, resident_id)
    registration.end_pause(
        pause_id=pause_id, last_day=given(form.last_day.data), by=staff_id(), now=now()
    )
    return _saved("delivery.person", resident_id=resident_id)


@blueprint.get("/delivery/programmes")
@allow(Role.MANAGER, Role.COMMUNITY)
def programmes() -> Any:
    """Who pays for free meals, for whom, from and until when."""
    rows = lists.programmes(db.session(), site_id=current_site().id)
    return render_template(
        "delivery/programmes.html", programmes=rows, funders=_funders(), day=today()
    )


@blueprint.route(
    "/delivery/programmes/new", methods=["GET", "POST"], defaults={"programme_id": None}
)
@blueprint.route("/delivery/programmes/<int:programme_id>", methods=["GET", "POST"])
@allow(Role.MANAGER)
def programme(programme_id: int | None) -> Any:
    """Add or change a programme."""
    form = _programme_form(_own_programme(programme_id))
    if not form.validate_on_submit():
        return render_template("delivery/programme.html", form=form, said=None)
    saved = registration.save_programme(
        site_id=current_site().id,
        programme_id=programme_id,
        values={**_values(form), "tags": ";".join(sorted(form.tags.data or []))},
        by=staff_id(),
        now=now(),
    )
    if isinstance(saved, Refusal):
        return render_template("delivery/programme.html", form=form, said=say(saved))
    return _saved("delivery.programmes")


def _person_page(
    person: Resident, need_form: NeedForm, pause_form: PauseForm, refusal: Refusal | None
) -> Any:
    periods = {one.code: one for one in own_periods()}
    return render_template(
        "delivery/person.html",
        person=person,
        needs=lists.needs_of(db.session(), site_id=current_site().id, resident_id=person.id),
        pauses=lists.pauses_of(db.session(), resident_id=person.id),
        periods=periods,
        need_form=need_form,
        pause_form=pause_form,
        day=today(),
        said=say(refusal) if refusal else None,
    )


def _need_form(*, fresh: bool = False) -> NeedForm:
    periods = own_periods()
    usual = max(periods, key=lambda one: one.code == "lunch")  # lunch where there is one
    kwargs: dict[str, Any] = {
        "data": {
            "period_code": usual.code,
            "valid_from": today(),
            "weekdays": list("1234567"),
        }
    }
    form = NeedForm(formdata=None, **kwargs) if fresh else NeedForm(**kwargs)
    form.period_code.choices = [(one.code, named(one)) for one in periods]
    return form


def _programme_form(found: FreeMealProgramme | None) -> ProgrammeForm:
    chosen = {"tags": found.tags.split(";")} if found else {"valid_from": today()}
    form = ProgrammeForm(data={**_row(found), **chosen})
    form.funder_code.choices = list(_funders().items())
    form.tags.choices = [(tag.code, tag.en if is_english() else tag.zh) for tag in TAGS]
    return form


def _row(found: FreeMealProgramme | None) -> dict[str, Any]:
    names = ("name", "funder_code", "price_fen", "valid_from", "valid_until")
    return {name: getattr(found, name) for name in names} if found else {}


def _funders() -> dict[str, str]:
    return {one.code: named(one) for one in lists.funders(db.session())}


def _values(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.data.items() if name != "csrf_token"}


def _mistake(form: LastDayForm, resident_id: int) -> Any:
    flash("；".join(str(text) for text in form.last_day.errors) or _("请填日期"), "bad")
    return redirect(url_for("delivery.person", resident_id=resident_id))


def _saved(endpoint: str, **values: Any) -> Any:
    flash(_("已保存"), "good")
    return redirect(url_for(endpoint, **values))


def _own_person(resident_id: int) -> Resident:
    """Somebody registered at this site or served by it; anybody else is not there."""
    found = db.session.get(Resident, resident_id)
    if found is None:
        abort(404)
    if found.site_id != current_site().id and not lists.needs_of(
        db.session(), site_id=current_site().id, resident_id=resident_id
    ):
        abort(404)
    return found


def _own_programme(programme_id: int | None) -> FreeMealProgramme | None:
    if programme_id is None:
        return None
    found = db.session.get(FreeMealProgramme, programme_id)
    if found is None or found.site_id != current_site().id:
        abort(404)
    return found
