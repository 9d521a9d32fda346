"""Tags: proposed on a person's page, approved by a colleague, renewed before they run out."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.flashes import tell
from canteen.blueprints.residents import names
from canteen.blueprints.residents.blueprint import (
    OFFICE,
    blueprint,
    not_done,
    own_person,
    person_or_404,
    refused,
    saved,
)
from canteen.blueprints.residents.forms import EndTagForm, TagForm
from canteen.blueprints.residents.person import person_page
from canteen.blueprints.row_ids import LARGEST
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import Refusal, say
from canteen.residents import tag_actions, tag_queries
from canteen.residents.models import TagState


@blueprint.post("/residents/<int:resident_id>/tags")
@allow(*OFFICE)
def tags(resident_id: int) -> Any:
    """Propose a tag."""
    found = own_person(resident_id)
    form = TagForm()
    if not form.validate_on_submit():
        return person_page(found, tag_form=form), 400
    assert form.valid_from.data is not None
    refusal = tag_actions.propose_tag(
        resident_id=resident_id,
        tag=form.tag.data,
        valid_from=form.valid_from.data,
        valid_until=form.valid_until.data,
        evidence=form.evidence.data or "",
        now=now(),
        by=staff_id(),
    )
    if refusal:
        page = person_page(person_or_404(resident_id), tag_form=form, tag_said=say(refusal))
        return page, 409
    return saved(resident_id, _("已提交，等另一位同事审批；批准以后才算数"), "tags")


@blueprint.post("/residents/<int:resident_id>/tags/<int:tag_id>/end")
@allow(*OFFICE)
def tag_end(resident_id: int, tag_id: int) -> Any:
    """Say until when a tag holds: never longer than it did."""
    own_person(resident_id)
    form = EndTagForm()
    if not form.validate_on_submit():
        return not_done(resident_id, form.last_day.errors)
    assert form.last_day.data is not None
    refusal = tag_actions.end_tag(
        resident_id=resident_id,
        tag_id=tag_id,
        last_day=form.last_day.data,
        now=now(),
        by=staff_id(),
    )
    return refused(resident_id, refusal) if refusal else saved(resident_id, anchor="tags")


@blueprint.post("/residents/<int:resident_id>/tags/<int:tag_id>/withdrawal")
@allow(*OFFICE)
def tag_withdrawal(resident_id: int, tag_id: int) -> Any:
    """Take back one's own proposal."""
    own_person(resident_id)
    refusal = tag_actions.withdraw_tag(
        resident_id=resident_id, tag_id=tag_id, now=now(), by=staff_id()
    )
    if refusal:
        return refused(resident_id, refusal)
    return saved(resident_id, _("已撤回"), "tags")


@blueprint.get("/approvals")
@allow(*OFFICE)
def proposals() -> Any:
    """Tags that wait for a second person."""
    site_id, number = current_site().id, page_number(request.args.get("page"))
    return render_template(
        "residents/proposals.html",
        page=tag_queries.proposals(db.session(), site_id=site_id, number=number),
        to_do=tag_queries.to_do(db.session(), site_id=site_id, today=today()),
        others=tag_queries.others_who_may_decide(
            db.session(), site_id=site_id, staff_id=staff_id()
        ),
        me=staff_id(),
        today=today(),
    )


@blueprint.post("/approvals")
@allow(*OFFICE)
def approval() -> Any:
    """Approve the ticked ones, each only if it is not one's own."""
    wanted = _ticked()
    if not wanted:
        flash(_("没有勾选。请先勾选要批准的标签。"), "warn")
        return redirect(url_for("residents.proposals"))
    decided = tag_actions.approve_tags(
        tag_ids=wanted, site_id=current_site().id, now=now(), by=staff_id()
    )
    _tell(decided)
    return redirect(url_for("residents.proposals"))


@blueprint.post("/approvals/<int:tag_id>/refusal")
@allow(*OFFICE)
def decline(tag_id: int) -> Any:
    """Decline a proposal, with the reason."""
    done = tag_actions.decline_tag(
        tag_id=tag_id,
        site_id=current_site().id,
        reason=request.form.get("reason", ""),
        now=now(),
        by=staff_id(),
    )
    if isinstance(done, Refusal):
        tell(done)
    else:
        flash(_("没有批准：%(what)s", what=_words(done)), "good")
    return redirect(url_for("residents.proposals"))


@blueprint.get("/expiring-tags")
@allow(*OFFICE)
def expiring() -> Any:
    """Tags that run out within 30 days, or have lately, and are not renewed."""
    site_id = current_site().id
    return render_template(
        "residents/expiring.html",
        page=tag_queries.running_out(
            db.session(),
            site_id=site_id,
            today=today(),
            number=page_number(request.args.get("page")),
        ),
        to_do=tag_queries.to_do(db.session(), site_id=site_id, today=today()),
        today=today(),
    )


def _ticked() -> list[int]:
    """The ids of ticked rows; what no row can have is left out."""
    texts = request.form.getlist("tag")
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 11]
    return [number for number in dict.fromkeys(numbers) if 0 < number <= LARGEST]


def _tell(decided: tag_actions.Decided) -> None:
    """What became of each, in words."""
    if decided.approved:
        flash(
            _(
                "已批准 %(count)s 项：%(what)s",
                count=len(decided.approved),
                what=_list(decided.approved),
            ),
            "good",
        )
    if decided.own:
        flash(
            _("没有批准，因为是您自己提的，需要另一位同事审批：%(what)s", what=_list(decided.own)),
            "warn",
        )
    for one in decided.before:
        approved = one.state == TagState.APPROVED
        text = (
            _("%(what)s：%(name)s 已经批准过了", what=_words(one), name=one.decider)
            if approved
            else _("%(what)s：%(name)s 没有批准", what=_words(one), name=one.decider)
        )
        flash(text, "good" if approved else "warn")
    if decided.gone:
        flash(_("%(count)s 项已不在这里，可能被撤回了", count=decided.gone), "warn")


_MOST_NAMED = 5


def _list(some: list[tag_actions.Named]) -> str:
    named = "、".join(_words(one) for one in some[:_MOST_NAMED])
    return named if len(some) <= _MOST_NAMED else _("%(names)s 等", names=named)


def _words(one: tag_actions.Named) -> str:
    return f"{one.name} {names.of_tag(one.tag)}"
