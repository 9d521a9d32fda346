"""Reading a QR code from a camera's frame or a photo."""

import io
import re
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageFilter, UnidentifiedImageError

from canteen.foundation.wording import Refusal

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000


Look = Callable[[Image.Image, Any], dict[str, Any]]
"""A way to look again at a picture in which nothing was found: what the decoder is given."""

LOOKS: tuple[Look, ...] = (
    lambda grey, z: {"image": grey, "binarizer": z.Binarizer.GlobalHistogram},  # glare
    lambda grey, _z: {"image": grey.filter(ImageFilter.UnsharpMask(3, 250, 0))},  # not sharp
    lambda grey, _z: {"image": grey.filter(ImageFilter.GaussianBlur(1.2))},  # creases, grain
)


def read_qr(
    data: bytes, *, look: int | None = None, ours: re.Pattern[str] | None = None
) -> str | Refusal | None:
    """The text of the one QR code in a JPEG or PNG; None if there is none to be read.

    `ours` is what the codes that are looked for say: one of them counts whatever else is in the
    picture, a pay code on the counter or a web address on a poster.

    Where the first look finds nothing, a photo (`look` None) is looked at in every way of
    `LOOKS`. A camera sends many frames of one card and most are empty: each is looked at in one
    more way, the `look`-th, so that they take turns and an idle camera costs little.

    Refused: too large, no picture, and two different codes in one picture, because
    guessing which card was meant would charge the wrong person. The decoder has no wheel
    on a few systems: there ``decoder_missing`` says so and the counter uses guns.
    """
    try:
        import zxingcpp
    except ImportError:
        return Refusal("decoder_missing")
    grey = _grey(data)
    if isinstance(grey, Refusal):
        return grey
    wanted = LOOKS if look is None else (LOOKS[look % len(LOOKS)],)
    others: set[str] = set()
    for ask in (_first_look, *wanted):
        found = zxingcpp.read_barcodes(
            **ask(grey, zxingcpp), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        )
        texts = {code.text for code in found if code.valid}
        meant = {text for text in texts if ours is None or ours.fullmatch(text)}
        if meant:
            return _only(meant)
        others |= texts
    return _only(others) if others else None


def _only(texts: set[str]) -> str | Refusal:
    return texts.pop() if len(texts) == 1 else Refusal("picture_two_codes")


def _first_look(grey: Image.Image, _zxingcpp: Any) -> dict[str, Any]:
    return {"image": grey}


def _grey(data: bytes) -> Image.Image | Refusal:
    """The picture without its colours."""
    if len(data) > MAX_BYTES:
        return Refusal("picture_too_large", {"most": MAX_BYTES // 1024 // 1024})
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return Refusal("picture_too_large", {"most": MAX_BYTES // 1024 // 1024})
            return picture.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Refusal("picture_unreadable")
