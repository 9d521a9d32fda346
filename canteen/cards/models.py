"""Cards: a number, an issue, whether that issue may still pay, and what else stands for it."""

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


class CardAlias(Base):
    """The number of something a person carries anyway (a bus card, a house key) that a reader
    types, standing for their card. The number itself is stored as a keyed hash."""

    __tablename__ = "card_aliases"
    __table_args__ = (
        Index(
            "uq_card_aliases_in_use",
            "code_hash",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_card_aliases_card_id", "card_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    tail: Mapped[str] = mapped_column(String(4))
    """Its last signs, by which people tell two of them apart."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
