"""People who are gone: their subsidies stop and their cards are refused, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from canteen.cards.aliases import end_aliases
from canteen.cards.models import Card, CardState
from canteen.foundation import audit
from canteen.foundation.crypto import Keys
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.chunks import in_chunks
from canteen.residents.endings import brings_news, check_ending, write_ending
from canteen.residents.models import Resident, Status
from canteen.residents.recheck_plan import RecheckPlan, apply_recheck, plan_recheck
from canteen.residents.rechecks import ReportFile


@retried
def end_residence(
    *, resident_id: int, status: Status, ended_on: date, today: date, now: datetime, by: int
) -> Refusal | None:
    """Somebody has died or moved away; their card is closed, their money stays theirs.

    Who is known to be gone keeps the earlier day. Codes: ended_future, ended_before_birth.
    """
    with transaction() as session:
        query = select(Resident).where(Resident.id == resident_id).with_for_update()
        resident = session.scalars(query).one()
        refusal = check_ending(birthday=resident.birthday, ended_on=ended_on, today=today)
        if refusal:
            return refusal
        if brings_news(resident, ended_on):
            write_ending(session, resident, status, ended_on, now=now, by=by)
        close_cards(session, [resident_id], now=now, by=by)
        return None


@retried
def recheck_residents(
    read: ReportFile,
    *,
    site_ids: Collection[int],
    site_id: int,
    keys: Keys,
    today: date,
    now: datetime,
    by: int,
) -> RecheckPlan | Refusal:
    """Carry out a list, all of it or nothing; the plan that was carried out.

    It is made anew inside the transaction: what has happened since the preview is seen, and
    the same list again changes nothing. `site_ids` are those whose people the reader may
    change, `site_id` is where they work. Code: recheck_has_wrong_rows.
    """
    with transaction() as session:
        plan = plan_recheck(
            session, read, site_ids=site_ids, card_numbers=card_numbers, keys=keys, today=today
        )  # fmt: skip
        if plan.wrong:
            return Refusal("recheck_has_wrong_rows")
        ended = apply_recheck(session, plan, site_id=site_id, now=now, by=by)
        close_cards(session, ended, now=now, by=by)
        return plan


def close_cards(session: Session, resident_ids: Sequence[int], *, now: datetime, by: int) -> int:
    """Close the active cards of some people; how many there were."""
    closed = 0
    for some in in_chunks(resident_ids):
        query = select(Card.id).where(Card.resident_id.in_(some), Card.state == CardState.ACTIVE)
        for card_id in session.scalars(query.with_for_update()).all():
            session.execute(
                update(Card)
                .where(Card.id == card_id)
                .values(state=CardState.CLOSED, ended_at=now, ended_by=by)
            )
            end_aliases(session, [card_id], now=now, by=by)
            audit.record(
                session, at=now, staff_id=by, action="card_closed",
                subject="card", subject_id=card_id,
            )  # fmt: skip
            closed += 1
    return closed


def card_numbers(session: Session, resident_ids: Collection[int]) -> Mapping[int, set[str]]:
    """The numbers of every card some people ever had, by person."""
    found: dict[int, set[str]] = {}
    for some in in_chunks(sorted(resident_ids)):
        query = select(Card.resident_id, Card.number).where(Card.resident_id.in_(some))
        for resident_id, number in session.execute(query):
            found.setdefault(resident_id, set()).add(number)
    return found


def with_active_card(session: Session, resident_ids: Collection[int]) -> set[int]:
    """Those of some people whose card would still pay."""
    found: set[int] = set()
    for some in in_chunks(sorted(resident_ids)):
        query = select(Card.resident_id).where(
            Card.resident_id.in_(some), Card.state == CardState.ACTIVE
        )
        found |= set(session.scalars(query))
    return found
