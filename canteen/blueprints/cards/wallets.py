"""The money behind a card: cash in, cash back, the statement."""

from io import BytesIO
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.cards.forms import CashForm, PassForm, RefundForm
from canteen.blueprints.cards.views import KIND_NAMES, person_page, resident_or_404
from canteen.blueprints.context import (
    current_site,
    device_here,
    now,
    staff_id,
    time_zone_here,
    today,
)
from canteen.blueprints.filters import is_english, long_day, set_name, yuan
from canteen.blueprints.flashes import back_to, tell
from canteen.cards import passes, queries, wallets
from canteen.cards.passes import PassOrder
from canteen.cards.wallets import CashOrder
from canteen.foundation.database import db
from canteen.foundation.paging import PAGE_SIZE, page_number
from canteen.foundation.spreadsheets import Fen, Sheet, write_csv, write_xlsx
from canteen.foundation.wording import Refusal, say
from canteen.ledger.models import TransferKind
from canteen.ledger.shifts.queries import my_open_shifts
from canteen.settlement.queries import has_used_pass
from canteen.settlement.statement import StatementLine, statement, whole_statement
from canteen.staff.rules import Role

blueprint = Blueprint("wallets", __name__, url_prefix="/residents/<int:resident_id>")


@blueprint.post("/top-ups")
@allow(Role.CLERK, Role.MANAGER)
def top_up(resident_id: int) -> Any:
    """Add cash to a wallet."""
    resident_or_404(resident_id)
    form = CashForm()
    if not form.validate_on_submit():
        return person_page(resident_id, form, status=422)
    done = wallets.top_up(_order(resident_id, form), now=now())
    if isinstance(done, Refusal):
        form.fresh_id()
        return person_page(resident_id, form, said=say(done), status=409)
    said = _("已充 %(amount)s，余额 %(balance)s")
    if done.bonus_fen:
        said = _("已充 %(amount)s，另赠送 %(bonus)s，余额 %(balance)s")
    if done.repeat:
        said = _("这笔 %(amount)s 先前已充过，没有再充；余额 %(balance)s。还要充，请再填一次")
    sums = {"amount": done.amount_fen, "bonus": done.bonus_fen, "balance": done.balance_fen}
    told = said % {name: yuan(fen) for name, fen in sums.items()}
    flash(told, "warn" if done.repeat else "good")
    return redirect(url_for("cards.person", resident_id=resident_id))


@blueprint.route("/refunds", methods=["GET", "POST"])
@allow(Role.MANAGER)
def refund(resident_id: int) -> Any:
    """Give cash back."""
    form = RefundForm()
    if request.method == "GET":
        form.fresh_id()
        return _refund_page(resident_id, form)
    if not form.validate_on_submit():
        return _refund_page(resident_id, form, status=422)
    resident_or_404(resident_id)
    done = wallets.refund(_order(resident_id, form, form.reason.data or ""), now=now())
    if isinstance(done, Refusal):
        form.fresh_id()
        return _refund_page(resident_id, form, said=say(done), status=409)
    said = _("已退 %(amount)s 现金，余额 %(balance)s")
    if done.repeat:
        said = _("这笔 %(amount)s 先前已退过，没有再退；余额 %(balance)s")
    told = said % {"amount": yuan(done.amount_fen), "balance": yuan(done.balance_fen)}
    flash(told, "warn" if done.repeat else "good")
    return redirect(url_for("cards.person", resident_id=resident_id))


@blueprint.post("/passes")
@allow(Role.CLERK, Role.MANAGER)
def pass_sale(resident_id: int) -> Any:
    """Sell a pass for cash."""
    resident_or_404(resident_id)
    back = redirect(url_for("cards.person", resident_id=resident_id))
    form = PassForm()
    if not form.validate_on_submit():
        flash(_("页面已过期，请刷新后再填"), "bad")
        return back
    done = passes.sell_pass(
        PassOrder(
            resident_id=resident_id,
            policy_code=form.policy_code.data or "",
            pass_code=form.pass_code.data or "",
            request_id=UUID(form.request_id.data or ""),
            site_id=current_site().id,
            service_date=today(),
            by=staff_id(),
            device_id=_counter(),
        ),
        now=now(),
    )
    if isinstance(done, Refusal):
        tell(done)
        return back
    sold = _("已卖出，收现金 %(price)s，%(first)s至%(last)s有效")
    days = {"first": long_day(done.valid_from), "last": long_day(done.valid_until)}
    facts = {"price": yuan(done.price_fen), **days}
    if done.repeat:
        sold = _("这张先前已卖出，没有再卖；%(first)s至%(last)s有效")
    flash(sold % facts, "warn" if done.repeat else "good")
    return back


