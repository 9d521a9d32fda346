"""Versions in the making: begun from an old one, saved as often as needed, published once.

A draft may be wrong for as long as it is one. Every save counts up `changes`; a form that
was made from an older save is refused, so that two people cannot undo each other's work.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import broke, transaction
from canteen.foundation.wording import Refusal
from canteen.subsidies.actions import add_version, adopt
from canteen.subsidies.adoption import Settled
from canteen.subsidies.documents import examine_policy, write_policy
from canteen.subsidies.models import PolicyDraft, PolicyVersion, SitePolicy
from canteen.subsidies.policy import Policy
from canteen.subsidies.reading import Problem
from canteen.subsidies.tree import Tree, read_tree, write_tree

MOST_LETTERS = 200_000
"""Longer than any policy: fifty times the longest that ships."""
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Publication:
    """From when a draft is to hold, at which sites, and who may decide for which.

    `site_ids` begin to settle by it; sites that use the policy already follow anyway, so all
    of those must be among `own_site_ids`.
    """

    valid_from: date
    site_ids: frozenset[int]
    own_site_ids: frozenset[int]


def begin_draft(
    *, document: str, now: datetime, by: int, again: bool = True
) -> tuple[int, bool] | Refusal:
    """Make a draft of a document, numbered after everything published. Its id, and if it is new.

    A draft of that version which is there already is returned as it stands; with `again`
    False that is refused, since what was uploaded would be lost.
    """
    table = read_tree(document)
    if table is None or len(document) > MOST_LETTERS:
        return Refusal("policy_file_unreadable")
    code = table.get("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return Refusal("policy_file_without_code")
    try:
        with transaction() as session:
            version = next_version(session, code, table)
            known = _draft_of(session, code, version)
            if known is not None:
                return (known, False) if again else _taken(code, version)
            draft = PolicyDraft(
                code=code,
                version=version,
                document=renumbered(document, table, version),
                created_by=by,
                created_at=now,
                changed_at=now,
            )
            session.add(draft)
            session.flush()
            return draft.id, True
    except IntegrityError as error:
        if not _is_twin(error):
            raise
        return _taken(code, version)


def next_version(session: Session, code: str, table: Tree) -> int:
    """The number a draft gets: its own if that is above every published one, else the next."""
    newest = newest_version(session, code)
    own = table.get("version")
    if isinstance(own, int) and not isinstance(own, bool) and newest < own <= 9999:
        return own
    return newest + 1


def newest_version(session: Session, code: str) -> int:
    """The highest published version of a policy; 0 before the first."""
    query = select(func.max(PolicyVersion.version)).where(PolicyVersion.code == code)
    return session.scalar(query) or 0


def renumbered(document: str, table: Tree, version: int) -> str:
    """The document with another version; its comments stay where the number can be found."""
    wanted = table | {"version": version}
    edited = re.sub(r"(?m)^version\s*=\s*\d+", f"version = {version}", document, count=1)
    return edited if read_tree(edited) == wanted else write_tree(wanted)


def save_draft(*, draft_id: int, changes: int, document: str, now: datetime) -> int | Refusal:
    """Store a draft as it stands, right or wrong; returns its new count of changes.

    `changes` is the count the form was made from. A number that the document gives itself is
    taken over, if it is free.
    """
    if len(document) > MOST_LETTERS:
        return Refusal("policy_file_unreadable")
    table = read_tree(document) or {}
    try:
        with transaction() as session:
            draft = _locked(session, draft_id, changes)
            if isinstance(draft, Refusal):
                return draft
            version = table.get("version")
            if isinstance(version, int) and not isinstance(version, bool) and 0 < version <= 9999:
                draft.version = version
            draft.document = document
            draft.changed_at = now
            draft.changes += 1
            return draft.changes
    except IntegrityError as error:
        if not _is_twin(error):
            raise
        return Refusal("draft_version_taken", {"version": table.get("version")})


def give_up_draft(*, draft_id: int) -> None:
    """Delete a draft. Harmless twice."""
    with transaction() as session:
        draft = session.get(PolicyDraft, draft_id)
        if draft is not None:
            session.delete(draft)


def examine_draft(
    session: Session, draft: PolicyDraft, document: str
) -> tuple[Policy | None, list[Problem]]:
    """What a text says and what is wrong with it as this draft, also beside what is published."""
    policy, problems = examine_policy(document)
    newest = newest_version(session, draft.code)
    if policy is not None and policy.code != draft.code:
        zh, en = f"代码不能改，应为 {draft.code}", f"the code cannot change: {draft.code}"
        problems = [*problems, Problem("code", policy.code, zh, en)]
    if policy is not None and policy.version is not None and policy.version <= newest:
        zh = f"应大于已发布的 {newest}"
        problems = [*problems, Problem("version", policy.version, zh, f"above {newest}")]
    return policy, problems


def publish_draft(
    *,
    draft_id: int,
    changes: int,
    plan: Publication,
    settled: Settled,
    today: date,
    now: datetime,
    by: int,
) -> tuple[str, int] | Refusal:
    """Publish a draft from a day on, adopt it at sites, and delete it, in one go.

    Returns code and version. Refused: an older save, a draft with problems, sites of other
    people that use the policy, and a first day on which meals were already settled.
    """
    try:
        with transaction() as session:
            draft = _locked(session, draft_id, changes)
            if isinstance(draft, Refusal):
                return draft
            policy, problems = examine_draft(session, draft, draft.document)
            if policy is None or problems:
                return Refusal("draft_has_problems", {"count": len(problems)})
            if policy.valid_until is not None and policy.valid_until < plan.valid_from:
                span = {"from": plan.valid_from, "until": policy.valid_until}
                return Refusal("policy_ends_before", span)
            refusal = _may_begin(session, policy, plan, settled, today)
            if refusal is not None:
                return refusal
            _publish(session, draft, policy, plan, now=now, by=by)
            return policy.code, policy.version
    except IntegrityError as error:
        columns = ("policy_versions.code", "policy_versions.version")
        if not broke(error, "uq_policy_versions_code_version", *columns):
            raise
        return Refusal("draft_gone")


def _may_begin(
    session: Session, policy: Policy, plan: Publication, settled: Settled, today: date
) -> Refusal | None:
    following = sites_settling_by(session, policy.code, plan.valid_from)
    if not following <= plan.own_site_ids or not plan.site_ids <= plan.own_site_ids:
        return Refusal("policy_of_others")
    affected = following | plan.site_ids
    served = settled(session, affected, plan.valid_from) if plan.valid_from <= today else None
    if served is not None:
        return Refusal("day_already_settled", {"day": plan.valid_from, "served": served})
    return None


def _publish(
    session: Session,
    draft: PolicyDraft,
    policy: Policy,
    plan: Publication,
    *,
    now: datetime,
    by: int,
) -> None:
    document = draft.document
    if policy.valid_from != plan.valid_from:
        policy = replace(policy, valid_from=plan.valid_from)
        document = write_policy(policy)
    add_version(session, policy=policy, document=document, now=now, by=by)
    for site_id in sorted(plan.site_ids - sites_settling_by(session, policy.code, plan.valid_from)):
        adopt(session, site_id=site_id, policy_code=policy.code, valid_from=plan.valid_from)
    session.delete(draft)
    audit.record(
        session,
        at=now,
        staff_id=by,
        action="published_policy",
        subject="policy",
        subject_id=policy.label[:40],
        note=plan.valid_from.isoformat(),
    )


def sites_settling_by(session: Session, code: str, day: date) -> set[int]:
    """Sites that settle by a policy on a day or begin to later."""
    query = select(SitePolicy.site_id).where(
        SitePolicy.policy_code == code,
        SitePolicy.valid_until.is_(None) | (SitePolicy.valid_until >= day),
    )
    return set(session.scalars(query))


def _locked(session: Session, draft_id: int, changes: int) -> PolicyDraft | Refusal:
    draft = session.get(PolicyDraft, draft_id, with_for_update=True)
    if draft is None:
        return Refusal("draft_gone")
    if draft.changes != changes:
        return Refusal("draft_changed_since")
    return draft


def _draft_of(session: Session, code: str, version: int) -> int | None:
    query = select(PolicyDraft.id).where(PolicyDraft.code == code, PolicyDraft.version == version)
    return session.scalar(query)


def _taken(code: str, version: int) -> Refusal:
    return Refusal("draft_exists", {"policy": code, "version": version})


def _is_twin(error: IntegrityError) -> bool:
    columns = ("policy_drafts.code", "policy_drafts.version")
    return broke(error, "uq_policy_drafts_code_version", *columns)
