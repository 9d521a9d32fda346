"""A canteen takes up a policy from a day on, and ends it on another."""

from collections.abc import Callable, Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import transaction
from canteen.foundation.wording import Refusal
from canteen.subsidies.actions import add_version, adopt, is_published
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.models import SitePolicy

Settled = Callable[[Session, Collection[int], date], date | None]
"""The first day, from a day on, on which one of these sites has already served a meal."""


def take_up(
    *,
    site_id: int,
    policy_code: str,
    document: str | None,
    valid_from: date,
    settled: Settled,
    today: date,
    now: datetime,
    by: int,
) -> Refusal | None:
    """Let a site settle by a policy from a day on. Harmless twice.

    `document` publishes the policy first where no version of it is published yet. A day on
    which the site has already settled meals is refused: they would no longer agree.
    """
    try:
        with transaction() as session:
            known = is_published(session, policy_code)
            if document is None and not known:
                return Refusal("policy_unknown", {"policy": policy_code[:40]})
            held = _held_on(session, site_id, policy_code, valid_from)
            if held is not None:
                return None if held == valid_from else Refusal("policy_in_use", {"from": held})
            served = settled(session, [site_id], valid_from) if valid_from <= today else None
            if served is not None:
                return Refusal("day_already_settled", {"day": valid_from, "served": served})
            if document is not None and not known:
                policy = parse_policy(document)
                add_version(session, policy=policy, document=document, now=now, by=by)
            adopt(session, site_id=site_id, policy_code=policy_code, valid_from=valid_from)
            audit.record(
                session,
                at=now,
                staff_id=by,
                action="took_up_policy",
                subject="policy",
                subject_id=policy_code,
                note=f"site {site_id}: {valid_from}",
            )
    except IntegrityError:
        # Somebody took it up (or published it) at the same instant: look again.
        with transaction() as session:
            if _held_on(session, site_id, policy_code, valid_from) is None:
                return Refusal("policy_changed_meanwhile")
    return None


def _held_on(session: Session, site_id: int, code: str, day: date) -> date | None:
    """The first day of the adoption that holds on a day or begins after it."""
    query = select(SitePolicy.valid_from).where(
        SitePolicy.site_id == site_id,
        SitePolicy.policy_code == code,
        SitePolicy.valid_until.is_(None) | (SitePolicy.valid_until >= day),
    )
    return session.scalars(query.order_by(SitePolicy.valid_from).limit(1)).one_or_none()


def end_adoption(
    *, adoption_id: int, site_id: int, last_day: date | None, today: date, now: datetime, by: int
) -> Refusal | None:
    """Let a site settle by a policy until `last_day` (None: until further notice again).

    Past days are settled and stay: a last day before today is refused. An adoption that has
    not begun and whose last day comes before its first is given up altogether.
    """
    with transaction() as session:
        adopted = session.get(SitePolicy, adoption_id, with_for_update=True)
        if adopted is None or adopted.site_id != site_id:
            return Refusal("adoption_gone")
        if adopted.valid_until is not None and adopted.valid_until < today:
            return Refusal("adoption_over", {"until": adopted.valid_until})
        if last_day is not None and last_day < today:
            return Refusal("policy_ends_in_the_past", {"until": last_day})
        if last_day is not None and last_day < adopted.valid_from:
            session.delete(adopted)
        else:
            adopted.valid_until = last_day
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="ended_policy" if last_day else "continued_policy",
            subject="policy",
            subject_id=adopted.policy_code,
            note=f"site {site_id}: {last_day or ''}",
        )
    return None
