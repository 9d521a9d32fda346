"""How places of the grid are written, sorted and found. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from canteen.foundation.wording import Refusal
from canteen.residents.models import Level

LONGEST_NODE = 40
LONGEST_ROOM = 20
MOST_AT_ONCE = 99
_BUILDING_WORDS = ("栋", "号楼", "幢", "座", "楼")
_HAN_DIGITS = "零一二三四五六七八九"
_NUMBERED = re.compile(r"^([0-9]+|[一二三四五六七八九十]+)(栋|号楼|幢|座|楼|单元|门)?$")
_PARTS = re.compile(r"(?<=社区)|(?<=小区)|(?<=栋)|(?<=幢)|(?<=号楼)|(?<=座)|(?<=单元)")
_TAIL = re.compile(r"^(.+?[^0-9])([0-9]+(?:栋|幢|号楼|座))$")


@dataclass(frozen=True)
class Place:
    """The names of a unit and all above it: community, compound, building, unit."""

    community: str
    compound: str
    building: str
    unit: str

    @property
    def names(self) -> tuple[str, str, str, str]:
        return self.community, self.compound, self.building, self.unit

    @property
    def label(self) -> str:
        """The whole place in one line, as the form takes it again."""
        return " ".join(self.names)


def check_node_name(text: str, level: str) -> str | Refusal:
    """A name in one form; a bare number becomes ``2栋`` or ``1单元``.

    Codes: node_name_missing, node_name_too_long, node_name_sign.
    """
    name = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if re.fullmatch(r"[0-9]{1,4}", name):
        name += {Level.BUILDING: "栋", Level.UNIT: "单元"}.get(Level(level), "")
    if not name:
        return Refusal("node_name_missing")
    if len(name) > LONGEST_NODE:
        return Refusal("node_name_too_long", {"length": len(name), "limit": LONGEST_NODE})
    strange = next((s for s in name if unicodedata.category(s) in ("Cc", "Cs", "So", "Cf")), None)
    if strange is not None:
        shown = strange if strange.isprintable() else f"U+{ord(strange):04X}"
        return Refusal("node_name_sign", {"sign": shown})
    return name


def check_room(text: str) -> str | Refusal:
    """A room number in one form: ``501室`` is 501. Codes: room_missing, room_form."""
    room = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    room = re.sub(r"(?<=[0-9])(室|房|号)$", "", room)
    if not room:
        return Refusal("room_missing")
    if len(room) > LONGEST_ROOM or not re.fullmatch(r"[\w\-#()/之]+", room):
        return Refusal("room_form", {"value": room[:LONGEST_ROOM]})
    return room


def node_sort_key(parent_key: str, name: str) -> str:
    """Where a node stands: below its parent, 2栋 before 10栋, 二单元 after 一单元."""
    counted = re.sub(r"[一二三四五六七八九十]+(?=单元|栋|幢|座|号楼|期)", _from_han, name)
    padded = re.sub(r"[0-9]+", lambda found: found[0].lstrip("0").zfill(4), counted)
    return f"{parent_key}{padded[:39]}/"


def split_place(text: str) -> list[str]:
    """The parts of a place as typed: ``金牛小区2栋1单元``, ``2-1``, ``2栋 1单元``."""
    plain = unicodedata.normalize("NFKC", text).strip()[:200]
    parts = []
    for piece in re.split(r"[\s\-/,、，。.·]+", plain):
        for part in _PARTS.split(piece):
            tail = _TAIL.match(part)
            parts += [tail[1], tail[2]] if tail else [part]
    return [part for part in parts if part][-4:]


def spellings(part: str, level: str) -> tuple[str, ...]:
    """Every name of that level which a typed part may mean: ``2`` is 2栋, 2号楼, 二栋 …"""
    found = _NUMBERED.match(part)
    if not found or level not in (Level.BUILDING, Level.UNIT):
        return (part,)
    number = _from_han(found) if found[1][0] in "一二三四五六七八九十" else found[1]
    endings = _BUILDING_WORDS if level == Level.BUILDING else ("单元", "门")
    if found[2] and found[2] not in endings:
        return (part,)
    digits = number.lstrip("0") or "0"
    forms = {
        part,
        digits,
        *(f"{one}{word}" for one in (digits, _to_han(digits)) for word in endings),
    }
    return tuple(sorted(forms))


def numbered_names(
    first: int, last: int, *, before: str = "", after: str = ""
) -> Sequence[str] | Refusal:
    """``1栋`` to ``15栋``. Code: numbers_range (at most 99, first not after last)."""
    if first < 0 or last < first or last - first >= MOST_AT_ONCE or last > 9999:
        return Refusal("numbers_range", {"first": first, "last": last, "limit": MOST_AT_ONCE})
    return [f"{before}{number}{after}" for number in range(first, last + 1)]


def _from_han(found: re.Match[str]) -> str:
    text = re.match(r"[一二三四五六七八九十]+", found[0])
    assert text is not None
    tens, _ten, ones = text[0].rpartition("十")
    if "十" not in text[0]:
        return "".join(str(_HAN_DIGITS.index(sign)) for sign in text[0])
    return str((_HAN_DIGITS.index(tens) if tens else 1) * 10 + (_HAN_DIGITS.index(ones or "零")))


def _to_han(digits: str) -> str:
    number = int(digits)
    if not 0 < number < 100:
        return digits
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("" if tens == 1 else _HAN_DIGITS[tens]) + "十"
    return head + (_HAN_DIGITS[ones] if ones else "")
