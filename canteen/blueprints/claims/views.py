"""What funders owe and have paid, a closed claim with its lines, its files and its money."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.claims import pages, preparing
from canteen.blueprints.claims.blueprint import blueprint, claim_or_404, meal_periods
from canteen.blueprints.claims.choices import managed_ids
from canteen.blueprints.claims.forms import PaymentForm
from canteen.blueprints.context import now, staff_id, time_zone_here, today
from canteen.blueprints.filters import yuan
from canteen.blueprints.flashes import tell
from canteen.claims import actions, queries
from canteen.claims.capitals import in_capitals
from canteen.claims.files import claim_file, download_name
from canteen.claims.waiting import unclaimed_spans
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import say
from canteen.staff.rules import Role

__all__ = ["blueprint", "preparing"]

_LINES: tuple[queries.LinesOf, ...] = ("all", "period", "carried", "corrections")


@blueprint.get("")
@allow(Role.MANAGER)
def receivables() -> Any:
    """Who owes what since when, what is not claimed yet, and the claims there are."""
    session, mine, day = db.session(), managed_ids(), today()
    owed = queries.receivables(session, site_ids=mine, today=day)
    code = request.args.get("funder", "")[:40]
    number = page_number(request.args.get("page"))
    return render_template(
        "claims/receivables.html",
        owed=owed,
        sums=pages.sums(owed),
        unclaimed=unclaimed_spans(session, site_ids=mine, today=day),
        page=queries.claims(session, site_ids=mine, page=number, funder_code=code),
        funder=code,
        standing=pages.standing,
        days_of=_days_of,
    )


@blueprint.get("/<int:claim_id>")
@allow(Role.MANAGER)
def claim(claim_id: int) -> Any:
    """One claim: its figures, its money, its lines."""
    form = PaymentForm(formdata=None, data={"received_on": today()})
    form.fresh_id()
    return _claim_page(claim_id, form)


@blueprint.post("/<int:claim_id>/payments")
@allow(Role.MANAGER)
def payments(claim_id: int) -> Any:
    """Money has come for a claim."""
    claim_or_404(claim_id)
    form = PaymentForm()
    if not form.validate_on_submit():
        return _claim_page(claim_id, form, status=422)
    payment = actions.Payment(
        claim_id=claim_id,
        amount_fen=form.amount_fen.data or 0,
        received_on=form.received_on.data or today(),
        request_id=form.id_sent(),
        note=form.note.data or "",
    )
    if refusal := actions.receive_payment(
        payment, site_ids=managed_ids(), today=today(), by=staff_id(), now=now()
    ):
        form.fresh_id()
        return _claim_page(claim_id, form, said=say(refusal), status=409)
    flash(_("已记下到账 %(amount)s", amount=yuan(payment.amount_fen)), "good")
    return redirect(url_for("claims.claim", claim_id=claim_id))


@blueprint.post("/<int:claim_id>/payments/<int:payment_id>/reversal")
@allow(Role.MANAGER)
def reversal(claim_id: int, payment_id: int) -> Any:
    """A payment was entered by mistake."""
    claim_or_404(claim_id)
    if refusal := actions.take_back_payment(
        claim_id=claim_id,
        payment_id=payment_id,
        reason=request.form.get("reason", ""),
        site_ids=managed_ids(),
        by=staff_id(),
        now=now(),
    ):
        tell(refusal)
    else:
        flash(_("已撤回这笔到账，欠款照旧"), "good")
    return redirect(url_for("claims.claim", claim_id=claim_id))


@blueprint.get("/<int:claim_id>/cover")
@allow(Role.MANAGER)
def cover(claim_id: int) -> Any:
    """The cover on one sheet of A4, to be signed; 404 while the claim is being gathered."""
    found = claim_or_404(claim_id)
    if not found.closed:
        abort(404)
    return render_template(
        "claims/cover.html",
        claim=found,
        totals=queries.claim_totals(db.session(), claim_id=claim_id),
        closed_on=pages.closed_on(found, time_zone_here()),
        in_capitals=in_capitals,
    )


@blueprint.get("/<int:claim_id>/claim.<any(xlsx, csv):kind>")
@allow(Role.MANAGER)
def file(claim_id: int, kind: Any) -> Response:
    """The claim as it is sent."""
    found = claim_or_404(claim_id)
    path = claim_file(claim_id, kind) or abort(404)
    return send_file(path, as_attachment=True, download_name=download_name(found.number, kind))


def _claim_page(claim_id: int, form: PaymentForm, said: Any = None, status: int = 200) -> Any:
    session, found = db.session(), claim_or_404(claim_id)
    only: queries.LinesOf = next((one for one in _LINES if one == request.args.get("only")), "all")
    number = page_number(request.args.get("page"))
    page = render_template(
        "claims/claim.html",
        claim=found,
        totals=queries.claim_totals(session, claim_id=claim_id) if found.closed else None,
        payments=queries.claim_payments(session, claim_id=claim_id),
        page=queries.claim_lines(session, claim_id=claim_id, page=number, only=only),
        only=only,
        periods=meal_periods(),
        form=form,
        said=said,
        standing=pages.standing(found),
        days=_days_of(found),
    )
    return page, status


def _days_of(claim: queries.ClaimRow) -> int | None:
    return pages.days_waiting(claim, today=today(), time_zone=time_zone_here())
