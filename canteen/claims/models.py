"""Claims, their lines and the money that came for them. A closed claim never changes."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class ClaimState(StrEnum):
    """`gathering` while its lines are being written; `closed` for ever."""

    GATHERING = "gathering"
    CLOSED = "closed"


_BIG = BigInteger().with_variant(Integer, "sqlite")


class Claim(Base):
    """What one funder owes for one stretch of days at some sites.

    Both days count. `total_fen` is the sum of its lines, which may be negative when more
    was taken back than given.
    """

    __tablename__ = "claims"
    __table_args__ = (
        one_of("state", ClaimState),
        CheckConstraint("last_day >= first_day", name="ends_after_start"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_when"),
        UniqueConstraint("number"),
        Index("ix_claims_funder_code", "funder_code", "first_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    """What stands on its cover: ``city-2026-06``, ``city-2026-Q2``."""
    funder_code: Mapped[str] = mapped_column(ForeignKey("funders.code"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default=ClaimState.GATHERING)
    lines: Mapped[int] = mapped_column(default=0)
    total_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    booked_to_id: Mapped[int] = mapped_column(_BIG, default=0)
    """The newest transfer when it was closed."""
    problems: Mapped[int] = mapped_column(default=0)
    """How many lines somebody should have looked at, and perhaps did."""
    close_reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it was closed all the same."""


class ClaimSite(Base):
    """That a claim covers a site."""

    __tablename__ = "claim_sites"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)


class ClaimLine(Base):
    """One entry of the funder's account, as it was claimed; negative when taken back.

    `transfer_id` is unique: no entry is claimed twice. A line that takes back an entry of an
    earlier claim points to that line with `corrects_id`; a line is taken back once.
    """

    __tablename__ = "claim_lines"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount_not_zero"),
        UniqueConstraint("transfer_id"),
        Index("ix_claim_lines_claim_id", "claim_id", "service_date", "id"),
        Index("ix_claim_lines_meal_id", "meal_id"),
        Index(
            "uq_claim_lines_corrects_id",
            "corrects_id",
            unique=True,
            sqlite_where=text("corrects_id IS NOT NULL"),
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(_BIG, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    transfer_id: Mapped[int] = mapped_column(_BIG, ForeignKey("transfers.id"))
    corrects_id: Mapped[int | None] = mapped_column(_BIG, ForeignKey("claim_lines.id"))
    kind: Mapped[str] = mapped_column(String(14))
    """The kind of the entry, or of the entry it takes back: meal_subsidy, meal_free, …"""
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    service_date: Mapped[date] = mapped_column(Date)
    period_code: Mapped[str] = mapped_column(String(20), default="")
    meal_id: Mapped[UUID | None] = mapped_column(ForeignKey("meals.id"))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    diner_name: Mapped[str] = mapped_column(String(40), default="")
    """The diner's name when the claim was closed."""
    policy: Mapped[str] = mapped_column(String(60), default="")
    """Policy and rule that gave it: ``nanchang/age``."""
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(200), default="")


class ClaimPayment(Base):
    """Money that came for a claim; the transfer behind it is in the ledger."""

    __tablename__ = "claim_payments"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        UniqueConstraint("transfer_id"),
        Index("ix_claim_payments_claim_id", "claim_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    transfer_id: Mapped[int] = mapped_column(_BIG, ForeignKey("transfers.id"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    received_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(200), default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
