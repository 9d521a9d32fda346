"""The coverage page: one day in figures and names, and the days before it as a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from canteen.blueprints import charts
from canteen.foundation.spreadsheets import Percent, Sheet
from canteen.foundation.wording import Refusal
from canteen.statistics.coverage import SHOWN, Unserved, first_day, unserved
from canteen.statistics.coverage import coverage as coverage_of
from canteen.statistics.rules import Coverage, rate, rate_text, unknown
from canteen.statistics.spans import Grain, read_span
from canteen.statistics.wording import REASONS, TO_VISIT, TO_VISIT_AT_ONCE

DAYS = 14


@dataclass(frozen=True)
class Asked:
    """Which day, and which register: hardship, or hardship and meals brought.

    `today` says which days are over: before breakfast nobody has eaten, and nothing is wrong.
    """

    day: date
    delivery: bool
    today: date

    def is_over(self, day: date) -> bool:
        """Whether who has not eaten on the day will not eat on it any more."""
        return day < self.today


@dataclass(frozen=True)
class CoveragePage:
    """What the page shows; `people` are the unserved, by name, at most `SHOWN`.

    `days` begin with the canteen's first meal: before it nobody was left without one.
    """

    asked: Asked
    hardship: Coverage
    delivery: Coverage
    days: tuple[Coverage, ...]
    people: tuple[Unserved, ...]
    chart: charts.Chart
    words: str

    @property
    def chosen(self) -> Coverage:
        return self.delivery if self.asked.delivery else self.hardship

    @property
    def register(self) -> str:
        return "delivery" if self.asked.delivery else "hardship"

    @property
    def over(self) -> bool:
        return self.asked.is_over(self.asked.day)

    @property
    def to_visit(self) -> frozenset[str]:
        """Reasons for which somebody should ask; while meals are still to come, few."""
        return TO_VISIT if self.over else TO_VISIT_AT_ONCE

    def rate(self, one: Coverage) -> Percent | str:
        """Served of registered, computed, with two decimals; none while the day goes on."""
        return rate(one.served, one.registered) if self.asked.is_over(one.day) else _("未结束")

    @property
    def more(self) -> int:
        """How many unserved people are not on the list for want of room."""
        return self.chosen.missing - len(self.people)


def read_register(args: Mapping[str, str], *, today: date) -> Asked | Refusal:
    """The day (today if none is given) and the register of an address."""
    register = args.get("register", "").strip() or "hardship"
    if register not in ("hardship", "delivery"):
        return unknown("register", register)
    text = args.get("on", "").strip() or today.isoformat()
    span = read_span(text, text, grain=Grain.DAY, today=today)
    if isinstance(span, Refusal):
        return span
    return Asked(span.first, register == "delivery", today)


def coverage_page(session: Session, *, site_id: int, asked: Asked) -> CoveragePage:
    """Read the day, the two weeks up to it, and who was not served."""
    days = [asked.day - timedelta(days=back) for back in reversed(range(DAYS))]
    series = coverage_of(session, site_id=site_id, days=days, needing_delivery=asked.delivery)
    other = coverage_of(
        session, site_id=site_id, days=[asked.day], needing_delivery=not asked.delivery
    )[0]
    people = unserved(session, site_id=site_id, day=asked.day, needing_delivery=asked.delivery)
    assert len(people) <= SHOWN
    own, opened = series[-1], first_day(session, site_id=site_id)
    series = [one for one in series if one.served or (opened and opened <= one.day)]
    return CoveragePage(
        asked=asked,
        hardship=other if asked.delivery else own,
        delivery=own if asked.delivery else other,
        days=tuple(series),
        people=tuple(people) if series else (),
        chart=_chart(series, asked),
        words=_("登记 %(registered)s 人，用餐 %(served)s 人，覆盖率 %(rate)s",
                registered=own.registered, served=own.served,
                rate=_rate(own, asked) or _("未结束")),
    )  # fmt: skip


def _rate(one: Coverage, asked: Asked) -> str:
    return rate_text(one.served, one.registered) if asked.is_over(one.day) else ""


def _chart(series: list[Coverage], asked: Asked) -> charts.Chart:
    counted = [bool(one.registered) and asked.is_over(one.day) for one in series]
    rates = [
        one.served * 100 / one.registered if counts else None
        for one, counts in zip(series, counted, strict=True)
    ]
    words = [_rate(one, asked) for one in series]
    labels = [f"{one.day.month}-{one.day.day:02d}" for one in series]
    return charts.line(labels, rates, words)


def sheets(page: CoveragePage) -> list[Sheet]:
    """The page's two tables, with exactly its numbers."""
    heads = [_("日期"), _("登记"), _("已用餐"), _("没有用餐"), _("覆盖率")]
    rows = [[one.day, one.registered, one.served, one.missing, page.rate(one)] for one in page.days]
    people = [
        [one.name, str(REASONS[one.reason]), one.paused or one.called_off] for one in page.people
    ]
    return [
        Sheet(_("覆盖率"), heads, rows),
        Sheet(_unserved_title(page), [_("姓名"), _("原因"), _("暂停的说明")], people),
    ]


def _unserved_title(page: CoveragePage) -> str:
    return _("当天没有用餐的人") if page.over else _("还没有用餐的人")
