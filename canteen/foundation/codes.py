"""An address as a QR code: on a page, on paper, in a terminal. Cards have their own, in `cards`."""

import io
import xml.etree.ElementTree as ET

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathFillImage


def address_svg(address: str, *, label: str) -> Markup:
    """An inline SVG element of class ``qr`` with its white border; `label` is read aloud."""
    code: qrcode.QRCode[SvgPathFillImage] = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M, border=4, image_factory=SvgPathFillImage
    )
    code.add_data(address)
    return inline_svg(code.make_image(), label=label)


def inline_svg(picture: SvgPathFillImage, *, label: str) -> Markup:
    """A drawn code as an element for a page: the page's CSS sets its size, and no id is taken,
    because ten cards stand on one sheet."""
    element = ET.fromstring(picture.to_string())
    for part in element.iter():
        part.tag = part.tag.rpartition("}")[2]
        part.attrib.pop("id", None)
    del element.attrib["width"], element.attrib["height"]
    element.attrib |= {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "qr",
        "role": "img",
        "aria-label": label,
        "shape-rendering": "crispEdges",
    }
    return Markup(ET.tostring(element, encoding="unicode"))


def terminal_lines(text: str) -> list[str]:
    """A code in half blocks, to be printed bright on dark."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=2)
    code.add_data(text)
    drawn = io.StringIO()
    code.print_ascii(out=drawn, invert=True)
    return [line for line in drawn.getvalue().splitlines() if line]
