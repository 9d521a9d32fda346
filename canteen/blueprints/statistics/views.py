"""The counts of a site, and how far they reach the people on the hardship register."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, roles_here, today
from canteen.blueprints.statistics import page as pages
from canteen.blueprints.statistics.choices import Choice, read_choice
from canteen.blueprints.statistics.register import coverage_page, read_register
from canteen.blueprints.statistics.register import sheets as register_sheets
from canteen.foundation.spreadsheets import write_csv, write_xlsx
from canteen.foundation.wording import Refusal, say
from canteen.residents.models import Level
from canteen.staff.rules import Role
from canteen.statistics import queries
from canteen.statistics.rules import Dimension
from canteen.statistics.spans import Grain, quick_spans, read_span
from canteen.statistics.wording import GRAINS, GROUPS, LEVELS, QUICK, REASONS

blueprint = Blueprint("statistics", __name__, url_prefix="/statistics")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@allow(Role.MANAGER, Role.COMMUNITY, Role.KITCHEN)
def counts() -> Any:
    """Meals and money over time and by group: charts, tables, and the ledger's word."""
    choice = read_choice(request.args, today=today(), money=_sees_money())
    if isinstance(choice, Refusal):
        return _form(_default(), page=None, said=say(choice)), 400
    return _form(choice, page=_page(choice), said=None)


@blueprint.get("/counts.xlsx")
@allow(Role.MANAGER, Role.COMMUNITY, Role.KITCHEN)
def workbook() -> Any:
    """The page's tables as an Excel workbook."""
    choice = _choice_or_400()
    return _file(write_xlsx(pages.sheets(_page(choice))), choice, "xlsx", _XLSX)


@blueprint.get("/<any(time, group):table>.csv")
@allow(Role.MANAGER, Role.COMMUNITY, Role.KITCHEN)
def table(table: str) -> Any:
    """One table of the page as CSV."""
    choice = _choice_or_400()
    sheet = pages.sheets(_page(choice))[0 if table == "time" else 1]
    return _file(write_csv(sheet.headers, sheet.rows), choice, "csv", "text/csv; charset=utf-8")


@blueprint.get("/coverage")
@allow(Role.MANAGER, Role.COMMUNITY)
def coverage() -> Any:
    """Who is on the hardship register, who was served, and who was not."""
    asked = read_register(request.args, today=today())
    if isinstance(asked, Refusal):
        return render_template("statistics/coverage.html", page=None, said=say(asked)), 400
    with queries.snapshot() as session:
        page = coverage_page(session, site_id=current_site().id, asked=asked)
    return render_template("statistics/coverage.html", page=page, said=None, reasons=REASONS)


@blueprint.get("/coverage.xlsx")
@allow(Role.MANAGER, Role.COMMUNITY)
def coverage_workbook() -> Any:
    """The coverage page's tables as an Excel workbook."""
    asked = read_register(request.args, today=today())
    if isinstance(asked, Refusal):
        abort(400)
    with queries.snapshot() as session:
        page = coverage_page(session, site_id=current_site().id, asked=asked)
    return _attached(
        write_xlsx(register_sheets(page)), f"coverage-{page.register}-{asked.day}.xlsx", _XLSX
    )


def _page(choice: Choice) -> pages.CountsPage:
    with queries.snapshot() as session:
        return pages.counts_page(
            session, site_id=current_site().id, choice=choice, money=_sees_money()
        )


def _form(choice: Choice, *, page: pages.CountsPage | None, said: Any) -> str:
    return render_template(
        "statistics/counts.html",
        choice=choice,
        page=page,
        said=said,
        typed=request.args,
        charts=pages,
        quick=[(QUICK[code], span) for code, span in quick_spans(today())],
        groups={code: name for code, name in GROUPS.items() if _sees_money() or code != "payer"},
        grains=GRAINS,
        levels=LEVELS,
    )


def _default() -> Choice:
    span = read_span("", "", grain=Grain.DAY, today=today())
    assert not isinstance(span, Refusal)
    return Choice(span, Grain.DAY, Dimension.CHANNEL, Level.BUILDING)


def _choice_or_400() -> Choice:
    choice = read_choice(request.args, today=today(), money=_sees_money())
    if isinstance(choice, Refusal):
        abort(400)
    return choice


def _sees_money() -> bool:
    """The kitchen needs portions, not takings."""
    return bool(roles_here() & {Role.MANAGER, Role.ADMINISTRATOR, Role.COMMUNITY})


def _file(content: bytes, choice: Choice, ending: str, kind: str) -> Response:
    name = f"meals-{choice.group}-{choice.span.first}-{choice.span.last}.{ending}"
    return _attached(content, name, kind)


def _attached(content: bytes, name: str, kind: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
