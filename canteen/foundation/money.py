"""Money is an integer number of fen. Nothing here, or anywhere, is a float."""

import re

MAX_FEN = 10_000_000_00
"""Ten million yuan: more than any canteen handles at once; beyond it is a typing error."""
_MOST_DIGITS = len(str(MAX_FEN // 100))

_AMOUNT = re.compile(r"(\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d{1,2})?")
"""Commas only between thousands: ``0,5`` and ``,500`` may mean a point, and are asked about."""


class AmountTooLarge(ValueError):
    """An amount, but one above `MAX_FEN`."""


def parse_yuan(text: str) -> int:
    """Read an amount a person typed in yuan, as fen.

    Accepts ``13``, ``13.5``, ``¥1,234.50`` and full-width digits. Raises ValueError for
    anything else: signs, more than two decimals, words, commas elsewhere than between
    thousands; AmountTooLarge above `MAX_FEN`.
    """
    cleaned = text.strip().translate(_FULL_WIDTH).removeprefix("¥").removesuffix("元")
    whole = cleaned.strip()
    if not _AMOUNT.fullmatch(whole):
        raise ValueError(text)
    large, _point, small = whole.replace(",", "").lstrip("0").partition(".")
    if len(large) > _MOST_DIGITS:
        raise AmountTooLarge(text)
    fen = int(large or "0") * 100 + int(small.ljust(2, "0"))
    if fen > MAX_FEN:
        raise AmountTooLarge(text)
    return fen


def yuan(fen: int) -> str:
    """``1350`` as ``13.50``: plain, for files and machines."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def spoken_yuan(fen: int) -> str:
    """``1350`` as ``13.5`` and ``900`` as ``9``: how an amount is said aloud."""
    return yuan(fen).rstrip("0").rstrip(".")


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，￥", "0123456789.,¥")