@blueprint.post("/passes/<int:pass_id>/cancellation")
@allow(Role.MANAGER)
def pass_cancellation(resident_id: int, pass_id: int) -> Any:
    """Take a pass back on the day it was sold."""
    resident_or_404(resident_id)
    refusal = passes.cancel_pass(
        resident_id=resident_id, pass_id=pass_id, by=staff_id(), now=now(), is_used=has_used_pass
    )
    address = url_for("cards.person", resident_id=resident_id)
    return back_to(address, refusal, _("已退卡，请退还现金"))


@blueprint.get("/statement")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def account(resident_id: int) -> Any:
    """Every movement of a wallet, the newest first."""
    number = page_number(request.args.get("page"))
    holder = queries.holder(db.session(), resident_id) or abort(404)
    page = statement(db.session(), resident_id=resident_id, number=number)
    return render_template(
        "cards/statement.html",
        holder=holder,
        page=page,
        page_size=PAGE_SIZE,
        kind_names=KIND_NAMES,
        printed_at=now(),
    )


@blueprint.get("/statement.<any(xlsx, csv):form>")
@allow(Role.CLERK, Role.MANAGER, Role.COMMUNITY)
def account_file(resident_id: int, form: str) -> Any:
    """The whole statement as a file."""
    person = resident_or_404(resident_id)
    lines = whole_statement(db.session(), resident_id=resident_id)
    headers = [_("日期"), _("事项"), _("内容"), _("食堂"), _("收支（元）"), _("余额（元）")]
    headers.append(_("记账时间"))
    rows = [_file_row(line) for line in lines]
    name = _("对账单")
    data = (
        write_xlsx([Sheet(f"{name} {person.name}", headers, rows)])
        if form == "xlsx"
        else write_csv(headers, rows)
    )
    return send_file(BytesIO(data), as_attachment=True, download_name=f"{name}-{person.id}.{form}")


def _order(resident_id: int, form: CashForm, reason: str = "") -> CashOrder:
    return CashOrder(
        resident_id=resident_id,
        amount_fen=form.amount_fen.data or 0,
        request_id=form.id_sent(),
        site_id=current_site().id,
        service_date=today(),
        by=staff_id(),
        reason=reason,
        device_id=_counter(),
    )


def _counter() -> int | None:
    """This browser's counter, where the person works in an open shift there; else a desk, at
    which their own shift is meant wherever it is."""
    device_id = device_here()
    mine = my_open_shifts(db.session(), site_id=current_site().id, staff_id=staff_id())
    return device_id if device_id in {one.shift.device_id for one in mine} else None


def _refund_page(resident_id: int, form: RefundForm, said: Any = None, status: int = 200) -> Any:
    holder = queries.holder(db.session(), resident_id) or abort(404)
    bonus_fen = wallets.bonus_of(db.session(), resident_id)
    page = render_template(
        "cards/refund.html",
        holder=holder,
        form=form,
        said=said,
        bonus_fen=bonus_fen,
        cash_fen=holder.balance_fen - bonus_fen,
    )
    return page, status


def _file_row(line: StatementLine) -> tuple[Any, ...]:
    return (
        line.service_date,
        str(KIND_NAMES[TransferKind(line.kind)]),
        set_name(line.set_name) if line.set_name else line.note,
        line.site_name_en if is_english() else line.site_name,
        Fen(line.change_fen),
        Fen(line.balance_fen),
        line.at.astimezone(ZoneInfo(time_zone_here())),
    )
