"""``canteen menus plan``: the grid, the certificate, or the conflict, and an exit code."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from canteen.menus.commands import menus
from canteen.menus.plan_actions import save_planning_rules
from tests.menus.desk import fix
from tests.menus.kitchen import MONDAY, make_kitchen, put, week
from tests.people import NOW, make_site

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture(autouse=True)
def here(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command opens the test's own database."""
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    monkeypatch.setattr("canteen.create_app", lambda **_: app)
    assert url


def plan(*words: str, **options: Any) -> Result:
    arguments = ["plan", "--week", "2026-W48", "--period", "dinner", "--seconds", "2", *words]
    return CliRunner().invoke(menus, arguments, catch_exceptions=False, **options)


def test_a_week_is_planned_shown_and_put_into_the_draft(app: Flask) -> None:
    site = make_kitchen()
    result = plan()
    assert result.exit_code == 0, result.output
    assert "7 天 35 道，没有重复：已核对" in result.output
    assert "周一 23" in result.output
    assert "2026-W48：已放进草稿，35 格有变化" in result.output
    assert len(week(site).dishes) == 35


def test_a_dry_run_leaves_the_draft_as_it_is(app: Flask) -> None:
    site = make_kitchen()
    assert plan("--dry-run").exit_code == 0
    assert week(site).dishes == ()


def test_pinned_dishes_stay_and_with_keep_all_do(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉", period="dinner")
    assert plan("--keep").exit_code == 0
    assert "红烧肉" in [one.name for one in week(site).dishes if one.day == MONDAY]
    fix(site, (MONDAY, "dinner", "meat", 0))
    assert plan().exit_code == 0
    assert "红烧肉" in [one.name for one in week(site).dishes if one.day == MONDAY]


def test_rules_that_conflict_exit_with_1_say_why_and_write_nothing(app: Flask) -> None:
    site = make_kitchen()
    rules = {"budget_fen": {"dinner": 50}}
    assert save_planning_rules(site_id=site, document=rules, now=NOW, by=None) == []
    result = plan()
    assert result.exit_code == 1
    assert "每份不超过 0.5 元" in result.output
    assert "下面任选一条" in result.output
    assert week(site).dishes == ()


@pytest.mark.parametrize(
    "words",
    [("--week", "2026-W99"), ("--weeks", "5"), ("--seconds", "1"), ("--period", "tea")],
)
def test_unusable_input_exits_with_2(app: Flask, words: tuple[str, ...]) -> None:
    make_kitchen()
    assert plan(*words).exit_code == 2


def test_two_canteens_must_be_told_apart(app: Flask) -> None:
    make_kitchen()
    make_site("other")
    assert plan().exit_code == 2
    assert plan("--site", "jinniu", "--dry-run").exit_code == 0
