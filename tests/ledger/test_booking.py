"""Moving money: conditional, balanced, reversible once, never rewritten."""

import json
from dataclasses import asdict
from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from canteen.foundation.database import db, transaction
from canteen.ledger.booking import (
    Movement,
    Occasion,
    book,
    cash,
    change_wallet,
    funder,
    revenue,
    wallet,
)
from canteen.ledger.models import Transfer, TransferKind
from canteen.ledger.reversing import reverse_meal
from canteen.ledger.verify import balances, verify
from canteen.settlement.models import Meal
from canteen.subsidies.facts import Part
from tests.people import NOW, TODAY, make_chen, make_funder, make_site, make_wang, wallet_of


class Counter:
    """A site with 陈奶奶 and 王爷爷 and a district that pays for meals."""

    def __init__(self, start: date = TODAY) -> None:
        make_funder("district")
        self.site = make_site()
        self.people = (make_chen(self.site), make_wang(self.site))
        self.day = start

    def occasion(self, meal_id: UUID | None = None, request_id: UUID | None = None) -> Occasion:
        return Occasion(
            site_id=self.site, service_date=self.day, now=NOW, by=None,
            meal_id=meal_id, request_id=request_id,
        )  # fmt: skip

    def top_up(self, person: int, amount_fen: int) -> bool:
        with transaction() as session:
            if change_wallet(session, resident_id=person, change_fen=amount_fen) is None:
                return False
            paid = Movement(
                debit=cash(self.site), credit=wallet(person), amount_fen=amount_fen,
                kind=TransferKind.TOP_UP,
            )  # fmt: skip
            book(session, [paid], self.occasion())
        return True

    def sell(self, person: int, paid_fen: int, subsidy_fen: int = 400) -> UUID | None:
        """One meal, or None where the wallet does not hold what is to be paid."""
        meal_id = uuid4()
        with transaction() as session:
            if change_wallet(session, resident_id=person, change_fen=-paid_fen) is None:
                return None
            session.execute(
                insert(Meal).values(**self._meal(meal_id, person, paid_fen, subsidy_fen))
            )
            parts = (
                (wallet(person), paid_fen, TransferKind.MEAL_WALLET, ""),
                (funder("district"), subsidy_fen, TransferKind.MEAL_SUBSIDY, "nanchang/age"),
            )
            book(
                session,
                [
                    Movement(
                        debit=payer,
                        credit=revenue(self.site),
                        amount_fen=fen,
                        kind=kind,
                        policy=policy,
                    )
                    for payer, fen, kind, policy in parts
                    if fen
                ],
                self.occasion(meal_id),
            )
        return meal_id

    def take_back(self, meal_id: UUID) -> int:
        with transaction() as session:
            return reverse_meal(session, meal_id=meal_id, now=NOW, by=None, note="撤销")

    def _meal(
        self, meal_id: UUID, person: int, paid_fen: int, subsidy_fen: int
    ) -> dict[str, object]:
        return {
            "id": meal_id, "site_id": self.site, "service_date": self.day, "period_code": "lunch",
            "parts": json.dumps([asdict(Part("district", subsidy_fen, "nanchang", "age"))]),
            "channel": "dine_in", "resident_id": person, "set_name": "标准餐",
            "price_fen": paid_fen + subsidy_fen, "subsidy_fen": subsidy_fen, "paid_fen": paid_fen,
            "paid_by": "wallet", "created_at": NOW, "extra": subsidy_fen == 0,
        }  # fmt: skip


@pytest.fixture
def counter(app: Flask) -> Counter:
    return Counter()


def test_a_wallet_gives_only_what_it_holds(counter: Counter) -> None:
    chen = counter.people[0]
    counter.top_up(chen, 900)
    with transaction() as session:
        assert change_wallet(session, resident_id=chen, change_fen=-901) is None
        assert change_wallet(session, resident_id=chen, change_fen=-900) == 0


def test_a_wallet_takes_no_more_than_its_limit(counter: Counter) -> None:
    chen = counter.people[0]
    with transaction() as session:
        over = change_wallet(session, resident_id=chen, change_fen=501, at_most_fen=500)
        assert over is None
        full = change_wallet(session, resident_id=chen, change_fen=500, at_most_fen=500)
        assert full == 500
        session.rollback()


