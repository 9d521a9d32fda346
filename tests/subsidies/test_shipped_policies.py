"""The policies that come with the house give exactly what their sources say."""

from importlib.resources import files

import pytest

from canteen.subsidies.cases import check_cases, report_lines
from canteen.subsidies.documents import parse_policy, write_policy

SHELF = files("canteen.subsidies") / "policies"
CODES = sorted(
    file.name.removesuffix(".toml") for file in SHELF.iterdir() if file.name.endswith(".toml")
)
WORKED = {
    "nanchang": range(1, 6),
    "shenzhen": range(11, 20),
    "guangzhou": range(20, 24),
    "zhengguo": range(24, 29),
    "zhuhai-gaoxin": range(29, 33),
    "beijing": range(33, 36),
    "putuo": range(36, 42),
    "tianjin": range(42, 46),
    "xuyi": range(55, 57),
    "luzhou-jinjingwan": range(60, 62),
    "futian": range(0),
}


def document(code: str) -> str:
    return (SHELF / f"{code}.toml").read_text("utf-8")


def worked_cases(code: str) -> str:
    return (SHELF / f"{code}.cases.csv").read_text("utf-8")


def test_eleven_policies_are_shipped():
    assert sorted(WORKED) == CODES


@pytest.mark.parametrize("code", CODES)
def test_every_worked_case_comes_out_to_the_fen(code):
    results = check_cases(parse_policy(document(code)), worked_cases(code))
    assert all(result.passed for result in results), "\n".join(report_lines(results))


@pytest.mark.parametrize("code", CODES)
def test_the_published_cases_are_all_there(code):
    results = check_cases(parse_policy(document(code)), worked_cases(code))
    names = {result.case.code for result in results}
    assert names >= {f"K{number:02d}" for number in WORKED[code]}


@pytest.mark.parametrize("code", CODES)
def test_a_shipped_policy_written_out_and_read_back_is_the_same(code):
    policy = parse_policy(document(code))
    assert policy.code == code
    assert parse_policy(write_policy(policy)) == policy
