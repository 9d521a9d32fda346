"""What is remembered of a tablet turned to the diner."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime


class DinerScreen(Base):
    """One tablet: invited (a code), then paired (a token), then perhaps sent away."""

    __tablename__ = "diner_screens"
    __table_args__ = (
        CheckConstraint("code_hash IS NULL OR token_hash IS NULL", name="code_is_for_once"),
        Index("uq_diner_screens_code_hash", "code_hash", unique=True),
        Index("uq_diner_screens_token_hash", "token_hash", unique=True),
        Index("ix_diner_screens_device_id", "device_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    """The counter whose trays it shows."""
    invited_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    code_hash: Mapped[str | None] = mapped_column(String(64))
    """Keyed: six digits would be guessed from a plain hash."""
    code_until: Mapped[datetime] = mapped_column(UtcDateTime)
    token_hash: Mapped[str | None] = mapped_column(String(64))
    paired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shown: Mapped[str] = mapped_column(Text, default="")
    """What the counter shows now, as JSON; "" for nothing."""
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    turn: Mapped[int] = mapped_column(default=0)
    """Counts what was shown: a tablet that knows the newest gets no answer twice."""
