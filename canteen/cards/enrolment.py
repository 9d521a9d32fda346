"""Registering people: the person and their wallet come into being in one transaction."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation.bulk import uncollected
from canteen.foundation.crypto import Keys
from canteen.foundation.database import broke, db, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger.accounts import open_wallet, open_wallets
from canteen.residents import queries, registration
from canteen.residents.import_plan import Plan, plan_import
from canteen.residents.import_ready import Say, make_ready
from canteen.residents.import_writing import apply_plan
from canteen.residents.imports import FileRead
from canteen.residents.registration import Registration

_IMPORTING = 0x63616E74_65656E01
"""The advisory lock of whoever writes a register; any number that nobody else uses."""


def _in_silence(_done: int, _total: int) -> None:
    """Nobody waits to hear how far it is."""


@retried
def enrol_resident(
    asked: Registration, *, keys: Keys, now: datetime, by: int | None
) -> int | Refusal:
    """Register a person and open their wallet; the id, the first one's for a repeat.

    Codes: those of `registration.add_resident`.
    """
    try:
        with transaction() as session:
            earlier = queries.by_request(session, asked.request_id)
            if earlier:
                return earlier.id
            added = registration.add_resident(session, asked, keys=keys, now=now, by=by)
            if isinstance(added, Refusal):
                return added
            open_wallet(session, resident_id=added.id)
            return added.id
    except IntegrityError as error:
        if answer := _first_of_two(error, asked, keys):
            return answer
        raise


def import_residents(
    read: FileRead, *, site_id: int, keys: Keys, now: datetime, by: int, say: Say = _in_silence
) -> Plan | Refusal:
    """Carry out a file in one transaction, wallets included; the plan that was carried out.

    What needs no database is done before it, so that on SQLite nobody waits for that. The plan
    is made anew inside it, of the rows that have something to write: what has happened
    meanwhile is seen. `say` hears how many rows are ready of how many, never inside the
    transaction; what it raises leaves nothing behind. Code: import_has_wrong_rows, and then
    nothing is imported.
    """
    plan = plan_import(db.session(), read, site_id=site_id, keys=keys)
    unchanged, rows = plan.unchanged, [*plan.new, *(change.row for change in plan.changed)]
    db.session.rollback()  # making ready is long and holds no snapshot
    if plan.wrong:
        return Refusal("import_has_wrong_rows")
    if not rows:
        return plan
    ready = make_ready(rows, keys, say=say)
    try:
        with uncollected(), transaction() as session:
            _one_after_the_other(session)
            plan = plan_import(
                session, replace(read, rows=rows), site_id=site_id, keys=keys, ready=ready
            )
            if plan.wrong:
                return Refusal("import_has_wrong_rows")
            new = apply_plan(session, plan, site_id=site_id, keys=keys, now=now, by=by, ready=ready)
            open_wallets(session, resident_ids=new)
            plan.unchanged += unchanged
            return plan
    except IntegrityError:  # somebody was registered in the same moment: look again
        return Refusal("import_has_wrong_rows")


def _one_after_the_other(session: Session) -> None:
    """Of two imports at once the second sees what the first has written: only PostgreSQL has
    more than one writer, and people without an ID number would be there twice."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_IMPORTING)))


def _first_of_two(error: IntegrityError, asked: Registration, keys: Keys) -> int | Refusal | None:
    """Two came at once and the database let one in: answer the other as if it came later."""
    session = db.session()
    if broke(error, "uq_residents_request_id", "residents.request_id"):
        earlier = queries.by_request(session, asked.request_id)
        return earlier.id if earlier else None
    if broke(error, "uq_residents_id_number_hash", "residents.id_number_hash"):
        if (earlier := queries.by_request(session, asked.request_id)) is not None:
            return earlier.id
        known = queries.by_id_number(session, asked.person.id_number, keys)
        return registration.already_there("resident_registered", known, asked) if known else None
    return None
