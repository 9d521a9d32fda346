"""Amounts and results as they are said aloud."""

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿")


def chinese_number(number: int) -> str:
    """A whole number in Chinese words: 0 is 零, 12 is 十二, 105 is 一百零五, 10010 is 一万零一十.

    Raises ValueError below zero and from a million million upwards.
    """
    if not 0 <= number < 10**12:
        raise ValueError(number)
    if number == 0:
        return _DIGITS[0]
    words = ""
    for place in reversed(range(3)):
        group = number // 10_000**place % 10_000
        if group and words and group < 1000:
            words += _DIGITS[0]
        if group:
            words += _four_digits(group) + _GROUPS[place]
    return words.removeprefix("一") if words.startswith("一十") else words


def chinese_amount(fen: int) -> str:
    """900 is 九元, 1350 is 十三元五角, 5 is 五分, 1005 is 十元零五分."""
    yuan, cents = divmod(fen, 100)
    jiao, rest = divmod(cents, 10)
    words = f"{chinese_number(yuan)}元" if yuan or not cents else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif rest and yuan:
        words += _DIGITS[0]
    return words + (f"{_DIGITS[rest]}分" if rest else "")


def said_receipt(*, title: str, paid_fen: int, balance_fen: int | None, cash: bool) -> str:
    """What the diner hears: 陈奶奶，您实付九元，余额四十一元."""
    whom = f"{title}，" if title else ""
    paid = f"您实付{chinese_amount(paid_fen)}" if paid_fen else "这一餐免费"
    how = "，现金" if cash and paid_fen else ""
    left = f"，余额{chinese_amount(balance_fen)}" if balance_fen is not None else ""
    return f"{whom}{paid}{how}{left}"


def said_reversal(*, title: str, back_fen: int, cash: bool) -> str:
    """What the diner hears when a meal is undone."""
    whom = f"{title}，" if title else ""
    if not back_fen:
        return f"{whom}这一餐已撤销"
    return f"{whom}已撤销，退{'现金' if cash else ''}{chinese_amount(back_fen)}"


def _four_digits(number: int) -> str:
    words, gap = "", False
    for place in reversed(range(4)):
        digit = number // 10**place % 10
        if digit:
            words += (_DIGITS[0] if gap and words else "") + _DIGITS[digit] + _UNITS[place]
        gap = digit == 0
    return words
