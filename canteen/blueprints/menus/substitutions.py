"""A place of a published week: what is served there, and serving something else."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, roles_here, staff_id, today
from canteen.blueprints.menus.grid import monday_or_404
from canteen.blueprints.menus.views import blueprint
from canteen.blueprints.row_ids import row_id
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.menus import queries
from canteen.menus.plan import PeriodPlan, SlotPlan, StandingDish, WeekPlan
from canteen.menus.plan_choices import DishChoice, choices_on_the_day
from canteen.menus.repeats import PlacedDish
from canteen.menus.substituting import READY_REASONS, Swap, history, substitute_dish
from canteen.staff.rules import Role


@blueprint.get("/menus/<week>/places/<int:entry_id>")
@allow(Role.KITCHEN, Role.MANAGER)
def place(week: str, entry_id: int) -> Any:
    """What is served in a place of a published week, and what could be instead."""
    return _page(monday_or_404(week), entry_id, None)


@blueprint.post("/menus/<week>/places/<int:entry_id>/substitutions")
@allow(Role.KITCHEN, Role.MANAGER)
def substitutions(week: str, entry_id: int) -> Any:
    """Serve another dish; the published one stays on the menu beside it."""
    monday = monday_or_404(week)
    try:
        dish_id = row_id(request.form.get("dish_id", ""))
        instead_of = row_id(request.form.get("instead_of", ""))
    except ValueError:
        return _page(monday, entry_id, Refusal("swap_dish_missing", {}))
    chosen = request.form.get("reason", "")
    refusal = substitute_dish(
        Swap(
            entry_id=entry_id,
            dish_id=dish_id,
            instead_of=instead_of,
            reason=chosen if chosen in READY_REASONS else request.form.get("note", ""),
            repeat_confirmed=request.form.get("repeat_confirmed") == "1",
        ),
        site_id=current_site().id,
        monday=monday,
        today=today(),
        now=now(),
        by=staff_id(),
        may_correct=bool(roles_here() & {Role.MANAGER, Role.ADMINISTRATOR}),
    )
    if refusal:
        return _page(monday, entry_id, refusal)
    flash(_("已换菜，公开菜单和收银窗口都已更新"), "good")
    return redirect(url_for("menus.week", week=week))


def _page(monday: date, entry_id: int, refusal: Refusal | None) -> Any:
    session, site_id = db.session(), current_site().id
    session.rollback()
    plan = queries.week_plan(session, site_id=site_id, monday=monday)
    meal, row, dish = _found_or_404(plan, entry_id)
    asked = request.values.get("q", "")[:40]
    anything = bool(asked) or request.values.get("every") == "1"
    kinds = () if anything else row.slot.categories
    may_correct = bool(roles_here() & {Role.MANAGER, Role.ADMINISTRATOR})
    is_open = may_correct or _not_past(dish)
    best = _best(site_id, dish) if is_open and not anything else []
    found, more = queries.choices(session, text=asked, categories=kinds)
    uses = queries.uses_in_week(
        session, site_id=site_id, monday=monday, dish_ids=[one.id for one in found]
    )
    page = render_template(
        "menus/substitution.html",
        plan=plan,
        meal=meal,
        row=row,
        dish=dish,
        best=best,
        found=[one for one in found if one.id not in {dish.dish_id, *(o.dish_id for o in best)}],
        more=more,
        uses={
            number: tuple(
                PlacedDish(day=day, name="", category="", period=period) for day, period in places
            )
            for number, places in uses.items()
        },
        history=history(session, entry_id),
        reasons=READY_REASONS,
        asked=request.values,
        open=is_open,
        said=say(refusal) if refusal else None,
    )
    return page, 422 if refusal else 200


def _best(site_id: int, dish: StandingDish) -> list[DishChoice]:
    """What the computer would serve instead, the best first."""
    assert isinstance(dish.day, date)
    place = (dish.day, dish.period, dish.slot, dish.position)
    return choices_on_the_day(db.session(), site_id=site_id, place=place)


def _not_past(dish: StandingDish) -> bool:
    return isinstance(dish.day, date) and dish.day >= today()


def _found_or_404(plan: WeekPlan, entry_id: int) -> tuple[PeriodPlan, SlotPlan, StandingDish]:
    if plan.published:
        for meal in plan.periods:
            for row in meal.slots:
                for cells in row.days:
                    for place in cells:
                        if place.dish and place.dish.entry_id == entry_id:
                            return meal, row, place.dish
    abort(404)
