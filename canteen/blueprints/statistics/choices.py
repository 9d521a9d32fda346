"""What the address of a statistics page asks for, each word checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from canteen.foundation.wording import Refusal
from canteen.residents.models import Level
from canteen.statistics.rules import Dimension, unknown
from canteen.statistics.spans import Grain, Span, read_span
from canteen.statistics.wording import GROUPS

Word = TypeVar("Word", Grain, Dimension, Level)


@dataclass(frozen=True)
class Choice:
    """Days, how they are cut, and from which side the meals are counted."""

    span: Span
    grain: Grain
    group: Dimension
    level: Level
    typed: Mapping[str, str] = field(default_factory=dict)

    def query(self, **changes: str) -> dict[str, str]:
        """The words of the address that lead here again, with some of them changed."""
        words = {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "by": str(self.grain),
            "group": str(self.group),
            "level": str(self.level),
        }
        return {**words, **changes}


def read_choice(args: Mapping[str, str], *, today: date, money: bool) -> Choice | Refusal:
    """The choice an address makes, or the first word in it that means nothing.

    Who may not see money may not ask for payers either.
    """
    groups = [Dimension(code) for code in GROUPS if money or code != Dimension.PAYER]
    grain = _one_of(args, "by", list(Grain), Grain.DAY)
    group = _one_of(args, "group", groups, Dimension.CHANNEL)
    level = _one_of(args, "level", list(Level), Level.BUILDING)
    for word in (grain, group, level):
        if isinstance(word, Refusal):
            return word
    assert isinstance(grain, Grain)
    assert isinstance(group, Dimension)
    assert isinstance(level, Level)
    span = read_span(args.get("from", ""), args.get("to", ""), grain=grain, today=today)
    return span if isinstance(span, Refusal) else Choice(span, grain, group, level)


def _one_of(args: Mapping[str, str], name: str, words: list[Word], default: Word) -> Word | Refusal:
    text = args.get(name, "").strip()
    if not text:
        return default
    return next((word for word in words if word == text), None) or unknown(name, text)
