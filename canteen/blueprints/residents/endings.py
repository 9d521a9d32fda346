"""Who has died or moved away: what follows, taking it back, subsidies given after the day."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from canteen.blueprints.access import allow, may_open
from canteen.blueprints.context import now, staff_id, today
from canteen.blueprints.flashes import tell
from canteen.blueprints.residents.blueprint import (
    OFFICE,
    blueprint,
    not_done,
    own_person,
    period_names,
    refused,
    saved,
    sites_with,
)
from canteen.blueprints.residents.forms import CorrectionForm, DepartureForm
from canteen.cards import departure as cards
from canteen.delivery.after_end import ToBring, still_to_bring
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import Refusal
from canteen.residents import endings
from canteen.residents.models import Status
from canteen.settlement import after_end
from canteen.settlement.actions import withdraw_subsidy
from canteen.staff.rules import Role


@blueprint.get("/residents/<int:resident_id>/departure")
@allow(*OFFICE)
def departure_preview(resident_id: int) -> Any:
    """What will follow when somebody is marked as gone."""
    found = own_person(resident_id)
    form = DepartureForm(formdata=request.args, meta={"csrf": False})  # it only looks
    if not form.validate():
        return not_done(resident_id, [*form.status.errors, *form.ended_on.errors])
    assert form.ended_on.data is not None
    refusal = endings.check_ending(
        birthday=found.birthday, ended_on=form.ended_on.data, today=today()
    )
    if refusal:
        return refused(resident_id, refusal)
    late = after_end.late_meals(db.session(), since={resident_id: form.ended_on.data})
    bring = still_to_bring(
        db.session(), since={resident_id: form.ended_on.data}, today=today()
    ).get(resident_id, ToBring())
    return render_template(
        "residents/departure.html",
        person=found,
        form=form,
        late=late,
        total=after_end.sum_of(late),
        bring=bring,
        has_card=resident_id in cards.with_active_card(db.session(), [resident_id]),
        periods=period_names(),
        funders=after_end.funder_names(db.session()),
    )


@blueprint.post("/residents/<int:resident_id>/departure")
@allow(*OFFICE)
def departure(resident_id: int) -> Any:
    """Somebody has moved away or died: subsidies stop, the card is closed."""
    own_person(resident_id)
    form = DepartureForm()
    if not form.validate_on_submit():
        return not_done(resident_id, [*form.status.errors, *form.ended_on.errors])
    assert form.ended_on.data is not None
    refusal = cards.end_residence(
        resident_id=resident_id,
        status=Status(form.status.data),
        ended_on=form.ended_on.data,
        today=today(),
        now=now(),
        by=staff_id(),
    )
    if refusal:
        return refused(resident_id, refusal)
    return saved(resident_id, _("已登记去向，从那天起没有补贴，餐卡已停用"))


@blueprint.post("/residents/<int:resident_id>/departure/correction")
@allow(Role.MANAGER)
def correction(resident_id: int) -> Any:
    """It was another day, or something else that happened."""
    own_person(resident_id)
    form = CorrectionForm()
    if not form.validate_on_submit():
        return not_done(resident_id, [*form.status.errors, *form.ended_on.errors])
    assert form.ended_on.data is not None
    refusal = endings.correct_ending(
        resident_id=resident_id,
        status=Status(form.status.data),
        ended_on=form.ended_on.data,
        reason=form.reason.data or "",
        today=today(),
        now=now(),
        by=staff_id(),
    )
    return refused(resident_id, refusal) if refusal else saved(resident_id)


@blueprint.post("/residents/<int:resident_id>/return")
@allow(Role.MANAGER)
def homecoming(resident_id: int) -> Any:
    """Somebody is back, or was never gone."""
    own_person(resident_id)
    refusal = endings.resume_residence(
        resident_id=resident_id,
        reason=request.form.get("reason", ""),
        now=now(),
        by=staff_id(),
    )
    if refusal:
        return refused(resident_id, refusal)
    return saved(resident_id, _("已恢复在册。旧餐卡已停用，请发新卡。"))


@blueprint.get("/residents/late-subsidies")
@allow(*OFFICE)
def late_subsidies() -> Any:
    """Meals that were subsidised after somebody had gone."""
    sites, number = sites_with(*OFFICE), page_number(request.args.get("page"))
    return render_template(
        "residents/late_subsidies.html",
        page=after_end.late_meals_page(db.session(), site_ids=sites, number=number),
        total=after_end.late_total(db.session(), site_ids=sites),
        periods=period_names(),
        funders=after_end.funder_names(db.session()),
        may_withdraw=may_open("residents.withdrawals"),
    )


@blueprint.post("/residents/late-subsidies")
@allow(Role.MANAGER)
def withdrawals() -> Any:
    """Withdraw the subsidies of the ticked meals; each once, whatever comes twice."""
    back = _back()
    wanted = _ticked()
    reason = request.form.get("reason", "").strip()[:200]
    if not wanted or len(reason) < 2:
        text = _("没有勾选。请先勾选要撤回的餐。") if not wanted else _("没有写撤回的原因。")
        flash(text, "warn")
        return redirect(back)
    meals = after_end.late_meals_with(db.session(), meal_ids=wanted, site_ids=sites_with(*OFFICE))
    done = [(one, _withdraw(one, reason)) for one in meals]
    _tell(done, missing=len(set(wanted)) - len(meals))
    return redirect(back)


def _withdraw(one: after_end.LateMeal, reason: str) -> Any:
    """What became of one meal: it is the manager of the canteen that fronts it who may."""
    if not current_user.roles_at(one.site_id) & {Role.MANAGER, Role.ADMINISTRATOR}:
        return Refusal("withdraw_elsewhere", {"site": one.site_name})
    return withdraw_subsidy(
        meal_id=one.meal_id, site_id=one.site_id, reason=reason, by=staff_id(), now=now()
    )


def _tell(done: list[tuple[after_end.LateMeal, Any]], *, missing: int) -> None:
    """What became of all of them, in words."""
    good = [one for one, answer in done if answer and not isinstance(answer, Refusal)]
    if good:
        flash(_("已撤回 %(count)s 份餐的补贴，下一次结算里扣回", count=len(good)), "good")
    for refusal in {
        (answer.code, answer.facts.get("site", "")): answer
        for _one, answer in done
        if isinstance(answer, Refusal)
    }.values():
        tell(refusal)
    gone = missing + sum(answer is None for _one, answer in done)
    if gone:
        flash(_("%(count)s 份餐已不在这里", count=gone), "warn")


def _ticked() -> list[UUID]:
    """The ids of ticked meals; what is no id is left out."""
    found = []
    for text in request.form.getlist("meal")[:500]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _back() -> str:
    """To the person's page the list was on, else to the whole list."""
    person = request.form.get("resident_id", type=int)
    if person and 0 < person < 2**31:
        return url_for("residents.person", resident_id=person, _anchor="late")
    return url_for("residents.late_subsidies")
