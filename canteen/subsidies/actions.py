"""Publishing policies, adopting them at a site, naming funders."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation.database import broke, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.accounts import open_funder
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.models import FUNDER_LEVELS, Funder, PolicyVersion, SitePolicy
from canteen.subsidies.policy import Policy
from canteen.subsidies.reading import PolicyInvalid
from canteen.subsidies.wording import funder_name


def publish_policy(*, document: str, now: datetime, by: int | None) -> str | Refusal:
    """Publish a policy document (TOML). Returns its code.

    The same version with the same text again changes nothing; with another text it is
    refused: a published version is never edited. Funders it names are opened.
    """
    try:
        policy = parse_policy(document)
    except PolicyInvalid as error:
        return Refusal("policy_invalid", {"problems": str(error)})
    try:
        with transaction() as session:
            known = session.scalars(
                select(PolicyVersion).where(
                    PolicyVersion.code == policy.code, PolicyVersion.version == policy.version
                )
            ).one_or_none()
            if known is not None:
                same = known.document == document
                return policy.code if same else _published(policy.code, policy.version)
            add_version(session, policy=policy, document=document, now=now, by=by)
            return policy.code
    except IntegrityError as error:
        columns = ("policy_versions.code", "policy_versions.version")
        if broke(error, "uq_policy_versions_code_version", *columns):
            return _published(policy.code, policy.version)
        raise


def add_version(
    session: Session, *, policy: Policy, document: str, now: datetime, by: int | None
) -> None:
    """Store a version and open its funders, inside the caller's transaction."""
    session.add(
        PolicyVersion(
            code=policy.code,
            version=policy.version,
            name=policy.name.zh[:100],
            document=document,
            valid_from=policy.valid_from,
            valid_until=policy.valid_until,
            published_at=now,
            published_by=by,
            longest_span=longest_span_of(policy),
        )
    )
    for code in policy.funders:
        add_funder(session, code=code)


def longest_span_of(policy: Policy) -> str:
    """How far back a sale under the policy must read: ``year`` or ``month``."""
    spans = {cap.per for cap in policy.caps} | {quota.per for quota in policy.quotas}
    return "year" if "year" in spans else "month"


def adopt_policy(
    *, site_id: int, policy_code: str, valid_from: date, valid_until: date | None = None
) -> Refusal | None:
    """Let a site settle by a published policy from a day on, until a last day or open end.

    Harmless twice; the same first day with another last day moves the last day. Meals
    already settled keep the policy they had.
    """
    if valid_until is not None and valid_until < valid_from:
        return Refusal("policy_ends_before", {"from": valid_from, "until": valid_until})
    try:
        with transaction() as session:
            if not is_published(session, policy_code):
                return Refusal("policy_unknown", {"policy": policy_code[:40]})
            adopt(
                session,
                site_id=site_id,
                policy_code=policy_code,
                valid_from=valid_from,
                valid_until=valid_until,
            )
    except IntegrityError as error:
        columns = ("site_id", "policy_code", "valid_from")
        if not broke(
            error,
            "uq_site_policies_site_id_policy_code_valid_from",
            *(f"site_policies.{column}" for column in columns),
        ):
            raise  # else somebody adopted it at the same instant
    return None


def adopt(
    session: Session,
    *,
    site_id: int,
    policy_code: str,
    valid_from: date,
    valid_until: date | None = None,
) -> None:
    """Write an adoption inside the caller's transaction; the same first day is one row."""
    known = session.scalars(
        select(SitePolicy).where(
            SitePolicy.site_id == site_id,
            SitePolicy.policy_code == policy_code,
            SitePolicy.valid_from == valid_from,
        )
    ).one_or_none()
    if known is None:
        known = SitePolicy(site_id=site_id, policy_code=policy_code, valid_from=valid_from)
        session.add(known)
    known.valid_until = valid_until


def is_published(session: Session, code: str) -> bool:
    """Whether any version of a policy is published."""
    found = select(PolicyVersion.id).where(PolicyVersion.code == code).limit(1)
    return session.scalar(found) is not None


def add_funder(
    session: Session, *, code: str, name: str = "", name_en: str = "", level: str = ""
) -> None:
    """Name a funder and open its account, inside the caller's transaction; kept if known."""
    if session.scalars(select(Funder).where(Funder.code == code)).one_or_none() is not None:
        return
    zh, en = funder_name(code)
    session.add(
        Funder(
            code=code,
            name=name or zh,
            name_en=name_en or ("" if name else en),  # a code is nobody's English name
            level=level or (code if code in FUNDER_LEVELS else "charity"),
        )
    )
    open_funder(session, funder_code=code)


def _published(code: str, version: int) -> Refusal:
    return Refusal("policy_already_published", {"policy": code, "version": version})
