"""The picture on a card, read back by the decoder the counter uses."""

import io
import re
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from canteen.cards.qr import qr_png, qr_svg

DIGITS = "0000123405559876543210"


def drawn(svg, scale=8):
    """The picture that the path of the SVG describes."""
    root = ET.fromstring(svg)
    side = float(root.attrib["viewBox"].split()[2])
    picture = Image.new("L", (int(side * scale),) * 2, 255)
    pen = ImageDraw.Draw(picture)
    path = next(part for part in root.iter() if part.tag.endswith("path")).attrib["d"]
    for x, y, right, bottom in re.findall(r"M([\d.]+),([\d.]+)H([\d.]+)V([\d.]+)H[\d.]+z", path):
        corners = [float(one) * scale for one in (x, y, right, bottom)]
        pen.rectangle((corners[0], corners[1], corners[2] - 1, corners[3] - 1), fill=0)
    return picture


@given(st.integers(0, 10**22 - 1).map(lambda n: f"{n:022d}"))
@settings(max_examples=20)
def test_the_png_reads_as_its_digits(digits):
    picture = Image.open(io.BytesIO(qr_png(digits, module_px=6)))
    found = zxingcpp.read_barcodes(picture)
    assert [one.text for one in found] == [digits]


def test_the_svg_reads_as_its_digits():
    assert [one.text for one in zxingcpp.read_barcodes(drawn(qr_svg(DIGITS, label="x")))] == [
        DIGITS
    ]


def test_the_png_is_21_modules_with_a_white_border_of_four():
    picture = Image.open(io.BytesIO(qr_png(DIGITS, module_px=3))).convert("L")
    assert picture.size == (29 * 3, 29 * 3)
    assert picture.point(lambda grey: 255 - grey).getbbox() == (12, 12, 75, 75)


def test_the_svg_can_stand_ten_times_on_a_page_of_strict_policy():
    svg = qr_svg(DIGITS, label="陈奶奶 <卡>")
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib["viewBox"] == "0 0 29 29"
    assert root.attrib["aria-label"] == "陈奶奶 <卡>"
    assert not {"style", "id", "width", "height"} & set(root.attrib)
    assert not any({"style", "id"} & set(part.attrib) for part in root.iter())
    assert svg.startswith("<svg")
    assert "svg:" not in svg
    assert len(svg) < 9000


@pytest.mark.parametrize("digits", ["", "abc", "https://example.org", "１２", "1" * 60])
def test_only_a_cards_digits_become_a_code(digits):
    with pytest.raises(ValueError, match="digits"):
        qr_svg(digits, label="x")
