"""What a canteen settles by, in sentences; every version; taking a policy up and ending it."""

from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, now, own_sites, roles_here, staff_id, today
from canteen.blueprints.filters import is_english
from canteen.blueprints.subsidies.forms import AdoptionForm, EndingForm
from canteen.foundation.database import db
from canteen.foundation.wording import Said, say
from canteen.settlement.queries import first_served
from canteen.staff.rules import Role
from canteen.subsidies import adoption, page_queries
from canteen.subsidies.description import describe_policy, payer_name
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.models import PolicyVersion
from canteen.subsidies.policy import Policy
from canteen.subsidies.shelf import shipped_policies, worked_cases
from canteen.subsidies.tree import name_in
from canteen.subsidies.vocabulary import terms_in_words

blueprint = Blueprint("subsidies", __name__, url_prefix="/policies")

READERS = (Role.MANAGER, Role.CLERK, Role.COMMUNITY)


@blueprint.context_processor
def words() -> dict[str, Any]:
    """Sentences come in both languages: templates take the reader's."""
    return {
        "both": lambda pair: pair[1] if is_english() else pair[0],
        "name_in": lambda row: name_in(row.document, row.code),
        "payer": payer_name,
        "may_change": may_change(),
    }


def may_change() -> bool:
    """Whether the reader may make drafts and publish here."""
    return bool(roles_here() & {Role.MANAGER, Role.ADMINISTRATOR})


def managed_site_ids() -> frozenset[int]:
    """Sites whose prices the signed-in person answers for."""
    wanted = {Role.MANAGER, Role.ADMINISTRATOR}
    return frozenset(site.id for site in own_sites() if current_user.roles_at(site.id) & wanted)


@blueprint.get("")
@allow(*READERS)
def policies() -> Any:
    """What this canteen settles by today, what comes, and what could be taken up."""
    return _policies_page()


def _policies_page(said: Said | None = None, status: int = 200) -> Any:
    session, day = db.session(), today()
    held = page_queries.holdings(session, site_id=current_site().id, today=day)
    standings = page_queries.shelf_of_versions(session, day)
    return render_template(
        "subsidies/policies.html",
        holdings=held,
        held_codes={each.adoption.policy_code for each in held},
        standings=standings,
        drafts=page_queries.drafts(session),
        shipped=[each for code, each in shipped_policies().items() if code not in standings],
        describe=describe_policy,
        today=day,
        said=said,
    ), status


@blueprint.get("/<code>/<int:version>")
@allow(*READERS)
def version(code: str, version: int) -> Any:
    """A whole version in sentences, its document, and its worked cases."""
    row = version_or_404(code, version)
    policy = parse_policy(row.document)
    versions = page_queries.versions_of(db.session(), code)
    return _policy_page(
        policy,
        row.document,
        row=row,
        standing=page_queries.standing(row, versions, today()),
        versions=versions,
        sites=page_queries.sites_by_policy(db.session(), code, today()),
    )


@blueprint.get("/shipped/<code>")
@allow(*READERS)
def shipped(code: str) -> Any:
    """A policy that ships, before it is taken up."""
    found = shipped_policies().get(code) or abort(404)
    return _policy_page(found.policy, found.document, row=None, form=AdoptionForm())


def _policy_page(policy: Policy, document: str, **more: Any) -> Any:
    return render_template(
        "subsidies/policy.html",
        policy=policy,
        document=document,
        sentences=describe_policy(policy),
        terms=terms_in_words(policy),
        cases=worked_cases(policy),
        today=today(),
        **more,
    )


@blueprint.get("/<code>/<int:version>/document")
@allow(*READERS)
def document(code: str, version: int) -> Any:
    """The document as it was published."""
    row = version_or_404(code, version)
    return send_document(row.document, f"{code}-{version}.toml")


def send_document(text: str, name: str) -> Any:
    """A TOML file to keep."""
    answer = make_response(text)
    answer.mimetype = "application/toml"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/adoptions")
@allow(Role.MANAGER)
def adoptions() -> Any:
    """Settle by a policy from a day on; a shipped one is published with it."""
    form = AdoptionForm()
    if not form.validate_on_submit() or form.valid_from.data is None:
        flash(_("请填从哪天起"), "bad")
        return redirect(url_for("subsidies.policies"))
    found = shipped_policies().get(form.code.data or "")
    refusal = adoption.take_up(
        site_id=current_site().id,
        policy_code=form.code.data or "",
        document=found.document if found else None,
        valid_from=form.valid_from.data,
        settled=first_served,
        today=today(),
        now=now(),
        by=staff_id(),
    )
    if refusal:
        return _policies_page(say(refusal), 409)
    flash(_("已定：从所填日子起按这份政策结算"), "good")
    return redirect(url_for("subsidies.policies"))


@blueprint.post("/adoptions/<int:adoption_id>/ending")
@allow(Role.MANAGER)
def ending(adoption_id: int) -> Any:
    """The last day on which this canteen settles by a policy; empty takes an end back."""
    form = EndingForm()
    if not form.validate_on_submit():
        flash(_("没有这一天，请填如 2026-12-31"), "bad")
        return redirect(url_for("subsidies.policies"))
    refusal = adoption.end_adoption(
        adoption_id=adoption_id,
        site_id=current_site().id,
        last_day=form.last_day.data,
        today=today(),
        now=now(),
        by=staff_id(),
    )
    if refusal:
        return _policies_page(say(refusal), 409)
    flash(_("已保存"), "good")
    return redirect(url_for("subsidies.policies"))


def version_or_404(code: str, number: int) -> PolicyVersion:
    """A published version."""
    return page_queries.version_of(db.session(), code, number) or abort(404)
