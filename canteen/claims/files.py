"""A closed claim as files to send and sign: xlsx and CSV, made once, kept in the data folder.

A file holds both languages, so that what was signed is the same for every reader. The same
claim always makes the same bytes; a file that is missing is made again. Rows are read from
the database and written to the disk as they come.
"""

import csv
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.claims import workbook
from canteen.claims.models import Claim, ClaimLine, ClaimSite, ClaimState
from canteen.claims.policies import Versions
from canteen.claims.queries import claim_totals
from canteen.claims.wording import HEADINGS, KINDS
from canteen.foundation.database import db
from canteen.foundation.spreadsheets.writing import Fen, csv_text
from canteen.sites.models import MealPeriod, Site
from canteen.subsidies.models import Funder

FileKind = Literal["xlsx", "csv"]
Both = tuple[str, str]

_FETCHED = 2_000
_SAID_EVERY = 1_000


def claim_file(claim_id: int, kind: FileKind) -> Path | None:
    """The file of a closed claim, made now if it is missing; None if it is not closed.

    Serve it with ``send_file(path, download_name=download_name(number, kind))``.
    """
    session = _reading()
    claim = session.get(Claim, claim_id)
    if claim is None or claim.state != ClaimState.CLOSED:
        return None
    path = _place(claim, kind)
    if not path.exists():
        _make(session, claim, kind, lambda written: None)
    return path


def make_files(claim_id: int, *, say: Callable[[int], None] = lambda done: None) -> None:
    """Make both files of a closed claim; `say` hears how many rows are written of both."""
    session = _reading()
    claim = session.get_one(Claim, claim_id)
    _make(session, claim, "xlsx", say)
    _make(session, claim, "csv", lambda written: say(claim.lines + written))


def download_name(number: str, kind: FileKind) -> str:
    """``claim-city-2026-06.xlsx``."""
    return f"claim-{number}.{kind}"


def _make(session: Session, claim: Claim, kind: FileKind, say: Callable[[int], None]) -> None:
    """Write beside the place and move there when whole: nobody is served half a file."""
    path = _place(claim, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(6)}.{kind}")
    rows = _counted(_rows(session, claim), say)
    try:
        if kind == "csv":
            _write_csv(draft, rows)
        else:
            workbook.write(draft, _cover(session, claim), rows)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _place(claim: Claim, kind: FileKind) -> Path:
    """Named by the id: a funder's code is whatever somebody typed."""
    folder = Path(current_app.config["DATA"]) / "claims"
    return folder / f"{claim.id}.{kind}"


def _write_csv(path: Path, rows: Iterator[list[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([f"{zh} {en}" for zh, en in HEADINGS])
        writer.writerows([csv_text(value) for value in row] for row in rows)


def _counted(rows: Iterator[list[Any]], say: Callable[[int], None]) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _SAID_EVERY == 0:
            say(number)


def _cover(session: Session, claim: Claim) -> workbook.Cover:
    funder = session.scalars(select(Funder).where(Funder.code == claim.funder_code)).one()
    sites = session.execute(
        select(Site.name, Site.name_en)
        .join(ClaimSite, ClaimSite.site_id == Site.id)
        .where(ClaimSite.claim_id == claim.id)
        .order_by(Site.id)
    )
    assert claim.closed_at is not None
    return workbook.Cover(
        number=claim.number,
        funder=(funder.name, funder.name_en or funder.name),
        sites=tuple((zh, en or zh) for zh, en in sites),
        first_day=claim.first_day,
        last_day=claim.last_day,
        closed_at=claim.closed_at,
        totals=claim_totals(session, claim_id=claim.id),
    )


def _rows(session: Session, claim: Claim) -> Iterator[list[Any]]:
    """The lines as values, by day; what a heading of `HEADINGS` says, column by column."""
    versions = Versions(session)
    sites = {
        site_id: _both((zh, en or zh))
        for site_id, zh, en in session.execute(select(Site.id, Site.name, Site.name_en))
    }
    periods = _periods(session)
    numbers = dict(session.execute(select(Claim.id, Claim.number)).all())
    corrected = ClaimLine.__table__.alias("corrected")
    line: Any = ClaimLine.__table__
    query = (
        select(line, corrected.c.claim_id.label("earlier"))
        .outerjoin(corrected, corrected.c.id == line.c.corrects_id)
        .where(line.c.claim_id == claim.id)
        .order_by(line.c.service_date, line.c.id)
    )
    names: dict[str, str] = {}
    stream = session.execute(query, execution_options={"yield_per": _FETCHED})
    for number, row in enumerate(stream, start=1):
        if row.policy not in names:
            names[row.policy] = _both(versions.name(row.policy, until=claim.closed_at))
        yield [
            number,
            row.service_date,
            _period(periods, row.site_id, row.period_code),
            sites[row.site_id],
            row.diner_name,
            _both(KINDS.get(row.kind, (row.kind, row.kind))),
            names[row.policy],
            row.policy,
            Fen(row.amount_fen),
            _state(claim, row, numbers),
            "" if row.meal_id is None else str(row.meal_id),
            row.note,
        ]


def _state(claim: Claim, row: Any, numbers: dict[int, str]) -> str:
    """What makes a line more than an entry of the period."""
    if row.earlier is not None:
        return f"更正 {numbers[row.earlier]} / corrects {numbers[row.earlier]}"
    if row.service_date < claim.first_day:
        return "以前漏报 / carried over"
    return ""


def _periods(session: Session) -> dict[tuple[int, str], str]:
    query = select(MealPeriod.site_id, MealPeriod.code, MealPeriod.name, MealPeriod.name_en)
    return {
        (site_id, code): _both((zh, en or zh)) for site_id, code, zh, en in session.execute(query)
    }


def _period(periods: dict[tuple[int, str], str], site_id: int, code: str) -> str:
    return periods.get((site_id, code), code)


def _both(name: Both) -> str:
    zh, en = name
    return zh if zh == en else f"{zh} / {en}"


def _reading() -> Session:
    session = db.session()
    session.rollback()
    return session
