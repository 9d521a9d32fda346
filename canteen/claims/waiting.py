"""What waits to be claimed: by month that is over, and the lines that come late or go back."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from canteen.claims import entries
from canteen.claims.entries import Reach
from canteen.claims.models import Claim, ClaimLine
from canteen.claims.policies import Versions
from canteen.claims.receivables import OWN
from canteen.claims.rules import Span, month_of
from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.ledger.models import Account
from canteen.residents.models import Resident
from canteen.settlement.models import Meal
from canteen.sites.models import Site
from canteen.subsidies.models import Funder

Late = Literal["carried", "corrections"]


@dataclass(frozen=True)
class Unclaimed:
    """Entries of a funder that wait in a month that is over. Sums in fen."""

    funder_code: str
    funder_name: tuple[str, str]
    span: Span
    entries: int
    total_fen: int


@dataclass(frozen=True)
class LateLine:
    """A line a claim would hold though its day is not of the period, or to take one back."""

    transfer_id: int
    service_date: date
    period_code: str
    kind: str
    site_id: int
    site_name: tuple[str, str]
    meal_id: UUID | None
    diner_name: str
    rule_name: tuple[str, str]
    amount_fen: int
    carried: bool
    corrects_number: str | None
    corrects_claim_id: int | None
    note: str


def unclaimed_spans(
    session: Session, *, site_ids: Sequence[int], today: date
) -> Sequence[Unclaimed]:
    """Months that are over and not claimed, with what their claim would hold; oldest first.

    What came late for days already claimed waits with the first month after them.
    """
    if not site_ids:
        return []
    payers = {
        one.code: one
        for one in session.scalars(select(Funder).where(Funder.level != OWN).order_by(Funder.code))
    }
    waiting: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    for code, after_day, day, count, fen in _by_day(session, list(payers), site_ids, today):
        reachable = day if after_day is None else max(day, after_day + timedelta(days=1))
        found = waiting[code, month_of(reachable).first_day]
        found[0] += count
        found[1] += fen
    months = [
        Unclaimed(
            code, (payers[code].name, payers[code].name_en or payers[code].name), span, count, fen
        )
        for (code, first_day), (count, fen) in waiting.items()
        if (span := month_of(first_day)).last_day < today and count
    ]
    return sorted(months, key=lambda one: (one.span.first_day, one.funder_code))


def late_lines(
    session: Session,
    *,
    funder_code: str,
    first_day: date,
    last_day: date,
    site_ids: Sequence[int],
    only: Late,
    page: int,
) -> Page[LateLine]:
    """A page of the lines a claim would carry over from earlier days, or take back."""
    account_id = entries.account_of(session, funder_code)
    if account_id is None or not site_ids:
        return cut([], page)
    reached = entries.reaches(session, funder_code=funder_code, site_ids=site_ids, before=first_day)
    entry = union_all(*entries.unclaimed(account_id, reached, last_day)).subquery()
    query = _named(entry).order_by(entry.c.service_date, entry.c.transfer_id)
    if only == "carried":
        query = query.where(entry.c.corrects_id.is_(None), entry.c.service_date < first_day)
    else:
        query = query.where(entry.c.corrects_id.is_not(None))
    rows = session.execute(query.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)).all()
    versions = Versions(session)
    return cut([_line(row, versions) for row in rows], page)


def _by_day(
    session: Session, codes: Sequence[str], site_ids: Sequence[int], today: date
) -> Iterator[tuple[str, date | None, date, int, int]]:
    """(funder, last day claimed, day, entries, fen) of everything of days before today."""
    found: list[tuple[str, Reach, Any]] = []
    for code in codes:
        account_id = entries.account_of(session, code)
        if account_id is not None:
            reached = entries.reaches(session, funder_code=code, site_ids=site_ids, before=date.max)
            for reach in reached:
                selects = entries.unclaimed(account_id, [reach], today - timedelta(days=1))
                found += [(code, reach, one.subquery()) for one in selects]
    if not found:
        return
    counted = [
        select(
            literal(number).label("number"),
            entry.c.service_date,
            func.count().label("entries"),
            func.sum(entry.c.amount_fen).label("fen"),
        ).group_by(entry.c.service_date)
        for number, (_code, _reach, entry) in enumerate(found)
    ]
    for number, day, count, fen in session.execute(union_all(*counted)):
        code, reach, _entry = found[number]
        yield code, reach.after_day, day, count, int(fen)


def _named(entry: Any) -> Select[*tuple[Any, ...]]:
    """Entries with the names a person reads; a bonus has no meal, its payee is the diner."""
    payee, diner = Account.__table__.alias(), Resident.__table__.alias()
    meal: Any = Meal.__table__
    line, claim = ClaimLine.__table__.alias(), Claim.__table__.alias()
    return (
        select(
            entry,
            func.coalesce(meal.c.period_code, "").label("period_code"),
            func.coalesce(diner.c.name, "").label("diner_name"),
            Site.name.label("site_zh"),
            Site.name_en.label("site_en"),
            claim.c.number,
            claim.c.id.label("corrects_claim_id"),
        )
        .select_from(entry)
        .join(Site, Site.id == entry.c.site_id)
        .join(payee, payee.c.id == entry.c.payee_id)
        .outerjoin(meal, meal.c.id == entry.c.meal_id)
        .outerjoin(diner, diner.c.id == func.coalesce(meal.c.resident_id, payee.c.resident_id))
        .outerjoin(line, line.c.id == entry.c.corrects_id)
        .outerjoin(claim, claim.c.id == line.c.claim_id)
    )


def _line(row: Any, versions: Versions) -> LateLine:
    return LateLine(
        transfer_id=row.transfer_id,
        service_date=row.service_date,
        period_code=row.period_code,
        kind=row.kind,
        site_id=row.site_id,
        site_name=(row.site_zh, row.site_en or row.site_zh),
        meal_id=row.meal_id,
        diner_name=row.diner_name,
        rule_name=versions.name(row.policy),
        amount_fen=row.amount_fen,
        carried=row.corrects_id is None,
        corrects_number=row.number,
        corrects_claim_id=row.corrects_claim_id,
        note=row.note,
    )
