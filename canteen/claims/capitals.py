"""Amounts in the capital numerals that Chinese vouchers ask for (人民币大写). Pure.

As the rules for filling in vouchers have it: 零 once for zeros in between, 整 after yuan or
jiao, nothing after fen, 负 before what is owed back.
"""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_capitals(fen: int) -> str:
    """``123456`` as 壹仟贰佰叁拾肆元伍角陆分; ``100000`` as 壹仟元整.

    Raises ValueError from 10^16 yuan on.
    """
    sign, fen = ("负", -fen) if fen < 0 else ("", fen)
    yuan, cents = divmod(fen, 100)
    jiao, cent = divmod(cents, 10)
    whole = f"{_integer(yuan)}元" if yuan else ""
    if not cents:
        return f"{sign}{whole or '零元'}整"
    tens = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    rest = f"{_DIGITS[cent]}分" if cent else "整"
    return f"{sign}{whole}{tens}{rest}"


def _integer(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    if len(groups) > len(_GROUPS):
        raise ValueError("too large to be written out")
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        gap = place + 1 < len(groups) and (group < 1000 or groups[place + 1] == 0)
        text += ("零" if gap and text else "") + _group(group) + _GROUPS[place]
    return text


def _group(group: int) -> str:
    """Up to four digits; zeros in between are said once, those at the end not at all."""
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return text
