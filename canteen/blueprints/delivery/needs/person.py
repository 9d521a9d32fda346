"""One person: needs with their applications, pauses, and days that are different."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint, given, own_periods
from canteen.blueprints.delivery.needs.forms import (
    LastDayForm,
    NeedForm,
    PauseForm,
    SpecialForm,
)
from canteen.blueprints.filters import day as day_words
from canteen.blueprints.filters import named
from canteen.blueprints.flashes import back_to
from canteen.blueprints.ours import ours
from canteen.delivery import lists
from canteen.delivery.models import DeliveryNeed, DeliveryPause
from canteen.delivery.needs import changes, queries, specials
from canteen.delivery.needs.applications import Asked, propose_need
from canteen.delivery.needs.models import SpecialKind
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.residents.models import Resident
from canteen.staff.rules import Role


@blueprint.get("/delivery/people")
@allow(Role.MANAGER, Role.COMMUNITY)
def search() -> Any:
    """Find somebody who is to get meals."""
    text = request.args.get("q", "").strip()[:40]
    found = lists.find_people(db.session(), site_id=current_site().id, text=text)
    return render_template("delivery/needs/search.html", text=text, found=found)


@blueprint.get("/delivery/people/<int:resident_id>")
@allow(Role.MANAGER, Role.COMMUNITY)
def person(resident_id: int) -> Any:
    """One person's needs, pauses and one-day specials."""
    return _page(own_person(resident_id))


@blueprint.post("/delivery/people/<int:resident_id>/needs")
@allow(Role.MANAGER, Role.COMMUNITY)
def need(resident_id: int) -> Any:
    """Ask for meals to be brought; a second person decides."""
    found, form = own_person(resident_id), _need_form()
    if not form.validate_on_submit():
        return _page(found, need_form=form)
    refusal = propose_need(
        site_id=current_site().id,
        resident_id=resident_id,
        asked=Asked(
            period_code=form.period_code.data,
            weekdays=form.weekdays.digits,
            valid_from=given(form.valid_from.data),
            valid_until=form.valid_until.data,
            asked_by=form.asked_by.data,
            asked_name=form.asked_name.data or "",
            evidence=form.evidence.data or "",
        ),
        by=staff_id(),
        now=now(),
    )
    if refusal:
        return _page(found, need_form=form, refusal=refusal)
    flash(_("已登记，等另一人审批"), "good")
    return redirect(_own_page(resident_id))


@blueprint.post("/delivery/people/<int:resident_id>/pauses")
@allow(Role.MANAGER, Role.COMMUNITY)
def pause(resident_id: int) -> Any:
    """Register days on which nothing is brought."""
    found, form = own_person(resident_id), PauseForm()
    if not form.validate_on_submit():
        return _page(found, pause_form=form)
    taken = changes.add_pause(
        changes.Away(
            resident_id=resident_id,
            since=given(form.since.data),
            until=given(form.until.data),
            reason=form.reason.data or "",
        ),
        site_id=current_site().id,
        today=today(),
        by=staff_id(),
        now=now(),
    )
    if isinstance(taken, Refusal):
        return _page(found, pause_form=form, refusal=taken)
    return _told(resident_id, taken)


@blueprint.post("/delivery/people/<int:resident_id>/specials")
@allow(Role.MANAGER, Role.COMMUNITY)
def special(resident_id: int) -> Any:
    """Let one day be different."""
    found, form = own_person(resident_id), _special_form()
    if not form.validate_on_submit():
        return _page(found, special_form=form)
    kind = SpecialKind(form.kind.data)
    refusal = specials.add_special(
        specials.Special(
            resident_id=resident_id,
            day=given(form.day.data),
            period_code=form.special_period.data,
            kind=kind,
            reason=form.special_reason.data or "",
            more=form.more.data or 1,
            other_period=form.other_period.data if kind is SpecialKind.OTHER_PERIOD else "",
        ),
        site_id=current_site().id,
        today=today(),
        by=staff_id(),
        now=now(),
    )
    if refusal:
        return _page(found, special_form=form, refusal=refusal)
    flash(_("已登记，厨房、标签和送餐单已跟着改"), "good")
    return redirect(_own_page(resident_id))


@blueprint.post("/delivery/people/<int:resident_id>/specials/<int:special_id>/removal")
@allow(Role.MANAGER, Role.COMMUNITY)
def special_removal(resident_id: int, special_id: int) -> Any:
    """A day is as usual again."""
    own_person(resident_id)
    refusal = specials.remove_special(
        site_id=current_site().id,
        special_id=special_id,
        today=today(),
        by=staff_id(),
        now=now(),
    )
    return back_to(_own_page(resident_id), refusal, _("已取消，照常送"))


