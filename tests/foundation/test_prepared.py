"""Ready statements: the same rows from both databases, inside transactions and outside."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Date, Integer, String, Uuid, bindparam, func, insert, literal, select, text
from sqlalchemy.exc import IntegrityError

from canteen.foundation.database import broke, db, transaction
from canteen.foundation.prepared import Prepared, one_by_one, reading
from canteen.sites.models import CalendarDay
from tests.people import make_site

DAYS = CalendarDay.__table__
HOW_MANY = Prepared(lambda _dialect: select(func.count().label("days")).select_from(DAYS))
ADD_DAY = Prepared(
    lambda _dialect: insert(DAYS).values(
        day=bindparam("day", type_=Date()), kind=bindparam("kind", type_=String()), name=""
    )
)
ECHO = Prepared(
    lambda _dialect: select(
        bindparam("number", type_=Integer()).label("number"),
        bindparam("word", type_=String()).label("word"),
        bindparam("absent", type_=String()).label("absent"),
        (literal(1) == 1).label("truth"),
    )
)


def test_values_come_back_as_they_went(app: Flask) -> None:
    with reading() as connection:
        row = ECHO.one(connection, {"number": 7, "word": "𠅤·陈'\"%$1", "absent": None})
    assert (row.number, row.word, row.absent) == (7, "𠅤·陈'\"%$1", None)
    assert bool(row.truth) is True


def test_a_statement_that_returns_nothing_has_no_rows(app: Flask) -> None:
    with reading() as connection:
        assert ADD_DAY.run(connection, {"day": date(2026, 1, 1), "kind": "holiday"}) == []
        connection.rollback()


def test_what_is_written_first_in_a_transaction_goes_with_it(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError):
        _write_and_fail()
    assert _days() == 0
    with transaction() as session:
        ADD_DAY.run(session.connection(), {"day": date(2026, 1, 1), "kind": "holiday"})
    assert _days() == 1


def test_a_broken_rule_is_told_by_its_name_and_without_the_values(app: Flask) -> None:
    with transaction() as session:
        ADD_DAY.run(session.connection(), {"day": date(2026, 1, 1), "kind": "holiday"})
    with pytest.raises(IntegrityError) as caught, transaction() as session:
        ADD_DAY.run(session.connection(), {"day": date(2026, 1, 1), "kind": "workday"})
    assert broke(caught.value, "pk_calendar_days", "calendar_days.day")
    assert "workday" not in str(caught.value.statement)
    assert caught.value.params is None


def test_a_statement_the_server_has_forgotten_is_prepared_again(app: Flask) -> None:
    with reading() as connection:
        assert HOW_MANY.one(connection, {}).days == 0
        if connection.dialect.name == "postgresql":
            connection.execute(text("DEALLOCATE ALL"))
        assert HOW_MANY.one(connection, {}).days == 0


def test_a_rollback_between_two_uses_does_no_harm(app: Flask) -> None:
    for _again in range(12):  # often enough for the driver to prepare statements by itself
        with pytest.raises(ZeroDivisionError):
            _write_and_fail(read_first=True)
        with reading() as connection:
            assert HOW_MANY.one(connection, {}).days == 0


def test_instants_dates_and_ids_are_stored_as_the_mapped_tables_read_them(app: Flask) -> None:
    from canteen.ledger.models import Transfer, TransferKind

    site_id = make_site()
    table = Transfer.__table__
    statement = Prepared(
        lambda _dialect: insert(table).values(
            {
                name: bindparam(name, type_=table.c[name].type)
                for name in VALUES
                if name not in ("debit_account_id", "credit_account_id")
            }
            | {"debit_account_id": _account("cash"), "credit_account_id": _account("revenue")}
        )
    )
    now = datetime(2026, 11, 1, 4, 5, 6, 7, tzinfo=UTC)
    request_id = UUID("12345678-1234-5678-1234-567812345678")
    given = {
        **dict.fromkeys(VALUES), "amount_fen": 100, "kind": TransferKind.PASS_SALE,
        "site_id": site_id, "service_date": date(2026, 11, 1), "policy": "", "note": "",
        "request_id": request_id, "created_at": now,
    }  # fmt: skip
    with transaction() as session:
        statement.run(session.connection(), given)
    with transaction() as session:
        stored = session.scalars(select(Transfer)).one()
        assert (stored.created_at, stored.service_date) == (now, date(2026, 11, 1))
        assert (stored.request_id, stored.kind) == (request_id, "pass_sale")


VALUES = (
    *("debit_account_id", "credit_account_id", "amount_fen", "kind", "site_id", "service_date"),
    *("policy", "note", "request_id", "created_at", "created_by", "meal_id"),
)


def _account(kind: str) -> object:
    from canteen.ledger.models import Account

    return select(func.min(Account.id)).where(Account.kind == kind).scalar_subquery()


def _write_and_fail(*, read_first: bool = False) -> None:
    with transaction() as session:
        if read_first:
            session.scalar(select(func.count()).select_from(DAYS))
        ADD_DAY.run(session.connection(), {"day": date(2026, 1, 1), "kind": "holiday"})
        raise ZeroDivisionError


def _days() -> int:
    return db.session.scalar(select(func.count()).select_from(DAYS)) or 0


def test_uuids_are_values_too(app: Flask) -> None:
    same = Prepared(
        lambda _dialect: select(
            (bindparam("one", type_=Uuid()) == bindparam("other", type_=Uuid())).label("same")
        )
    )
    one = UUID("12345678-1234-5678-1234-567812345678")
    with reading() as connection:
        assert bool(same.one(connection, {"one": one, "other": one}).same)


def test_one_thread_of_a_process_sells_at_a_time_where_the_database_has_one_writer(
    app: Flask,
) -> None:
    with reading() as connection:
        with pytest.raises(ZeroDivisionError), one_by_one(connection):
            print(1 / 0)
        with one_by_one(connection):
            again: Any = one_by_one(connection)
            if connection.dialect.name == "sqlite":
                assert again.acquire(blocking=False) is False
            else:
                with again:
                    pass
