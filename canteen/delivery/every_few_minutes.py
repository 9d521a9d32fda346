"""A thread of the worker: it begins the ladder for diners who stay away, and ends nothing; and
it deletes photos from doors whose days are over, and registers that nobody confirmed.

Without a worker diners stand on the board until a person begins the ladder,
``canteen rounds forget-photos`` deletes photos, and the next upload the registers.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from canteen.delivery.rounds.photos import FOLDER, forget_photos
from canteen.delivery.watching.actions import look_for
from canteen.delivery.watching.missing import missing_now
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.residents import uploads
from canteen.sites.models import Site

LOOK_SECONDS = 300.0
_log = logging.getLogger(__name__)


def keep_watching(app: Flask, *, is_ending: Callable[[], bool]) -> None:
    """Look every few minutes until `is_ending`. A database that is away is tried again."""
    while not _waited(LOOK_SECONDS, is_ending):
        try:
            with app.app_context():
                now = datetime.now(UTC)
                uploads.sweep(uploads.folder_in(app.config["DATA"]), now=now)
                forget_photos(Path(app.config["DATA"]) / FOLDER, now=now)
                look_for_the_missing(now=now)
        except Exception as error:
            _log.warning("watching tries again: %s", type(error).__name__)


def look_for_the_missing(*, now: datetime) -> int:
    """Begin an alarm for everybody who is missing at any site; how many are looked for by it.

    Harmless twice, and at the same moment as a person: see `actions.look_for`.
    """
    try:
        sites = [(one.id, one.time_zone) for one in db.session().scalars(select(Site))]
        begun = 0
        for site_id, zone in sites:
            today = service_date(now, zone)
            found = missing_now(db.session(), site_id=site_id, today=today, now=now)
            db.session.rollback()
            for one in found:
                answer = look_for(
                    site_id=site_id, resident_id=one.resident_id, today=today, by=None, now=now
                )
                begun += isinstance(answer, int)
        return begun
    finally:
        db.session.remove()


def _waited(seconds: float, is_ending: Callable[[], bool]) -> bool:
    """Whether the end came within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not is_ending():
        time.sleep(0.5)
    return is_ending()
