"""`canteen claims` and `canteen ledger`: claims without a browser, and proving the money."""

import shutil
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import func, select

from canteen.claims.actions import Order
from canteen.claims.closing import close_claim
from canteen.claims.files import FileKind, claim_file, download_name, make_files
from canteen.claims.models import Claim
from canteen.claims.preview import preview as preview_claim
from canteen.claims.rules import Preview, Span, month_of, quarter_of
from canteen.claims.verify import verify_claims
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.foundation.money import yuan
from canteen.foundation.terminal import stop
from canteen.foundation.wording import Refusal
from canteen.ledger.models import Account, Transfer
from canteen.ledger.shifts.verify import verify_shifts
from canteen.ledger.verify import verify
from canteen.settlement.models import Meal
from canteen.settlement.offline.queries import late_meal_ids
from canteen.settlement.verify import verify_meals
from canteen.sites.models import Site


@click.group(short_help="账 / the ledger")
def ledger() -> None:
    """The ledger: where the money is."""


@ledger.command("verify", short_help="核对全部余额、用餐和结算 / recompute and compare all")
def verify_ledger() -> None:
    """Recompute every balance; compare every meal and every claim with its transfers.

    Exit 1 if any is off.
    """
    from canteen import create_app

    with create_app().app_context():
        session = db.session()
        accounts, transfers, meals, claimed = (
            session.scalar(select(func.count()).select_from(model))
            for model in (Account, Transfer, Meal, Claim)
        )
        findings = 0
        for finding in (
            *verify(session),
            *verify_meals(session),
            *verify_shifts(session, late_meals=late_meal_ids()),
            *verify_claims(session),
        ):
            findings += 1
            click.echo(f"{finding.rule}: {finding.place}: {finding.found}", err=True)
    checked = f"{accounts} accounts, {transfers} transfers, {meals} meals, {claimed} claims"
    if findings:
        click.echo(f"账目有 {findings} 处不符 / {findings} findings ({checked})", err=True)
        sys.exit(1)
    click.echo(f"账目相符 / the ledger holds ({checked})")


@click.group(short_help="结算 / claims to funders")
def claims() -> None:
    """Claims to funders: what they hold, closing them, their files."""


def _read_span(_context: object, _parameter: object, text: str) -> Span:
    """``2026-06`` or ``2026-Q2``."""
    try:
        year, _, part = text.partition("-")
        if part.startswith("Q") and part[1:] in ("1", "2", "3", "4"):
            return quarter_of(date(int(year), int(part[1:]) * 3, 1))
        return month_of(date(int(year), int(part), 1))
    except ValueError as error:
        raise click.BadParameter("如 2026-06 或 2026-Q2 / like 2026-06 or 2026-Q2") from error


@claims.command("preview", short_help="看看会结多少 / what a claim would hold")
@click.argument("funder")
@click.argument("period", callback=_read_span)
@click.option("--site", "codes", multiple=True, help="Only these canteens, by code.")
def preview(funder: str, period: Span, codes: tuple[str, ...]) -> None:
    """What the claim to FUNDER for PERIOD (2026-06, 2026-Q2) would hold."""
    from canteen import create_app

    with create_app().app_context():
        sites, today = _sites(codes)
        shown = preview_claim(
            db.session(),
            funder_code=funder,
            first_day=period.first_day,
            last_day=period.last_day,
            site_ids=sites,
            today=today,
        )
        _show(shown)
        if shown.refusal:
            stop(shown.refusal)


@claims.command("close", short_help="结算并出文件 / close a claim and make its files")
@click.argument("funder")
@click.argument("period", callback=_read_span)
@click.option("--site", "codes", multiple=True, help="Only these canteens, by code.")
@click.option("--reason", default="", help="Why it is closed although lines have problems.")
def close(funder: str, period: Span, codes: tuple[str, ...], reason: str) -> None:
    """Close the claim to FUNDER for PERIOD (2026-06, 2026-Q2) and make its files."""
    from canteen import create_app

    with create_app().app_context():
        sites, today = _sites(codes)
        order = Order(
            funder_code=funder,
            first_day=period.first_day,
            last_day=period.last_day,
            site_ids=sites,
            reason=reason,
        )
        closed = close_claim(order, today=today, by=None, now=datetime.now(UTC))
        if isinstance(closed, Refusal):
            stop(closed)
        make_files(closed.claim_id)
        click.echo(f"{closed.number}: {closed.lines} 笔 lines, {yuan(closed.total_fen)} 元 yuan")


@claims.command("export", short_help="再取文件 / write a closed claim's file")
@click.argument("number")
@click.option("--csv", "kind", flag_value="csv", help="CSV instead of a workbook.")
@click.option("--xlsx", "kind", flag_value="xlsx", default=True, help="A workbook (default).")
@click.option("--to", "folder", default=".", type=click.Path(file_okay=False, path_type=Path))
def export(number: str, kind: FileKind, folder: Path) -> None:
    """Write the file of the closed claim NUMBER, such as city-2026-06."""
    from canteen import create_app

    with create_app().app_context():
        claim_id = db.session().scalar(select(Claim.id).where(Claim.number == number))
        made = claim_file(claim_id, kind) if claim_id else None
        if made is None:
            stop(Refusal("claim_unknown"))
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / download_name(number, kind)
        shutil.copyfile(made, target)
        click.echo(str(target))


def _sites(codes: tuple[str, ...]) -> tuple[tuple[int, ...], date]:
    """The ids of these sites, or of all, and the day it is at the first."""
    found = db.session().scalars(select(Site).order_by(Site.id)).all()
    known = {site.code for site in found}
    for code in codes:
        if code not in known:
            raise click.BadParameter(f"没有食堂 / no canteen {code}")
    chosen = [site for site in found if not codes or site.code in codes]
    zone = chosen[0].time_zone if chosen else "Asia/Shanghai"
    return tuple(site.id for site in chosen), service_date(datetime.now(UTC), zone)


def _show(shown: Preview) -> None:
    totals = shown.totals
    click.echo(f"{shown.funder_code} {shown.span.name}")
    for total in (*totals.by_rule, *totals.by_site, totals.carried, totals.corrections):
        click.echo(f"  {' / '.join(total.name)}: {total.lines}, {yuan(total.total_fen)}")
    click.echo(f"  合计 total: {totals.lines}, {yuan(totals.total_fen)}")
    for problem in shown.problems:
        click.echo(
            f"  ! {problem.service_date} {problem.diner_name} {yuan(problem.amount_fen)}: "
            f"{problem.why_zh} {problem.why_en}"
        )
    if shown.problem_count > len(shown.problems):
        click.echo(f"  ! 共 {shown.problem_count} 条 in all")
