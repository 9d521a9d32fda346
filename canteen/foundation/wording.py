"""Refusals, and the one place where they become sentences.

A rule or an action that cannot do what is asked returns a `Refusal`: a code and the
facts of the case. What a person reads is looked up here, by code, in the language of
the reader. Each room lends its sentences in its own ``wording.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """Something that may not be done, and why.

    `code` is stable and may be stored and counted; `facts` holds what the sentence
    needs (amounts in fen, dates, names) and never a secret: no ID number, no address.
    """

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sentence:
    """How a refusal is said: what is the matter, and the one sensible next step."""

    text: Any
    next_step: Any


@dataclass(frozen=True)
class Said:
    """A refusal in words, in the reader's language."""

    code: str
    text: str
    next_step: str

    def in_one_line(self, *, english: bool = False) -> str:
        """Both sentences, with a full stop between them; Chinese ones need no space there."""
        stop = "" if self.text.endswith(_ENDINGS) else "." if english else "。"
        return f"{self.text}{stop}{' ' if english else ''}{self.next_step}"


_ENDINGS = tuple("。！？…：.!?:")
_sentences: dict[str, Sentence] = {}


def lend_sentences(sentences: Mapping[str, Sentence]) -> None:
    """Add a room's sentences. Two rooms may not use one code for two sentences."""
    for code, sentence in sentences.items():
        if _sentences.get(code, sentence) is not sentence:
            raise ValueError(f"refusal code {code!r} has two sentences")
        _sentences[code] = sentence


def known_codes() -> frozenset[str]:
    """Every refusal code that has a sentence."""
    return frozenset(_sentences)


def say(refusal: Refusal) -> Said:
    """The words for a refusal in the language of the current request.

    Raises KeyError for a code nobody lent a sentence for: that is a bug.
    """
    sentence = _sentences[refusal.code]
    values = dict(refusal.facts)
    return Said(
        code=refusal.code,
        text=str(sentence.text) % values,
        next_step=str(sentence.next_step) % values,
    )
