"""Worked cases beside a policy: what it should give, checked against what it gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from canteen.foundation.money import yuan
from canteen.subsidies.case_reading import Case, parse_cases
from canteen.subsidies.facts import PricedMeal
from canteen.subsidies.policy import Policy
from canteen.subsidies.rules import price_meal


@dataclass(frozen=True)
class CaseResult:
    """A case, what the engine made of it, and the names of columns that differ."""

    case: Case
    priced: PricedMeal
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything the case expects came out."""
        return not self.differences


def check_cases(policies: Policy | Sequence[Policy], text: str) -> tuple[CaseResult, ...]:
    """Price every case of a file. Raises `PolicyInvalid` if the file cannot be read."""
    lineup = [policies] if isinstance(policies, Policy) else list(policies)
    return tuple(_check(case, lineup) for case in parse_cases(text, lineup))


def _check(case: Case, policies: list[Policy]) -> CaseResult:
    priced = price_meal(policies=policies, facts=case.facts)
    got = outcome(priced)
    differing = []
    for column, wanted in case.expected.items():
        right = wanted in got["reason"] if column == "reason" else wanted == got[column]
        if not right:
            differing.append(column)
    return CaseResult(case, priced, tuple(differing))


def outcome(priced: PricedMeal) -> dict[str, Any]:
    """A priced meal in the terms of the expectation columns."""
    return {
        "subsidy_yuan": priced.subsidy_fen,
        "pay_yuan": priced.pay_fen,
        "split": _summed((part.funder, part.amount_fen) for part in priced.parts),
        "grants": _summed((part.rule, part.amount_fen) for part in priced.grants),
        "reason": priced.reason_zh,
    }


def _summed(pairs: Any) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, fen in pairs:
        sums[name] = sums.get(name, 0) + fen
    return sums


def report_lines(results: Sequence[CaseResult]) -> list[str]:
    """One line a case: mark, case, expected and computed, split, reason; then a total."""
    lines = [_report(result) for result in results]
    failed = sum(not result.passed for result in results)
    return [*lines, f"{len(results)} 例 / cases, {failed} 例不符 / differ"]


def _report(result: CaseResult) -> str:
    got, wanted = outcome(result.priced), result.case.expected
    pieces = ["✓" if result.passed else "✗", result.case.code]
    for column, zh in (
        ("subsidy_yuan", "补"),
        ("pay_yuan", "付"),
        ("split", "分担"),
        ("grants", "补助"),
    ):
        if column == "grants" and column not in wanted and not got[column]:
            continue
        told = f"{zh} {_shown(got[column])}"
        if column in wanted:
            told += f"（应为 / expected {_shown(wanted[column])}）"
        pieces.append(told)
    if "reason" in result.differences:
        pieces.append(f"（理由应含 / expected reason {wanted['reason']}）")
    return "  ".join([*pieces, result.priced.reason_zh, result.priced.reason_en])


def _shown(value: Any) -> str:
    if isinstance(value, int):
        return yuan(value)
    return " ".join(f"{name}={yuan(fen)}" for name, fen in value.items()) or "—"
