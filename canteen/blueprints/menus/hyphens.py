"""Where a long English word may break in a narrow column. Chinese breaks anywhere by itself.

Browsers hyphenate by themselves only where they carry a dictionary, and many do not.
"""

import re
from itertools import pairwise

SOFT_HYPHEN = "\u00ad"
_LONG = 9
"""Letters of a word that does not surely fit a day's column."""
_BEFORE, _AFTER = 3, 4
"""Letters left at least on either side of a break."""
_WORD = re.compile(rf"[A-Za-z]{{{_LONG},}}")
_CONSONANT = r"(?:[tscpw]h|ck|[bcfgps]l|[bcdfgpt]r|qu|[b-df-hj-np-tv-xz])"
_SYLLABLE = re.compile(rf"(?<=[aeiouy])({_CONSONANT}*?)({_CONSONANT})(?=[aeiouy])", re.IGNORECASE)


def softly(text: str) -> str:
    """The text with soft hyphens in its long words: chry-san-themum, only where one is needed."""
    return _WORD.sub(lambda word: _hyphenated(word[0]), text)


def _hyphenated(word: str) -> str:
    breaks = [
        found.start(2)
        for found in _SYLLABLE.finditer(word)
        if _BEFORE <= found.start(2) <= len(word) - _AFTER
    ]
    edges = [0, *breaks, len(word)]
    return SOFT_HYPHEN.join(word[one:other] for one, other in pairwise(edges))
