"""`canteen claims` and `canteen ledger verify` on a database of their own."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from canteen.cli import main
from canteen.foundation.database import db, transaction
from tests.claims.conftest import Place
from tests.claims.ground import closed, eat
from tests.claims.test_verify import without_guards

MAY = date(2026, 5, 1), date(2026, 5, 31)


@pytest.fixture
def run(app: Flask, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    url = db.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    monkeypatch.setenv("CANTEEN_DATABASE_URL", url)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    return invoke


def test_a_month_is_previewed_closed_and_exported(run: Any, place: Place, tmp_path: Path) -> None:
    eat(place.chen, MAY[0], site_id=place.site)
    shown = run("claims", "preview", "city", "2026-05")
    assert shown.exit_code == 0, shown.output
    assert "助餐补贴 · 高龄 / Meal help · age: 1, 3.00" in shown.output
    done = run("claims", "close", "city", "2026-05")
    assert (done.exit_code, done.output) == (0, "city-2026-05: 1 笔 lines, 3.00 元 yuan\n")
    again = run("claims", "close", "city", "2026-05")
    assert again.exit_code == 1
    assert "city-2026-05" in again.output
    target = tmp_path / "out"
    for option, name in (
        ("--csv", "claim-city-2026-05.csv"),
        ("--xlsx", "claim-city-2026-05.xlsx"),
    ):
        exported = run("claims", "export", "city-2026-05", option, "--to", str(target))
        assert exported.exit_code == 0, exported.output
        assert (target / name).exists()
    assert run("claims", "export", "city-2026-06").exit_code == 1


def test_a_period_that_is_none_is_told(run: Any) -> None:
    for period in ("2026-13", "2026-Q5", "mai"):
        assert run("claims", "preview", "city", period).exit_code == 2
    assert run("claims", "preview", "city", "2026-05", "--site", "nowhere").exit_code == 2


def test_the_ledgers_proof_counts_claims_and_ends_with_1_if_one_is_off(
    run: Any, place: Place
) -> None:
    eat(place.chen, MAY[0], site_id=place.site, by=place.zhangjie)
    closed(*MAY, place.site)
    proved = run("ledger", "verify")
    assert proved.exit_code == 0, proved.output
    assert "1 claims" in proved.output
    without_guards()
    with transaction() as session:
        session.execute(text("UPDATE claims SET total_fen = 1"))
    broken = run("ledger", "verify")
    assert broken.exit_code == 1
    assert "claim_sum: claim city-2026-05" in broken.output
