"""Publishing a draft: what it changes, from when, at which canteens."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, own_sites, staff_id, today
from canteen.blueprints.filters import long_day, named
from canteen.blueprints.subsidies.draft_views import draft_or_404, to_policies
from canteen.blueprints.subsidies.forms import PublicationForm
from canteen.blueprints.subsidies.views import blueprint, managed_site_ids
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, Said, say
from canteen.settlement.queries import first_served
from canteen.staff.rules import Role
from canteen.subsidies import drafts, page_queries
from canteen.subsidies.differences import differences
from canteen.subsidies.drafts import Publication
from canteen.subsidies.models import PolicyDraft
from canteen.subsidies.policy import Policy


@blueprint.get("/drafts/<int:draft_id>/publication")
@allow(Role.MANAGER)
def publication(draft_id: int) -> Any:
    """What publishing would change, and from when."""
    return _page(draft_or_404(draft_id), None)


@blueprint.post("/drafts/<int:draft_id>/publication")
@allow(Role.MANAGER)
def publish(draft_id: int) -> Any:
    """Publish it."""
    row = db.session.get(PolicyDraft, draft_id)
    if row is None:
        return to_policies()
    form = _form(row)
    first = form.valid_from.data
    if not form.validate_on_submit() or first is None or form.changes.data is None:
        return _page(row, form)
    done = drafts.publish_draft(
        draft_id=draft_id,
        changes=form.changes.data,
        plan=Publication(first, frozenset(form.sites.data or ()), managed_site_ids()),
        settled=first_served,
        today=today(),
        now=now(),
        by=staff_id(),
    )
    if isinstance(done, Refusal):
        row = db.session.get(PolicyDraft, draft_id)
        return _page(row, form, say(done), 409) if row else to_policies()
    code, number = done
    flash(_("第 %(n)s 版已发布，%(day)s 起施行", n=number, day=long_day(first)), "good")
    return redirect(url_for("subsidies.version", code=code, version=number))


def _form(row: PolicyDraft) -> PublicationForm:
    form = PublicationForm(changes=row.changes)
    managed = managed_site_ids()
    choices = [(site.id, named(site)) for site in own_sites() if site.id in managed]
    form.sites.choices = choices
    return form


def _page(
    row: PolicyDraft, form: PublicationForm | None, said: Said | None = None, status: int = 200
) -> Any:
    session = db.session()
    policy, problems = drafts.examine_draft(session, row, row.document)
    sound = policy if not problems else None
    if form is None:
        form = _form(row)
        form.valid_from.data = _first_day(sound)
        form.sites.data = [current_site().id]
    before = page_queries.version_before(session, row.code, today()) if sound else None
    following = page_queries.sites_by_policy(session, row.code, today())
    managed = managed_site_ids()
    return render_template(
        "subsidies/publication.html",
        draft=row,
        policy=sound,
        before=before,
        changes=differences(before, sound) if before and sound else [],
        form=form,
        following=following,
        others=[site for site, _adopted in following if site.id not in managed],
        today=today(),
        said=said,
    ), status


def _first_day(policy: Policy | None) -> date:
    """As the draft says if that is still to come, else tomorrow."""
    tomorrow = today() + timedelta(days=1)
    return max(policy.valid_from, tomorrow) if policy else tomorrow
