"""From a posted form into the document, and from the document to a page."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from canteen.blueprints.subsidies.editor import kinds
from canteen.blueprints.subsidies.editor.layout import lay_out
from canteen.blueprints.subsidies.editor.parts import (
    Field,
    Group,
    Mistake,
    make_field,
    mark_problems,
)
from canteen.blueprints.subsidies.editor.restructure import fit_effects
from canteen.subsidies.description import (
    describe_cap,
    describe_grant,
    describe_pass,
    describe_quota,
    describe_rule,
    describe_top_up,
)
from canteen.subsidies.documents import examine_policy, write_policy
from canteen.subsidies.policy import Policy
from canteen.subsidies.reading import Problem
from canteen.subsidies.tree import Tree, drop, put, write_tree
from canteen.subsidies.wording import Both


@dataclass(frozen=True)
class Sheet:
    """The editing page: groups of fields, everything wrong, and a place to jump to for each."""

    groups: list[Group]
    mistakes: list[Mistake]


def sheet_of(tree: Tree, policy: Policy | None, problems: list[Problem]) -> Sheet:
    """The page for a document as it stands, with its sentences where they can be told."""
    groups = [*lay_out(tree), *_unknown(tree)]
    mistakes = mark_problems(groups, problems)
    if policy is not None:
        _tell(groups, policy, {problem.key for problem in problems})
    return Sheet(groups, mistakes)


def apply_form(tree: Tree, posted: MultiDict[str, str]) -> None:
    """Write every posted field into the tree; fields that were not posted stay."""
    fields = [field for group in lay_out(tree) for field in group.fields()]
    fields += [field for group in _unknown(tree) for field in group.fields()]
    for field in fields:
        if field.path in posted:
            _apply(tree, field, posted.getlist(field.path))
    fit_effects(tree)
    _drop_empty_spend(tree)


def _apply(tree: Tree, field: Field, typed: list[str]) -> None:
    value = kinds.read(field.kind, typed)
    if kinds.show(field.kind, value) == field.shown and value is not kinds.MISSING:
        return  # unchanged: what stands there keeps its own spelling
    if value is kinds.MISSING:
        drop(tree, field.path)
    else:
        put(tree, field.path, value)


def _drop_empty_spend(tree: Tree) -> None:
    """No amount means no minimum spend, whatever the boxes beside it say."""
    sums = {"at_least_yuan", "more_than_yuan", "at_most_yuan", "below_yuan"}
    for name in ("rule", "grant"):
        parts = tree.get(name)
        for index, part in enumerate(parts if isinstance(parts, list) else [], start=1):
            when = part.get("when") if isinstance(part, dict) else None
            spend = when.get("spend") if isinstance(when, dict) else None
            if isinstance(spend, dict) and not sums & spend.keys():
                drop(tree, f"{name}[{index}].when.spend")


def document_of(tree: Tree) -> str:
    """The tree as a document; a sound one in the spelling of published policies."""
    text = write_tree(tree)
    policy, problems = examine_policy(text)
    return text if policy is None or problems else write_policy(policy)


_TOP_KEYS = frozenset(
    {
        *("code", "version", "name", "place", "source", "valid_from", "valid_until", "funders"),
        *("terms", "rule", "cap", "quota", "pass", "grant", "top_up", "silence"),
    }
)


def _unknown(tree: Tree) -> list[Group]:
    """Keys this page has no field for, each as the text it is."""
    rows = [
        [make_field(tree, key, "toml", (key, key))]
        for key in tree
        if key not in _TOP_KEYS and key.replace("_", "a").replace("-", "a").isalnum()
        and key.isascii() and not key[0].isdigit()
    ]  # fmt: skip
    return [Group("", ("其他", "Other"), rows=rows)] if rows else []


def _tell(groups: list[Group], policy: Policy, wrong: set[str]) -> None:
    """Put its sentence above every part that has no mistake in it."""
    sentences: dict[str, list[Both]] = {}
    told = (
        ("rule", policy.rules, lambda each: describe_rule(each, policy)),
        ("cap", policy.caps, lambda each: [describe_cap(each, policy)]),
        ("quota", policy.quotas, lambda each: [describe_quota(each)]),
        ("pass", policy.passes, lambda each: [describe_pass(each)]),
        ("grant", policy.grants, lambda each: [describe_grant(each, policy)]),
        ("top_up", policy.top_ups, lambda each: [describe_top_up(each, policy)]),
    )
    for name, parts, tell in told:
        for index, part in enumerate(parts, start=1):
            path = f"{name}[{index}]"
            spoilt = any(key.startswith((path, *_NEEDED.get(name, ()))) for key in wrong)
            if not spoilt:
                sentences[path] = tell(part)
    for outer in groups:
        for group in outer.every():
            group.sentences = sentences.get(group.path, [])


_NEEDED: dict[str, tuple[str, ...]] = {
    "rule": ("quota[", "pass[", "terms"),
    "cap": ("rule[",),
    "grant": ("pass[",),
    "top_up": ("pass[",),
}
"""What a sentence names besides its own part: with a mistake there it cannot be told."""
