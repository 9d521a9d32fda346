"""Tags in two steps: somebody brings a paper, somebody else looks at it and approves.

Ending a tag early takes one person, because it only takes away; a longer one is proposed anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident, ResidentTag, TagState
from canteen.residents.rules import plain_reason, plain_text
from canteen.residents.tag_rules import check_end, check_tag, may_decide, overlap
from canteen.staff.models import Staff


@retried
def propose_tag(
    *,
    resident_id: int,
    tag: str,
    valid_from: date,
    valid_until: date | None,
    evidence: str,
    now: datetime,
    by: int,
) -> Refusal | None:
    """Propose a tag with its evidence; it counts when somebody else has approved it.

    Codes: those of `check_tag`, and tag_overlaps where the same tag holds, or waits to be
    approved, on one of the days already. A declined one stands in nobody's way.
    """
    with transaction() as session:
        resident = held(session, resident_id)
        plain = plain_text(evidence, 200)
        if isinstance(plain, Refusal):
            return plain
        refusal = check_tag(
            tag=tag, valid_from=valid_from, valid_until=valid_until,
            evidence=plain, birthday=resident.birthday,
        )  # fmt: skip
        if refusal:
            return refusal
        same = [t for t in resident.tags if t.tag == tag and t.state != TagState.DECLINED]
        if overlap([(t.valid_from, t.valid_until) for t in same], valid_from, valid_until):
            return Refusal("tag_overlaps")
        session.add(
            ResidentTag(
                resident_id=resident_id, tag=tag, valid_from=valid_from, valid_until=valid_until,
                evidence=plain, recorded_by=by, recorded_at=now, state=TagState.PROPOSED,
            )
        )  # fmt: skip
        _note(session, "proposed_tag", resident_id, tag, valid_from, now=now, by=by)
        return None


@dataclass(frozen=True)
class Named:
    """One proposal in words: whose, which tag (a code), and where it matters who decided."""

    name: str
    tag: str
    state: str = ""
    decider: str = ""


@dataclass
class Decided:
    """What became of several proposals that were approved in one touch."""

    approved: list[Named] = field(default_factory=list)
    own: list[Named] = field(default_factory=list)
    """Left waiting: the one who approves may not be the one who proposed."""
    before: list[Named] = field(default_factory=list)
    """Somebody else had decided already."""
    gone: int = 0


@retried
def approve_tags(*, tag_ids: Sequence[int], site_id: int, now: datetime, by: int) -> Decided:
    """Approve proposals of people registered at a site, each only if it is not one's own."""
    decided = Decided()
    with transaction() as session:
        found = _proposals(session, tag_ids, site_id)
        for tag in found:
            refusal = may_decide(state=tag.state, recorded_by=tag.recorded_by, by=by)
            if refusal is None:
                tag.state, tag.decided_by, tag.decided_at = TagState.APPROVED, by, now
                decided.approved.append(Named(tag.resident.name, tag.tag))
                _note(
                    session, "approved_tag", tag.resident_id, tag.tag, tag.valid_from,
                    now=now, by=by,
                )  # fmt: skip
            elif refusal.code == "tag_own":
                decided.own.append(Named(tag.resident.name, tag.tag))
            else:
                decided.before.append(_told(session, tag))
        decided.gone = len(set(tag_ids)) - len(found)
    return decided


