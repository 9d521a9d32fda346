"""Shifts: the list, one shift as it stands or as it was closed, opening, cash, closing."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import (
    DEVICE_COOKIE,
    current_site,
    device_here,
    now,
    roles_here,
    staff_id,
    today,
)
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.shifts.forms import CashMoveForm, ClosingForm, OpeningForm
from canteen.foundation.database import db
from canteen.foundation.paging import page_number
from canteen.foundation.wording import Refusal, say
from canteen.ledger.shifts import actions, queries
from canteen.ledger.shifts.actions import CashMove, Closing, Opening, Way
from canteen.ledger.shifts.queries import ShiftRow
from canteen.ledger.shifts.rules import may_handle, read_pieces
from canteen.settlement.actions import UNDONE
from canteen.settlement.shift_report import differences_fen, shift_report
from canteen.sites import queries as sites
from canteen.staff.rules import Role
from canteen.subsidies.queries import funder_names

blueprint = Blueprint("shifts", __name__, url_prefix="/shifts")

KEPT_SECONDS = 400 * 86400


@blueprint.get("")
@allow(Role.CLERK, Role.MANAGER)
def shifts() -> Any:
    """The shifts of the site, open ones first: all for a manager, their own for a clerk."""
    site, session = current_site(), db.session()
    mine = queries.my_open_shifts(session, site_id=site.id, staff_id=staff_id())
    page = queries.shifts(
        session,
        site_id=site.id,
        only=None if _manages() else staff_id(),
        page=page_number(request.args.get("page")),
    )
    off_fen = differences_fen(session, site.id) if _manages() else None
    return render_template("shifts/shifts.html", page=page, mine=mine, off_fen=off_fen)


@blueprint.route("/new", methods=["GET", "POST"])
@allow(Role.CLERK, Role.MANAGER)
def opening() -> Any:
    """Open a shift with a float."""
    form = OpeningForm()
    devices = sites.devices(db.session(), current_site().id)
    form.device_id.choices = [(device.id, device.name) for device in devices]
    if request.method == "GET":
        form.fresh_id()
        form.device_id.data = device_here()
        return render_template("shifts/opening.html", form=form, said=None)
    if not form.validate_on_submit():
        return render_template("shifts/opening.html", form=form, said=None), 422
    count = form.counted()
    opened = count if isinstance(count, Refusal) else actions.open_shift(
        Opening(
            site_id=current_site().id,
            device_id=form.device_id.data,
            by=staff_id(),
            count=count,
            request_id=form.id_sent(),
        ),
        now=now(),
    )  # fmt: skip
    if isinstance(opened, Refusal):
        return render_template("shifts/opening.html", form=form, said=say(opened)), 409
    flash(_("已开班，可以收银了"), "good")
    answer = redirect(url_for("shifts.shift", shift_id=opened))
    # From here on this browser is that counter: cash that is taken at its desk belongs to it.
    answer.set_cookie(DEVICE_COOKIE, str(form.device_id.data), max_age=KEPT_SECONDS, samesite="Lax")
    return answer


@blueprint.get("/<int:shift_id>")
@allow(Role.CLERK, Role.MANAGER)
def shift(shift_id: int) -> Any:
    """A shift so far, or the report of a closed one: for the screen, A4 and 80 mm paper."""
    form = CashMoveForm()
    form.fresh_id()
    return _page(_own_or_403(shift_id), form)


@blueprint.post("/<int:shift_id>/cash")
@allow(Role.CLERK, Role.MANAGER)
def cash(shift_id: int) -> Any:
    """Cash fetched into the drawer, or brought to the bank."""
    row = _own_or_403(shift_id)
    form = CashMoveForm()
    if not form.validate_on_submit():
        return _page(row, form), 422
    refusal = actions.move_cash(
        CashMove(
            shift_id=shift_id,
            way=Way(form.way.data),
            amount_fen=form.amount_fen.data or 0,
            reason=form.reason.data or "",
            request_id=form.id_sent(),
            service_date=today(),
            by=staff_id(),
        ),
        now=now(),
    )
    if refusal:
        form.fresh_id()
        return _page(_own_or_403(shift_id), form, said=say(refusal)), 409
    flash(_("已记下"), "good")
    return redirect(url_for("shifts.shift", shift_id=shift_id))


@blueprint.route("/<int:shift_id>/closing", methods=["GET", "POST"])
@allow(Role.CLERK, Role.MANAGER)
def closing(shift_id: int) -> Any:
    """Count the drawer and close the shift. What it should hold is told after the count."""
    row = _own_or_403(shift_id)
    if row.shift.closed_at is not None:
        return redirect(url_for("shifts.shift", shift_id=shift_id))
    form = ClosingForm()
    said = None
    if form.validate_on_submit():
        count = form.counted()
        closed = count if isinstance(count, Refusal) else actions.close_shift(
            Closing(
                shift_id=shift_id,
                count=count,
                reason=form.reason.data or "",
                service_date=today(),
                by=staff_id(),
            ),
            now=now(),
        )  # fmt: skip
        if not isinstance(closed, Refusal):
            flash(_("这一班先前已经结束") if closed.repeat else _("这一班已结束"), "good")
            return redirect(url_for("shifts.shift", shift_id=shift_id))
        said = say(closed)
    page = render_template(
        "shifts/closing.html",
        row=row,
        form=form,
        said=said,
        is_off=said is not None and said.code in ("shift_short", "shift_over"),
    )
    return page, 200 if request.method == "GET" else 409 if said else 422


def _page(row: ShiftRow, form: CashMoveForm, said: Any = None) -> str:
    session = db.session()
    report = shift_report(session, row.shift, undone=UNDONE)
    names = funder_names(session, {code for code, _sum in report.funders})
    periods = {one.code: named(one) for one in sites.periods(session, row.shift.site_id)}
    return render_template(
        "shifts/shift.html",
        row=row,
        report=report,
        funders=[
            (names.get(code, (code, code))[is_english()], one) for code, one in report.funders
        ],
        periods=periods,
        form=form,
        said=said,
        slip=request.args.get("paper") == "80",
        float_pieces=read_pieces(row.shift.float_pieces),
        counted_pieces=read_pieces(row.shift.counted_pieces),
        printed_at=now(),
    )


def _own_or_403(shift_id: int) -> ShiftRow:
    """A shift of this site that the person may see and handle."""
    row = queries.shift_row(db.session(), shift_id=shift_id, site_id=current_site().id)
    if row is None:
        abort(404)
    if not may_handle(
        opened_by=row.shift.opened_by,
        shared=row.shift.shared,
        staff_id=staff_id(),
        manager=_manages(),
    ):
        abort(403)
    return row


def _manages() -> bool:
    return bool(roles_here() & {Role.MANAGER, Role.ADMINISTRATOR})
