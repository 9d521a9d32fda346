"""What phones told of rounds, stops offered to colleagues, and photos from doors."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, false, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class EventKind(StrEnum):
    """What a phone tells."""

    PICKED_UP = "picked_up"
    LEFT = "left"
    OUTCOME = "outcome"
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    CANNOT_FINISH = "cannot_finish"
    RETURNED = "returned"


class OfferState(StrEnum):
    """A stop is offered until a colleague takes it, or it is no longer there to be taken."""

    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


class RoundEvent(Base):
    """One thing a phone told, once. Never changed, but for what a manager noted about it.

    `reason` is codes joined by ``;``, empty where the books agree. Only what a person should
    look at stands in it; a wrong clock alone does not.
    """

    __tablename__ = "round_events"
    __table_args__ = (
        one_of("kind", EventKind),
        CheckConstraint("(settled_at IS NULL) = (settled_note = '')", name="settled_with_note"),
        Index("ix_round_events_roster_id", "roster_id", "volunteer_id"),
        Index("ix_round_events_stop_id", "stop_id"),
        Index("ix_round_events_open", "site_id", "settled_at", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("roster_stops.id"))
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text, default="")
    """JSON of what belongs to the kind: counts, boxes, the outcome and its note. No card's code."""
    device_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it happened by the phone's own clock."""
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it happened as far as the phone's clock can be believed."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    clock_wrong: Mapped[bool] = mapped_column(default=False, server_default=false())
    proof: Mapped[str] = mapped_column(String(20), default="")
    """What the card that was scanned at the door says: ``card_ok``, … or nothing scanned."""
    reason: Mapped[str] = mapped_column(String(120), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settled_note: Mapped[str] = mapped_column(String(200), default="")


class StopOffer(Base):
    """A stop that its holder would hand to a colleague; held by them until somebody takes it.

    `to_id` None: whoever is quickest. One open offer a stop.
    """

    __tablename__ = "stop_offers"
    __table_args__ = (
        one_of("state", OfferState),
        CheckConstraint("(state = 'taken') = (taken_by IS NOT NULL)", name="taken_by_somebody"),
        Index(
            "uq_stop_offers_open",
            "stop_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_stop_offers_stop_id", "stop_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("roster_stops.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    state: Mapped[str] = mapped_column(String(10), default=OfferState.OPEN)
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoundPhoto(Base):
    """A photo taken at a door. The file lies in the data folder, under the event's id."""

    __tablename__ = "round_photos"
    __table_args__ = (Index("ix_round_photos_received_at", "received_at"),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("round_events.id"), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its days were over: the row says that there was one."""
