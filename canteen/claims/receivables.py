"""What funders owe: claimed, paid, open and for how long, and what is not claimed yet."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from canteen.claims import entries
from canteen.claims.models import Claim, ClaimPayment, ClaimSite, ClaimState
from canteen.claims.rules import Receivable
from canteen.foundation.calendar import service_date
from canteen.ledger.booking import funder
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.sites.models import Site
from canteen.subsidies.models import Funder

OWN = "operator"
"""The level of the canteen's own money."""


def receivables(session: Session, *, site_ids: Sequence[int], today: date) -> Sequence[Receivable]:
    """Every funder with anything booked, claimed or paid at these sites, by code.

    Claims that reach beyond these sites do not count.
    """
    if not site_ids:
        return []
    claimed, paid, oldest = _claimed(session, site_ids)
    # the canteen's own share is nobody's debt; it is summed only where somebody claims it
    funders = [
        one
        for one in session.scalars(select(Funder).order_by(Funder.code))
        if one.level != OWN or one.code in claimed
    ]
    unclaimed = _unclaimed(session, [one.code for one in funders], site_ids, today)
    advances = _advances(session, site_ids)
    found = []
    for one in funders:
        code = one.code
        entry_count, entry_fen = unclaimed.get(code, (0, 0))
        if not (code in claimed or entry_count or advances.get(code)):
            continue
        outstanding = claimed.get(code, 0) - paid.get(code, 0)
        since = oldest.get(code) if outstanding > 0 else None
        found.append(
            Receivable(
                funder_code=code,
                funder_name=(one.name, one.name_en or one.name),
                own_money=one.level == OWN,
                claimed_fen=claimed.get(code, 0),
                paid_fen=paid.get(code, 0),
                outstanding_fen=outstanding,
                days=None if since is None else max(0, (today - since).days),
                unclaimed_fen=entry_fen,
                unclaimed_entries=entry_count,
                advance_fen=advances.get(code, 0),
            )
        )
    return found


def wholly_at(site_ids: Sequence[int]) -> Any:
    """The condition that a claim covers none but these sites."""
    elsewhere = aliased(ClaimSite)
    return ~exists(
        select(literal(1)).where(elsewhere.claim_id == Claim.id, elsewhere.site_id.not_in(site_ids))
    )


def paid_by_claim() -> Any:
    """What came for each claim: (claim_id, paid)."""
    return (
        select(ClaimPayment.claim_id, func.sum(ClaimPayment.amount_fen).label("paid"))
        .group_by(ClaimPayment.claim_id)
        .subquery()
    )


def _claimed(
    session: Session, site_ids: Sequence[int]
) -> tuple[dict[str, int], dict[str, int], dict[str, date]]:
    """By funder: claimed, paid, and the day the oldest open claim was closed on."""
    sums = paid_by_claim()
    zone = (
        select(func.min(Site.time_zone))
        .join(ClaimSite, ClaimSite.site_id == Site.id)
        .where(ClaimSite.claim_id == Claim.id)
        .scalar_subquery()
    )
    query = (
        select(
            Claim.funder_code,
            Claim.total_fen,
            func.coalesce(sums.c.paid, 0),
            Claim.closed_at,
            zone,
        )
        .outerjoin(sums, sums.c.claim_id == Claim.id)
        .where(Claim.state == ClaimState.CLOSED, wholly_at(site_ids))
        .order_by(Claim.closed_at)
    )
    claimed: dict[str, int] = defaultdict(int)
    paid: dict[str, int] = defaultdict(int)
    oldest: dict[str, date] = {}
    for code, total, came, closed_at, tz_name in session.execute(query):
        claimed[code] += total
        paid[code] += int(came)
        if total > came:
            oldest.setdefault(code, service_date(closed_at, tz_name))
    return claimed, paid, oldest


def _unclaimed(
    session: Session, codes: Sequence[str], site_ids: Sequence[int], today: date
) -> dict[str, tuple[int, int]]:
    """By funder: (entries, fen) booked up to today and in no closed claim."""
    selects: list[Select[*tuple[Any, ...]]] = []
    accounts = select(Account.id, Account.code).where(
        Account.code.in_([funder(code) for code in codes])
    )
    for account_id, account in session.execute(accounts).all():
        code = account.removeprefix(funder(""))
        reached = entries.reaches(session, funder_code=code, site_ids=site_ids, before=date.max)
        for one in entries.unclaimed(account_id, reached, today):
            entry = one.subquery()
            selects.append(
                select(
                    literal(code).label("code"),
                    func.count().label("entries"),
                    func.coalesce(func.sum(entry.c.amount_fen), 0).label("fen"),
                ).select_from(entry)
            )
    found: dict[str, tuple[int, int]] = {}
    if selects:
        for code, count, fen in session.execute(union_all(*selects)):
            before = found.get(code, (0, 0))
            found[code] = before[0] + count, before[1] + int(fen)
    return found


def _advances(session: Session, site_ids: Sequence[int]) -> dict[str, int]:
    """By funder: grants that stand."""
    back = aliased(Transfer)
    query = (
        select(Account.code, func.sum(Transfer.amount_fen))
        .join(Transfer, Transfer.credit_account_id == Account.id)
        .outerjoin(back, and_(back.reverses_id == Transfer.id))
        .where(
            Account.code.startswith(funder("")),
            Transfer.kind == TransferKind.GRANT,
            (Transfer.site_id + 0).in_(site_ids),
            back.id.is_(None),
        )
        .group_by(Account.code)
    )
    return {code.removeprefix(funder("")): int(fen) for code, fen in session.execute(query)}
