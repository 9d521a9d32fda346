"""Reading claims: the list, one claim with its lines, totals and payments, what is open."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from canteen.claims import summing
from canteen.claims.models import Claim, ClaimLine, ClaimPayment, ClaimSite, ClaimState
from canteen.claims.policies import Versions
from canteen.claims.preview import preview
from canteen.claims.receivables import receivables
from canteen.claims.rules import Totals
from canteen.claims.standing import paid_by_claim, standings, wholly_at
from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.ledger.models import Transfer
from canteen.sites.models import Site
from canteen.staff.models import Staff
from canteen.subsidies.models import Funder

__all__ = [
    "ClaimRow",
    "LineRow",
    "LinesOf",
    "PaymentRow",
    "claim_lines",
    "claim_payments",
    "claim_totals",
    "claims",
    "one_claim",
    "open_claims",
    "preview",
    "receivables",
]

LinesOf = Literal["all", "period", "carried", "corrections"]


@dataclass(frozen=True)
class ClaimRow:
    """A claim in a list or at the head of its page. Money in fen."""

    id: int
    number: str
    funder_code: str
    funder_name: tuple[str, str]
    """(Chinese, English)."""
    first_day: date
    last_day: date
    closed: bool
    """False while its lines are still being gathered."""
    lines: int
    total_fen: int
    paid_fen: int
    covered_fen: int
    """What the funder paid in advance covers of it."""
    outstanding_fen: int
    """Claimed less paid and less covered."""
    begun_at: datetime
    closed_at: datetime | None
    closed_by_name: str
    problem_count: int
    close_reason: str
    """Why it was closed although lines had problems; empty if none had."""
    site_ids: tuple[int, ...]
    site_names: tuple[tuple[str, str], ...]
    """(Chinese, English) of each site, by id."""


@dataclass(frozen=True)
class LineRow:
    """One line as its page shows it; `amount_fen` is negative when taken back."""

    id: int
    service_date: date
    period_code: str
    kind: str
    site_id: int
    site_name: tuple[str, str]
    meal_id: UUID | None
    resident_id: int | None
    diner_name: str
    policy: str
    rule_name: tuple[str, str]
    amount_fen: int
    carried: bool
    """Of a day before the claim's period, and no correction."""
    corrects_number: str | None
    """The number of the claim whose line it takes back."""
    corrects_claim_id: int | None
    note: str


@dataclass(frozen=True)
class PaymentRow:
    """Money that came for a claim. `taken_back_at` is None while it stands."""

    id: int
    amount_fen: int
    received_on: date
    note: str
    created_by_name: str
    created_at: datetime
    taken_back_at: datetime | None = None
    taken_back_by_name: str = ""
    taken_back_note: str = ""


def claims(
    session: Session, *, site_ids: Sequence[int], page: int, funder_code: str = ""
) -> Page[ClaimRow]:
    """Claims that lie wholly at these sites, newest period first; `funder_code` narrows."""
    query = _heads(site_ids).order_by(Claim.last_day.desc(), Claim.id.desc())
    if funder_code:
        query = query.where(Claim.funder_code == funder_code)
    query = query.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)
    return cut(_rows(session, query, site_ids), page)


def one_claim(session: Session, *, claim_id: int, site_ids: Sequence[int]) -> ClaimRow | None:
    """A claim that lies wholly at these sites, or None."""
    found = _rows(session, _heads(site_ids).where(Claim.id == claim_id), site_ids)
    return found[0] if found else None


def open_claims(
    session: Session, *, site_ids: Sequence[int], funder_code: str = ""
) -> Sequence[ClaimRow]:
    """Closed claims with something outstanding, oldest first."""
    query = (
        _heads(site_ids, only_open=True)
        .where(Claim.state == ClaimState.CLOSED)
        .order_by(Claim.closed_at, Claim.id)
    )
    if funder_code:
        query = query.where(Claim.funder_code == funder_code)
    return [row for row in _rows(session, query, site_ids) if row.outstanding_fen > 0]


def claim_totals(session: Session, *, claim_id: int) -> Totals:
    """A closed claim added up from its lines."""
    claim = session.get_one(Claim, claim_id)
    groups = summing.groups_of_claim(session, claim_id, claim.first_day)
    return summing.totals(session, groups, until=claim.closed_at)


