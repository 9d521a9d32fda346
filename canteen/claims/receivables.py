"""What funders owe: claimed, paid, open and for how long, and what is not claimed yet."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from canteen.claims import entries
from canteen.claims.rules import Receivable
from canteen.claims.standing import Standing, advances, standings
from canteen.ledger.booking import funder
from canteen.ledger.models import Account
from canteen.subsidies.models import Funder

OWN = "operator"
"""The level of the canteen's own money."""


def receivables(session: Session, *, site_ids: Sequence[int], today: date) -> Sequence[Receivable]:
    """Every funder with anything booked, claimed or paid at these sites, by code.

    Claims that reach beyond these sites do not count.
    """
    if not site_ids:
        return []
    claims: dict[str, list[Standing]] = defaultdict(list)
    for one in standings(session, site_ids=site_ids):
        claims[one.funder_code].append(one)
    # the canteen's own share is nobody's debt; it is summed only where somebody claims it
    funders = [
        one
        for one in session.scalars(select(Funder).order_by(Funder.code))
        if one.level != OWN or one.code in claims
    ]
    unclaimed = _unclaimed(session, [one.code for one in funders], site_ids, today)
    granted = advances(session, site_ids=site_ids)
    return [
        _receivable(payer, claims[payer.code], waiting, granted.get(payer.code, 0), today)
        for payer in funders
        if (waiting := unclaimed.get(payer.code, (0, 0)))[0]
        or payer.code in claims
        or granted.get(payer.code)
    ]


def _receivable(
    payer: Funder, claims: Sequence[Standing], waiting: tuple[int, int], granted: int, today: date
) -> Receivable:
    outstanding = sum(one.outstanding_fen for one in claims)
    since = min((one.closed_on for one in claims if one.outstanding_fen > 0), default=today)
    return Receivable(
        funder_code=payer.code,
        funder_name=(payer.name, payer.name_en or payer.name),
        own_money=payer.level == OWN,
        claimed_fen=sum(one.total_fen for one in claims),
        paid_fen=sum(one.paid_fen for one in claims),
        covered_fen=sum(one.covered_fen for one in claims),
        outstanding_fen=outstanding,
        days=max(0, (today - since).days) if outstanding > 0 else None,
        unclaimed_fen=waiting[1],
        unclaimed_entries=waiting[0],
        advance_fen=granted,
    )


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
