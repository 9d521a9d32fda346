"""What somebody asks for, who holds it, and who said that they do not take it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class RequestState(StrEnum):
    """Offered, held by one volunteer, done as they say, confirmed by who asked, or withdrawn."""

    OPEN = "open"
    HELD = "held"
    DONE = "done"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class RequestKind(Base):
    """A kind of help as a site has it: its own, or one that comes with the house, reworded."""

    __tablename__ = "request_kinds"
    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        CheckConstraint("answer_minutes BETWEEN 5 AND 10080", name="answer_minutes"),
        Index(
            "uq_request_kinds_code",
            "site_id",
            "code",
            unique=True,
            sqlite_where=text("code <> ''"),
            postgresql_where=text("code <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    code: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Of a kind that comes with the house; empty for one of the site's own."""
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60), default="", server_default="")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer_teams.id"))
    """Who is usually asked first; None: every volunteer."""
    answer_minutes: Mapped[int]
    """So long an offer may wait before it counts as late."""
    active: Mapped[bool] = mapped_column(default=True)


class HelpRequest(Base):
    """Somebody asks for something. One volunteer holds it at most."""

    __tablename__ = "help_requests"
    __table_args__ = (
        one_of("state", RequestState),
        one_of("asked_by", ("resident", "relative", "worker")),
        CheckConstraint(
            "(volunteer_id IS NULL) = (state IN ('open', 'withdrawn'))", name="held_by_one"
        ),
        Index("ix_help_requests_state", "site_id", "state"),
        Index("ix_help_requests_volunteer_id", "volunteer_id"),
        Index("ix_help_requests_created_at", "site_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    kind: Mapped[str] = mapped_column(String(40))
    """A code of `kinds.SHIPPED`, or ``own-7`` for a row of `request_kinds`."""
    details: Mapped[str] = mapped_column(String(200), default="")
    asked_by: Mapped[str] = mapped_column(String(10), default="resident")
    asked_name: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(10), default=RequestState.OPEN)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer_teams.id"))
    """Offered to this team only; None: to every volunteer."""
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    answer_by: Mapped[datetime] = mapped_column(UtcDateTime)
    """Open after this moment it is late: somebody should offer it anew."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RequestDecline(Base):
    """That a volunteer does not take a request, or gave it back."""

    __tablename__ = "request_declines"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("help_requests.id"), primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteers.id", ondelete="CASCADE"), primary_key=True
    )
    declined_at: Mapped[datetime] = mapped_column(UtcDateTime)
