"""Looks through what is to be claimed for lines somebody should see first.

Entries come in a stream, diner by diner, a few diners at a time: memory does not grow with
the claim. Only what is newly claimed is looked at; what takes back is never too much.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Select, exists, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from canteen.claims import entries
from canteen.claims.doubts import Diner, TagSpan, doubt
from canteen.claims.entries import Reach
from canteen.claims.policies import Versions
from canteen.claims.recount import Part, excesses
from canteen.claims.rules import Cause, Problem
from canteen.ledger.booking import WITHDRAWN, funder
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.residents.models import Resident, ResidentTag, TagState
from canteen.settlement.models import Meal
from canteen.sites.models import Site
from canteen.subsidies.facts import span_start

DINERS_AT_ONCE = 100
_FETCHED = 2_000

Looked = Callable[[int], None]
"""Is told how many lines were looked at so far; may raise to stop."""


def find_problems(
    session: Session,
    *,
    account_id: int,
    reached: Sequence[Reach],
    last_day: date,
    looked: Looked = lambda count: None,
) -> Iterator[Problem]:
    """Every line to look at, diner by diner."""
    search = _Search(session, last_day)
    stream = session.execute(
        _lines(entries.unclaimed(account_id, reached, last_day, corrections=False)),
        execution_options={"yield_per": _FETCHED},
    )
    count = 0
    for batch in _batches(stream):
        yield from search.problems(batch)
        count += len(batch)
        looked(count)


def _lines(selects: Sequence[Select[*tuple[Any, ...]]]) -> Select[*tuple[Any, ...]]:
    """Newly claimed entries with what their meals were priced with, by diner."""
    entry: Any = union_all(*selects).subquery()
    payee = aliased(Account)
    owner = func.coalesce(Meal.resident_id, payee.resident_id).label("resident_id")
    return (
        select(
            owner,
            entry.c.transfer_id,
            entry.c.kind,
            entry.c.site_id,
            entry.c.service_date,
            entry.c.meal_id,
            entry.c.policy,
            entry.c.amount_fen,
            func.coalesce(Meal.period_code, "").label("period_code"),
            func.coalesce(Meal.policies, "").label("policies"),
            Meal.age,
        )
        .select_from(entry)
        .join(payee, payee.id == entry.c.payee_id)
        .outerjoin(Meal, Meal.id == entry.c.meal_id)
        .order_by(owner, entry.c.transfer_id)
    )


def _batches(stream: Any) -> Iterator[list[Any]]:
    """All lines of a hundred diners, or of fewer who have many."""
    batch: list[Any] = []
    diners = 0
    for _resident_id, lines in groupby(stream, key=lambda line: line.resident_id):
        batch += lines
        diners += 1
        if diners == DINERS_AT_ONCE or len(batch) > _FETCHED:
            yield batch
            batch, diners = [], 0
    if batch:
        yield batch


class _Search:
    """What one search keeps between its batches: policies and places, nothing of people."""

    def __init__(self, session: Session, last_day: date) -> None:
        self._session = session
        self._until = last_day + timedelta(days=6)  # the week may go on after the month
        self._versions = Versions(session)
        self._places = {
            site_id: tuple(filter(None, place))
            for site_id, *place in session.execute(
                select(Site.id, Site.city, Site.district, Site.town)
            )
        }

    def problems(self, lines: Sequence[Any]) -> Iterator[Problem]:
        """The problems of a few diners, all of whose lines these are."""
        diners = self._diners({line.resident_id for line in lines} - {None})
        beyond = self._beyond(lines)
        for line in lines:
            diner = diners.get(line.resident_id)
            found = diner and doubt(
                diner,
                day=line.service_date,
                age_then=line.age,
                terms=self._versions.terms(
                    line.policy, line.policies, line.site_id, line.service_date
                ),
            )
            if diner and found:
                yield self._problem(line, diner, found.cause, line.amount_fen, found.why)
            elif diner and line.transfer_id in beyond:
                excess = beyond[line.transfer_id]
                yield self._problem(line, diner, "over_cap", excess.over_fen, excess.why)

    def _problem(
        self, line: Any, diner: Diner, cause: Cause, over_fen: int, why: tuple[str, str]
    ) -> Problem:
        return Problem(
            cause=cause,
            transfer_id=line.transfer_id,
            meal_id=line.meal_id,
            resident_id=line.resident_id,
            diner_name=diner.name,
            site_id=line.site_id,
            service_date=line.service_date,
            period_code=line.period_code,
            policy=line.policy,
            rule_name=self._versions.name(line.policy),
            amount_fen=line.amount_fen,
            over_fen=over_fen,
            why_zh=f"{why[0]}。",
            why_en=f"{why[1][:1].upper()}{why[1][1:]}.",
        )

    def _diners(self, ids: set[int]) -> dict[int, Diner]:
        tags: dict[int, list[TagSpan]] = defaultdict(list)
        approved = select(
            ResidentTag.resident_id,
            ResidentTag.tag,
            ResidentTag.valid_from,
            ResidentTag.valid_until,
        ).where(ResidentTag.resident_id.in_(ids), ResidentTag.state == TagState.APPROVED)
        for resident_id, tag, since, until in self._session.execute(approved):
            tags[resident_id].append(TagSpan(tag, since, until))
        people = select(
            Resident.id, Resident.name, Resident.birthday, Resident.status, Resident.ended_on
        ).where(Resident.id.in_(ids))
        return {
            row.id: Diner(row.name, row.birthday, row.status, row.ended_on, tuple(tags[row.id]))
            for row in self._session.execute(people)
        }

    def _beyond(self, lines: Sequence[Any]) -> dict[int, Any]:
        """Lines beyond a cap, by transfer; [] costs nothing where no policy has caps."""
        limited = [
            (line.service_date, limit)
            for line in lines
            if line.kind == TransferKind.MEAL_SUBSIDY
            for limit in self._versions.limits(line.policies, line.site_id, line.service_date)
        ]
        if not limited:
            return {}
        since = min(span_start(limit.per, day) for day, limit in limited)
        ours = {line.transfer_id for line in lines}
        ids = {line.resident_id for line in lines} - {None}
        parts: dict[int, list[Part]] = defaultdict(list)
        for row in self._session.execute(_standing(ids, since, self._until)):
            parts[row.resident_id].append(self._part(row, row.id in ours))
        return {
            excess.part.transfer_id: excess for mine in parts.values() for excess in excesses(mine)
        }

    def _part(self, row: Any, ours: bool) -> Part:
        policy, _, rule = row.policy.partition("/")
        return Part(
            transfer_id=row.id,
            meal_id=row.meal_id,
            service_date=row.service_date,
            period=row.period_code,
            place=self._places.get(row.site_id, ()),
            policy=policy,
            rule=rule,
            funder=row.code.removeprefix(funder("")),
            fen=row.amount_fen,
            ours=ours,
            limits=self._versions.limits(row.policies, row.site_id, row.service_date),
        )


def _standing(ids: set[int], since: date, until: date) -> Select[*tuple[Any, ...]]:
    """All that stands of what these diners' meals were subsidised with, at every site."""
    back = aliased(Transfer)
    return (
        select(
            Transfer.id,
            Transfer.meal_id,
            Transfer.site_id,
            Transfer.service_date,
            Transfer.policy,
            Transfer.amount_fen,
            Account.code,
            Meal.resident_id,
            Meal.period_code,
            Meal.policies,
        )
        .join(Meal, Meal.id == Transfer.meal_id)
        .join(Account, Account.id == Transfer.debit_account_id)
        .where(
            Meal.resident_id.in_(ids),
            Meal.service_date.between(since, until),
            Transfer.kind == TransferKind.MEAL_SUBSIDY,
            ~Transfer.policy.startswith(WITHDRAWN, autoescape=True),
            ~exists(select(literal(1)).where(back.reverses_id == Transfer.id)),
        )
    )
