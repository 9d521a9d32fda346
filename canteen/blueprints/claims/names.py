"""What periods and kinds of a claim are called in the reader's language."""

from datetime import date

from babel.dates import format_date
from flask_babel import gettext as _

from canteen.blueprints.filters import is_english
from canteen.claims.rules import Span, span_of

Both = tuple[str, str]


def either(pair: Both) -> str:
    """(Chinese, English) in the reader's language."""
    return pair[1] if is_english() and pair[1] else pair[0]


def period_name(first_day: date, last_day: date) -> str:
    """2026年10月, 2026 年第 3 季度; two days where it is neither."""
    span = span_of(first_day, last_day)
    if span is None:
        return f"{first_day.isoformat()} – {last_day.isoformat()}"
    return span_name(span)


def span_name(span: Span) -> str:
    """A month or a quarter in words."""
    first = span.first_day
    if (first.year, first.month) == (span.last_day.year, span.last_day.month):
        if is_english():
            return str(format_date(first, "MMMM y", locale="en"))
        return f"{first.year}年{first.month}月"
    return _("%(year)s 年第 %(n)s 季度", year=first.year, n=(first.month + 2) // 3)
