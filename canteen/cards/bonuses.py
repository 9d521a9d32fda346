"""Bonuses on top-ups: what a policy adds to cash, and what of a wallet is bonus and not cash.

Cash is spent first and the bonus last, and only cash is ever handed back: whatever is left
of a bonus stays in the wallet for meals. Cash that was handed back and is paid in again
earns no second bonus.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.cards.rules import Entry, WalletStory, story_of
from canteen.cards.standing import standing_of
from canteen.foundation.calendar import month_bounds
from canteen.ledger.booking import POLICY_LENGTH
from canteen.ledger.models import Transfer, TransferKind
from canteen.subsidies.policy import Policy
from canteen.subsidies.queries import policies_at
from canteen.subsidies.rules import Part, TopUpFacts, top_up_bonus


def bonus_for(
    session: Session,
    *,
    resident_id: int,
    wallet_id: int,
    amount_fen: int,
    site_id: int,
    service_date: date,
) -> tuple[Part, ...]:
    """What each policy in force at the site adds to a top-up, as the engine says.

    The caller holds the wallet's turn: what was given this month stays true until it books.
    """
    policies = policies_at(session, site_id=site_id, service_date=service_date)
    giving = [policy for policy in policies if policy.top_ups]
    if not giving:
        return ()
    person = standing_of(session, resident_id=resident_id, day=service_date)
    counted_fen = amount_fen - wallet_story(session, wallet_id).handed_back_fen
    if counted_fen <= 0:
        return ()
    return top_up_bonus(
        policies=giving,
        facts=TopUpFacts(
            service_date=service_date,
            amount_fen=counted_fen,
            birthday=person.birthday,
            tags=person.tags,
            hukou_path=person.hukou_path,
            residence_path=person.residence_path,
            in_institution=person.in_institution,
            registered_here=person.site_id == site_id,
            passes=person.passes_under(frozenset(policy.code for policy in giving)),
            bonus_this_month_fen=_given_this_month(session, giving, wallet_id, service_date),
        ),
    )


def wallet_story(session: Session, wallet_id: int) -> WalletStory:
    """What of a wallet is bonus. A wallet that never had one is answered by one short query."""
    first = session.scalar(
        select(func.min(Transfer.id)).where(
            Transfer.credit_account_id == wallet_id, Transfer.kind == TransferKind.TOP_UP_BONUS
        )
    )
    return story_of(_entries(session, wallet_id)) if first is not None else WalletStory()


def policy_of(part: Part) -> str:
    """How a transfer names the policy and the rule of a bonus."""
    return f"{part.policy}/{part.rule}"[:POLICY_LENGTH]


def _given_this_month(
    session: Session, policies: Sequence[Policy], wallet_id: int, day: date
) -> dict[str, int]:
    first, last = month_bounds(day)
    rows = session.execute(
        select(Transfer.policy, func.sum(Transfer.amount_fen))
        .where(
            Transfer.credit_account_id == wallet_id,
            Transfer.kind == TransferKind.TOP_UP_BONUS,
            Transfer.service_date.between(first, last),
        )
        .group_by(Transfer.policy)
    )
    given = {policy: int(fen) for policy, fen in rows}
    return {
        f"{policy.code}/{top_up.code}": given.get(
            policy_of(Part(top_up.funder, 0, policy.code, top_up.code)), 0
        )
        for policy in policies
        for top_up in policy.top_ups
    }


def _entries(session: Session, wallet_id: int) -> list[Entry]:
    """A wallet's movements in order; one that was taken back never happened."""
    reversal = aliased(Transfer)
    rows = session.execute(
        select(Transfer.kind, Transfer.amount_fen, Transfer.credit_account_id == wallet_id)
        .outerjoin(reversal, reversal.reverses_id == Transfer.id)
        .where(
            or_(Transfer.credit_account_id == wallet_id, Transfer.debit_account_id == wallet_id),
            Transfer.kind != TransferKind.REVERSAL,
            reversal.id.is_(None),
        )
        .order_by(Transfer.id)
    )
    return [Entry(kind, fen if came else -fen) for kind, fen, came in rows]
