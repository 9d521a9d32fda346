"""The coverage page: one day in figures and names, and the days before it as a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from canteen.blueprints import charts
from canteen.foundation.spreadsheets import Sheet
from canteen.foundation.wording import Refusal
from canteen.statistics.coverage import SHOWN, Unserved, unserved
from canteen.statistics.coverage import coverage as coverage_of
from canteen.statistics.rules import Coverage, rate_text, unknown
from canteen.statistics.spans import Grain, read_span
from canteen.statistics.wording import REASONS

DAYS = 14


@dataclass(frozen=True)
class Asked:
    """Which day, and which register: hardship, or hardship and meals brought."""

    day: date
    delivery: bool


@dataclass(frozen=True)
class CoveragePage:
    """What the page shows; `people` are the unserved, by name, at most `SHOWN`."""

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

    @staticmethod
    def rate(one: Coverage) -> str:
        """Served of registered, computed, with two decimals."""
        return rate_text(one.served, one.registered)

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
    return Asked(span.first, register == "delivery")


def coverage_page(session: Session, *, site_id: int, asked: Asked) -> CoveragePage:
    """Read the day, the two weeks up to it, and who was not served."""
    days = [asked.day - timedelta(days=back) for back in reversed(range(DAYS))]
    series = coverage_of(session, site_id=site_id, days=days, needing_delivery=asked.delivery)
    other = coverage_of(
        session, site_id=site_id, days=[asked.day], needing_delivery=not asked.delivery
    )[0]
    people = unserved(session, site_id=site_id, day=asked.day, needing_delivery=asked.delivery)
    assert len(people) <= SHOWN
    own = series[-1]
    return CoveragePage(
        asked=asked,
        hardship=other if asked.delivery else own,
        delivery=own if asked.delivery else other,
        days=tuple(series),
        people=tuple(people),
        chart=_chart(series),
        words=_("登记 %(registered)s 人，用餐 %(served)s 人，覆盖率 %(rate)s",
                registered=own.registered, served=own.served,
                rate=rate_text(own.served, own.registered)),
    )  # fmt: skip


def _chart(series: list[Coverage]) -> charts.Chart:
    rates = [one.served * 100 / one.registered if one.registered else None for one in series]
    words = [rate_text(one.served, one.registered) for one in series]
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
        Sheet(_("当天没有用餐的人"), [_("姓名"), _("原因"), _("暂停的说明")], people),
    ]
