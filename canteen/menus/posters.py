"""The week as one tall picture for a chat group: 1080 px wide, as a phone shows it."""

import io
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from canteen.foundation.fonts import ChineseFont

WIDTH = 1080
_MARGIN, _PAD, _GAP = 48, 36, 24
_MEAL_WIDTH, _WIDEST_MEAL = 120, 280
_PAPER, _CARD, _LINE = "#faf7f1", "#ffffff", "#e3dccf"
_INK, _SOFT, _ACCENT, _ON_ACCENT, _TINT, _WARN = (
    "#26231f", "#5c554b", "#1d6b52", "#ffffff", "#e4f1eb", "#744d00",
)  # fmt: skip
_NOT_FIRST = frozenset("，、。：；！？）〕”’·,.;:!?)")
_NOT_LAST = frozenset("（〔“‘(")
_MOST_LINES = 400


@dataclass(frozen=True)
class PosterMeal:
    """A meal: its name and what there is, already in words."""

    name: str
    dishes: tuple[str, ...]


@dataclass(frozen=True)
class PosterDay:
    """A day: 周一, 11月23日, and its meals."""

    name: str
    date: str
    meals: tuple[PosterMeal, ...]


@dataclass(frozen=True)
class Poster:
    """All that is written on a picture. `joiner` stands between dishes."""

    title: str
    subtitle: str
    days: tuple[PosterDay, ...]
    foot: tuple[str, ...] = ()
    joiner: str = "、"
    latin: bool = False


class _Pen:
    """Fonts of one poster, and measuring with them."""

    def __init__(self, font: ChineseFont, *, latin: bool) -> None:
        # Latin words take twice the room of Chinese ones and read well when smaller.
        text, meal, self.day_width = (34, 32, 128) if latin else (42, 42, 150)
        self.title = font.bold.at(68)
        self.subtitle = font.regular.at(40)
        self.day = font.bold.at(46)
        self.small = font.regular.at(30)
        self.meal = font.bold.at(meal)
        self.dish = font.regular.at(text)
        self.foot = font.regular.at(32)


@lru_cache(maxsize=24)
def draw_poster(poster: Poster, font: ChineseFont) -> bytes:
    """A PNG of the week. The same words give the same bytes, drawn once."""
    pen = _Pen(font, latin=poster.latin)
    rows = [(day, _meal_lines(day, poster.joiner, pen)) for day in poster.days]
    title, named = _title(poster.title, pen)
    head = 2 * _MARGIN + len(named) * _height(title) + 14 + _height(pen.subtitle)
    foot = [line for text in poster.foot for line in _wrap(text, pen.foot, WIDTH - 2 * _MARGIN)]
    tall = head + sum(_card_height(lines, pen) + _GAP for _day, lines in rows) + _GAP
    tall += len(foot) * (_height(pen.foot) + 8) + _MARGIN
    picture = Image.new("RGB", (WIDTH, tall), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, head), fill=_ACCENT)
    y = _MARGIN
    for line in named:
        draw.text((_MARGIN, y), line, font=title, fill=_ON_ACCENT)
        y += _height(title)
    draw.text((_MARGIN, y + 14), poster.subtitle, font=pen.subtitle, fill=_TINT)
    y = head + _GAP
    for day, lines in rows:
        y = _draw_day(draw, day, lines, pen, y) + _GAP
    for line in foot:
        draw.text((WIDTH / 2, y), line, font=pen.foot, fill=_SOFT, anchor="ma")
        y += _height(pen.foot) + 8
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    # A few flat colours and their edges: 64 are enough, and a chat sends a third of the bytes.
    file = io.BytesIO()
    few = picture.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(file, "PNG", compress_level=6)
    return file.getvalue()


Lines = list[tuple[list[str], list[str]]]
"""Each meal of a day: its name and its dishes, broken into lines."""


def _meal_lines(day: PosterDay, joiner: str, pen: _Pen) -> Lines:
    room = WIDTH - 2 * _MARGIN - 2 * _PAD - pen.day_width - _meal_width(day, pen)
    room -= int(pen.dish.size)  # a comma may hang over
    wide = _meal_width(day, pen) - 20
    return [
        (_wrap(meal.name, pen.meal, wide), _wrap_dishes(meal.dishes, joiner, pen.dish, room))
        for meal in day.meals
    ]


