"""Long English words may break in a narrow column, and only there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.blueprints.menus.hyphens import SOFT_HYPHEN, softly


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("Stir-fried chrysanthemum", "Stir-fried chry-san-themum"),
        ("Three mushrooms", "Three mush-rooms"),
        ("Scrambled egg", "Scram-bled egg"),
        ("Buckwheat noodles", "Buck-wheat noodles"),
        ("Red-braised pork", "Red-braised pork"),
        ("西红柿炒鸡蛋", "西红柿炒鸡蛋"),
        ("", ""),
    ],
)
def test_only_long_words_break_and_between_syllables(name: str, broken: str) -> None:
    assert softly(name).replace(SOFT_HYPHEN, "-") == broken


@settings(max_examples=60)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz -A蛋", max_size=60))
def test_nothing_is_lost_and_no_piece_is_tiny(text: str) -> None:
    shown = softly(text)
    assert shown.replace(SOFT_HYPHEN, "") == text
    for word in shown.replace("-", " ").replace("蛋", " ").split():
        pieces = word.split(SOFT_HYPHEN)
        assert len(pieces) == 1 or (len(pieces[0]) >= 3 and len(pieces[-1]) >= 4)
