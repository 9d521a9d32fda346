"""How closed claims stand: what came for each, what an advance covers, what is still open."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from canteen.claims.models import Claim, ClaimPayment, ClaimSite, ClaimState
from canteen.claims.rules import covered_by
from canteen.foundation.calendar import service_date
from canteen.ledger.booking import funder
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.sites.models import Site


@dataclass(frozen=True)
class Standing:
    """A closed claim in fen. `closed_on` is the day at its sites."""

    claim_id: int
    funder_code: str
    total_fen: int
    paid_fen: int
    covered_fen: int
    closed_on: date

    @property
    def outstanding_fen(self) -> int:
        """Claimed, less what came and what was paid in advance."""
        return self.total_fen - self.paid_fen - self.covered_fen


def standings(
    session: Session, *, site_ids: Sequence[int], funder_codes: Sequence[str] | None = None
) -> Sequence[Standing]:
    """Closed claims wholly at these sites, oldest period first; of these funders, or of all.

    What a funder paid in advance covers its oldest claims first.
    """
    by_funder: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(_closed(site_ids, funder_codes)):
        by_funder[row.funder_code].append(row)
    granted = advances(session, site_ids=site_ids) if by_funder else {}
    found = []
    for code, rows in by_funder.items():
        covered = covered_by(granted.get(code, 0), [row.total_fen - int(row.paid) for row in rows])
        found += [
            Standing(
                claim_id=row.id,
                funder_code=code,
                total_fen=row.total_fen,
                paid_fen=int(row.paid),
                covered_fen=fen,
                closed_on=service_date(row.closed_at, row.zone),
            )
            for row, fen in zip(rows, covered, strict=True)
        ]
    return found


def advances(session: Session, *, site_ids: Sequence[int]) -> dict[str, int]:
    """By funder: grants to these sites that stand."""
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


def wholly_at(site_ids: Sequence[int]) -> Any:
    """The condition that a claim covers none but these sites."""
    elsewhere = aliased(ClaimSite)
    return ~exists(
        select(literal(1)).where(elsewhere.claim_id == Claim.id, elsewhere.site_id.not_in(site_ids))
    )


def payment_stands() -> Any:
    """The condition that a payment was not taken back: no transfer reverses its own."""
    back = aliased(Transfer)
    return ~exists(select(literal(1)).where(back.reverses_id == ClaimPayment.transfer_id))


def paid_by_claim() -> Any:
    """What came for each claim and stands: (claim_id, paid)."""
    return (
        select(ClaimPayment.claim_id, func.sum(ClaimPayment.amount_fen).label("paid"))
        .where(payment_stands())
        .group_by(ClaimPayment.claim_id)
        .subquery()
    )


def _closed(site_ids: Sequence[int], funder_codes: Sequence[str] | None) -> Any:
    sums = paid_by_claim()
    zone = (
        select(func.min(Site.time_zone))
        .join(ClaimSite, ClaimSite.site_id == Site.id)
        .where(ClaimSite.claim_id == Claim.id)
        .scalar_subquery()
    )
    query = (
        select(
            Claim.id,
            Claim.funder_code,
            Claim.total_fen,
            func.coalesce(sums.c.paid, 0).label("paid"),
            Claim.closed_at,
            zone.label("zone"),
        )
        .outerjoin(sums, sums.c.claim_id == Claim.id)
        .where(Claim.state == ClaimState.CLOSED, wholly_at(site_ids))
        .order_by(Claim.last_day, Claim.id)
    )
    return query if funder_codes is None else query.where(Claim.funder_code.in_(funder_codes))
