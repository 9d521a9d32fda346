"""A shift. While it is open only its closing changes it; closed, nothing does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Uuid, false, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime

OPEN = "closed_at IS NULL"


class Shift(Base):
    """One drawer of cash at one counter, from its float to its count.

    What it must hold is the float and what its transfers moved in and out of the cash box.
    `expected_fen` and `counted_fen` are as they were at the close; their difference is booked.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("float_fen >= 0", name="float"),
        CheckConstraint("counted_fen IS NULL OR counted_fen >= 0", name="counted"),
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) "
            "AND (closed_at IS NULL) = (expected_fen IS NULL) "
            "AND (closed_at IS NULL) = (counted_fen IS NULL)",
            name="closed_whole",
        ),
        CheckConstraint(
            "closed_at IS NULL OR counted_fen = expected_fen OR difference_reason <> ''",
            name="difference_has_reason",
        ),
        Index(
            "uq_shifts_one_open_each", "device_id", "opened_by", unique=True,
            sqlite_where=text(OPEN), postgresql_where=text(OPEN),
        ),
        Index(
            "uq_shifts_one_shared", "device_id", unique=True,
            sqlite_where=text(f"{OPEN} AND shared"), postgresql_where=text(f"{OPEN} AND shared"),
        ),
        Index(
            "ix_shifts_open", "site_id",
            sqlite_where=text(OPEN), postgresql_where=text(OPEN),
        ),
        Index("ix_shifts_site_id_opened_at", "site_id", "opened_at"),
        Index("uq_shifts_request_id", "request_id", unique=True),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether everybody at this counter works in it, as the site had it at the opening."""
    float_fen: Mapped[int] = mapped_column(BigInteger)
    float_pieces: Mapped[str] = mapped_column(String(200), default="")
    """How it was counted, as `rules.Count.text`; "" where only a total was given."""
    request_id: Mapped[UUID] = mapped_column(Uuid)
    """Made by the page that opened it: the same form twice is one shift."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    expected_fen: Mapped[int | None] = mapped_column(BigInteger)
    counted_fen: Mapped[int | None] = mapped_column(BigInteger)
    counted_pieces: Mapped[str] = mapped_column(String(200), default="")
    difference_reason: Mapped[str] = mapped_column(String(200), default="")

    @property
    def difference_fen(self) -> int | None:
        """Counted less expected: above nought too much, below it too little; None while open."""
        if self.counted_fen is None or self.expected_fen is None:
            return None
        return self.counted_fen - self.expected_fen
