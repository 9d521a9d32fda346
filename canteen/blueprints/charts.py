"""Where the marks of a chart stand. Pure geometry; `templates/shared/charts.html` draws it.

Series are told apart by pattern and by a legend, never by colour alone, so a chart can be
printed in grey. Every chart stands beside the table with its numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 820
HEIGHT = 300
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 22, 30
PATTERNS = 6
"""Patterns that can still be told apart; a seventh series must be put under "others"."""
MOST_LABELS = 16
FEW, NARROW = 6, 400
"""So many bars fit a drawing so wide, which a phone shows whole."""


@dataclass(frozen=True)
class Mark:
    """One bar or piece of a bar; `words` is its tooltip and what a screen reader says."""

    x: float
    y: float
    width: float
    height: float
    pattern: int
    words: str


@dataclass(frozen=True)
class Label:
    """A short text at a place; `text` is shown, `strong` where it is a figure."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """A drawing `width` by `height`; `series` are the names of the legend, in pattern order."""

    width: int
    height: int
    series: tuple[str, ...]
    marks: tuple[Mark, ...]
    figures: tuple[Label, ...]
    labels: tuple[Label, ...]
    grid: tuple[Label, ...]
    line: str = ""
    dots: tuple[Label, ...] = ()

    @property
    def few(self) -> bool:
        """Drawn narrow, for a handful of bars: whole on a phone."""
        return self.width == NARROW


def stacked_bars(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], *, height: int = HEIGHT
) -> Chart:
    """One bar for each label, made of one piece per series (at most `PATTERNS`).

    The total stands over each bar while there is room; labels thin out when there is not.
    """
    assert 0 < len(series) <= PATTERNS, "put small series together before drawing"
    totals = [sum(values[index] for _, values in series) for index in range(len(labels))]
    top = _round_up(max(totals, default=0))
    floor, room = height - BOTTOM, height - BOTTOM - TOP
    width = WIDTH if len(labels) > FEW else NARROW
    step = (width - LEFT - RIGHT) / max(1, len(labels))
    bar = min(step * 0.72, 64)
    marks, figures = [], []
    for index, label in enumerate(labels):
        x, y = LEFT + step * index + (step - bar) / 2, float(floor)
        for pattern, (name, values) in enumerate(series):
            tall = room * values[index] / top
            y -= tall
            if values[index]:
                words = f"{label} · {name} {values[index]:,}"
                marks.append(Mark(_r(x), _r(y), _r(bar), _r(tall), pattern, words))
        if totals[index] and step > 9 * len(f"{totals[index]:,}"):
            figures.append(Label(_r(x + bar / 2), _r(y - 6), f"{totals[index]:,}"))
    return Chart(
        width,
        height,
        tuple(name for name, _ in series),
        tuple(marks),
        tuple(figures),
        _axis_labels(labels, step, height),
        _grid_lines(top, floor, room),
    )


def horizontal_bars(rows: Sequence[tuple[str, int, str]], *, most: int = 20) -> Chart:
    """One bar a row: its name over it, its value as words at its end; the first `most` rows."""
    rows = rows[:most]
    pitch, bar, width = 44, 14, 360
    top = max((value for _, value, _ in rows), default=0) or 1
    marks, figures, labels = [], [], []
    for index, (name, value, words) in enumerate(rows):
        y = index * pitch
        labels.append(Label(0, y + 16, name))
        figures.append(Label(width, y + 16, words))
        if value:
            wide = max(2.0, width * value / top)
            marks.append(Mark(0, y + 23, _r(wide), bar, 0, f"{name} {words}"))
    return Chart(
        width, max(1, len(rows)) * pitch, ("",), tuple(marks), tuple(figures), tuple(labels), ()
    )


def line(labels: Sequence[str], values: Sequence[float | None], words: Sequence[str]) -> Chart:
    """A line from 0 to 100 (a rate in percent); a day without a value breaks nothing."""
    height, top = 240, 100.0
    floor, room = height - BOTTOM, height - BOTTOM - TOP
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    points = [
        (_r(LEFT + step * (index + 0.5)), _r(floor - room * value / top), words[index])
        for index, value in enumerate(values)
        if value is not None
    ]
    few = len(points) <= MOST_LABELS
    return Chart(
        WIDTH,
        height,
        (),
        (),
        tuple(Label(x, _r(y - 10), text) for x, y, text in points) if few else (),
        _axis_labels(labels, step, height),
        tuple(
            Label(LEFT, _r(floor - room * share / 100), f"{share}%")
            for share in (0, 25, 50, 75, 100)
        ),
        " ".join(f"{x},{y}" for x, y, _ in points),
        tuple(Label(x, y, text) for x, y, text in points),
    )


def sparkline(values: Sequence[int]) -> Chart:
    """A small line without axes, for beside a figure."""
    width, height = 120, 32
    top = max(values, default=0) or 1
    step = (width - 8) / max(1, len(values) - 1)
    points = [
        (_r(4 + step * index), _r(height - 4 - (height - 8) * value / top))
        for index, value in enumerate(values)
    ]
    path = " ".join(f"{x},{y}" for x, y in points)
    dots = tuple(Label(x, y, "") for x, y in points[-1:])
    return Chart(width, height, (), (), (), (), (), path, dots)


def _axis_labels(labels: Sequence[str], step: float, height: int) -> tuple[Label, ...]:
    every = -(-len(labels) // MOST_LABELS) or 1
    return tuple(
        Label(_r(LEFT + step * (index + 0.5)), height - 8, label)
        for index, label in enumerate(labels)
        if index % every == 0
    )


def _grid_lines(top: int, floor: int, room: int) -> tuple[Label, ...]:
    steps = 4 if top % 4 == 0 else 5 if top % 5 == 0 else 2 if top % 2 == 0 else 1
    return tuple(
        Label(LEFT, _r(floor - room * part / steps), f"{top * part // steps:,}")
        for part in range(steps + 1)
    )


def _round_up(value: int) -> int:
    """The next 1, 2, 4, 5, 6, 8 or 10 times a power of ten: round lines, whole numbers."""
    power = 1
    while True:
        for step in (1, 2, 4, 5, 6, 8):
            if step * power >= value:
                return step * power
        power *= 10


def _r(number: float) -> float:
    return round(number, 2)
