"""Proves that claims and the ledger agree: every entry claimed once, as it is, and none left."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, Interval, and_, cast, exists, func, literal, null, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.claims.entries import CLAIMED_KINDS
from canteen.claims.models import Claim, ClaimLine, ClaimPayment, ClaimSite, ClaimState
from canteen.claims.standing import payment_stands
from canteen.ledger.booking import funder
from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.ledger.verify import Finding

MOMENT = timedelta(minutes=1)
"""An entry booked within this time of a closing may be in that claim or in the next."""

_OTHER = aliased(Transfer)
_PAYER = aliased(Account)
_PAYEE = aliased(Account)


def verify_claims(session: Session) -> Iterator[Finding]:
    """Every way in which claims could disagree with the ledger or with themselves."""
    yield from _lines_are_entries(session)
    yield from _lines_belong(session)
    yield from _corrections_mirror(session)
    yield from _sums(session)
    yield from _nothing_left_out(session)
    yield from _payments(session)
    yield from _payments_booked(session)


def _lines_are_entries(session: Session) -> Iterator[Finding]:
    """A line is its transfer: the funder's account, sign, amount, kind, site, day and meal."""
    gives = and_(
        ClaimLine.corrects_id.is_(None),
        _PAYER.code == _funder_account(),
        Transfer.kind == ClaimLine.kind,
        Transfer.kind.in_(CLAIMED_KINDS),
        Transfer.amount_fen == ClaimLine.amount_fen,
        Transfer.policy == ClaimLine.policy,
    )
    takes = and_(
        ClaimLine.corrects_id.is_not(None),
        _PAYEE.code == _funder_account(),
        Transfer.kind == TransferKind.REVERSAL,
        Transfer.amount_fen == -ClaimLine.amount_fen,
    )
    same = and_(
        Transfer.site_id == ClaimLine.site_id,
        Transfer.service_date == ClaimLine.service_date,
        Transfer.meal_id.is_not_distinct_from(ClaimLine.meal_id),
        or_(gives, takes),
    )
    query = (
        select(Claim.number, ClaimLine.id, ClaimLine.amount_fen, Transfer.id, Transfer.amount_fen)
        .select_from(ClaimLine)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .outerjoin(Transfer, Transfer.id == ClaimLine.transfer_id)
        .outerjoin(_PAYER, _PAYER.id == Transfer.debit_account_id)
        .outerjoin(_PAYEE, _PAYEE.id == Transfer.credit_account_id)
        .where(~func.coalesce(same, False))
    )
    for number, line_id, claimed, transfer_id, booked in session.execute(query):
        yield Finding(
            "claim_line_is_entry",
            f"claim {number} line {line_id}",
            f"claims {claimed} fen, transfer {transfer_id} has {booked} fen or other facts",
        )


def _lines_belong(session: Session) -> Iterator[Finding]:
    """A line is of one of its claim's sites, and not of a day after its period."""
    covered = exists(
        select(literal(1))
        .select_from(ClaimSite)
        .where(ClaimSite.claim_id == ClaimLine.claim_id, ClaimSite.site_id == ClaimLine.site_id)
    )
    query = (
        select(Claim.number, ClaimLine.id, ClaimLine.site_id, ClaimLine.service_date)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(or_(~covered, ClaimLine.service_date > Claim.last_day))
    )
    for number, line_id, site_id, day in session.execute(query):
        yield Finding(
            "claim_line_belongs", f"claim {number} line {line_id}", f"site {site_id}, {day}"
        )


