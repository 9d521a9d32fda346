"""The ledger's pages: funders, what they paid in advance and what meals used of it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.filters import is_english
from canteen.blueprints.ledger.forms import GrantForm
from canteen.foundation.database import db
from canteen.foundation.wording import say
from canteen.ledger import actions, queries
from canteen.ledger.actions import Grant
from canteen.staff.rules import Role
from canteen.subsidies.queries import funder_names

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/funders")
@allow(Role.MANAGER)
def funders() -> Any:
    """Who pays, and how each account stands."""
    return _page(*_form())


@blueprint.post("/funders")
@allow(Role.MANAGER)
def grants() -> Any:
    """Money of a funder has arrived."""
    form, balances, names = _form()
    if not form.validate_on_submit():
        return _page(form, balances, names, status=422)
    grant = Grant(
        funder_code=form.funder.data,
        amount_fen=form.amount_fen.data or 0,
        request_id=form.id_sent(),
        site_id=current_site().id,
        received_on=form.received_on.data or today(),
        note=form.note.data or "",
    )
    if refusal := actions.receive_grant(grant, now=now(), by=staff_id()):
        form.fresh_id()
        return _page(form, balances, names, said=say(refusal), status=409)
    flash(_("已记下 %(name)s 的拨款", name=names[grant.funder_code]), "good")
    return redirect(url_for("ledger.funders"))


def _form() -> tuple[GrantForm, Any, dict[str, str]]:
    """The form with the funders to pick from, their balances and their names."""
    balances = queries.funder_balances(db.session())
    pairs = funder_names(db.session(), {balance.code for balance in balances})
    names = {
        balance.code: pairs.get(balance.code, (balance.code, balance.code))[is_english()]
        for balance in balances
    }
    form = GrantForm(data={"received_on": today()})
    form.funder.choices = list(names.items())
    if request.method == "GET":
        form.fresh_id()
    return form, balances, names


def _page(
    form: GrantForm, balances: Any, names: dict[str, str], said: Any = None, status: int = 200
) -> Any:
    page = render_template(
        "ledger/funders.html", form=form, balances=balances, names=names, said=said
    )
    return page, status
