"""``canteen policies`` on the command line, and policies in words."""

from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.ledger.queries import funder_balances
from canteen.subsidies.commands import policies
from canteen.subsidies.description import describe_policy
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.models import PolicyVersion
from canteen.subsidies.queries import policies_at
from tests.people import TODAY, make_site, make_zhangjie

SHELF = Path(str(files("canteen.subsidies") / "policies"))


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(policies, [str(argument) for argument in arguments])
    return done.exit_code, done.output


def test_cases_that_all_hold_exit_0():
    code, output = run("check", SHELF / "zhengguo.toml", SHELF / "zhengguo.cases.csv")
    assert code == 0
    assert "✓  K24  补 9.00（应为 / expected 9.00）  付 3.00（应为 / expected 3.00）" in output
    assert "分担 city=3.00 district=3.00 town=3.00（应为 / expected city=3.00" in output
    assert "82 岁，市级 3 元 + 区级 3 元 + 镇级 3 元" in output


def test_a_case_that_differs_exits_1():
    code, output = run("check", SHELF / "zhengguo.toml", SHELF / "beijing.cases.csv")
    assert code == 1
    assert "✗  K34" in output


def test_a_file_that_cannot_be_read_exits_2_and_says_where(tmp_path):
    broken = tmp_path / "broken.toml"
    text = (SHELF / "beijing.toml").read_text("utf-8").replace("more_than_yuan = 5", "over = 5")
    broken.write_text(text, "utf-8")
    code, output = run("check", broken, SHELF / "beijing.cases.csv")
    assert code == 2
    assert "rule[1].when.spend.over" in output


def test_a_cases_file_from_a_chinese_spreadsheet_is_read(tmp_path):
    cases = tmp_path / "cases.csv"
    cases.write_bytes((SHELF / "beijing.cases.csv").read_text("utf-8").encode("gb18030"))
    assert run("check", SHELF / "beijing.toml", cases)[0] == 0


def test_a_policy_is_told_in_sentences():
    policy = parse_policy((SHELF / "nanchang.toml").read_text("utf-8"))
    assert describe_policy(policy)[0] == (
        "高龄补贴：午餐、晚餐，70 至 79 岁，每餐减 2 元，区财政承担",
        "age subsidy: lunch or dinner, aged 70 to 79, 2 yuan off each meal, paid by the district",
    )
    assert "80 岁及以上" in run("show", SHELF / "nanchang.toml")[1]


@pytest.fixture
def site(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A canteen that settles by nothing yet, in the database the command will open."""
    monkeypatch.setenv("CANTEEN_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    return make_site()


def adopted(site: int) -> list[str]:
    db.session.rollback()
    return [one.code for one in policies_at(db.session(), site_id=site, service_date=TODAY)]


def test_a_canteen_settles_by_a_policy_that_was_published_and_adopted(site: int) -> None:
    make_zhangjie(site)
    published = run("publish", SHELF / "nanchang.toml", "--by", "zhangjie")
    assert published == (0, "已发布 / published: nanchang\n")
    assert adopted(site) == []
    for _again in range(2):
        assert run("adopt", "nanchang", "--site", "jinniu", "--from", "2026-01-01")[0] == 0
    assert adopted(site) == ["nanchang"]
    assert {row.code for row in funder_balances(db.session())} >= {"district"}
    assert "jinniu: nanchang  2026-01-01 ~" in run("list")[1]


def test_adopting_again_with_a_last_day_ends_a_policy(site: int) -> None:
    run("publish", SHELF / "nanchang.toml")
    run("adopt", "nanchang", "--site", "jinniu", "--from", "2026-01-01")
    until = ("--from", "2026-01-01", "--until", "2026-11-22")
    assert run("adopt", "nanchang", "--site", "jinniu", *until)[0] == 0
    assert adopted(site) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("beijing", "--site", "jinniu", "--from", "2026-01-01"), "没有已发布的政策 beijing"),
        (("nanchang", "--site", "elsewhere", "--from", "2026-01-01"), "elsewhere"),
        (("nanchang", "--site", "jinniu", "--from", "2026-02-30"), "2026-02-30"),
        (
            ("nanchang", "--site", "jinniu", "--from", "2026-02-01", "--until", "2026-01-31"),
            "2026-01-31",
        ),
    ],
)
def test_what_cannot_be_adopted_is_refused_by_name(
    site: int, arguments: tuple[str, ...], said: str
) -> None:
    run("publish", SHELF / "nanchang.toml")
    code, output = run("adopt", *arguments)
    assert code == 1
    assert said in output
    assert adopted(site) == []


def test_a_published_version_is_not_edited(site: int, tmp_path: Path) -> None:
    run("publish", SHELF / "nanchang.toml")
    other = tmp_path / "other.toml"
    other.write_text((SHELF / "nanchang.toml").read_text("utf-8") + "\n# 另一份\n", "utf-8")
    code, output = run("publish", other)
    assert code == 1
    assert "已发布，内容不同" in output
    assert len(db.session.scalars(select(PolicyVersion)).all()) == 1


def test_nobody_unknown_publishes(site: int) -> None:
    code, output = run("publish", SHELF / "nanchang.toml", "--by", "nobody")
    assert (code, "nobody" in output) == (1, True)
    assert db.session.scalars(select(PolicyVersion)).all() == []
