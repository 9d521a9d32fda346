"""The canteen's clock for tests that run on this machine's own: there it is lunch time.

A browser's clock cannot be set without stopping its timers. So that no test meets midnight or
the end of a meal, whenever it runs, its canteen lies in a time zone where it is about noon.
"""

from datetime import UTC, date, datetime

from canteen.foundation.calendar import service_date

LUNCH_BEGAN = 11
HERE = f"Etc/GMT{datetime.now(UTC).hour - LUNCH_BEGAN:+d}"  # such names count westwards
"""A time zone whose clocks said 11 something when the tests began."""


def today() -> date:
    """The canteen's day in that time zone."""
    return service_date(datetime.now(UTC), HERE)
