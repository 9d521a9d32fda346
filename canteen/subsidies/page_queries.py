"""What the policy pages show: versions, drafts, and who settles by what. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen.sites.models import Site
from canteen.staff.models import Staff
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.models import PolicyDraft, PolicyVersion, SitePolicy
from canteen.subsidies.policy import Policy

SOON_DAYS = 60
"""A policy that ends within so many days is named: the next one takes weeks to agree on."""


@dataclass(frozen=True)
class Holding:
    """A policy a site settles by: the adoption, the version of today, and what follows it.

    `policy` is None between versions: adopted, but none is in force on the day.
    """

    adoption: SitePolicy
    policy: Policy | None
    following: tuple[PolicyVersion, ...]
    ends_on: date | None

    def ends_soon(self, today: date) -> bool:
        """Whether somebody should see to what comes after."""
        soon = today + timedelta(days=SOON_DAYS)
        return self.ends_on is not None and today <= self.ends_on <= soon


@dataclass(frozen=True)
class Standing:
    """A published version and its place among the others of its code."""

    row: PolicyVersion
    state: str
    """``in_force``, ``coming``, ``over`` or ``replaced``."""
    replaced_by: PolicyVersion | None
    replaced_from: date | None


def holdings(session: Session, *, site_id: int, today: date) -> list[Holding]:
    """What a site settles by today or will later, in the order it was adopted."""
    query = (
        select(SitePolicy)
        .where(SitePolicy.site_id == site_id)
        .where(SitePolicy.valid_until.is_(None) | (SitePolicy.valid_until >= today))
        .order_by(SitePolicy.id)
    )
    adoptions = session.scalars(query).all()
    versions = _versions_of(session, {each.policy_code for each in adoptions})
    return [_holding(each, versions.get(each.policy_code, []), today) for each in adoptions]


def _holding(adoption: SitePolicy, versions: list[PolicyVersion], today: date) -> Holding:
    day = max(today, adoption.valid_from)
    current = _in_force(versions, day)
    number = current.version if current else 0
    following = [v for v in versions if v.version > number and v.valid_from > day]
    ends = [adoption.valid_until]
    if current is not None and not any(_takes_over(current, each) for each in following):
        ends.append(current.valid_until)
    known = [end for end in ends if end is not None]
    policy = parse_policy(current.document) if current else None
    return Holding(adoption, policy, tuple(following), min(known) if known else None)


def _takes_over(current: PolicyVersion, later: PolicyVersion) -> bool:
    """Whether no day lies between the end of one version and the beginning of a later one."""
    end = current.valid_until
    return end is not None and later.valid_from <= end + timedelta(days=1)


def _in_force(versions: Iterable[PolicyVersion], day: date) -> PolicyVersion | None:
    holding = [
        each
        for each in versions
        if each.valid_from <= day and (each.valid_until is None or day <= each.valid_until)
    ]
    return max(holding, key=lambda each: each.version, default=None)


def _versions_of(session: Session, codes: Iterable[str]) -> dict[str, list[PolicyVersion]]:
    wanted = set(codes)
    query = (
        select(PolicyVersion)
        .where(PolicyVersion.code.in_(wanted))
        .order_by(PolicyVersion.code, PolicyVersion.version)
    )
    found: dict[str, list[PolicyVersion]] = {}
    for row in session.scalars(query) if wanted else ():
        found.setdefault(row.code, []).append(row)
    return found


def shelf_of_versions(session: Session, today: date) -> dict[str, list[Standing]]:
    """Every published version by code, newest first, each with how it stands today."""
    newest_first = (PolicyVersion.code, PolicyVersion.version.desc())
    query = select(PolicyVersion).order_by(*newest_first)
    by_code: dict[str, list[PolicyVersion]] = {}
    for row in session.scalars(query):
        by_code.setdefault(row.code, []).append(row)
    return {
        code: [standing(row, versions, today) for row in versions]
        for code, versions in by_code.items()
    }


def standing(row: PolicyVersion, versions: Sequence[PolicyVersion], today: date) -> Standing:
    """How a version stands: of several in force the highest is used."""
    higher = [each for each in versions if each.version > row.version]
    later = [each for each in higher if each.valid_until is None or each.valid_until >= today]
    after = min(later, key=lambda each: (each.valid_from, -each.version), default=None)
    start = max(after.valid_from, row.valid_from) if after else None
    if after is not None and row.valid_until is not None and after.valid_from > row.valid_until:
        after, start = None, None
    if row.valid_until is not None and row.valid_until < today:
        state = "over"
    elif start is not None and start <= today:
        state = "replaced"
    else:
        state = "coming" if row.valid_from > today else "in_force"
    return Standing(row, state, after, start)


def version_of(session: Session, code: str, number: int) -> PolicyVersion | None:
    """One published version."""
    query = select(PolicyVersion).where(PolicyVersion.code == code, PolicyVersion.version == number)
    return session.scalars(query).one_or_none()


def versions_of(session: Session, code: str) -> Sequence[PolicyVersion]:
    """The published versions of a policy, newest first."""
    query = select(PolicyVersion).where(PolicyVersion.code == code)
    return session.scalars(query.order_by(PolicyVersion.version.desc())).all()


def version_before(session: Session, code: str, day: date) -> Policy | None:
    """The version of a policy that holds on a day, else the newest there is."""
    versions = versions_of(session, code)
    row = _in_force(versions, day) or (versions[0] if versions else None)
    return parse_policy(row.document) if row else None


def drafts(session: Session) -> Sequence[tuple[PolicyDraft, str | None]]:
    """Every draft, the last changed first, with the name of who began it."""
    query = (
        select(PolicyDraft, Staff.name)
        .outerjoin(Staff, Staff.id == PolicyDraft.created_by)
        .order_by(PolicyDraft.changed_at.desc(), PolicyDraft.id)
    )
    return [(draft, name) for draft, name in session.execute(query)]


def sites_by_policy(session: Session, code: str, day: date) -> Sequence[tuple[Site, SitePolicy]]:
    """Sites that settle by a policy on a day or later."""
    query: Any = (
        select(Site, SitePolicy)
        .join(SitePolicy, SitePolicy.site_id == Site.id)
        .where(SitePolicy.policy_code == code)
        .where(or_(SitePolicy.valid_until.is_(None), SitePolicy.valid_until >= day))
        .order_by(Site.id, SitePolicy.valid_from)
    )
    return [(site, adopted) for site, adopted in session.execute(query)]


def known_places(session: Session) -> list[str]:
    """Cities, districts and towns that canteens lie in, as policies write them."""
    found: set[str] = set()
    for steps in session.execute(select(Site.city, Site.district, Site.town).distinct()):
        for depth in range(1, 4):
            if all(steps[:depth]):
                found.add("/".join(steps[:depth]))
    return sorted(found)


def asked_of_sites(session: Session, site_id: int, today: date) -> tuple[set[str], set[str]]:
    """Traits of a canteen and classes of dishes that its policies ask for."""
    traits: set[str] = set()
    classes: set[str] = set()
    for held in holdings(session, site_id=site_id, today=today):
        if held.policy is None:
            continue
        guards = [rule.when for rule in held.policy.rules]
        guards += [grant.when for grant in held.policy.grants]
        for guard in guards:
            traits |= {*guard.site_traits_any, *guard.site_traits_none}
            classes |= set(guard.item_classes)
    return traits, classes