def claim_lines(
    session: Session, *, claim_id: int, page: int, only: LinesOf = "all"
) -> Page[LineRow]:
    """A page of lines: by day, then in the order they were claimed."""
    first_day = session.get_one(Claim, claim_id).first_day
    query = (
        select(ClaimLine, _CORRECTED_CLAIM.c.number, _CORRECTED_CLAIM.c.id)
        .outerjoin(_CORRECTED, _CORRECTED.c.id == ClaimLine.corrects_id)
        .outerjoin(_CORRECTED_CLAIM, _CORRECTED_CLAIM.c.id == _CORRECTED.c.claim_id)
        .where(ClaimLine.claim_id == claim_id, *_only(only, first_day))
        .order_by(ClaimLine.service_date, ClaimLine.id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    lines = session.execute(query).all()
    versions, sites = Versions(session), _site_names(session)
    rows = [_line(line, (number, at), first_day, versions, sites) for line, number, at in lines]
    return cut(rows, page)


def claim_payments(session: Session, *, claim_id: int) -> Sequence[PaymentRow]:
    """What came for a claim, oldest first; also what was taken back."""
    back, taker = aliased(Transfer), aliased(Staff)
    query = (
        select(ClaimPayment, Staff.name, back.created_at, taker.name, back.note)
        .outerjoin(Staff, Staff.id == ClaimPayment.created_by)
        .outerjoin(back, back.reverses_id == ClaimPayment.transfer_id)
        .outerjoin(taker, taker.id == back.created_by)
        .where(ClaimPayment.claim_id == claim_id)
        .order_by(ClaimPayment.received_on, ClaimPayment.id)
    )
    return [
        PaymentRow(
            id=payment.id,
            amount_fen=payment.amount_fen,
            received_on=payment.received_on,
            note=payment.note,
            created_by_name=name or "",
            created_at=payment.created_at,
            taken_back_at=back_at,
            taken_back_by_name=back_by or "",
            taken_back_note=why or "",
        )
        for payment, name, back_at, back_by, why in session.execute(query)
    ]


def _heads(site_ids: Sequence[int], *, only_open: bool = False) -> Select[*tuple[Any, ...]]:
    paid = paid_by_claim()
    came = func.coalesce(paid.c.paid, 0)
    query = (
        select(Claim, Funder.name, Funder.name_en, came, Staff.name)
        .join(Funder, Funder.code == Claim.funder_code)
        .outerjoin(paid, paid.c.claim_id == Claim.id)
        .outerjoin(Staff, Staff.id == Claim.closed_by)
        .where(wholly_at(site_ids))
    )
    return query.where(Claim.total_fen > came) if only_open else query


def _rows(
    session: Session, query: Select[*tuple[Any, ...]], site_ids: Sequence[int]
) -> list[ClaimRow]:
    heads = session.execute(query).all()
    if not heads:
        return []
    codes = {head[0].funder_code for head in heads}
    standing = standings(session, site_ids=site_ids, funder_codes=sorted(codes))
    covered = {one.claim_id: one.covered_fen for one in standing}
    at: dict[int, list[int]] = defaultdict(list)
    reached = (
        select(ClaimSite.claim_id, ClaimSite.site_id)
        .where(ClaimSite.claim_id.in_([head[0].id for head in heads]))
        .order_by(ClaimSite.site_id)
    )
    for claim_id, site_id in session.execute(reached):
        at[claim_id].append(site_id)
    sites = _site_names(session)
    return [_row(head, covered.get(head[0].id, 0), at[head[0].id], sites) for head in heads]


def _row(
    head: Any, covered_fen: int, site_ids: Sequence[int], sites: Mapping[int, tuple[str, str]]
) -> ClaimRow:
    claim, zh, en, paid, closed_by = head
    return ClaimRow(
        id=claim.id,
        number=claim.number,
        funder_code=claim.funder_code,
        funder_name=(zh, en or zh),
        first_day=claim.first_day,
        last_day=claim.last_day,
        closed=claim.state == ClaimState.CLOSED,
        lines=claim.lines,
        total_fen=claim.total_fen,
        paid_fen=int(paid),
        covered_fen=covered_fen,
        outstanding_fen=claim.total_fen - int(paid) - covered_fen,
        begun_at=claim.begun_at,
        closed_at=claim.closed_at,
        closed_by_name=closed_by or "",
        problem_count=claim.problems,
        close_reason=claim.close_reason,
        site_ids=tuple(site_ids),
        site_names=tuple(sites[site_id] for site_id in site_ids),
    )


def _line(
    line: ClaimLine,
    corrects: tuple[str | None, int | None],
    first_day: date,
    versions: Versions,
    sites: Mapping[int, tuple[str, str]],
) -> LineRow:
    return LineRow(
        id=line.id,
        service_date=line.service_date,
        period_code=line.period_code,
        kind=line.kind,
        site_id=line.site_id,
        site_name=sites[line.site_id],
        meal_id=line.meal_id,
        resident_id=line.resident_id,
        diner_name=line.diner_name,
        policy=line.policy,
        rule_name=versions.name(line.policy),
        amount_fen=line.amount_fen,
        carried=line.corrects_id is None and line.service_date < first_day,
        corrects_number=corrects[0],
        corrects_claim_id=corrects[1],
        note=line.note,
    )


def _only(only: LinesOf, first_day: date) -> tuple[Any, ...]:
    correction = ClaimLine.corrects_id.is_not(None)
    if only == "corrections":
        return (correction,)
    if only == "carried":
        return (~correction, ClaimLine.service_date < first_day)
    if only == "period":
        return (~correction, ClaimLine.service_date >= first_day)
    return ()


def _site_names(session: Session) -> dict[int, tuple[str, str]]:
    rows = session.execute(select(Site.id, Site.name, Site.name_en))
    return {site_id: (zh, en or zh) for site_id, zh, en in rows}


_CORRECTED: Any = ClaimLine.__table__.alias("corrected")
_CORRECTED_CLAIM: Any = Claim.__table__.alias("corrected_claim")