@retried
def decline_tag(
    *, tag_id: int, site_id: int, reason: str, now: datetime, by: int
) -> Named | Refusal:
    """Decline a proposal with the reason; who was quicker is named where somebody was.

    Codes: decline_reason_missing, text_too_long, tag_gone, tag_own, tag_decided_by
    (`name`). Declining what is declined already is answered like the first time.
    """
    plain = plain_reason(reason, missing="decline_reason_missing")
    if isinstance(plain, Refusal):
        return plain
    with transaction() as session:
        found = _proposals(session, [tag_id], site_id)
        if not found:
            return Refusal("tag_gone")
        (tag,) = found
        refusal = may_decide(state=tag.state, recorded_by=tag.recorded_by, by=by)
        if refusal is not None and refusal.code == "tag_decided":
            told = _told(session, tag)
            if tag.state == TagState.APPROVED:
                return Refusal("tag_decided_by", {"name": told.decider})
            return told
        if refusal is not None:
            return refusal
        tag.state, tag.decided_by, tag.decided_at = TagState.DECLINED, by, now
        tag.decline_reason = plain
        _note(
            session, "declined_tag", tag.resident_id, tag.tag, tag.valid_from, now=now, by=by
        )  # fmt: skip
        return Named(tag.resident.name, tag.tag, TagState.DECLINED)


@retried
def withdraw_tag(*, resident_id: int, tag_id: int, now: datetime, by: int) -> Refusal | None:
    """Take back one's own proposal before anybody has decided. Codes: tag_gone, tag_not_own."""
    with transaction() as session:
        held(session, resident_id)
        tag = _of(session, resident_id, tag_id)
        if tag is None or tag.state != TagState.PROPOSED:
            return Refusal("tag_gone")
        if tag.recorded_by != by:
            return Refusal("tag_not_own")
        _note(session, "withdrew_tag", resident_id, tag.tag, tag.valid_from, now=now, by=by)
        session.delete(tag)
        return None


@retried
def end_tag(
    *, resident_id: int, tag_id: int, last_day: date, now: datetime, by: int
) -> Refusal | None:
    """Let a tag hold until `last_day` and no longer; never longer than was approved.

    Codes: tag_gone, tag_ends_first, tag_would_grow.
    """
    with transaction() as session:
        held(session, resident_id)
        tag = _of(session, resident_id, tag_id)
        if tag is None or tag.state == TagState.DECLINED:
            return Refusal("tag_gone")
        refusal = check_end(
            valid_from=tag.valid_from, valid_until=tag.valid_until, last_day=last_day
        )
        if refusal:
            return refusal
        tag.valid_until = last_day
        _note(session, "ended_tag", resident_id, tag.tag, last_day, now=now, by=by)
        return None


def held(session: Session, resident_id: int) -> Resident:
    """The person, locked on PostgreSQL, so that two changes at once come one after the other."""
    query = select(Resident).where(Resident.id == resident_id).with_for_update()
    return session.scalars(query).one()


def _proposals(session: Session, tag_ids: Sequence[int], site_id: int) -> Sequence[ResidentTag]:
    """The tags, locked in the order of their ids: of two deciders at once one comes second."""
    query = (
        select(ResidentTag)
        .join(Resident, Resident.id == ResidentTag.resident_id)
        .where(ResidentTag.id.in_(list(tag_ids)[:MOST_AT_ONCE]), Resident.site_id == site_id)
        .order_by(ResidentTag.id)
        .options(joinedload(ResidentTag.resident, innerjoin=True))
        .with_for_update(of=ResidentTag)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


MOST_AT_ONCE = 500
"""A page of proposals holds fifty; a request with more than this is no page of ours."""


def _of(session: Session, resident_id: int, tag_id: int) -> ResidentTag | None:
    tag = session.get(ResidentTag, tag_id, with_for_update=True, populate_existing=True)
    return tag if tag is not None and tag.resident_id == resident_id else None


def _told(session: Session, tag: ResidentTag) -> Named:
    decider = session.get(Staff, tag.decided_by) if tag.decided_by else None
    return Named(tag.resident.name, tag.tag, tag.state, decider.name if decider else "—")


def _note(
    session: Session,
    action: str,
    resident_id: int,
    tag: str,
    day: date,
    *,
    now: datetime,
    by: int,
) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action,
        subject="resident", subject_id=resident_id, note=f"{tag} {day.isoformat()}",
    )  # fmt: skip
