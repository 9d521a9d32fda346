"""The counts as a page and as files: the same rows, so that both say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from canteen.blueprints import charts
from canteen.blueprints.filters import day as short_day
from canteen.blueprints.statistics.choices import Choice
from canteen.blueprints.statistics.names import name_codes
from canteen.foundation.spreadsheets import Fen, Percent, Sheet
from canteen.statistics import queries
from canteen.statistics.rules import (
    OVERLAPPING,
    Count,
    Dimension,
    LedgerLine,
    agrees,
    guests_apart,
    rate,
    recoded,
    summed,
)
from canteen.statistics.spans import Grain, bucket_of, buckets
from canteen.statistics.wording import GROUPS

MOST_COLUMNS = charts.PATTERNS
ZERO = Count()


@dataclass(frozen=True)
class Row:
    """One line of a table: its name, pieces (by group) and its count; `day` if it is one day."""

    name: str
    count: Count
    pieces: tuple[int, ...] = ()
    share: Percent | str = ""
    day: date | None = None


@dataclass(frozen=True)
class CountsPage:
    """Everything the page shows; the files are made of the same object."""

    choice: Choice
    money: bool
    total: Count
    pieces: tuple[str, ...]
    by_time: tuple[Row, ...]
    by_group: tuple[Row, ...]
    ledger: tuple[tuple[str, LedgerLine], ...]

    @property
    def agrees(self) -> bool:
        return agrees(line for _name, line in self.ledger)

    @property
    def piece_totals(self) -> tuple[int, ...]:
        """The columns of the groups, each summed."""
        return tuple(
            sum(row.pieces[index] for row in self.by_time) for index in range(len(self.pieces))
        )

    @property
    def overlapping(self) -> bool:
        return self.choice.group in OVERLAPPING

    @property
    def left_out(self) -> bool:
        """Whether some groups have no column in time, nor a share in one of the rest."""
        return self.overlapping and len(self.by_group) > len(self.pieces)

    @property
    def group_name(self) -> str:
        return str(GROUPS[self.choice.group])


def counts_page(session: Session, *, site_id: int, choice: Choice, money: bool) -> CountsPage:
    """Read the figures of a choice and set them out in time and by group."""
    sides = [choice.group, *([Dimension.AGE_BAND] if choice.group is Dimension.GRID else [])]
    found = queries.figures(session, site_id=site_id, span=choice.span, dimensions=sides)
    counts, namer = found.counts, name_codes(session, site_id, choice, found)
    if choice.group is Dimension.GRID:
        counts = guests_apart(recoded(counts, Dimension.GRID, namer.standing))
    groups = summed(counts, choice.group)
    total = summed(counts, Dimension.TOTAL).get("", ZERO)
    codes = sorted(groups, key=namer.order)
    columns = _columns(codes, groups, choice.group)
    others = len(columns) < len(codes) and choice.group not in OVERLAPPING
    return CountsPage(
        choice=choice,
        money=money,
        total=total,
        pieces=(*map(namer.name, columns), *([_("其他")] if others else [])),
        by_time=_by_time(counts, choice, columns, others),
        by_group=tuple(
            Row(namer.name(code), groups[code], share=rate(groups[code].meals, total.meals))
            for code in codes
        ),
        ledger=tuple((namer.account(line.account), line) for line in found.ledger),
    )


def _columns(codes: Sequence[str], groups: dict[str, Count], group: Dimension) -> list[str]:
    """The groups with a column of their own: all, or the largest and room for the rest.

    What overlaps has no rest: the meals of some groups are those of others too.
    """
    if len(codes) <= MOST_COLUMNS:
        return list(codes)
    room = MOST_COLUMNS if group in OVERLAPPING else MOST_COLUMNS - 1
    largest = sorted(codes, key=lambda code: -groups[code].meals)[:room]
    return [code for code in codes if code in largest]


def _by_time(counts: Any, choice: Choice, columns: list[str], others: bool) -> tuple[Row, ...]:
    totals: dict[date, Count] = {}
    pieces: dict[tuple[date, str], int] = {}
    for key, count in counts.items():
        bucket = bucket_of(key.service_date, choice.grain)
        if key.dimension is Dimension.TOTAL:
            totals[bucket] = totals.get(bucket, ZERO) + count
        elif key.dimension is choice.group:
            pieces[bucket, key.code] = pieces.get((bucket, key.code), 0) + count.meals
    rows = []
    for bucket in buckets(choice.span, choice.grain):
        total = totals.get(bucket, ZERO)
        own = [pieces.get((bucket, code), 0) for code in columns]
        rest = [total.meals - sum(own)] if others else []
        day = bucket if choice.grain is Grain.DAY else None
        rows.append(Row(_bucket_name(bucket, choice), total, (*own, *rest), day=day))
    return tuple(rows)


def _bucket_name(bucket: date, choice: Choice) -> str:
    span = choice.span
    if choice.grain is Grain.MONTH:
        return bucket.strftime("%Y-%m")
    if choice.grain is Grain.WEEK:
        first, last = max(bucket, span.first), min(bucket + timedelta(days=6), span.last)
        return first.isoformat() if first == last else f"{first.isoformat()} – {last:%m-%d}"
    return bucket.isoformat()


def time_chart(page: CountsPage) -> charts.Chart:
    """Meals over time, each bar made of its groups where these add up."""
    labels = [_axis_name(row.name, page.choice.grain) for row in page.by_time]
    if not page.pieces or page.overlapping:
        return charts.stacked_bars(labels, [(_("份数"), [row.count.meals for row in page.by_time])])
    series = [
        (name, [row.pieces[index] for row in page.by_time])
        for index, name in enumerate(page.pieces)
    ]
    return charts.stacked_bars(labels, series)


def _axis_name(name: str, grain: Grain) -> str:
    if grain is Grain.MONTH:
        return name
    return f"{int(name[5:7])}-{name[8:10]}"


def group_chart(page: CountsPage) -> charts.Chart:
    """Meals by group, the most first."""
    rows = sorted(page.by_group, key=lambda row: -row.count.meals)
    return charts.horizontal_bars(
        [(row.name, row.count.meals, f"{row.count.meals:,} · {row.share}") for row in rows]
    )


def summary_words(page: CountsPage) -> str:
    """The chart in one sentence, for who cannot see it."""
    span = page.choice.span
    return _(
        "%(first)s 到 %(last)s 共 %(meals)s 份",
        first=short_day(span.first),
        last=short_day(span.last),
        meals=page.total.meals,
    )


def sheets(page: CountsPage) -> list[Sheet]:
    """The page's tables as sheets, with exactly its numbers."""
    time_heads = [_("日期"), *page.pieces, *_count_heads(page)]
    time_rows: list[list[Any]] = [
        [row.day or row.name, *row.pieces, *_count_values(row.count, page)] for row in page.by_time
    ]
    time_rows.append([_("合计"), *page.piece_totals, *_count_values(page.total, page)])
    group_heads = [page.group_name, _("占比"), *_count_heads(page)]
    group_rows = [[row.name, row.share, *_count_values(row.count, page)] for row in page.by_group]
    made = [
        Sheet(_("按时间"), time_heads, time_rows),
        Sheet(page.group_name, group_heads, group_rows),
    ]
    if page.money:
        made.append(_ledger_sheet(page))
    return made


def _ledger_sheet(page: CountsPage) -> Sheet:
    return Sheet(
        _("与账本核对"),
        [_("账户"), _("按用餐记录（元）"), _("按账本（元）"), _("差额（元）")],
        [
            [name, Fen(line.meals_fen), Fen(line.ledger_fen), Fen(line.difference_fen)]
            for name, line in page.ledger
        ],
    )


def _count_heads(page: CountsPage) -> list[str]:
    money = [_("餐费（元）"), _("补贴（元）"), _("本人付（元）")] if page.money else []
    return [_("份数"), _("作废"), *money]


def _count_values(count: Count, page: CountsPage) -> list[Any]:
    money = [Fen(count.price_fen), Fen(count.subsidy_fen), Fen(count.paid_fen)]
    return [count.meals, count.voided, *(money if page.money else [])]
