"""Cards: a number, an issue, and whether that issue may still pay."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class CardState(StrEnum):
    """Only an active card pays; a person has at most one."""

    ACTIVE = "active"
    LOST = "lost"
    REPLACED = "replaced"
    CLOSED = "closed"


class Card(Base):
    """One printed card. A replacement is a new row with the next issue of the same number."""

    __tablename__ = "cards"
    __table_args__ = (
        one_of("state", CardState),
        CheckConstraint("issue BETWEEN 0 AND 9", name="issue_is_one_digit"),
        CheckConstraint("(state = 'active') = (ended_at IS NULL)", name="ended_when_not_active"),
        Index("uq_cards_number_issue", "number", "issue", unique=True),
        Index(
            "uq_cards_one_active",
            "resident_id",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
        Index("ix_cards_resident_id", "resident_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(8))
    issue: Mapped[int]
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    state: Mapped[str] = mapped_column(String(10), default=CardState.ACTIVE)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
