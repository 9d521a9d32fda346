"""Closing and exporting claims of growing size: seconds, lines a second, memory, linearity.

``python -m benchmarks.claims`` builds a quarter of meals on SQLite for each size, then looks
for problems, closes the claim and writes both files in a process of its own, as the worker
does. Quote the ratio of cost per line between the largest and the smallest.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, insert, select

from canteen import create_app
from canteen.claims.actions import Order
from canteen.claims.closing import Closed, close_claim
from canteen.claims.files import make_files
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.ledger.founding import found_site
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.residents.models import Resident
from canteen.settlement.models import Channel, Meal, PaidBy
from canteen.subsidies.actions import adopt_policy, publish_policy
from tests.lunches import policy_document

SIZES = (25_000, 50_000, 125_000, 250_000)
FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)
BUILT_AT = datetime(2026, 6, 30, 10, tzinfo=UTC)
CLOSED_AT = datetime(2026, 7, 3, 4, tzinfo=UTC)
MEALS_A_DINER = 125
"""Lunch and dinner on most days of the quarter."""

POLICY = policy_document(
    """
[[rule]]
code = "age"
name = { zh = "高龄补贴", en = "age subsidy" }
stage = 2
funder = "city"
bands = [{ age_from = 80, effect = { kind = "off", yuan = 4 } }]

[[cap]]
code = "daily"
per = "day"
meals = 2
""",
    code="bench",
)


def main() -> None:
    """One process per size, so that each has its own peak of memory; then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--url", help="a PostgreSQL database, empty, instead of SQLite")
    parser.add_argument("--run", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run:
        measure(chosen.data, chosen.url)
        return
    print(
        f"{'lines':>8} {'close s':>8} {'files s':>8} {'lines/s':>9} {'peak MB':>8} {'µs/line':>8}"
    )
    costs = []
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder), size, chosen.url)
            command = [sys.executable, "-m", "benchmarks.claims", "--run", str(size)]
            command += ["--data", folder, *(["--url", chosen.url] if chosen.url else [])]
            answer = subprocess.run(command, check=True, capture_output=True, text=True)
        lines, close_s, files_s, peak = map(float, answer.stdout.split())
        cost = (close_s + files_s) / lines
        costs.append(cost)
        print(
            f"{lines:>8.0f} {close_s:>8.1f} {files_s:>8.1f} {1 / cost:>9.0f} {peak:>8.0f}"
            f" {cost * 1e6:>8.0f}",
            flush=True,
        )
    print(f"cost per line, largest to smallest: {costs[-1] / costs[0]:.2f}")


def measure(data: Path, url: str | None) -> None:
    """Close and export; prints lines, seconds to close, seconds to write, peak memory in MB."""
    app = create_app(DATA=data, **({"SQLALCHEMY_DATABASE_URI": url} if url else {}))
    order = Order(funder_code="city", first_day=FIRST, last_day=LAST, site_ids=(1,))
    with app.app_context():
        start = time.perf_counter()
        closed = close_claim(order, today=CLOSED_AT.date(), by=None, now=CLOSED_AT)
        assert isinstance(closed, Closed), closed
        middle = time.perf_counter()
        make_files(closed.claim_id)
        end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    print(closed.lines, middle - start, end - middle, peak / unit)


def build(data: Path, size: int, url: str | None) -> None:
    """A quarter of `size` subsidised meals, the diner's part paid in cash."""
    os.environ.pop("CANTEEN_DATABASE_URL", None)
    app = create_app(DATA=data, **({"SQLALCHEMY_DATABASE_URI": url} if url else {}))
    with app.app_context():
        storage.upgrade_database()
        site_id = found_site(code="bench", name="金牛食堂", now=BUILT_AT, city="南昌市")
        assert isinstance(site_id, int), site_id
        assert publish_policy(document=POLICY, now=BUILT_AT, by=None) == "bench"
        adopt_policy(site_id=site_id, policy_code="bench", valid_from=date(2026, 1, 1))
        _fill(db.engine, site_id, size)
        db.session.remove()
        db.engine.dispose()


def _fill(engine: Engine, site_id: int, size: int) -> None:
    with engine.connect().execution_options(canteen_writing=True) as connection, connection.begin():
        connection.execute(
            insert(Resident.__table__),  # type: ignore[arg-type]
            [
                {
                    "id": number, "site_id": site_id, "name": f"陈桂英{number}", "gender": "female",
                    "sort_name": "chen gui ying", "birthday": date(1940, 3, 5),
                    "created_at": BUILT_AT,
                }
                for number in range(1, size // MEALS_A_DINER + 2)
            ],
        )  # fmt: skip
        accounts = dict(connection.execute(select(Account.code, Account.id)).all())
        for begin in range(0, size, 10_000):
            batch = range(begin, min(size, begin + 10_000))
            meals = [_meal(number, size // MEALS_A_DINER, site_id) for number in batch]
            connection.execute(insert(Meal.__table__), meals)  # type: ignore[arg-type]
            transfers = [one for meal in meals for one in _transfers(meal, accounts)]
            connection.execute(insert(Transfer.__table__), transfers)  # type: ignore[arg-type]


def _meal(number: int, diners: int, site_id: int) -> dict[str, object]:
    """Day after day, as they are sold."""
    nth, diner = divmod(number, diners)
    return {
        "id": uuid4(), "site_id": site_id, "service_date": FIRST + timedelta(days=nth // 2),
        "period_code": ("lunch", "dinner")[nth % 2], "channel": Channel.DINE_IN,
        "resident_id": diner + 1, "diner_title": "陈奶奶", "set_name": "标准餐",
        "price_fen": 1300, "subsidy_fen": 400, "paid_fen": 900, "paid_by": PaidBy.CASH,
        "age": 86, "policies": "bench@1", "created_at": BUILT_AT,
    }  # fmt: skip


def _transfers(meal: dict[str, object], accounts: dict[str, int]) -> list[dict[str, object]]:
    shared = {
        "credit_account_id": accounts["revenue:1"], "site_id": meal["site_id"],
        "service_date": meal["service_date"], "meal_id": meal["id"], "created_at": BUILT_AT,
    }  # fmt: skip
    return [
        {
            **shared, "debit_account_id": accounts["cash:1"], "amount_fen": 900,
            "kind": TransferKind.MEAL_CASH, "policy": "",
        },
        {
            **shared, "debit_account_id": accounts["funder:city"], "amount_fen": 400,
            "kind": TransferKind.MEAL_SUBSIDY, "policy": "bench/age",
        },
    ]  # fmt: skip


if __name__ == "__main__":
    main()