def _wrap_dishes(
    dishes: tuple[str, ...], joiner: str, font: ImageFont.FreeTypeFont, room: float
) -> list[str]:
    """Lines of whole dishes; only one that is longer than a line is broken."""
    lines: list[str] = []
    line = ""
    for number, dish in enumerate(dishes):
        said = dish if number == len(dishes) - 1 else dish + joiner
        if line and font.getlength((line + said).rstrip(" 、,")) > room:
            lines.append(line.rstrip())
            line = ""
        if len(lines) > _MOST_LINES:
            break
        line += said
        if font.getlength(line.rstrip(" 、,")) > room:
            *whole, line = _wrap(line, font, room)
            lines += whole
            line += " " if said.endswith(" ") else ""
    return [*lines, line.rstrip()] if line.strip() else lines


def _meal_width(day: PosterDay, pen: _Pen) -> int:
    widest = max((pen.meal.getlength(meal.name) for meal in day.meals), default=0)
    return max(_MEAL_WIDTH, min(_WIDEST_MEAL, int(widest) + 20))


def _wrap(text: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Lines no wider than `room`: broken between Chinese characters, or at a space; never
    before a mark that may not begin a line."""
    lines, line = [], ""
    for word in _words(text):
        if line and font.getlength((line + word).rstrip()) > room and word not in _NOT_FIRST:
            kept = line.rstrip()
            opened = kept[-1:] if kept[-1:] in _NOT_LAST else ""
            lines.append(kept.removesuffix(opened) if opened else kept)
            line = opened + word.lstrip()
        else:
            line += word
        while font.getlength(line.rstrip()) > room and len(line) > 1 and word not in _NOT_FIRST:
            keep = max(1, int(len(line) * room / font.getlength(line)))
            lines.append(line[:keep])
            line = line[keep:]
        if len(lines) > _MOST_LINES:
            break
    return [*lines, line.rstrip()] if line.strip() else lines or [""]


def _words(text: str) -> list[str]:
    """Latin words with the space after them, and single Chinese characters."""
    words, word = [], ""
    for sign in text:
        if sign.isascii() and sign != " ":
            word += sign
            continue
        if sign == " ":
            words.append(word + " ")
        else:
            words += [word, sign] if word else [sign]
        word = ""
    return [one for one in (*words, word) if one]


def _height(font: ImageFont.FreeTypeFont) -> int:
    return int(font.size * 1.35)


def _meal_height(meal: tuple[list[str], list[str]], pen: _Pen) -> int:
    name, dishes = meal
    return max(len(name) * _height(pen.meal), len(dishes) * _height(pen.dish))


def _card_height(lines: Lines, pen: _Pen) -> int:
    text = sum(_meal_height(meal, pen) for meal in lines)
    gaps = max(0, len(lines) - 1) * 14
    return max(text + gaps, _height(pen.day) + _height(pen.small)) + 2 * 28


def _title(title: str, pen: _Pen) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The name of the house on one line, smaller if need be; else on as many as it takes."""
    room = WIDTH - 2 * _MARGIN
    for size in (68, 60, 52):
        font = pen.title.font_variant(size=size)
        if font.getlength(title) <= room:
            return font, [title]
    return font, _wrap(title, font, room)


def _draw_day(draw: ImageDraw.ImageDraw, day: PosterDay, lines: Lines, pen: _Pen, y: int) -> int:
    bottom = y + _card_height(lines, pen)
    card = (_MARGIN, y, WIDTH - _MARGIN, bottom)
    draw.rounded_rectangle(card, radius=24, fill=_CARD, outline=_LINE, width=2)
    left, top = _MARGIN + _PAD, y + 28
    draw.text((left, top), day.name, font=pen.day, fill=_ACCENT)
    draw.text((left, top + _height(pen.day)), day.date, font=pen.small, fill=_SOFT)
    left += pen.day_width
    right = left + _meal_width(day, pen)
    for name, dishes in lines:
        for number, line in enumerate(name):
            draw.text((left, top + number * _height(pen.meal)), line, font=pen.meal, fill=_WARN)
        for number, line in enumerate(dishes):
            draw.text((right, top + number * _height(pen.dish)), line, font=pen.dish, fill=_INK)
        top += _meal_height((name, dishes), pen) + 14
    return bottom