def _corrections_mirror(session: Session) -> Iterator[Finding]:
    """A correction takes back one line of an earlier claim to the same funder, whole."""
    first, first_claim = aliased(ClaimLine), aliased(Claim)
    query = (
        select(Claim.number, ClaimLine.id, first.id)
        .select_from(ClaimLine)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(first, first.id == ClaimLine.corrects_id)
        .join(first_claim, first_claim.id == first.claim_id)
        .join(Transfer, Transfer.id == ClaimLine.transfer_id)
        .where(
            or_(
                ClaimLine.amount_fen != -first.amount_fen,
                first.corrects_id.is_not(None),
                ClaimLine.kind != first.kind,
                ClaimLine.policy != first.policy,
                ClaimLine.meal_id.is_distinct_from(first.meal_id),
                Transfer.reverses_id.is_distinct_from(first.transfer_id),
                first_claim.funder_code != Claim.funder_code,
                first_claim.state != ClaimState.CLOSED,
                first_claim.id == Claim.id,
            )
        )
    )
    for number, line_id, first_id in session.execute(query):
        yield Finding(
            "claim_correction_mirrors",
            f"claim {number} line {line_id}",
            f"is not line {first_id} taken back",
        )
    negative = (
        select(Claim.number, ClaimLine.id, ClaimLine.amount_fen)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where((ClaimLine.amount_fen < 0) != ClaimLine.corrects_id.is_not(None))
    )
    for number, line_id, fen in session.execute(negative):
        yield Finding(
            "claim_correction_mirrors",
            f"claim {number} line {line_id}",
            f"{fen} fen, and only a correction is negative",
        )


def _sums(session: Session) -> Iterator[Finding]:
    """A closed claim's lines and total are those of its lines."""
    sums = (
        select(
            ClaimLine.claim_id,
            func.count().label("lines"),
            func.sum(ClaimLine.amount_fen).label("fen"),
        )
        .group_by(ClaimLine.claim_id)
        .subquery()
    )
    lines, fen = func.coalesce(sums.c.lines, 0), func.coalesce(sums.c.fen, 0)
    query = (
        select(Claim.number, Claim.lines, Claim.total_fen, lines, fen)
        .outerjoin(sums, sums.c.claim_id == Claim.id)
        .where(
            Claim.state == ClaimState.CLOSED,
            or_(Claim.lines != lines, Claim.total_fen != fen),
        )
    )
    for number, said_lines, said_fen, found_lines, found_fen in session.execute(query):
        yield Finding(
            "claim_sum",
            f"claim {number}",
            f"says {said_lines} lines and {said_fen} fen, "
            f"holds {found_lines} lines and {int(found_fen)} fen",
        )


def _nothing_left_out(session: Session) -> Iterator[Finding]:
    """Whatever was there to claim when a claim was closed is claimed, in it or another."""
    yield from _left_out(session, _given_unclaimed())
    yield from _left_out(session, _taken_back_unclaimed())


def _left_out(session: Session, entry: Any) -> Iterator[Finding]:
    account = aliased(Account)
    query = (
        select(entry.c.id, entry.c.amount_fen, func.min(Claim.number))
        .select_from(entry)
        .join(account, account.id == entry.c.account_id)
        .join(ClaimSite, ClaimSite.site_id == entry.c.site_id)
        .join(
            Claim,
            and_(Claim.id == ClaimSite.claim_id, account.code == _funder_account()),
        )
        .where(
            Claim.state == ClaimState.CLOSED,
            entry.c.service_date <= Claim.last_day,
            entry.c.id <= Claim.booked_to_id,
            entry.c.created_at < _moment_before_closing(session),
            or_(entry.c.claimed_in.is_(None), entry.c.claimed_in <= Claim.id),
        )
        .group_by(entry.c.id, entry.c.amount_fen)
        .order_by(entry.c.id)
    )
    for transfer_id, fen, number in session.execute(query):
        yield Finding(
            "claim_left_out", f"transfer {transfer_id}", f"{fen} fen are not in claim {number}"
        )


def _given_unclaimed() -> Any:
    """Entries that stand and are in no line."""
    back, line = aliased(Transfer), aliased(ClaimLine)
    return (
        select(
            Transfer.id,
            Transfer.debit_account_id.label("account_id"),
            Transfer.site_id,
            Transfer.service_date,
            Transfer.created_at,
            Transfer.amount_fen,
            cast(null(), Integer).label("claimed_in"),
        )
        .outerjoin(back, back.reverses_id == Transfer.id)
        .outerjoin(line, line.transfer_id == Transfer.id)
        .where(Transfer.kind.in_(CLAIMED_KINDS), back.id.is_(None), line.id.is_(None))
        .subquery()
    )


