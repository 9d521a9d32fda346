"""Checks what is sound of a document that also has mistakes, so that all are told at once."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from canteen.subsidies.checks import problems_of
from canteen.subsidies.policy import Policy
from canteen.subsidies.reading import Problem

_LISTS = {
    "rule": "rules",
    "cap": "caps",
    "quota": "quotas",
    "pass": "passes",
    "grant": "grants",
    "top_up": "top_ups",
}
_ITEM = re.compile(r"\b(rule|cap|quota|pass|grant|top_up)\[(\d+)\]")


def problems_beside(policy: Policy, found: Sequence[Problem]) -> list[Problem]:
    """What the sound parts of a policy contradict, beside the mistakes `found` in reading.

    Rules, caps … that could not be read are left out, and so is every check that would
    only repeat a mistake or rest on something unread.
    """
    if not found:
        return problems_of(policy)
    broken = {problem.key.partition(".")[0] for problem in found}
    if broken & {"terms", "valid_from", "valid_until", *_LISTS}:
        return []
    kept = {
        name: [
            index
            for index in range(1, len(getattr(policy, field)) + 1)
            if f"{name}[{index}]" not in broken
        ]
        for name, field in _LISTS.items()
    }
    items: dict[str, Any] = {
        field: tuple(getattr(policy, field)[index - 1] for index in kept[name])
        for name, field in _LISTS.items()
    }
    sound = replace(policy, **items)
    hidden = {name for name in _LISTS if len(kept[name]) < len(getattr(policy, _LISTS[name]))}
    return [
        _renumbered(problem, kept)
        for problem in problems_of(sound)
        if not _rests_on(problem.key, hidden, broken)
    ]


def _rests_on(key: str, hidden: set[str], broken: set[str]) -> bool:
    """Whether a check looked at something that could not be read."""
    if key.startswith(("cap", "quota")):
        return bool(hidden & {"rule", "cap", "quota"})
    if key == "funders":
        return bool(hidden) or "funders" in broken
    if key.endswith(".funder"):
        return any(each.startswith("funders") for each in broken)
    if "passes_any" in key:
        return "pass" in hidden
    return key.endswith(".quota") and "quota" in hidden


def _renumbered(problem: Problem, kept: dict[str, list[int]]) -> Problem:
    """The same problem with list items counted as in the document."""

    def number(found: re.Match[str]) -> str:
        return f"{found[1]}[{kept[found[1]][int(found[2]) - 1]}]"

    return replace(
        problem,
        key=_ITEM.sub(number, problem.key),
        zh=_ITEM.sub(number, problem.zh),
        en=_ITEM.sub(number, problem.en),
    )
