"""What is remembered of a meal served offline, beside the meal itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime


class OfflineMeal(Base):
    """How a meal came from a counter that was alone. `reason` is "" where the server agreed.

    `carried_fen` is what the canteen bears because the diner was told less than the meal costs
    by the books. Listed for the manager until somebody has looked at it (`settled_at`).
    """

    __tablename__ = "offline_meals"
    __table_args__ = (
        CheckConstraint("carried_fen >= 0 AND shown_paid_fen >= 0", name="no_negative"),
        CheckConstraint("(settled_at IS NULL) = (settled_note = '')", name="settled_with_note"),
        Index("ix_offline_meals_open", "site_id", "settled_at", "received_at"),
    )

    meal_id: Mapped[UUID] = mapped_column(ForeignKey("meals.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))
    """The card that was shown, also where it is not known who showed it."""
    sequence: Mapped[int]
    """The device's own count of what it served alone."""
    device_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was served, by the device's clock; the meal's own time is what was believed of it."""
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shown_subsidy_fen: Mapped[int]
    shown_paid_fen: Mapped[int]
    reason: Mapped[str] = mapped_column(String(30), default="")
    carried_fen: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settled_note: Mapped[str] = mapped_column(String(200), default="")