@blueprint.post("/delivery/needs/<int:need_id>/end")
@allow(Role.MANAGER, Role.COMMUNITY)
def need_end(need_id: int) -> Any:
    """Bring no more meals after a day."""
    found = ours(DeliveryNeed, need_id)
    return _ended(found.resident_id, partial(changes.end_need, need_id=need_id))


@blueprint.post("/delivery/pauses/<int:pause_id>/end")
@allow(Role.MANAGER, Role.COMMUNITY)
def pause_end(pause_id: int) -> Any:
    """Bring meals again after a day."""
    found = db.session.get(DeliveryPause, pause_id) or abort(404)
    resident_id = own_person(found.resident_id).id
    end = partial(changes.end_pause, site_id=current_site().id, pause_id=pause_id)
    return _ended(resident_id, end)


def own_person(resident_id: int) -> Resident:
    """Somebody registered at this site or served by it; anybody else is not there."""
    found = db.session.get(Resident, resident_id) or abort(404)
    if found.site_id != current_site().id and not lists.needs_of(
        db.session(), site_id=current_site().id, resident_id=resident_id
    ):
        abort(404)
    return found


def _page(
    person: Resident,
    *,
    need_form: NeedForm | None = None,
    pause_form: PauseForm | None = None,
    special_form: SpecialForm | None = None,
    refusal: Refusal | None = None,
) -> Any:
    site_id = current_site().id
    tried = {"need": need_form, "pause": pause_form, "special": special_form}
    return render_template(
        "delivery/needs/person.html",
        person=person,
        needs=lists.needs_of(db.session(), site_id=site_id, resident_id=person.id),
        pauses=lists.pauses_of(db.session(), resident_id=person.id),
        specials=queries.specials_of(
            db.session(), site_id=site_id, resident_id=person.id, since=today()
        ),
        periods={one.code: one for one in own_periods()},
        open_until=queries.open_until(db.session(), site_id=site_id, day=today(), now=now()),
        need_form=need_form or _need_form(fresh=True),
        pause_form=pause_form or PauseForm(formdata=None, data={"since": today()}),
        special_form=special_form or _special_form(fresh=True),
        failed=next((name for name, form in tried.items() if form), ""),
        me=staff_id(),
        day=today(),
        said=say(refusal) if refusal else None,
    )


def _need_form(*, fresh: bool = False) -> NeedForm:
    periods = own_periods()
    kwargs: dict[str, Any] = {
        "data": {
            "period_code": _usual_code(),
            "valid_from": today(),
            "weekdays": list("1234567"),
        }
    }
    form = NeedForm(formdata=None, **kwargs) if fresh else NeedForm(**kwargs)
    form.period_code.choices = [(one.code, named(one)) for one in periods]
    return form


def _special_form(*, fresh: bool = False) -> SpecialForm:
    data = {"special_period": _usual_code(), "day": today(), "more": 1}
    form = SpecialForm(formdata=None, data=data) if fresh else SpecialForm(data=data)
    choices = [(one.code, named(one)) for one in own_periods()]
    form.special_period.choices = choices
    form.other_period.choices = choices
    return form


def _usual_code() -> str:
    """Lunch where there is one."""
    return max(own_periods(), key=lambda one: one.code == "lunch").code


def _told(resident_id: int, taken: changes.Taken) -> Any:
    """Say from when a change counts, and what of today stays as it was."""
    if taken.late:
        periods = {one.code: named(one) for one in own_periods()}
        late = "、".join(periods[code] for code in taken.late)
        flash(
            _(
                "今天的%(late)s已过截止时间，今天不变；从 %(day)s 起按新的来",
                late=late,
                day=day_words(taken.begins),
            ),
            "warn",
        )
    else:
        flash(_("已保存"), "good")
    return redirect(_own_page(resident_id))


def _ended(resident_id: int, end: Callable[..., changes.Taken]) -> Any:
    """Let something end on the day given, or say what is wrong with that day."""
    form = LastDayForm()
    if not form.validate_on_submit():
        flash("；".join(str(text) for text in form.last_day.errors) or _("请填日期"), "bad")
        return redirect(_own_page(resident_id))
    last_day = given(form.last_day.data)
    return _told(resident_id, end(last_day=last_day, today=today(), by=staff_id(), now=now()))


def _own_page(resident_id: int) -> str:
    return url_for("delivery.person", resident_id=resident_id)
