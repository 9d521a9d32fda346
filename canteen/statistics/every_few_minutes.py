"""A thread of the worker: it counts days that are over, so that a page need not.

Without a worker pages are as right and slower by the day; ``canteen statistics fold`` counts.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.foundation.jobs.repeating import keep_looking
from canteen.sites.models import Site
from canteen.statistics.actions import fold_meals


def keep_counting(app: Flask, *, is_ending: Callable[[], bool]) -> None:
    """Count every few minutes until `is_ending`."""
    keep_looking(
        app,
        lambda: fold_days_that_are_over(now=datetime.now(UTC), is_ending=is_ending),
        what="counting",
        is_ending=is_ending,
    )


def fold_days_that_are_over(*, now: datetime, is_ending: Callable[[], bool] = lambda: False) -> int:
    """Count every site's changed days before its today; how many. Harmless twice.

    Today is left alone: it changes with every sale, and one day is counted live at once.
    """
    try:
        sites = db.session.execute(select(Site.id, Site.time_zone)).all()
        return sum(
            fold_meals(site_id=site_id, before=service_date(now, zone), is_ending=is_ending)
            for site_id, zone in sites
        )
    finally:
        db.session.remove()
