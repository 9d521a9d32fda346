"""Setting a counter's printer, printing again, and a receipt as a page for any printer."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from canteen.blueprints.access import allow, may_open
from canteen.blueprints.context import current_site, now, staff_id
from canteen.blueprints.filters import is_english
from canteen.blueprints.flashes import tell
from canteen.blueprints.printing.forms import PrinterForm
from canteen.blueprints.row_ids import row_id
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.settlement.models import Meal
from canteen.settlement.printing import actions, queries
from canteen.settlement.printing.models import Printer, SlipKind
from canteen.settlement.printing.output import is_installed
from canteen.settlement.printing.papers import lines_of
from canteen.settlement.printing.wording import TROUBLES
from canteen.sites.models import Device
from canteen.staff.rules import Role

blueprint = Blueprint("printing", __name__)

_AT_THE_COUNTER = {Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR}


@blueprint.route("/settings/devices/<int:device_id>/printer", methods=["GET", "POST"])
@allow(Role.MANAGER)
def printer(device_id: int) -> Any:
    """A counter's printer: where it is, what it prints, how it does."""
    device = _device_or_404(device_id)
    known = queries.printer_of(db.session(), device_id)
    form = PrinterForm(data=_shown(known)) if known else PrinterForm()
    if form.validate_on_submit():
        actions.save_printer(device_id=device_id, values=form.values(), now=now(), by=staff_id())
        flash(_("已保存。打一张测试页看看"), "good")
        return redirect(url_for("printing.printer", device_id=device_id))
    standing = queries.standings(db.session(), site_id=device.site_id, now=now()).get(device_id)
    page = render_template(
        "printing/printer.html",
        device=device,
        form=form,
        standing=standing,
        trouble=TROUBLES.get(standing.trouble) if standing else None,
        failed=queries.failed_slips(db.session(), device_id=device_id, now=now()),
        troubles=TROUBLES,
        installed=is_installed(),
    )
    return (page, 422) if form.errors else page


@blueprint.post("/settings/devices/<int:device_id>/printer/test-pages")
@allow(Role.MANAGER)
def test_page(device_id: int) -> Any:
    """Print a test page."""
    _device_or_404(device_id)
    refusal = actions.ask_test_page(device_id=device_id, now=now(), by=staff_id())
    _flash(refusal, _("测试页送去打印了，几秒钟就出来"))
    return redirect(url_for("printing.printer", device_id=device_id))


@blueprint.post("/settings/devices/<int:device_id>/printer/removal")
@allow(Role.MANAGER)
def removal(device_id: int) -> Any:
    """Print no more at a counter."""
    _device_or_404(device_id)
    actions.remove_printer(device_id=device_id, now=now(), by=staff_id())
    flash(_("这个窗口不再打印"), "good")
    return redirect(url_for("sites.devices"))


@blueprint.get("/meals/<uuid:meal_id>/receipt")
@allow(Role.CLERK, Role.MANAGER)
def receipt(meal_id: UUID) -> Any:
    """A meal's receipt as a page 80 mm wide, for the browser's own printing."""
    meal = _meal_or_404(meal_id)
    kind = SlipKind.VOID if meal.voided_at else SlipKind.RECEIPT
    slips = queries.slips_of(db.session(), meal_id)
    facts = queries.facts_of(
        db.session(),
        meal_id=meal_id,
        kind=kind,
        copy=sum(slip.kind == kind for slip in slips),
        english=is_english(),
    )
    return render_template("printing/receipt.html", meal=meal, lines=lines_of(kind, facts))


@blueprint.post("/meals/<uuid:meal_id>/slips")
@allow(Role.CLERK, Role.MANAGER)
def reprint(meal_id: UUID) -> Any:
    """Print a meal's receipt, or its void slip, once more at one of the site's printers."""
    meal = _meal_or_404(meal_id)
    device_id = request.form.get("device_id", type=row_id)
    devices = queries.standings(db.session(), site_id=meal.site_id, now=now())
    if device_id not in devices:
        abort(404)
    refusal = actions.ask_reprint(
        meal_id=meal_id, device_id=int(device_id), now=now(), by=staff_id()
    )
    _flash(refusal, _("送去打印了"))
    return redirect(url_for("settlement.one_meal", meal_id=meal_id))


@blueprint.get("/counter/printers")
@allow(Role.CLERK, Role.MANAGER)
def troubles() -> Any:
    """The printers of this site that need a hand, for the counter page; by counter."""
    found = queries.standings(db.session(), site_id=current_site().id, now=now())
    return jsonify(
        {
            str(device_id): {
                "text": str(said.text),
                "next_step": str(said.next_step),
                "url": url_for("printing.printer", device_id=device_id)
                if may_open("printing.printer")
                else "",
            }
            for device_id, standing in found.items()
            if (said := TROUBLES.get(standing.trouble))
        }
    )


def _shown(known: Printer) -> dict[str, Any]:
    return {
        "connection": known.connection,
        "address": known.address,
        "paper_mm": str(known.paper_mm),
        "receipts": known.receipts,
        "tickets": known.tickets,
    }


def _flash(refusal: Refusal | None, done: str) -> None:
    if refusal is None:
        flash(done, "good")
    else:
        tell(refusal)


def _device_or_404(device_id: int) -> Device:
    found: Device = db.first_or_404(
        db.select(Device).filter_by(id=device_id, site_id=current_site().id, retired_at=None)
    )
    return found


def _meal_or_404(meal_id: UUID) -> Meal:
    """A meal of a site at whose counter the person works or which they manage."""
    found = db.session.get(Meal, meal_id)
    if found is None or not current_user.roles_at(found.site_id) & _AT_THE_COUNTER:
        abort(404)
    return found
