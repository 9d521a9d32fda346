"""What a new version changes, told in sentences."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from canteen.subsidies.description import describe_policy
from canteen.subsidies.policy import Policy
from canteen.subsidies.vocabulary import terms_in_words
from canteen.subsidies.wording import Both


@dataclass(frozen=True)
class Difference:
    """One change: a sentence that went (`old`), one that came (`new`), or one for the other."""

    old: Both | None
    new: Both | None

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"


def differences(old: Policy, new: Policy) -> list[Difference]:
    """Every sentence in which two policies differ, in the order of the new one.

    Only the dates are left out: they are chosen when a version is published.
    """
    was, now = _sentences(old), _sentences(new)
    found = []
    matcher = SequenceMatcher(a=was, b=now, autojunk=False)
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag != "equal":
            found += _paired(was[start:end], now[begin:stop])
    return found


def _sentences(policy: Policy) -> list[Both]:
    place = "/".join(policy.place)
    return [
        (f"名称：{policy.name.zh}", f"Name: {policy.name.en}"),
        (f"适用地：{place}", f"Place: {place}"),
        (f"出处：{policy.source}", f"Source: {policy.source}"),
        *describe_policy(policy),
        *terms_in_words(policy),
        *((f"原文没写：{each.zh}", f"Not stated: {each.en}") for each in policy.silences),
    ]


def _paired(gone: list[Both], come: list[Both]) -> list[Difference]:
    """Sentences about the same thing (the same words before the colon) stand side by side."""
    left, pairs = list(gone), []
    for new in come:
        old = next((each for each in left if _head(each) == _head(new)), None)
        if old is not None:
            left.remove(old)
        pairs.append(Difference(old, new))
    return [*pairs, *(Difference(old, None) for old in left)]


def _head(sentence: Both) -> str:
    return sentence[0].partition("：")[0]
