"""Names in letters: how a person is found, where they stand in a list, how they are called.

Most surnames of several readings come out wrong from a dictionary of words (曾 as ceng), so
a search takes every reading and a list uses the reading of the surname. Pure.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import product
from math import prod

from pypinyin import Style, lazy_pinyin, pinyin

from canteen.residents.surnames import DOUBLE, READINGS

MOST_COMBINATIONS = 64
LONGEST_KEY = 80
"""Characters; nobody types more to find a person."""
LONGEST_SORT_KEY = 200
ELDER_FROM = 60
"""From this age people are grandmothers and grandfathers at a canteen's counter."""
AUNT_FROM = 40

_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_ALWAYS = {"𠮷": "ji", "〇": "ling", "卜": "bu"}
"""Characters the dictionary lacks, or reads as no name does."""
_TITLES = {
    "elder": {"female": ("奶奶", "Grandma"), "male": ("爷爷", "Grandpa")},
    "middle": {"female": ("阿姨", "Auntie"), "male": ("叔叔", "Uncle")},
    "adult": {"female": ("女士", "Ms"), "male": ("先生", "Mr")},
}


def search_keys(name: str) -> frozenset[str]:
    """What finds this name when it begins with what was typed (see `query_key`).

    The name and its tails (奶奶 finds 陈奶奶), its full pinyin and its initials in all
    readings, at most 64 of each; parts of a name with a dot or spaces also by themselves.
    """
    parts = _parts(name)
    keys = {query_key(name)[start:] for start in range(len(query_key(name)))}
    for parcel in {tuple(parts), *((part,) for part in parts)}:
        keys |= _spellings(parcel)
    keys |= {key.replace("v", "u") for key in keys if not _HAN.search(key)}
    return frozenset(key[:LONGEST_KEY] for key in keys if key)


def query_key(text: str) -> str:
    """What somebody typed to find a name, as `search_keys` spells it: ``Ou Yang`` as ouyang."""
    return re.sub(r"[^\w]|_", "", _plain_letters(text))[:LONGEST_KEY]


def sort_key(name: str) -> str:
    """Where a name stands in a list: ``ouyang xiu``, ``zeng guo fan``. Letters without tones.

    Compare with the plain order of strings, never with the database's own.
    """
    parts = _parts(name)
    if not parts or not _HAN.match(parts[0]):
        return " ".join(_plain_letters(part) for part in parts)[:LONGEST_SORT_KEY]
    surname = surname_of(name)
    given = name[len(surname) :] if len(parts) == 1 else " ".join(parts)[len(surname) :]
    words = [_read_surname(surname), *_syllables(given)]
    return " ".join(_plain_letters(word) for word in words if word.strip())[:LONGEST_SORT_KEY]


def surname_of(name: str) -> str:
    """The part by which a person is addressed.

    Han: one character, or two of a double surname. Before the dot in 阿卜杜·热合曼, and all
    of a longer name without a dot, which renders another language's. The last word of a
    Latin name.
    """
    parts = _parts(name)
    if not parts:
        return name
    if not _HAN.match(parts[0]):
        return parts[-1]
    first = parts[0]
    if len(parts) > 1:
        return first
    if first[:2] in DOUBLE and len(first) > 2:
        return first[:2]
    return first if len(first) > 4 else first[0]


def title_of(name: str, gender: str | None, age: int | None) -> tuple[str, str]:
    """How the counter addresses somebody, in Chinese and English: 陈奶奶, Grandma Chen.

    `gender` is female or male, anything else means unknown; `age` in years, None when
    unknown: then the form for adults.
    """
    surname = surname_of(name)
    english = _english_surname(surname)
    if gender not in ("female", "male"):
        return f"{surname}老师", f"Mr/Ms {english}"
    zh, en = _TITLES[_generation(age)][gender]
    return f"{surname}{zh}", f"{en} {english}"


@lru_cache(maxsize=2048)
def _english_surname(surname: str) -> str:
    """A surname as English writes it: 吕 is Lyu."""
    letters = surname
    if _HAN.match(surname):
        letters = _plain_letters(_read_surname(surname)).replace("lv", "lyu").replace("nv", "nyu")
    return letters[:1].upper() + letters[1:]


def _generation(age: int | None) -> str:
    if age is None or age < AUNT_FROM:
        return "adult"
    return "elder" if age >= ELDER_FROM else "middle"


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[·\s]+", name) if part]


def _plain_letters(text: str) -> str:
    """Small letters without accents; Han and other scripts as they are."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize(
        "NFC", "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f")
    )


@lru_cache(maxsize=2048)
def _read_surname(surname: str) -> str:
    if surname in DOUBLE:
        return DOUBLE[surname]
    if surname in READINGS:
        return READINGS[surname]
    return "".join(_syllables(surname))


def _syllables(text: str) -> list[str]:
    """The likeliest reading of each Han character; runs of other signs as they are."""
    pieces = _pieces(text)
    return [
        (context or list(_readings(piece)))[0] if _HAN.match(piece) else piece.strip()
        for piece, context in zip(pieces, _context_readings(text, pieces), strict=True)
    ]


def _pieces(text: str) -> list[str]:
    return re.findall(rf"{_HAN.pattern}|[^{_HAN.pattern[1:-1]}]+", text)


def _spellings(parts: tuple[str, ...]) -> set[str]:
    """Full pinyin and initials of the parts together, in all readings."""
    readings = [one for part in parts for one in _readings_of(part)]
    while prod(map(len, readings)) > MOST_COMBINATIONS:
        longest = max(readings, key=len)
        longest.pop()  # readings stand by likelihood, the rarest last
    combinations = list(product(*readings))
    return {"".join(one) for one in combinations} | {
        "".join(syllable[:1] for syllable in one) for one in combinations
    }


def _readings_of(part: str) -> list[list[str]]:
    """The readings of each Han character, and each run of other letters as it is."""
    pieces = _pieces(part)
    in_context = _context_readings(part, pieces)
    found = []
    for place, piece in enumerate(pieces):
        if not _HAN.match(piece):
            found.append([query_key(piece)])
            continue
        likely = [READINGS[piece]] if place == 0 and piece in READINGS else []
        found.append(list(dict.fromkeys([*likely, *in_context[place], *_readings(piece)])))
    return found


def _context_readings(part: str, pieces: list[str]) -> list[list[str]]:
    """How words and phrases read each character; nothing where the pieces do not line up."""
    words = lazy_pinyin(part)
    if len(words) != len(pieces):
        return [[] for _ in pieces]
    return [
        [word] if word.isascii() and word.isalpha() and piece not in _ALWAYS else []
        for word, piece in zip(words, pieces, strict=True)
    ]


@lru_cache(maxsize=8192)
def _readings(character: str) -> tuple[str, ...]:
    found = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    likely = [_ALWAYS[character]] if character in _ALWAYS else []
    return tuple(dict.fromkeys([*likely, *filter(str.isascii, found)])) or ("",)