def test_a_wallet_somebody_else_changed_is_not_changed_again(counter: Counter) -> None:
    chen = counter.people[0]
    turn = wallet_of(chen).turn
    counter.top_up(chen, 900)
    with transaction() as session:
        assert change_wallet(session, resident_id=chen, change_fen=-1, turn=turn) is None
        assert change_wallet(session, resident_id=chen, change_fen=0, turn=turn + 1) == 900
    assert wallet_of(chen).turn == turn + 2


def test_nobody_has_no_wallet(counter: Counter) -> None:
    with transaction() as session:
        assert change_wallet(session, resident_id=999, change_fen=1) is None


def test_a_request_is_booked_once(counter: Counter) -> None:
    request_id = uuid4()
    grant = Movement(
        debit=cash(counter.site), credit=funder("district"), amount_fen=1, kind=TransferKind.GRANT
    )

    def again() -> None:
        with transaction() as session:
            book(session, [grant], counter.occasion(request_id=request_id))

    again()
    with pytest.raises(IntegrityError):
        again()


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_fen": 0},
        {"amount_fen": -1},
        {"credit": "funder:nobody"},
        {"debit": "funder:district"},
        {"kind": "present"},
        {"kind": TransferKind.MEAL_WALLET},
        {"kind": TransferKind.REVERSAL},
    ],
    ids=str,
)
def test_the_database_itself_refuses_a_transfer_that_means_nothing(
    counter: Counter, wrong: dict[str, object]
) -> None:
    right = {
        "debit": cash(counter.site), "credit": "funder:district", "amount_fen": 1,
        "kind": TransferKind.GRANT,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction() as session:
        book(session, [Movement(**{**right, **wrong})], counter.occasion())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement", ["UPDATE transfers SET amount_fen = 1", "DELETE FROM transfers"]
)
def test_history_cannot_be_rewritten(counter: Counter, statement: str) -> None:
    counter.top_up(counter.people[0], 900)
    with pytest.raises(DatabaseError, match="forbidden"), transaction() as session:
        session.execute(text(statement))


def test_taking_a_meal_back_returns_everything_once(counter: Counter) -> None:
    chen = counter.people[0]
    counter.top_up(chen, 2000)
    meal_id = counter.sell(chen, 900)
    assert meal_id is not None
    assert balances(db.session())[revenue(counter.site)] == 1300
    assert counter.take_back(meal_id) == 900
    assert counter.take_back(meal_id) == 0
    assert wallet_of(chen).balance_fen == 2000
    sums = balances(db.session())
    assert (sums[revenue(counter.site)], sums[funder("district")]) == (0, 0)
    assert list(verify(db.session())) == []


steps = st.lists(
    st.one_of(
        st.tuples(st.just("top_up"), st.integers(0, 1), st.integers(1, 2000)),
        st.tuples(st.just("sell"), st.integers(0, 1), st.integers(0, 1500)),
        st.tuples(st.just("back"), st.integers(0, 20), st.integers(0, 0)),
    ),
    max_size=25,
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_whatever_happens_every_balance_is_the_sum_of_its_entries(
    counter: Counter, steps: list[tuple[str, int, int]]
) -> None:
    expected = {person: wallet_of(person).balance_fen or 0 for person in counter.people}
    sold: list[tuple[UUID, int, int]] = []
    gone: set[UUID] = set()
    for verb, which, amount in steps:
        if verb == "top_up":
            person = counter.people[which]
            expected[person] += amount * counter.top_up(person, amount)
        elif verb == "sell":
            person = counter.people[which]
            meal_id = counter.sell(person, amount, subsidy_fen=0)
            assert (meal_id is None) == (amount > expected[person])
            if meal_id is not None:
                expected[person] -= amount
                sold.append((meal_id, person, amount))
        elif sold:
            meal_id, person, paid = sold[which % len(sold)]
            back = counter.take_back(meal_id)
            assert back == (0 if meal_id in gone else paid)
            expected[person] += back
            gone.add(meal_id)
    sums = balances(db.session())
    for person, balance in expected.items():
        assert wallet_of(person).balance_fen == balance == sums[wallet(person)]
    assert sum(sums.values()) == 0
    assert list(verify(db.session())) == []
    assert db.session.query(Transfer).filter(Transfer.amount_fen <= 0).count() == 0
