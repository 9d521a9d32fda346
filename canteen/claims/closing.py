"""Closing a claim: look, gather its lines in steps, catch up, close. Nothing is half done.

Until the last short transaction the claim is only being gathered: whatever stops it before,
a person, an error or a power cut, leaves nothing, or a rest that the next closing removes.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from canteen.claims import entries, gathering, locks, summing
from canteen.claims.actions import Order
from canteen.claims.entries import Reach
from canteen.claims.models import Claim, ClaimLine, ClaimSite, ClaimState
from canteen.claims.preview import why_not
from canteen.claims.problems import find_problems
from canteen.claims.rules import number_of, span_of
from canteen.foundation import audit
from canteen.foundation.database import db, retried, transaction
from canteen.foundation.wording import Refusal


class Said(Protocol):
    """Is told what is done of what there is to do; may raise to stop."""

    def __call__(self, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Closed:
    """A claim that was closed just now."""

    claim_id: int
    number: str
    lines: int
    total_fen: int


def close_claim(
    order: Order,
    *,
    today: date,
    by: int | None,
    now: datetime,
    say: Said = lambda done, total: None,
) -> Closed | Refusal:
    """Close a claim here and now; `say` hears how far it is, in lines looked at and written.

    Codes: those of `ask_to_close`, and claim_empty, claim_has_problems (`count`),
    claim_being_closed. Opens transactions of its own, none of them long.
    """
    with locks.closing(order.funder_code) as free:
        if not free:
            return Refusal("claim_being_closed")
        _remove_leftovers(order.funder_code)
        refusal = _refused(order, today)
        return refusal or _close(order, by, now, say)


def _refused(order: Order, today: date) -> Refusal | None:
    return why_not(
        _reading(),
        funder_code=order.funder_code,
        first_day=order.first_day,
        last_day=order.last_day,
        site_ids=order.site_ids,
        today=today,
    )


def _close(order: Order, by: int | None, now: datetime, say: Said) -> Closed | Refusal:
    session = _reading()
    account_id = entries.account_of(session, order.funder_code)
    assert account_id is not None
    reached = entries.reaches(
        session,
        funder_code=order.funder_code,
        site_ids=order.site_ids,
        before=order.first_day,
    )
    selects = entries.unclaimed(account_id, reached, order.last_day)
    expected = sum(
        group.lines for group in summing.groups_of_entries(session, selects, order.first_day)
    )
    if not expected:
        return Refusal("claim_empty")
    problems = _count_problems(order, account_id, reached, expected, say)
    if problems and not order.reason.strip():
        return Refusal("claim_has_problems", {"count": problems})
    seen_id = entries.newest_id(_reading())
    claim_id = _begin(order, now)
    try:
        _gather(claim_id, order, account_id, reached, expected, say)
        closed = _finish(claim_id, order, account_id, seen_id, problems, by, now)
    except BaseException:
        gathering.throw_away(claim_id)
        raise
    if closed is None:
        gathering.throw_away(claim_id)
        return Refusal("claim_empty")
    return closed


def _count_problems(
    order: Order, account_id: int, reached: list[Reach], expected: int, say: Said
) -> int:
    session = _reading()
    found = find_problems(
        session,
        account_id=account_id,
        reached=reached,
        last_day=order.last_day,
        looked=lambda count: say(min(count, expected), 2 * expected),
    )
    return sum(1 for _problem in found)


def _gather(
    claim_id: int, order: Order, account_id: int, reached: list[Reach], expected: int, say: Said
) -> None:
    written = 0

    def wrote(count: int) -> None:
        nonlocal written
        written += count
        say(min(expected + written, 2 * expected), 2 * expected)

    gathering.gather(
        claim_id, account_id=account_id, reached=reached, last_day=order.last_day, wrote=wrote
    )


@retried
def _begin(order: Order, now: datetime) -> int:
    """The claim with its number, still empty."""
    span = span_of(order.first_day, order.last_day)
    assert span is not None
    with transaction() as session:
        numbers = session.scalars(
            select(Claim.number).where(
                Claim.funder_code == order.funder_code, Claim.first_day == order.first_day
            )
        ).all()
        claim = Claim(
            number=number_of(order.funder_code, span, numbers),
            funder_code=order.funder_code,
            first_day=order.first_day,
            last_day=order.last_day,
            state=ClaimState.GATHERING,
            begun_at=now,
        )
        session.add(claim)
        session.flush()
        session.add_all(
            ClaimSite(claim_id=claim.id, site_id=site_id) for site_id in sorted(set(order.site_ids))
        )
        return claim.id


@retried
def _finish(
    claim_id: int,
    order: Order,
    account_id: int,
    seen_id: int,
    problems: int,
    by: int | None,
    now: datetime,
) -> Closed | None:
    """Catch up with what was booked meanwhile, add up and close; None without any line."""
    with transaction() as session:
        gathering.catch_up(
            session,
            claim_id,
            account_id=account_id,
            site_ids=order.site_ids,
            last_day=order.last_day,
            after_id=max(0, seen_id - entries.UNSEEN_IDS),
        )
        lines, total_fen = _sums(session, claim_id)
        if not lines:
            return None
        number = session.execute(
            update(Claim)
            .where(Claim.id == claim_id, Claim.state == ClaimState.GATHERING)
            .values(
                state=ClaimState.CLOSED,
                lines=lines,
                total_fen=total_fen,
                closed_at=now,
                closed_by=by,
                booked_to_id=entries.newest_id(session),
                problems=problems,
                close_reason=order.reason.strip()[:200] if problems else "",
            )
            .returning(Claim.number)
            .execution_options(synchronize_session=False)
        ).scalar_one()
        audit.record(
            session, at=now, staff_id=by, action="closed_claim", subject="claim",
            subject_id=number[:40], note=order.reason.strip() if problems else "",
        )  # fmt: skip
        return Closed(claim_id, number, lines, total_fen)


def _sums(session: Session, claim_id: int) -> tuple[int, int]:
    query = select(func.count(), func.coalesce(func.sum(ClaimLine.amount_fen), 0))
    lines, total_fen = session.execute(query.where(ClaimLine.claim_id == claim_id)).one()
    return lines, int(total_fen)


def _remove_leftovers(funder_code: str) -> None:
    """Whoever holds the lock knows that nobody is gathering these any more."""
    left = _reading().scalars(
        select(Claim.id).where(
            Claim.funder_code == funder_code, Claim.state == ClaimState.GATHERING
        )
    )
    for claim_id in left.all():
        gathering.throw_away(claim_id)


def _reading() -> Session:
    """A session that sees what is committed by now."""
    session = db.session()
    session.rollback()
    return session
