"""What the database says, beside what people were told. Read apart from the product's own rules:
plain rows, and sums made here.
"""

import os
import subprocess
from collections import Counter as Count
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, select

from canteen.cards.models import Card
from canteen.config import settings
from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.settlement.models import Meal
from tests.faults.counter import Counter, Told
from tests.faults.server import canteen

PAID_IN = 100_000
"""Fen on every wallet at the start."""
FUNDED = (TransferKind.MEAL_SUBSIDY, TransferKind.MEAL_FREE)


@dataclass(frozen=True)
class Found:
    """What is wrong between the books and the people; ids, so that one can look."""

    lost: frozenset[UUID]
    """Told to somebody as done, and not standing in the books."""
    twice: frozenset[str]
    """A meal booked twice, a second subsidised meal in a period, a meal that nobody served."""
    wrong_purses: frozenset[int]
    """People whose wallet fell by another sum than they were told."""


def look(url: str, told: Mapping[UUID, Told], *, undone: Collection[UUID] = ()) -> Found:
    """Compare the books at `url` with everything that was told; `undone` was taken back again."""
    meals, transfers, wallets = _read(url)
    standing = {meal.id for meal in meals if meal.voided_at is None}
    expected = set(told) - set(undone)
    return Found(
        lost=frozenset(expected - standing),
        twice=frozenset(_twice(meals, transfers, expected)),
        wrong_purses=frozenset(_wrong_purses(meals, wallets, told, expected)),
    )


def present(url: str) -> set[UUID]:
    """The ids of all meals."""
    return {meal.id for meal in _read(url)[0]}


def told_by(counters: Sequence[Counter]) -> dict[UUID, Told]:
    """Everything that people were told at these counters."""
    return {meal_id: told for each in counters for meal_id, told in each.desk.told.items()}


def ledger_verify(data: Path, url: str) -> str:
    """What `canteen ledger verify` finds, "" where the ledger holds."""
    environ = {**os.environ, "CANTEEN_DATA": str(data), "CANTEEN_DATABASE_URL": url}
    done = subprocess.run(
        [str(canteen()), "ledger", "verify"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _read(url: str) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
    engine = create_engine(settings(SQLALCHEMY_DATABASE_URI=url)["SQLALCHEMY_DATABASE_URI"])
    try:
        with engine.connect() as connection:
            meals = connection.execute(select(Meal.__table__)).all()
            transfers = connection.execute(
                select(Transfer.__table__, Account.code)
                .join(Account, Account.id == Transfer.debit_account_id)
                .where(Transfer.meal_id.is_not(None))
            ).all()
            wallets = connection.execute(
                select(Account.__table__).where(Account.kind == AccountKind.WALLET)
            ).all()
    finally:
        engine.dispose()
    return meals, transfers, wallets


def _twice(meals: Sequence[Any], transfers: Sequence[Any], expected: Collection[UUID]) -> set[str]:
    """What stands twice, by whichever way: the database's own indexes are not relied on."""
    found = {f"meal {one} in two rows" for one, n in Count(m.id for m in meals).items() if n > 1}
    standing = [meal for meal in meals if meal.voided_at is None]
    found |= {f"meal {meal.id} that nobody served" for meal in standing if meal.id not in expected}
    ordinary = Count(
        (meal.resident_id, meal.service_date, meal.period_code)
        for meal in standing
        if meal.resident_id is not None and not meal.extra
    )
    found |= {f"second meal of {key}" for key, n in ordinary.items() if n > 1}
    funded, moved = _sums(transfers)
    people = Count(
        (meal.resident_id, meal.service_date, meal.period_code)
        for meal in standing
        if meal.resident_id is not None and funded[meal.id] > 0
    )
    found |= {f"second subsidy of {key}" for key, n in people.items() if n > 1}
    found |= {
        f"meal {meal.id} moved {moved[meal.id]} fen of {meal.price_fen}"
        for meal in standing
        if moved[meal.id] != meal.price_fen
    }
    return found


def _sums(transfers: Sequence[Any]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """By meal: fen of funders besides the canteen, and fen of everybody; taken back is nothing."""
    back = {one.reverses_id for one in transfers if one.reverses_id is not None}
    funded: dict[UUID, int] = defaultdict(int)
    moved: dict[UUID, int] = defaultdict(int)
    for one in transfers:
        if one.id in back or one.reverses_id is not None:
            continue
        moved[one.meal_id] += one.amount_fen
        if one.kind in FUNDED and one.code != "funder:operator":
            funded[one.meal_id] += one.amount_fen
    return funded, moved


def _wrong_purses(
    meals: Sequence[Any],
    wallets: Sequence[Any],
    told: Mapping[UUID, Told],
    expected: Collection[UUID],
) -> set[int]:
    """Wallets against words. A told meal that is lost counts as words, too."""
    eaters = {meal.id: meal.resident_id for meal in meals}
    said: dict[int, int] = defaultdict(int)
    for meal_id in expected:
        if told[meal_id].paid_by == "wallet" and eaters.get(meal_id) is not None:
            said[eaters[meal_id]] += told[meal_id].paid_fen
    return {
        wallet.resident_id
        for wallet in wallets
        if PAID_IN - wallet.balance_fen != said[wallet.resident_id]
    }


def meals_by_card(url: str, token: str) -> list[UUID]:
    """The ids of the standing meals of a card, by the number its digits begin with."""
    engine = create_engine(settings(SQLALCHEMY_DATABASE_URI=url)["SQLALCHEMY_DATABASE_URI"])
    try:
        with engine.connect() as connection:
            query = (
                select(Meal.__table__.c.id)
                .join(Card, Card.id == Meal.__table__.c.card_id)
                .where(Card.number == token[:8], Meal.__table__.c.voided_at.is_(None))
            )
            return list(connection.scalars(query))
    finally:
        engine.dispose()
