"""The bulk re-check: a list of the dead and the moved, previewed, then carried out whole."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.flashes import tell
from canteen.blueprints.intake import Intake, headings
from canteen.blueprints.residents.blueprint import OFFICE, blueprint, period_names, sites_with
from canteen.blueprints.residents.files import download
from canteen.cards import departure as cards
from canteen.delivery.after_end import still_to_bring
from canteen.foundation.database import db
from canteen.foundation.spreadsheets import Sheet, write_xlsx
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal
from canteen.residents import rechecks
from canteen.residents.recheck_plan import RecheckPlan, plan_recheck
from canteen.settlement import after_end

MOST_SHOWN = 200
"""People and wrong rows of which a page tells everything; the figures count all."""
MOST_MEALS_SHOWN = 20
REPORTS = Intake(
    kind="endings",
    page="residents/recheck_upload.html",
    max_rows=rechecks.MOST_ROWS,
    read=rechecks.read_reports,
)


@blueprint.route("/residents/re-checks", methods=["GET", "POST"])
@allow(*OFFICE)
def recheck_upload() -> Any:
    """Choose a list."""
    if request.method == "GET":
        return render_template(REPORTS.page, said=None)
    taken = REPORTS.take()
    if isinstance(taken, Refusal):
        return REPORTS.not_taken(taken)
    return redirect(url_for("residents.recheck", token=taken.token))


@blueprint.get("/residents/re-checks/<token>")
@allow(*OFFICE)
def recheck(token: str) -> Any:
    """What the list would change, person by person, and what is wrong with it."""
    kept = REPORTS.kept(token)
    if isinstance(kept, Refusal):
        return REPORTS.not_taken(kept)
    plan = plan_recheck(
        db.session(),
        kept.read,
        site_ids=sites_with(*OFFICE),
        card_numbers=cards.card_numbers,
        keys=keys(),
        today=today(),
    )
    return render_template(
        "residents/recheck.html",
        token=token,
        filename=kept.filename,
        plan=plan,
        **_following(plan),
    )


@blueprint.post("/residents/re-checks/<token>")
@allow(*OFFICE)
def recheck_confirm(token: str) -> Any:
    """Carry the previewed list out, all of it or nothing."""
    kept = REPORTS.kept(token)
    if isinstance(kept, Refusal):
        return REPORTS.not_taken(kept)
    done = cards.recheck_residents(
        kept.read,
        site_ids=sites_with(*OFFICE),
        site_id=current_site().id,
        keys=keys(),
        today=today(),
        now=now(),
        by=staff_id(),
    )
    if isinstance(done, Refusal):
        tell(done)
        return redirect(url_for("residents.recheck", token=token))
    REPORTS.forget(token)
    counts = {"ended": len(done.endings), "kept": len(done.kept), "unknown": len(done.unknown)}
    flash(
        _("已登记 %(ended)s 人；%(kept)s 人早已登记，%(unknown)s 人不在册，都没有动", **counts),
        "good",
    )
    return redirect(url_for("residents.late_subsidies"))


@blueprint.post("/residents/re-checks/<token>/removal")
@allow(*OFFICE)
def recheck_removal(token: str) -> Any:
    """Forget a list that is not wanted."""
    REPORTS.forget(token)
    return redirect(url_for("residents.recheck_upload"))


@blueprint.get("/residents/re-checks/template.xlsx")
@allow(*OFFICE)
def recheck_template() -> Any:
    """An empty list with its headings and two examples."""
    wanted = ("name", "id_number", "card", "phone", "status", "date")
    examples = [
        ["王秀英（示例，请删）", "", "", "0101", "去世", "2026-11-02"],
        ["李建国（示例，请删）", "", "4821", "", "迁出", "2026年10月31日"],
    ]
    sheet = Sheet(_("去向核对"), headings(rechecks.COLUMNS, wanted), examples)
    return download(write_xlsx([sheet]), _("去向核对模板"))


def _following(plan: RecheckPlan) -> dict[str, Any]:
    """What follows for meals, deliveries and cards when the plan is carried out."""
    since = {one.resident.id: one.report.ended_on for one in plan.endings}
    late = after_end.late_meals(db.session(), since=since)
    by_person: dict[int, list[after_end.LateMeal]] = {}
    for one in late:
        by_person.setdefault(one.resident_id, []).append(one)
    return {
        "late": by_person,
        "total": after_end.sum_of(late),
        "bring": still_to_bring(db.session(), since=since, today=today()),
        "with_card": cards.with_active_card(db.session(), since.keys()),
        "funders": after_end.funder_names(db.session()),
        "periods": period_names(),
        "sum_of": after_end.sum_of,
        "most": MOST_SHOWN,
        "most_meals": MOST_MEALS_SHOWN,
    }
