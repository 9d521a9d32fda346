"""Where the demo lies, whether what lies there may be used, and how it is made anew.

Without ``CANTEEN_DATABASE_URL`` it is a file of its own below the data folder, built
beside the old one and moved into its place when it is whole. A database named there is
filled in place: only if it is empty or a demo, and it counts as a demo only when the last
row of the build is in it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import func, select

from canteen import create_app
from canteen.config import data_folder
from canteen.demo.build import BUILT, build
from canteen.demo.size import FULL, Size
from canteen.demo.world import SITE_CODE, ZONE, Tell
from canteen.foundation import storage
from canteen.foundation.audit import AuditEntry
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.foundation.turns import WriterTurn
from canteen.menus.name_renewal import renew_names
from canteen.sites.models import Site

FILE = "canteen.sqlite"
_DRAFT = "building-"


class State(StrEnum):
    """What lies in a database."""

    EMPTY = "empty"
    FRESH = "fresh"
    OLD = "old"
    """A demo that was made for an earlier day."""
    HALF = "half"
    """A demo whose making was cut short."""
    OWN = "own"
    """A demo with a site of somebody's own beside it: kept as it is."""
    FOREIGN = "foreign"
    """A real canteen."""


@dataclass(frozen=True)
class Place:
    """Where the demo is: its folder with keys, and the address of a database given by name."""

    folder: Path
    url: str | None

    @property
    def file(self) -> Path:
        return self.folder / FILE

    @property
    def environ(self) -> dict[str, str]:
        """With this in the environment a server serves the demo."""
        return {"CANTEEN_DATA": str(self.folder), "CANTEEN_DEMO": "1"}


def place_of(environ: Mapping[str, str] = os.environ) -> Place:
    """The demo's own folder below the data folder, and the named database if there is one."""
    return Place(
        data_folder(environ) / "demo", environ.get("CANTEEN_DATABASE_URL", "").strip() or None
    )


def building_turn(place: Place) -> WriterTurn:
    """Inside, no other `canteen demo` of this machine builds there: the second one waits, and
    finds the demo made instead of putting another in its place."""
    place.folder.mkdir(parents=True, exist_ok=True)
    return WriterTurn(str(place.folder / "building"))


def state_of(place: Place, *, now: datetime) -> State:
    """What lies there now; looking changes nothing but makes the folder and its keys."""
    if place.url is None and not place.file.exists():
        return State.EMPTY
    with opened(place.folder, place.url):
        return _state(service_date(now, ZONE.key))


def make(
    place: Place,
    *,
    now: datetime,
    tell: Tell,
    size: Size = FULL,
    communities: int = 1,
) -> None:
    """Build the demo. Cut short, it leaves the old one (or an unfinished one, never served)."""
    if place.url is not None:
        _make_in_place(place, now=now, tell=tell, size=size, communities=communities)
        return
    place.folder.mkdir(parents=True, exist_ok=True)
    with _draft_folder(place.folder) as folder:
        draft = folder / FILE
        with opened(place.folder, f"sqlite:///{draft}") as app, app.test_request_context():
            storage.upgrade_database()
            build(now=now, keys=storage.keys(), tell=tell, size=size, communities=communities)
            db.session.remove()
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        for ending in ("-wal", "-shm"):
            place.file.with_name(f"{FILE}{ending}").unlink(missing_ok=True)
        os.replace(draft, place.file)


def bring_up_to_date(place: Place) -> None:
    """Newer migrations, and names as this version makes them, for a demo that is kept."""
    with opened(place.folder, place.url):
        storage.upgrade_database()
        renew_names()


@contextmanager
def opened(folder: Path, url: str | None) -> Iterator[Flask]:
    """An application on the demo, its context pushed, its connections closed afterwards."""
    address = {"SQLALCHEMY_DATABASE_URI": url or f"sqlite:///{folder / FILE}"}
    app = create_app(DATA=folder, DEMO=True, **address)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def _make_in_place(
    place: Place, *, now: datetime, tell: Tell, size: Size, communities: int
) -> None:
    with opened(place.folder, place.url) as app, app.test_request_context():
        state = _state(service_date(now, ZONE.key))
        db.session.remove()  # PostgreSQL drops no table that an open transaction has read
        if state in (State.HALF, State.OLD, State.FRESH):
            downgrade(revision="base")
        storage.upgrade_database()
        build(now=now, keys=storage.keys(), tell=tell, size=size, communities=communities)


def _state(today: date) -> State:
    if storage.is_empty():
        return State.EMPTY
    session = db.session()
    sites = session.scalar(select(func.count(Site.id))) or 0
    demo = session.scalar(select(func.count(Site.id)).where(Site.code.startswith(SITE_CODE))) or 0
    built = session.scalar(
        select(func.max(AuditEntry.subject_id)).where(AuditEntry.action == BUILT)
    )
    if sites > demo:
        return State.OWN if built and demo else State.FOREIGN
    if not sites:
        return State.EMPTY
    if not built:
        return State.HALF
    return State.FRESH if built >= today.isoformat() else State.OLD


@contextmanager
def _draft_folder(parent: Path) -> Iterator[Path]:
    for left in parent.glob(f"{_DRAFT}*/"):  # by a build that was killed: only one builds at a time
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
