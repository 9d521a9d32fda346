"""What a past month would have cost under another version, counted as long work."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from flask import abort, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, own_sites, staff_id, today
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.subsidies.draft_views import draft_or_404, policy_or_closed_page
from canteen.blueprints.subsidies.forms import CostForm
from canteen.blueprints.subsidies.views import blueprint, managed_site_ids, version_or_404
from canteen.foundation import jobs
from canteen.foundation.calendar import month_bounds
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.settlement.repricing import reprice
from canteen.staff.rules import Role
from canteen.subsidies.documents import PolicyInvalid, parse_policy
from canteen.subsidies.models import PolicyDraft
from canteen.subsidies.policy import Policy
from canteen.subsidies.queries import funder_names

KIND = "reprice_month"
MONTHS = 13
"""How many past months can be counted: a year, and this one so far."""


@blueprint.route("/drafts/<int:draft_id>/costs", methods=["GET", "POST"])
@allow(Role.MANAGER)
def draft_costs(draft_id: int) -> Any:
    """Choose a month to count under a draft."""
    row = draft_or_404(draft_id)
    policy = policy_or_closed_page(row)
    if not isinstance(policy, Policy):
        return policy
    return _choose(row.document, draft=row, title=(policy.name.zh, policy.name.en))


@blueprint.route("/<code>/<int:version>/costs", methods=["GET", "POST"])
@allow(Role.MANAGER)
def version_costs(code: str, version: int) -> Any:
    """Choose a month to count under a published version."""
    document = version_or_404(code, version).document
    policy = parse_policy(document)
    return _choose(document, draft=None, title=(policy.name.zh, policy.name.en))


def _choose(document: str, *, draft: PolicyDraft | None, title: tuple[str, str]) -> Any:
    form = CostForm()
    form.month.choices = [(f"{first:%Y-%m}", _month(first)) for first in _months(today())]
    managed = managed_site_ids()
    form.site_id.choices = [(site.id, named(site)) for site in own_sites() if site.id in managed]
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.site_id.data = current_site().id
        return render_template("subsidies/cost_choice.html", form=form, draft=draft, title=title)
    job_id = jobs.start(
        KIND,
        arguments={
            "site_id": form.site_id.data,
            "month": form.month.data,
            "document": document,
            "draft_id": draft.id if draft else None,
        },
        site_id=form.site_id.data,
        by=staff_id(),
        now=now(),
    )
    return redirect(url_for("jobs.job", job_id=job_id))


def _months(day: date) -> list[date]:
    """The last full month first, then those before it, and this one at the end."""
    this, firsts = day.replace(day=1), []
    first = this
    for _step in range(MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
        firsts.append(first)
    return [*firsts, this]


def _month(first: date) -> str:
    return f"{first:%Y-%m}" if is_english() else f"{first.year} 年 {first.month} 月"


@jobs.job(KIND, title=_l("按新政策重算一个月"))
def reprice_month(
    progress: jobs.Progress, *, site_id: int, month: str, document: str, draft_id: int | None
) -> Any:
    """Price a month's meals again under a document; the answer leads to the result page."""
    try:
        policy = parse_policy(document)
    except PolicyInvalid as error:
        return Refusal("draft_has_problems", {"count": len(error.problems)})
    first, last = month_bounds(date.fromisoformat(f"{month}-01"))
    outcome = reprice(
        db.session(),
        site_id=site_id,
        first_day=first,
        last_day=last,
        instead=policy,
        progress=progress,
    )
    cost = asdict(outcome) | {"first_day": first.isoformat(), "last_day": last.isoformat()}
    names = {f"{policy.code}/{rule.code}": rule.name_pair for rule in policy.rules}
    names |= {f"{policy.code}/{each.code}": (each.name.zh, each.name.en) for each in policy.grants}
    return {
        "endpoint": "subsidies.cost",
        "values": {"job_id": progress.job_id},
        "cost": cost,
        "names": names,
        "title": [policy.name.zh, policy.name.en],
        "draft_id": draft_id,
    }


@blueprint.get("/costs/<int:job_id>")
@allow(Role.MANAGER)
def cost(job_id: int) -> Any:
    """What the month cost, and would have cost."""
    found = db.session.get(jobs.Job, job_id)
    allowed = {Role.MANAGER, Role.ADMINISTRATOR}
    if found is None or found.kind != KIND or not found.result:
        abort(404)
    if not current_user.roles_at(found.site_id or -1) & allowed:
        abort(404)
    result = json.loads(found.result)
    if "cost" not in result:
        abort(404)
    counted = result["cost"]
    funders = funder_names(db.session(), [each["code"] for each in counted["by_funder"]])
    draft_id = result.get("draft_id")
    return render_template(
        "subsidies/cost.html",
        cost=counted,
        funders=funders,
        names=result["names"],
        title=tuple(result["title"]),
        site=next((each for each in own_sites() if each.id == found.site_id), None),
        draft=db.session.get(PolicyDraft, draft_id) if draft_id else None,
        first=date.fromisoformat(counted["first_day"]),
        last=date.fromisoformat(counted["last_day"]),
    )
