"""``canteen policies`` on the command line, and policies in words."""

from importlib.resources import files
from pathlib import Path

from click.testing import CliRunner

from canteen.subsidies.commands import policies
from canteen.subsidies.description import describe_policy
from canteen.subsidies.documents import parse_policy

SHELF = Path(str(files("canteen.subsidies") / "policies"))


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(policies, [str(argument) for argument in arguments])
    return done.exit_code, done.output


def test_cases_that_all_hold_exit_0():
    code, output = run("check", SHELF / "zhengguo.toml", SHELF / "zhengguo.cases.csv")
    assert code == 0
    assert "✓  K24  补 9.00  付 3.00  分担 city=3.00 district=3.00 town=3.00" in output
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
        "高龄补贴：午餐、晚餐，70 至 79 周岁，每餐减 2 元，区级承担",
        "age subsidy: lunch or dinner, 70 to 79, 2 yuan off each meal, paid by district",
    )
    assert "年满 80 周岁" in run("show", SHELF / "nanchang.toml")[1]
