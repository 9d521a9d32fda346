"""What a list of the dead and the moved would change, person by person.

The same function makes the preview and, inside the transaction that carries it out, the plan.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.crypto import Keys
from canteen.foundation.wording import Refusal
from canteen.residents.chunks import in_chunks
from canteen.residents.endings import brings_news, check_ending, write_ending
from canteen.residents.imports import WrongRow
from canteen.residents.models import Resident, Status
from canteen.residents.pinyin import sort_key
from canteen.residents.rechecks import Report, ReportFile
from canteen.residents.rules import Problem

CardNumbers = Callable[[Session, Collection[int]], Mapping[int, Collection[str]]]
"""The numbers of some people's cards, by person: another room keeps them."""


@dataclass(frozen=True)
class Ending:
    """One person whom a row changes, and what was known before (`was`, `was_on`)."""

    report: Report
    resident: Resident
    was: Status
    was_on: date | None


@dataclass
class RecheckPlan:
    """What a list would do. Nothing is done while `wrong` holds a row."""

    endings: list[Ending] = field(default_factory=list)
    kept: list[Ending] = field(default_factory=list)
    """Known already, with this day or an earlier one: they stay as they are."""
    unknown: list[Report] = field(default_factory=list)
    """Nobody of the reader's canteens: left alone."""
    wrong: list[WrongRow] = field(default_factory=list)
    unknown_headings: Sequence[str] = ()


def plan_recheck(
    session: Session,
    read: ReportFile,
    *,
    site_ids: Collection[int],
    card_numbers: CardNumbers,
    keys: Keys,
    today: date,
) -> RecheckPlan:
    """Find every row's person among those registered at `site_ids`."""
    plan = RecheckPlan(wrong=list(read.wrong), unknown_headings=read.unknown_headings)
    by_hash = _by_hash(session, read.rows, site_ids, keys)
    by_name = _by_name(session, read.rows, site_ids)
    with_card = {row.name for row in read.rows if row.card and not row.id_number}
    ids = [one.id for name in with_card for one in by_name.get(name, ())]
    numbers = card_numbers(session, ids) if ids else {}
    taken: dict[int, Report] = {}
    for row in read.rows:
        found = _who(row, by_hash, by_name, numbers, keys)
        if isinstance(found, Refusal):
            _refuse(plan, row, "name", found)
        elif found is None:
            plan.unknown.append(row)
        else:
            _judge(plan, row, found, taken, today)
    plan.wrong.sort(key=lambda one: one.number)
    return plan


def apply_recheck(
    session: Session, plan: RecheckPlan, *, site_id: int, now: datetime, by: int
) -> list[int]:
    """Carry out a plan without wrong rows; the ids of the people it changed."""
    assert not plan.wrong, "a list with wrong rows is not carried out"
    for one in plan.endings:
        write_ending(
            session, one.resident, one.report.status, one.report.ended_on, now=now, by=by
        )  # fmt: skip
    if plan.endings:
        audit.record(
            session, at=now, staff_id=by, action="rechecked_residents",
            subject="site", subject_id=site_id, note=f"ended {len(plan.endings)}",
        )  # fmt: skip
    return [one.resident.id for one in plan.endings]


def _by_hash(
    session: Session, rows: Iterable[Report], site_ids: Collection[int], keys: Keys
) -> dict[str, Resident]:
    hashes = [h for row in rows if row.id_number for h in keys.lookup_hashes(row.id_number)]
    found: dict[str, Resident] = {}
    for some in in_chunks(hashes):
        query = select(Resident).where(
            Resident.id_number_hash.in_(some), Resident.site_id.in_(site_ids)
        )
        found |= {str(one.id_number_hash): one for one in session.scalars(query)}
    return found


def _by_name(
    session: Session, rows: Iterable[Report], site_ids: Collection[int]
) -> dict[str, list[Resident]]:
    found: dict[str, list[Resident]] = {}
    names = sorted({row.name for row in rows})
    for some in in_chunks(names):
        query = select(Resident).where(  # the letters find the rows by their index
            Resident.sort_name.in_({sort_key(name) for name in some}),
            Resident.name.in_(some),
            Resident.site_id.in_(site_ids),
        )
        for one in session.scalars(query.order_by(Resident.id)):
            found.setdefault(one.name, []).append(one)
    return found


def _who(
    row: Report,
    by_hash: Mapping[str, Resident],
    by_name: Mapping[str, Sequence[Resident]],
    numbers: Mapping[int, Collection[str]],
    keys: Keys,
) -> Resident | Refusal | None:
    """The person of a row. Codes: recheck_other_name, recheck_several (`count`)."""
    if row.id_number:
        found = next((by_hash[h] for h in keys.lookup_hashes(row.id_number) if h in by_hash), None)
        if found is not None and found.name != row.name:
            return Refusal("recheck_other_name")
        return found or _one_of(
            [  # registered without a number: name and birthday have to do
                one
                for one in by_name.get(row.name, ())
                if one.birthday == row.birthday and one.id_number_hash is None
            ]
        )
    alike = [
        one
        for one in by_name.get(row.name, ())
        if (not row.phone or (one.phone_tail == row.phone[-4:] and _fits(row.phone, one.phone)))
        and (not row.card or any(held.endswith(row.card) for held in numbers.get(one.id, ())))
    ]
    return _one_of(alike)


def _one_of(alike: Sequence[Resident]) -> Resident | Refusal | None:
    if len(alike) > 1:
        return Refusal("recheck_several", {"count": len(alike)})
    return alike[0] if alike else None


def _fits(typed: str, stored: str) -> bool:
    """A whole number must be the stored one; a tail is a tail."""
    digits = "".join(sign for sign in stored if sign.isdigit())
    return digits.endswith(typed) or typed.endswith(digits)


def _judge(
    plan: RecheckPlan, row: Report, found: Resident, taken: dict[int, Report], today: date
) -> None:
    first = taken.setdefault(found.id, row)
    if first is not row:
        if (first.status, first.ended_on) != (row.status, row.ended_on):
            _refuse(plan, row, "row", Refusal("recheck_twice", {"row": first.number}))
        return
    refusal = check_ending(birthday=found.birthday, ended_on=row.ended_on, today=today)
    if refusal:
        _refuse(plan, row, "date", refusal)
        return
    one = Ending(row, found, Status(found.status), found.ended_on)
    (plan.endings if brings_news(found, row.ended_on) else plan.kept).append(one)


def _refuse(plan: RecheckPlan, row: Report, at: str, refusal: Refusal) -> None:
    plan.wrong.append(WrongRow(row.number, row.name, [Problem(at, row.name, refusal)]))
