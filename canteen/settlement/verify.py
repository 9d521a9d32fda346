"""Proves that meals and money agree: every meal was paid exactly as it says."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.ledger import booking
from canteen.ledger.booking import FUNDED, POLICY_LENGTH, WITHDRAWN
from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.ledger.verify import Finding
from canteen.settlement.models import Meal, PaidBy
from canteen.settlement.verify_entries import verify_entries

_PRICE_PARTS = (TransferKind.MEAL_SUBSIDY, TransferKind.MEAL_FREE)
_OPERATOR = booking.funder("operator")


def verify_meals(session: Session) -> Iterator[Finding]:
    """Every way in which a meal and its transfers could disagree."""
    sums = _sums()
    yield from _paid_as_said(session, sums)
    yield from _given_back(session, sums)
    yield from _carried_as_withdrawn(session)
    yield from _one_wallet_per_diner(session)
    yield from verify_entries(session)


def _sums() -> Any:
    """By meal: what was booked, what of it stands, what of it was taken back."""
    reversal, debit = aliased(Transfer), aliased(Account)
    paid, back = Transfer.amount_fen, reversal.id.is_not(None)
    first = Transfer.kind != TransferKind.REVERSAL
    part = Transfer.kind.in_(_PRICE_PARTS)
    instead = Transfer.policy.startswith(WITHDRAWN, autoescape=True)
    others = debit.code != _OPERATOR

    def fen(*conditions: Any) -> Any:
        return func.coalesce(func.sum(case((and_(*conditions), paid), else_=0)), 0)

    def count(*conditions: Any) -> Any:
        return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)

    return (
        select(
            Transfer.meal_id,
            fen(Transfer.kind == TransferKind.MEAL_WALLET).label("wallet"),
            fen(Transfer.kind == TransferKind.MEAL_CASH).label("cash"),
            fen(part, ~instead).label("subsidy"),
            count(first, ~back).label("standing"),
            count(first, back).label("back"),
            count(first, back, Transfer.kind.in_(FUNDED), others).label("funders_back"),
            count(Transfer.kind.in_(FUNDED), others, ~back).label("funders_standing"),
            fen(part, ~instead, others).label("others"),
            fen(part, instead).label("carried"),
        )
        .join(debit, debit.id == Transfer.debit_account_id)
        .outerjoin(reversal, reversal.reverses_id == Transfer.id)
        .where(Transfer.meal_id.is_not(None))
        .group_by(Transfer.meal_id)
        .subquery()
    )


def _paid_as_said(session: Session, sums: Any) -> Iterator[Finding]:
    """A meal's transfers add up to its parts: wallet or cash to what was paid, funders to the
    subsidy. What the canteen earns beside the price is no part of it."""
    wallet, cash, subsidy = (
        func.coalesce(sums.c[name], 0) for name in ("wallet", "cash", "subsidy")
    )
    query = (
        select(Meal.id, Meal.paid_fen, Meal.subsidy_fen, Meal.paid_by, wallet, cash, subsidy)
        .outerjoin(sums, sums.c.meal_id == Meal.id)
        .where(
            or_(
                subsidy != Meal.subsidy_fen,
                wallet + cash != Meal.paid_fen,
                and_(wallet > 0, Meal.paid_by != PaidBy.WALLET),
                and_(cash > 0, Meal.paid_by != PaidBy.CASH),
            )
        )
    )
    for row in session.execute(query):
        meal_id, paid, subsidised, paid_by, *booked = row
        yield Finding(
            "meal_paid_as_said",
            f"meal {meal_id}",
            f"says {paid} fen by {paid_by} and {subsidised} fen subsidy, "
            f"booked wallet/cash/subsidy {'/'.join(str(int(fen)) for fen in booked)}",
        )


def _given_back(session: Session, sums: Any) -> Iterator[Finding]:
    """A void meal has nothing left standing and a standing meal nothing taken back.

    A meal whose subsidy was withdrawn has every funder's part taken back but the canteen's
    own, and the same amount carried by the canteen; nothing else.
    """
    void, withdrawn = Meal.voided_at.is_not(None), Meal.withdrawn_at.is_not(None)
    query = (
        select(
            Meal.id, Meal.voided_at, Meal.withdrawn_at, sums.c.standing, sums.c.back, sums.c.others,
            sums.c.carried,
        )
        .join(sums, sums.c.meal_id == Meal.id)
        .where(
            or_(
                and_(void, sums.c.standing > 0),
                and_(~void, ~withdrawn, sums.c.back > 0),
                and_(~void, withdrawn, sums.c.back != sums.c.funders_back),
                and_(withdrawn, sums.c.funders_standing > 0),
                and_(withdrawn, sums.c.carried != sums.c.others),
                and_(~withdrawn, sums.c.carried > 0),
            )
        )
    )  # fmt: skip
    for meal_id, voided_at, withdrawn_at, standing, back, others, carried in session.execute(query):
        state = "void" if voided_at else "withdrawn" if withdrawn_at else "standing"
        yield Finding(
            "void_gives_back",
            f"meal {meal_id}",
            f"{state}: {int(standing)} transfers stand, {int(back)} taken back, "
            f"{int(carried)} of {int(others)} fen carried by the canteen",
        )


def _carried_as_withdrawn(session: Session) -> Iterator[Finding]:
    """What the canteen carries is, part by part, what a funder had back."""
    first = aliased(Transfer)
    funder, carrier = aliased(Account), aliased(Account)
    marked = func.substr(WITHDRAWN + first.policy, 1, POLICY_LENGTH)
    had_back = (
        select(first.id)
        .join(funder, funder.id == first.debit_account_id)
        .where(
            first.meal_id == Transfer.meal_id,
            first.kind == Transfer.kind,
            first.amount_fen == Transfer.amount_fen,
            marked == Transfer.policy,
            funder.code != _OPERATOR,
        )
        .exists()
    )
    query = (
        select(Transfer.id, Transfer.policy, carrier.code)
        .join(carrier, carrier.id == Transfer.debit_account_id)
        .where(
            Transfer.kind != TransferKind.REVERSAL,
            Transfer.policy.startswith(WITHDRAWN, autoescape=True),
            or_(carrier.code != _OPERATOR, ~had_back),
        )
    )
    for transfer_id, policy, code in session.execute(query):
        yield Finding("carried_as_withdrawn", f"transfer {transfer_id}", f"{policy} from {code}")


def _one_wallet_per_diner(session: Session) -> Iterator[Finding]:
    """A meal is paid from the wallet of the person who ate it."""
    query = (
        select(Transfer.id, Account.code, Meal.resident_id)
        .join(Account, Account.id == Transfer.debit_account_id)
        .join(Meal, Meal.id == Transfer.meal_id)
        .where(
            Transfer.kind == TransferKind.MEAL_WALLET,
            Account.kind == AccountKind.WALLET,
            or_(Meal.resident_id.is_(None), Account.resident_id != Meal.resident_id),
        )
    )
    for transfer_id, code, resident_id in session.execute(query):
        yield Finding(
            "own_wallet", f"transfer {transfer_id}", f"{code} paid for resident {resident_id}"
        )
