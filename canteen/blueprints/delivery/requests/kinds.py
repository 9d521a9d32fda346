"""The kinds of help a site offers: their names, how long an offer waits, who is asked first."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.requests.forms import KindForm, team_choices
from canteen.blueprints.filters import is_english
from canteen.delivery.requests import kinds
from canteen.delivery.volunteering.queries import teams
from canteen.foundation.database import db
from canteen.foundation.wording import say
from canteen.staff.rules import Role


@blueprint.get("/requests/kinds")
@allow(Role.MANAGER)
def request_kinds() -> Any:
    """Every kind, those that can be asked for first."""
    site_id = current_site().id
    known = kinds.all_kinds(db.session(), site_id=site_id)
    return render_template(
        "delivery/requests/request_kinds.html",
        kinds=sorted(known.values(), key=lambda one: not one.active),
        names=kinds.names_of(db.session(), site_id=site_id, english=is_english()),
        teams={one.id: one.name for one in teams(db.session(), site_id=site_id)},
    )


@blueprint.route("/requests/kinds/new", methods=["GET", "POST"], defaults={"code": None})
@blueprint.route("/requests/kinds/<code>", methods=["GET", "POST"])
@allow(Role.MANAGER)
def request_kind(code: str | None) -> Any:
    """A new kind, or one as the site has it."""
    site_id = current_site().id
    known = kinds.all_kinds(db.session(), site_id=site_id)
    if code is not None and code not in known:
        abort(404)
    form, said = _form(known[code] if code else None), None
    form.team_id.choices = team_choices(teams(db.session(), site_id=site_id), usual=False)
    if form.validate_on_submit():
        refusal = kinds.save_kind(
            site_id=site_id, code=code, values=_values(form), by=staff_id(), now=now()
        )
        if refusal is None:
            flash(_("已保存"), "good")
            return redirect(url_for("delivery.request_kinds"))
        said = say(refusal)
    return render_template("delivery/requests/request_kind.html", form=form, code=code, said=said)


def _form(kind: kinds.Kind | None) -> KindForm:
    if kind is None:
        return KindForm()
    return KindForm(
        data={
            "name": kind.chinese,
            "name_en": kind.name_en,
            "answer_minutes": kind.answer_minutes,
            "team_id": kind.team_id or 0,
            "active": kind.active,
        }
    )


def _values(form: KindForm) -> dict[str, Any]:
    return {
        "name": form.name.data.strip(),
        "name_en": (form.name_en.data or "").strip(),
        "answer_minutes": form.answer_minutes.data,
        "team_id": form.team_id.data or None,
        "active": form.active.data,
    }
