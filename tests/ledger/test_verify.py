"""Every kind of damage is found and named; a sound ledger is left in peace."""

from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text

from canteen.cli import main
from canteen.foundation import audit
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.ledger.accounts import open_funder
from canteen.ledger.actions import Grant, receive_grant
from canteen.ledger.booking import revenue, wallet
from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.ledger.verify import Finding, verify
from canteen.ledger.witness import RECEIVED
from canteen.settlement.verify import verify_meals
from tests.ledger.test_booking import Counter
from tests.people import NOW, TODAY, make_site, make_zhangjie


class Books(Counter):
    """陈奶奶 has topped up 20 yuan, eaten for 9, and had one more meal taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.chen, self.wang = self.people
        self.top_up(self.chen, 2000)
        meal_id, self.taken_back = self.sell(self.chen, 900), self.sell(self.chen, 100, 0)
        assert meal_id is not None
        assert self.taken_back is not None
        self.meal_id: UUID = meal_id
        self.take_back(self.taken_back)
        with transaction() as session:
            session.execute(
                text(
                    "UPDATE meals SET voided_at = created_at, void_reason = '撤销', "
                    "voided_by = (SELECT id FROM staff) WHERE extra"
                )
            )


@pytest.fixture
def books(app: Flask) -> Books:
    from tests.people import make_xiaoli

    make_xiaoli(make_site(code="zweite"))
    return Books()


def damage(statement: str, **values: object) -> None:
    """Change history behind the application's back, with the triggers taken away."""
    with transaction() as session:
        for table in ("transfers", "meals"):
            for verb in ("update", "delete"):
                name = f"{table}_no_{verb}"
                on = f" ON {table}" if db.engine.dialect.name != "sqlite" else ""
                session.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))
        session.execute(text(statement), values)


def transfer(kind: TransferKind) -> int:
    found = db.session.scalar(select(Transfer.id).where(Transfer.kind == kind))
    assert found is not None
    return found


def account(code: str) -> int:
    return db.session.scalar(select(Account.id).where(Account.code == code)) or 0


def findings() -> set[tuple[str, str]]:
    db.session.rollback()
    found: list[Finding] = [*verify(db.session()), *verify_meals(db.session())]
    return {(finding.rule, finding.place) for finding in found}


def test_sound_books_have_no_findings(books: Books) -> None:
    assert findings() == set()


def test_a_changed_balance_is_found(books: Books) -> None:
    damage(
        "UPDATE accounts SET balance_fen = balance_fen + 1 WHERE resident_id = :who", who=books.chen
    )
    assert findings() == {("wallet_balance", wallet(books.chen))}


def test_a_balance_that_nobody_paid_in_is_found(books: Books) -> None:
    damage("UPDATE accounts SET balance_fen = 500 WHERE resident_id = :who", who=books.wang)
    found = [finding for finding in verify(db.session()) if finding.rule == "wallet_balance"]
    assert [(one.place, one.found) for one in found] == [
        (wallet(books.wang), "cached 500 fen, transfers 0 fen")
    ]


def test_a_changed_amount_is_found_in_the_wallet_and_in_the_meal(books: Books) -> None:
    bad = db.session.scalar(
        select(Transfer.id).where(
            Transfer.kind == TransferKind.MEAL_WALLET, Transfer.meal_id == books.meal_id
        )
    )
    damage("UPDATE transfers SET amount_fen = 800 WHERE id = :id", id=bad)
    assert findings() == {
        ("wallet_balance", wallet(books.chen)),
        ("meal_paid_as_said", f"meal {books.meal_id}"),
    }


def test_a_vanished_top_up_is_found(books: Books) -> None:
    damage("DELETE FROM transfers WHERE kind = 'top_up'")
    assert findings() == {("wallet_balance", wallet(books.chen))}


def test_a_vanished_subsidy_is_found(books: Books) -> None:
    damage("DELETE FROM transfers WHERE kind = 'meal_subsidy'")
    assert findings() == {("meal_paid_as_said", f"meal {books.meal_id}")}


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM transfers WHERE kind = 'grant'",
        "UPDATE transfers SET amount_fen = amount_fen - 1 WHERE kind = 'grant'",
        """UPDATE transfers SET credit_account_id = (SELECT id FROM accounts
        WHERE code = 'funder:city') WHERE kind = 'grant'""",
    ],
)
def test_a_grant_that_vanished_or_was_changed_is_found(books: Books, change: str) -> None:
    with transaction() as session:
        open_funder(session, funder_code="city")
    by = make_zhangjie(books.site)
    for fen in (200_000_00, 500_00):
        grant = Grant(
            funder_code="district", amount_fen=fen, request_id=uuid4(), site_id=books.site,
            received_on=TODAY, note="年度捐款",
        )  # fmt: skip
        assert receive_grant(grant, now=NOW, by=by) is None
    assert findings() == set()
    damage(f"{change} AND amount_fen = 20000000")
    noted = db.session.scalars(select(AuditEntry.id).where(AuditEntry.action == RECEIVED)).all()
    assert findings() == {("grant_booked", f"audit entry {noted[0]}")}


