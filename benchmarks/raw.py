"""The raw limit: the same rows written by plain SQL in one transaction, nothing around it."""

import random
import re
import sqlite3
import subprocess
import threading
import time
import uuid
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from benchmarks.clients import Measured, summary

_MEAL = """INSERT INTO meals (id, site_id, service_date, period_code, channel, resident_id, card_id,
 diner_title, set_code, set_name, price_fen, subsidy_fen, paid_fen, paid_by, balance_after_fen,
 extra, age, age_band, tags, grid_node_id, hukou, policies, parts, reason_zh, reason_en,
 override_reason, device_id, created_by, created_at, voided_at, voided_by, void_reason)
 VALUES ({id}, 1, '2026-01-05', {period}, 'dine_in', {resident}, {card}, '陈奶奶', 'standard',
 'set', 1300, 400, 900, 'wallet', 5000, {false}, 82, '80-89', ';dibao;', NULL,
 '南昌市/青云谱区/金牛街道', 'nanchang@1',
 '[{{"policy": "nanchang", "rule": "age", "funder": "district", "amount_fen": 400}}]',
 '82 岁，区级每餐 4 元', '82 years, district 4 yuan a meal', '', 1, 1, {now}, NULL, NULL, '')"""
_TRANSFER = """INSERT INTO transfers (debit_account_id, credit_account_id, amount_fen, kind,
 site_id, service_date, meal_id, policy, reverses_id, request_id, note, created_by, created_at)
 VALUES ({debit}, {credit}, {fen}, '{kind}', 1, '2026-01-05', {id}, '{policy}', NULL, NULL, '', 1,
 {now})"""
_WALLET = """UPDATE accounts SET balance_fen = balance_fen - 900, turn = turn + 1
 WHERE id = {wallet} AND balance_fen >= 900"""


def sqlite_raw(path: Path, clients: int, meals: int) -> Measured:
    """So many threads, one connection each, taking fair turns at SQLite's one writer.

    People come in any order, as they do over HTTP and in pgbench: neighbours in the tables
    one after the other would find their pages warm.
    """
    accounts = _accounts(f"sqlite:///{path}")
    people = random.sample(accounts["wallets"], len(accounts["wallets"]))
    turn = threading.Lock()
    latencies: list[float] = []
    gate = threading.Barrier(clients + 1)
    now = "'2026-01-05 03:30:00.000000'"
    statements = [
        _WALLET.format(wallet="?"),
        _MEAL.format(id="?", period="?", resident="?", card="?", false="0", now=now),
    ] + [
        _TRANSFER.format(
            debit=debit, credit=accounts["revenue"], fen=fen, kind=kind, id="?", policy=policy,
            now=now,
        )
        for debit, fen, kind, policy in (
            ("?", 900, "meal_wallet", ""),
            (accounts["funder"], 400, "meal_subsidy", "nanchang/age"),
        )
    ]  # fmt: skip

    def work(share: range) -> None:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        period = f"raw_{uuid.uuid4().hex[:12]}"
        gate.wait(timeout=30)
        for number in share:
            wallet, resident, card = people[number % len(people)]
            meal = uuid.uuid4().hex
            began = time.perf_counter()
            with turn:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(statements[0], (wallet,))
                connection.execute(
                    statements[1], (meal, f"{period[:14]}{number // 1400}", resident, card)
                )
                connection.execute(statements[2], (wallet, meal))
                connection.execute(statements[3], (meal,))
                connection.execute("COMMIT")
            latencies.append(time.perf_counter() - began)
        connection.close()

    threads = [
        threading.Thread(target=work, args=(range(start, meals, clients),), daemon=True)
        for start in range(clients)
    ]
    for thread in threads:
        thread.start()
    gate.wait(timeout=30)
    began = time.perf_counter()
    for thread in threads:
        thread.join(timeout=300)
    return summary(latencies, time.perf_counter() - began, 0)


def postgres_raw(url: str, pgbench: Path, folder: Path, clients: int, seconds: int) -> Measured:
    """pgbench at the same client count, prepared statements, the same rows."""
    accounts = _accounts(url)
    first, last = accounts["wallets"][0], accounts["wallets"][-1]
    to_person, to_card = first[1] - first[0], first[2] - first[0]
    meal = "md5(:client_id::text || ':' || :salt::text || ':' || :person::text)::uuid"
    period = "'p' || :salt::text"
    shared = {"id": meal, "now": "now()"}
    paid = {"debit": ":wallet", "credit": accounts["revenue"], "fen": 900, "policy": ""}
    paid["kind"] = "meal_wallet"
    given = {**paid, "debit": accounts["funder"], "fen": 400, "policy": "nanchang/age"}
    given["kind"] = "meal_subsidy"
    person = {"period": period, "resident": ":person", "card": ":card", "false": "false"}
    script = folder / "meal.sql"
    script.write_text(
        "\n".join(
            (
                f"\\set wallet random({first[0]}, {last[0]})",
                f"\\set person :wallet + {to_person}",
                f"\\set card :wallet + {to_card}",
                "\\set salt random(1, 2000000000)",
                "BEGIN;",
                _flat(_WALLET.format(wallet=":wallet")) + ";",
                _flat(_MEAL.format(**shared, **person)) + ";",
                _flat(_TRANSFER.format(**shared, **paid)) + ";",
                _flat(_TRANSFER.format(**shared, **given)) + ";",
                "COMMIT;",
            )
        )
    )  # fmt: skip
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    prefix = folder / f"log{clients}"
    done = subprocess.run(
        [
            str(pgbench), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds),
            "-f", str(script), "-l", f"--log-prefix={prefix}", plain,
        ],
        capture_output=True, text=True, check=False, timeout=seconds + 60,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(done.stderr[-800:])
    latencies = sorted(
        int(line.split()[2]) / 1e6
        for path in folder.glob(f"log{clients}*")
        for line in path.read_text().splitlines()
    )
    measured = summary(latencies, 1.0, 0)
    return Measured(float(found[1]), measured.p50_ms, measured.p99_ms, 0)


def _accounts(url: str) -> dict:  # type: ignore[type-arg]
    """Ids of the accounts the rows name, and of every wallet with its owner and their card."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE accounts SET balance_fen = 100000000 WHERE kind = 'wallet'")
        )
        wallets = connection.execute(
            text(
                "SELECT accounts.id, accounts.resident_id, cards.id FROM accounts"
                " JOIN cards ON cards.resident_id = accounts.resident_id"
                " WHERE accounts.kind = 'wallet' ORDER BY accounts.id"
            )
        ).all()
        ids = {
            name: connection.scalar(
                text("SELECT min(id) FROM accounts WHERE kind = :kind"), {"kind": name}
            )
            for name in ("revenue", "funder")
        }
    engine.dispose()
    return {**ids, "wallets": [tuple(row) for row in wallets]}


def _flat(statement: str) -> str:
    return " ".join(statement.split())
