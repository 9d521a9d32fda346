"""Every refusal of the building blocks is said, in Chinese and in English."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import canteen
from canteen.cards import wording as cards
from canteen.foundation import spreadsheet_wording as spreadsheets
from canteen.foundation.wording import Said
from canteen.residents import wording as residents

HOUSE = Path(canteen.__file__).parent
ROOMS = {
    "shared": (spreadsheets.SENTENCES, "foundation/spreadsheets"),
    "residents": (residents.SENTENCES, "residents/identity.py"),
    "cards": (cards.SENTENCES, "cards/tokens.py"),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def english():
    """Every sentence in English, whichever file says it."""
    found = {}
    for path in (HOUSE / "translations" / "en").glob("*.po"):
        with path.open("rb") as file:
            found |= {message.id: message.string for message in read_po(file) if message.id}
    return found


def lines(sentences):
    return [part._args[0] for one in sentences.values() for part in (one.text, one.next_step)]


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_has_its_english_with_the_same_facts(room, english):
    for chinese in lines(ROOMS[room][0]):
        assert english.get(chinese), chinese
        assert sorted(PLACEHOLDER.findall(chinese)) == sorted(PLACEHOLDER.findall(english[chinese]))


@pytest.mark.parametrize("room", ROOMS)
def test_every_refusal_has_its_sentence(room):
    sentences, place = ROOMS[room]
    files = [HOUSE / place] if place.endswith(".py") else (HOUSE / place).glob("*.py")
    source = "".join(file.read_text("utf-8") for file in files)
    codes = set(re.findall(r'"((?:sheet|cell|id|phone|name|date|birthday|token)_\w+)"', source))
    assert len(codes) > 3
    assert codes <= set(sentences)


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_is_too_long_for_a_tired_clerk(room):
    assert all(len(PLACEHOLDER.sub("", chinese)) <= 36 for chinese in lines(ROOMS[room][0]))


@pytest.mark.parametrize(
    ("text", "next_step", "english", "line"),
    [
        ("没有选人", "请至少选一位", False, "没有选人。请至少选一位"),
        ("没有填姓名。", "请填姓名。", False, "没有填姓名。请填姓名。"),
        ("Nobody chosen", "Choose one.", True, "Nobody chosen. Choose one."),
        ("The name is missing.", "Enter it.", True, "The name is missing. Enter it."),
    ],
)
def test_two_sentences_in_one_line_have_one_full_stop_between_them(
    text: str, next_step: str, english: bool, line: str
) -> None:
    said = Said(code="x", text=text, next_step=next_step)
    assert said.in_one_line(english=english) == line
