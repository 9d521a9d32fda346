"""Which labels hang on boxes already, and which rounds were typed in from paper."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime


class PrintedLabel(Base):
    """One label that came out of the printer: what stood on it decides whether it still holds."""

    __tablename__ = "printed_labels"
    __table_args__ = (CheckConstraint("box BETWEEN 1 AND 20", name="box"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    service_date: Mapped[date] = mapped_column(Date, primary_key=True)
    period_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    box: Mapped[int] = mapped_column(primary_key=True)
    """Which box of the household, from 1."""
    face: Mapped[str] = mapped_column(Text)
    """What is printed on it, as JSON by `canteen.delivery.paper.rules`."""
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    printed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class TypedRound(Base):
    """That a round was typed in from paper: which one, and when its volunteer was back."""

    __tablename__ = "typed_rounds"
    __table_args__ = (
        CheckConstraint("doors > 0", name="doors"),
        Index("ix_typed_rounds_roster_id", "roster_id", "volunteer_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    """Made by the page, so that the same sheet sent twice is one."""
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"))
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id", ondelete="CASCADE"))
    back_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """As written on the sheet, as `left_at` if it stands there."""
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    planned_minutes: Mapped[int | None]
    """How long the plan of that day held the round to last; None where no plan knew it."""
    doors: Mapped[int]
    """How many doors were typed in at once."""
    typed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    typed_at: Mapped[datetime] = mapped_column(UtcDateTime)
