"""The bulk re-check: a list of the dead and the moved, previewed, then carried out whole."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, staff_id, today
from canteen.blueprints.flashes import tell
from canteen.blueprints.intake import Kept, headings
from canteen.blueprints.intake_jobs import begin, taken_up_or_404
from canteen.blueprints.residents import rechecking
from canteen.blueprints.residents.blueprint import OFFICE, blueprint, period_names, sites_with
from canteen.blueprints.residents.files import download
from canteen.blueprints.residents.rechecking import REPORTS, Found
from canteen.cards import departure as cards
from canteen.delivery.after_end import still_to_bring
from canteen.foundation.database import db
from canteen.foundation.spreadsheets import Sheet, write_xlsx
from canteen.foundation.storage import keys
from canteen.foundation.wording import Refusal
from canteen.residents import rechecks
from canteen.residents.recheck_preview import Preview
from canteen.settlement import after_end

MOST_MEALS_SHOWN = 20


@blueprint.route("/residents/re-checks", methods=["GET", "POST"])
@allow(*OFFICE)
def recheck_upload() -> Any:
    """Choose a list."""
    if request.method == "GET":
        return render_template(REPORTS.page, said=None)
    taken = REPORTS.take()
    if isinstance(taken, Refusal):
        return REPORTS.not_taken(taken)
    if taken.is_large:
        return begin(rechecking.READING, taken.token, sites=sorted(sites_with(*OFFICE)))
    return redirect(url_for("residents.recheck", token=taken.token))


@blueprint.get("/residents/re-checks/<token>")
@allow(*OFFICE)
def recheck(token: str) -> Any:
    """What the list would change, person by person, and what is wrong with it."""
    found = _found(token)
    if isinstance(found, Refusal):
        return REPORTS.not_taken(found)
    return render_template(
        "residents/recheck.html",
        token=token,
        plan=found.preview,
        total=found.total,
        **_following(found.preview),
    )


def _found(token: str) -> Found | Refusal:
    """Of a short list made now; of a long one as it was when it was read."""

    def made(kept: Kept[rechecks.ReportFile]) -> Found:
        sites = sites_with(*OFFICE)
        return rechecking.found_in(kept.read, filename=kept.filename, sites=sites, today=today())

    return REPORTS.shown(token, small=made, large=rechecking.found_or_refusal)


@blueprint.post("/residents/re-checks/<token>")
@allow(*OFFICE)
def recheck_confirm(token: str) -> Any:
    """Carry the previewed list out, all of it or nothing; a long one where its progress shows."""
    is_large = REPORTS.is_large(token)
    if isinstance(is_large, Refusal):
        return REPORTS.not_taken(is_large)
    if is_large:
        return begin(rechecking.KIND, token, sites=sorted(sites_with(*OFFICE)))
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


@blueprint.get("/residents/re-checks/done/<int:job_id>")
@allow(*OFFICE)
def rechecked(job_id: int) -> Any:
    """What a long list has brought."""
    done = taken_up_or_404(job_id, rechecking.KIND, *OFFICE)
    return render_template("residents/rechecked.html", done=done)


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


def _following(preview: Preview) -> dict[str, Any]:
    """What follows for meals, deliveries and cards of those who are shown."""
    since = {one.resident_id: one.ended_on for one in preview.endings}
    by_person: dict[int, list[after_end.LateMeal]] = {}
    for one in after_end.late_meals(db.session(), since=since):
        by_person.setdefault(one.resident_id, []).append(one)
    return {
        "late": by_person,
        "bring": still_to_bring(db.session(), since=since, today=today()),
        "with_card": cards.with_active_card(db.session(), since.keys()),
        "funders": after_end.funder_names(db.session()),
        "periods": period_names(),
        "sum_of": after_end.sum_of,
        "most_meals": MOST_MEALS_SHOWN,
    }