def test_a_grant_that_an_earlier_version_noted_without_its_amount_is_still_missed(
    books: Books,
) -> None:
    with transaction() as session:
        audit.record(
            session, at=NOW, staff_id=None, action=RECEIVED, subject="funder",
            subject_id="district", note="年度捐款",
        )  # fmt: skip
    assert {rule for rule, _place in findings()} == {"grant_booked"}


def test_a_reversal_of_another_amount_is_found(books: Books) -> None:
    bad = transfer(TransferKind.REVERSAL)
    damage("UPDATE transfers SET amount_fen = 99 WHERE id = :id", id=bad)
    assert ("reversal_mirrors", f"transfer {bad}") in findings()


def test_a_reversal_to_somebody_else_is_found(books: Books) -> None:
    bad = transfer(TransferKind.REVERSAL)
    damage(
        "UPDATE transfers SET credit_account_id = :account WHERE id = :id",
        id=bad,
        account=account(wallet(books.wang)),
    )
    assert ("reversal_mirrors", f"transfer {bad}") in findings()


def test_a_reversal_of_another_meal_is_found(books: Books) -> None:
    bad = transfer(TransferKind.REVERSAL)
    damage(
        "UPDATE transfers SET meal_id = :meal WHERE id = :id", id=bad, meal=_stored(books.meal_id)
    )
    assert ("reversal_mirrors", f"transfer {bad}") in findings()


def test_a_void_meal_whose_money_stayed_is_found(books: Books) -> None:
    damage("DELETE FROM transfers WHERE kind = 'reversal'")
    assert ("void_gives_back", f"meal {books.taken_back}") in findings()


def test_money_between_the_wrong_accounts_is_found(books: Books) -> None:
    bad = transfer(TransferKind.TOP_UP)
    damage(
        "UPDATE transfers SET debit_account_id = :account WHERE id = :id",
        id=bad,
        account=account(revenue(books.site)),
    )
    assert findings() == {("sides", f"transfer {bad}")}


def test_a_meal_paid_from_somebody_elses_wallet_is_found(books: Books) -> None:
    bad = db.session.scalar(
        select(Transfer.id).where(
            Transfer.kind == TransferKind.MEAL_WALLET, Transfer.meal_id == books.meal_id
        )
    )
    damage(
        "UPDATE transfers SET debit_account_id = :account WHERE id = :id",
        id=bad,
        account=account(wallet(books.wang)),
    )
    assert ("own_wallet", f"transfer {bad}") in findings()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("service_date = '2020-01-01'", "entry_of_its_meal"),
        ("site_id = :other", "entry_of_its_meal"),
        ("policy = 'elsewhere/age'", "split_as_said"),
        ("kind = 'meal_free'", "split_as_said"),
        ("debit_account_id = :charity", "split_as_said"),
    ],
)
def test_an_entry_that_keeps_the_sum_is_found_where_it_is_wrong(
    books: Books, change: str, rule: str
) -> None:
    bad = transfer(TransferKind.MEAL_SUBSIDY)
    with transaction() as session:
        session.add(Account(kind=AccountKind.FUNDER, code="funder:stranger"))
    values = {"other": make_site("elsewhere"), "charity": account("funder:stranger"), "id": bad}
    wanted = {name: value for name, value in values.items() if f":{name}" in f"{change} :id"}
    damage(f"UPDATE transfers SET {change} WHERE id = :id", **wanted)
    assert findings() == {(rule, f"transfer {bad}")}


def test_the_command_says_what_it_checked(app: Flask, books: Books, monkeypatch) -> None:
    _use(app, monkeypatch)
    answer = CliRunner().invoke(main, ["ledger", "verify"])
    assert answer.exit_code == 0, answer.output
    assert "11 accounts, 5 transfers, 2 meals" in answer.output


def test_the_command_names_the_place_and_exits_1(app: Flask, books: Books, monkeypatch) -> None:
    damage(
        "UPDATE accounts SET balance_fen = balance_fen + 1 WHERE resident_id = :who", who=books.chen
    )
    _use(app, monkeypatch)
    answer = CliRunner().invoke(main, ["ledger", "verify"])
    assert answer.exit_code == 1
    assert (
        f"wallet_balance: {wallet(books.chen)}: cached 1101 fen, transfers 1100 fen"
        in answer.output
    )


def _use(app: Flask, monkeypatch) -> None:
    """Let the command open the database of this test."""
    monkeypatch.setenv("CANTEEN_DATA", str(app.config["DATA"]))
    monkeypatch.setenv("CANTEEN_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])


def _stored(meal_id: UUID) -> object:
    return meal_id.hex if db.engine.dialect.name == "sqlite" else meal_id
