"""Reading a QR code from a camera's frame or a photo."""

import io

from PIL import Image, UnidentifiedImageError

from canteen.foundation.wording import Refusal

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000


def read_qr(data: bytes) -> str | Refusal | None:
    """The text of the one QR code in a JPEG or PNG; None if there is none to be read.

    Refused: too large, no picture, and two different codes in one picture, because
    guessing which card was meant would charge the wrong person. The decoder has no wheel
    on a few systems: there ``decoder_missing`` says so and the counter uses guns.
    """
    try:
        import zxingcpp
    except ImportError:
        return Refusal("decoder_missing")
    if len(data) > MAX_BYTES:
        return Refusal("picture_too_large", {"most": MAX_BYTES // 1024 // 1024})
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return Refusal("picture_too_large", {"most": MAX_BYTES // 1024 // 1024})
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Refusal("picture_unreadable")
    found = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    texts = {code.text for code in found if code.valid}
    if len(texts) > 1:
        return Refusal("picture_two_codes")
    return texts.pop() if texts else None
