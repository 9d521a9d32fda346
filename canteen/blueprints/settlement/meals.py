"""The meals that were served: a day's list, one meal as it was, void and withdrawal."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.filters import is_english
from canteen.blueprints.settlement.clerks import MANAGING
from canteen.blueprints.settlement.forms import VoidForm
from canteen.blueprints.settlement.views import blueprint
from canteen.blueprints.staff.views import own_address
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import say
from canteen.settlement import actions, queries
from canteen.settlement.actions import Reversed
from canteen.settlement.models import Meal
from canteen.settlement.printing.queries import slips_of, standings
from canteen.settlement.tray_queries import lines_of
from canteen.sites import queries as sites
from canteen.staff.rules import Role
from canteen.subsidies.queries import funder_names


@blueprint.get("/meals")
@allow(Role.CLERK, Role.MANAGER)
def meals() -> Any:
    """The meals of a day, newest first."""
    day, problem = _day(request.args.get("day"))
    period = request.args.get("period", "")
    page = queries.meals_of_day(
        db.session(),
        site_id=current_site().id,
        service_date=day,
        period_code=period or None,
        page=page_number(request.args.get("page")),
    )
    return render_template(
        "settlement/meals.html",
        page=page,
        day=day,
        problem=problem,
        period=period,
        periods=sites.periods(db.session(), current_site().id),
    )


@blueprint.route("/meals/<uuid:meal_id>", methods=["GET"])
@allow(Role.CLERK, Role.MANAGER)
def one_meal(meal_id: UUID) -> Any:
    """One meal as it was: price, split, reason, who and when."""
    return _meal_page(_meal_or_404(meal_id))


@blueprint.post("/meals/<uuid:meal_id>/void")
@allow(Role.MANAGER)
def void(meal_id: UUID) -> Any:
    """Void a meal, with a reason."""
    found = _managed_or_403(_meal_or_404(meal_id))
    form = VoidForm()
    said = None
    if form.validate_on_submit():
        done = actions.void_meal(
            meal_id=meal_id,
            site_id=found.meal.site_id,
            reason=form.reason.data or "",
            by=staff_id(),
            now=now(),
        )
        if isinstance(done, Reversed):
            flash(_("已作废，钱已退回"), "good")
            return redirect(url_for("settlement.one_meal", meal_id=meal_id))
        said = say(done) if done else None
    return _meal_page(found, form=form, said=said), 422


@blueprint.post("/meals/<uuid:meal_id>/withdrawal")
@allow(Role.MANAGER)
def withdrawal(meal_id: UUID) -> Any:
    """Take a subsidy back that should not have been given; the meal stands.

    A list of such meals sends its own address as `next`, and is where it goes back to.
    """
    found = _managed_or_403(_meal_or_404(meal_id))
    form = VoidForm(prefix="withdrawal")
    if not form.validate_on_submit():
        return _meal_page(found, withdrawal=form), 422
    done = actions.withdraw_subsidy(
        meal_id=meal_id,
        site_id=found.meal.site_id,
        reason=form.reason.data or "",
        by=staff_id(),
        now=now(),
    )
    if isinstance(done, actions.Withdrawn):
        flash(_("补贴已收回，这一餐由食堂承担"), "good")
        meal_page = url_for("settlement.one_meal", meal_id=meal_id)
        return redirect(own_address(request.form.get("next")) or meal_page)
    return _meal_page(found, withdrawal=form, said=say(done) if done else None), 422


def _meal_page(
    row: queries.MealRow,
    *,
    form: VoidForm | None = None,
    withdrawal: VoidForm | None = None,
    said: Any = None,
) -> str:
    """A meal with its split, and for managers what the canteen earns beside it."""
    manager = _manages(row.meal)
    grants = queries.grants_of(db.session(), row.meal.id) if manager else ()
    names = funder_names(db.session(), {grant.funder for grant in grants})
    parts = _parts(row.meal)
    return render_template(
        "settlement/meal.html",
        row=row,
        parts=parts,
        grants=[
            (names.get(grant.funder, (grant.funder,) * 2)[is_english()], grant) for grant in grants
        ],
        form=form or VoidForm(),
        withdrawal=withdrawal or VoidForm(prefix="withdrawal"),
        may_void=manager and row.meal.voided_at is None,
        may_withdraw=manager and _paid_by_others(row.meal),
        said=said,
        printers=standings(db.session(), site_id=row.meal.site_id, now=now()),
        slips=slips_of(db.session(), row.meal.id),
        lines=lines_of(db.session(), row.meal.id),
    )


def _paid_by_others(meal: Meal) -> bool:
    """Whether somebody besides the canteen pays a part that still stands."""
    if meal.voided_at is not None or meal.withdrawn_at is not None:
        return False
    return any(part["funder"] != actions.OPERATOR for part in json.loads(meal.parts or "[]"))


def _meal_or_404(meal_id: UUID) -> queries.MealRow:
    """A meal of this site or of another one at which the person works at the counter or manages."""
    found = queries.one_meal(db.session(), meal_id=meal_id)
    if found is None or not current_user.roles_at(found.meal.site_id) & {Role.CLERK, *MANAGING}:
        abort(404)
    return found


def _managed_or_403(row: queries.MealRow) -> queries.MealRow:
    if not _manages(row.meal):
        abort(403)
    return row


def _manages(meal: Meal) -> bool:
    """Whether the signed-in person manages the site at which a meal was eaten."""
    return bool(current_user.roles_at(meal.site_id) & MANAGING)


def _parts(meal: Meal) -> list[tuple[str, int]]:
    """(funder's name, fen) of a meal's split."""
    parts = json.loads(meal.parts or "[]")
    names = funder_names(db.session(), {part["funder"] for part in parts})
    return [
        (names.get(part["funder"], (part["funder"],) * 2)[is_english()], part["amount_fen"])
        for part in parts
    ]


def _day(text: str | None) -> tuple[date, str]:
    """A day from the address; today, and a sentence, where it is not one."""
    if not text:
        return today(), ""
    try:
        return date.fromisoformat(text), ""
    except ValueError:
        return today(), _("没有“%(value)s”这一天，请填如 2026-11-22", value=text[:30])
