"""Money is an integer number of fen. Nothing here, or anywhere, is a float."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

MAX_FEN = 10_000_000_00
"""Ten million yuan: more than any canteen handles at once; beyond it is a typing error."""

_AMOUNT = re.compile(r"^\d{1,9}(\.\d{1,2})?$")


def parse_yuan(text: str) -> int:
    """Read an amount a person typed in yuan, as fen.

    Accepts ``13``, ``13.5``, ``¥1,234.50`` and full-width digits. Raises ValueError for
    anything else: signs, more than two decimals, words, amounts above `MAX_FEN`.
    """
    cleaned = text.strip().translate(_FULL_WIDTH).removeprefix("¥").removesuffix("元")
    cleaned = re.sub(r",(?=\d{3}(\D|$))", "", cleaned).strip()
    if not _AMOUNT.match(cleaned):
        raise ValueError(text)
    try:
        fen = int((Decimal(cleaned) * 100).to_integral_value(ROUND_HALF_UP))
    except InvalidOperation as error:  # pragma: no cover - the pattern forbids it
        raise ValueError(text) from error
    if fen > MAX_FEN:
        raise ValueError(text)
    return fen


def yuan(fen: int) -> str:
    """``1350`` as ``13.50``: plain, for files and machines."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def spoken_yuan(fen: int) -> str:
    """``1350`` as ``13.5`` and ``900`` as ``9``: how an amount is said aloud."""
    return yuan(fen).rstrip("0").rstrip(".")


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，￥", "0123456789.,¥")