def _taken_back_unclaimed() -> Any:
    """What takes back a claimed entry and is in no line; with the claim it takes back from."""
    first, line = aliased(ClaimLine), aliased(ClaimLine)
    return (
        select(
            Transfer.id,
            Transfer.credit_account_id.label("account_id"),
            Transfer.site_id,
            Transfer.service_date,
            Transfer.created_at,
            Transfer.amount_fen,
            first.claim_id.label("claimed_in"),
        )
        .join(first, first.transfer_id == Transfer.reverses_id)
        .outerjoin(line, line.transfer_id == Transfer.id)
        .where(Transfer.kind == TransferKind.REVERSAL, line.id.is_(None))
        .subquery()
    )


def _payments(session: Session) -> Iterator[Finding]:
    """A payment is its transfer, from the funder into a bank account; no claim is overpaid."""
    same = and_(
        Transfer.kind == TransferKind.CLAIM_PAYMENT,
        Transfer.amount_fen == ClaimPayment.amount_fen,
        Transfer.service_date == ClaimPayment.received_on,
        _PAYER.kind == AccountKind.BANK,
        _PAYEE.code == _funder_account(),
        Claim.state == ClaimState.CLOSED,
    )
    query = (
        select(Claim.number, ClaimPayment.id, ClaimPayment.amount_fen, Transfer.amount_fen)
        .select_from(ClaimPayment)
        .join(Claim, Claim.id == ClaimPayment.claim_id)
        .outerjoin(Transfer, Transfer.id == ClaimPayment.transfer_id)
        .outerjoin(_PAYER, _PAYER.id == Transfer.debit_account_id)
        .outerjoin(_PAYEE, _PAYEE.id == Transfer.credit_account_id)
        .where(~func.coalesce(same, False))
    )
    for number, payment_id, said, booked in session.execute(query):
        yield Finding(
            "claim_payment_is_transfer",
            f"claim {number} payment {payment_id}",
            f"says {said} fen, the transfer has {booked} fen or other facts",
        )
    paid = func.sum(ClaimPayment.amount_fen)
    overpaid = (
        select(Claim.number, Claim.total_fen, paid)
        .join(ClaimPayment, ClaimPayment.claim_id == Claim.id)
        .where(payment_stands())
        .group_by(Claim.id, Claim.number, Claim.total_fen)
        .having(paid > Claim.total_fen)
    )
    for number, total, came in session.execute(overpaid):
        yield Finding("claim_overpaid", f"claim {number}", f"{int(came)} fen of {total} fen")


def _payments_booked(session: Session) -> Iterator[Finding]:
    """Whatever came for a claim says for which."""
    query = (
        select(Transfer.id, Transfer.amount_fen)
        .outerjoin(ClaimPayment, ClaimPayment.transfer_id == Transfer.id)
        .outerjoin(_OTHER, _OTHER.reverses_id == Transfer.id)
        .where(
            Transfer.kind == TransferKind.CLAIM_PAYMENT,
            ClaimPayment.id.is_(None),
            _OTHER.id.is_(None),
        )
    )
    for transfer_id, fen in session.execute(query):
        yield Finding("claim_payment_named", f"transfer {transfer_id}", f"{fen} fen for no claim")


def _funder_account() -> Any:
    return literal(funder("")).concat(Claim.funder_code)


def _moment_before_closing(session: Session) -> Any:
    """The instant up to which an entry must be in a claim, in the database's own arithmetic."""
    if session.get_bind().dialect.name == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%f", Claim.closed_at, "-60 seconds")
    return Claim.closed_at - literal(MOMENT, Interval())
