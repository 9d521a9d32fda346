"""The code on a card as a picture. A page gives it its size: 25 to 28 mm with its border.

Version 1 (21 by 21) at error level Q: of all that were tried, what cameras read best when
the printed size is fixed. The white border of four modules is part of the picture.
"""

import io

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathFillImage

from canteen.foundation.codes import inline_svg

BORDER_MODULES = 4


def qr_svg(digits: str, *, label: str) -> Markup:
    """An inline SVG element of class ``qr``, one unit a module; `label` is read aloud.

    Raises ValueError if `digits` is anything but digits that fit version 1.
    """
    return inline_svg(_code(digits).make_image(SvgPathFillImage), label=label)


def qr_png(digits: str, *, module_px: int = 12) -> bytes:
    """A black and white PNG of whole pixels; `module_px` a side of one module."""
    buffer = io.BytesIO()
    _code(digits, module_px).make_image(PilImage).save(buffer, "PNG")
    return buffer.getvalue()


def _code(digits: str, module_px: int = 10) -> "qrcode.QRCode[PilImage | SvgPathFillImage]":
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("a card's code holds digits only")
    code = qrcode.QRCode(
        version=1, error_correction=ERROR_CORRECT_Q, box_size=module_px, border=BORDER_MODULES
    )
    code.add_data(digits)
    try:
        code.make(fit=False)
    except qrcode.exceptions.DataOverflowError as error:
        raise ValueError("too many digits for a card's code") from error
    return code
