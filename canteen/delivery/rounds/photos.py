"""Photos from doors: small, without what a phone writes into them, kept for some days.

They lie in the data folder under the id of the event they belong to, never where a browser can
ask for them without being asked who it is.
"""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.delivery.rounds.models import RoundEvent, RoundPhoto
from canteen.foundation import audit
from canteen.foundation.database import broke, db, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus.photos import made_small, put_file
from canteen.sites.models import Site

FOLDER = "round_photos"


@retried
def keep_photo(
    folder: Path, *, event_id: UUID, volunteer_id: int, data: bytes, now: datetime
) -> Refusal | None:
    """Keep the photo of an event that this volunteer told. Sent twice, it is one.

    The file is whole before the row says that it is there. Codes: photo_too_large,
    photo_too_many_pixels, photo_unreadable, photo_of_nothing.
    """
    event = db.session().get(RoundEvent, event_id)
    if event is None or event.volunteer_id != volunteer_id or event.stop_id is None:
        return Refusal("photo_of_nothing")
    if db.session().get(RoundPhoto, event_id) is not None:
        return None
    small = made_small(data)
    if isinstance(small, Refusal):
        return small
    folder.mkdir(parents=True, exist_ok=True)
    put_file(photo_path(folder, event_id), small)
    try:
        with transaction() as session:
            if session.get(RoundPhoto, event_id) is None:
                session.add(RoundPhoto(event_id=event_id, received_at=now))
    except IntegrityError as error:
        if not broke(error, "pk_round_photos", "round_photos.event_id"):
            raise
    return None


def photo_path(folder: Path, event_id: UUID) -> Path:
    """Where a photo lies, if it is there."""
    return folder / f"{event_id}.jpg"


def event_of_photo(session: Session, *, event_id: UUID, site_id: int) -> RoundEvent | None:
    """The event of a photo of this site that is still kept."""
    query = (
        select(RoundEvent)
        .join(RoundPhoto, RoundPhoto.event_id == RoundEvent.id)
        .where(
            RoundEvent.id == event_id,
            RoundEvent.site_id == site_id,
            RoundPhoto.deleted_at.is_(None),
        )
    )
    return session.scalars(query).one_or_none()


@retried
def forget_photos(folder: Path, *, now: datetime, by: int | None = None) -> int:
    """Delete every photo whose days (a site's setting) are over. How many; again: none.

    The file goes first: a row without a file shows nothing, a file without a row stays for ever.
    """
    query = (
        select(RoundPhoto.event_id, RoundPhoto.received_at, Site.round_photo_days)
        .join(RoundEvent, RoundEvent.id == RoundPhoto.event_id)
        .join(Site, Site.id == RoundEvent.site_id)
        .where(RoundPhoto.deleted_at.is_(None))
    )
    over = [
        event_id
        for event_id, received_at, days in db.session().execute(query)
        if received_at <= now - timedelta(days=days)
    ]
    for event_id in over:
        photo_path(folder, event_id).unlink(missing_ok=True)
    if over:
        with transaction() as session:
            for event_id in over:
                session.execute(
                    update(RoundPhoto)
                    .where(RoundPhoto.event_id == event_id, RoundPhoto.deleted_at.is_(None))
                    .values(deleted_at=now)
                )
                audit.record(
                    session, at=now, staff_id=by, action="deleted_photo", subject="round_event",
                    subject_id=str(event_id),
                )  # fmt: skip
    return len(over)
