"""The free-meal register of a day, and the programmes that pay."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import (
    blueprint,
    chosen_day,
    chosen_period,
    own_periods,
)
from canteen.blueprints.delivery.needs.forms import ProgrammeForm
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.ours import ours
from canteen.delivery import lists, register, registration
from canteen.delivery.models import FreeMealProgramme
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import Refusal, say
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
        "delivery/needs/register.html",
        page=page,
        places=lists.place_names(db.session(), [entry.path for entry in page.rows]),
        counts=register.counts(db.session(), **wanted),
        programme=programme,
        periods=periods,
        period=period,
        day=day,
    )


@blueprint.get("/delivery/programmes")
@allow(Role.MANAGER, Role.COMMUNITY)
def programmes() -> Any:
    """Who pays for free meals, for whom, from and until when."""
    rows = lists.programmes(db.session(), site_id=current_site().id)
    return render_template(
        "delivery/needs/programmes.html", programmes=rows, funders=_funders(), day=today()
    )


@blueprint.route(
    "/delivery/programmes/new", methods=["GET", "POST"], defaults={"programme_id": None}
)
@blueprint.route("/delivery/programmes/<int:programme_id>", methods=["GET", "POST"])
@allow(Role.MANAGER)
def programme(programme_id: int | None) -> Any:
    """Add or change a programme."""
    form = _programme_form(ours(FreeMealProgramme, programme_id) if programme_id else None)
    if not form.validate_on_submit():
        return render_template("delivery/needs/programme.html", form=form, said=None)
    saved = registration.save_programme(
        site_id=current_site().id,
        programme_id=programme_id,
        values={**_values(form), "tags": ";".join(sorted(form.tags.data or []))},
        by=staff_id(),
        now=now(),
    )
    if isinstance(saved, Refusal):
        return render_template("delivery/needs/programme.html", form=form, said=say(saved))
    return _saved("delivery.programmes")


def _programme_form(found: FreeMealProgramme | None) -> ProgrammeForm:
    chosen = {"tags": found.tags.split(";")} if found else {"valid_from": today()}
    form = ProgrammeForm(data={**_row(found), **chosen})
    form.funder_code.choices = list(_funders().items())
    form.tags.choices = [(tag.code, tag.en if is_english() else tag.zh) for tag in TAGS]
    return form


_LIMITS = ("places", "monthly_budget_fen")


def _row(found: FreeMealProgramme | None) -> dict[str, Any]:
    names = ("name", "funder_code", "price_fen", "valid_from", "valid_until", *_LIMITS)
    return {name: getattr(found, name) for name in names} if found else {}


def _funders() -> dict[str, str]:
    return {one.code: named(one) for one in lists.funders(db.session())}


def _values(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.data.items() if name != "csrf_token"}


def _saved(endpoint: str, **values: Any) -> Any:
    flash(_("已保存"), "good")
    return redirect(url_for(endpoint, **values))
