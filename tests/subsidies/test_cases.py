"""A cases file is read strictly, and a difference is shown and counted."""

from importlib.resources import files

import pytest

from canteen.subsidies.case_reading import parse_cases
from canteen.subsidies.cases import check_cases, report_lines
from canteen.subsidies.documents import PolicyInvalid, parse_policy

SHELF = files("canteen.subsidies") / "policies"
TIANJIN = parse_policy((SHELF / "tianjin.toml").read_text("utf-8"))
HEADER = "case,date,day,age,hukou,price_yuan,subsidy_yuan,split,reason\n"


def test_a_difference_shows_both_amounts_and_is_counted():
    text = HEADER + "A,2026-03-04,workday,80,天津市,13,2,city=1 district=1,\n"
    (result,) = check_cases(TIANJIN, text)
    assert not result.passed
    assert result.differences == ("subsidy_yuan", "split")
    line, total = report_lines([result])
    assert line.startswith("✗  A  补 3.00（应为 / expected 2.00）")
    assert "80 岁" in line
    assert total == "1 例 / cases, 1 例不符 / differ"


def test_only_what_is_stated_is_compared():
    (result,) = check_cases(TIANJIN, HEADER + "A,2026-03-04,workday,80,天津市,13,3,,\n")
    assert result.passed


def test_a_stated_age_is_a_birthday_today_even_on_a_leap_day():
    (case,) = parse_cases(HEADER + "A,2028-02-29,workday,79,天津市,13,0,,\n", [TIANJIN])
    assert check_cases(TIANJIN, HEADER + "A,2028-02-29,workday,79,天津市,13,0,,\n")[0].passed
    assert case.facts.birthday is not None
    assert (case.facts.birthday.year, case.facts.birthday.month) == (1949, 2)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("case,date,day,price_yuan,prise\n", "prise"),
        ("case,day,price_yuan,subsidy_yuan\n", "date"),
        (HEADER, "没有一个算例"),
        (HEADER + "A,2026-02-30,workday,80,天津市,13,3,,\n", "2026-02-30"),
        (HEADER + "A,2026-03-04,sunday,80,天津市,13,3,,\n", "rest_day"),
        (HEADER + "A,2026-03-04,workday,八十,天津市,13,3,,\n", "八十"),
        (HEADER + "A,2026-03-04,workday,80,天津市,-13,3,,\n", "-13"),
        (HEADER + "A,2026-03-04,workday,80,天津市,13,,,\n", "没有写期望结果"),
        (HEADER + "A,2026-03-04,workday,80,天津市,13,3,citi=3,\n", "citi=3"),
        (HEADER + "A,2026-03-04,workday,80,天津市,13,3,,,,\n", "多出的单元格"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_named(text, says):
    with pytest.raises(PolicyInvalid) as caught:
        check_cases(TIANJIN, text)
    assert says in str(caught.value)
