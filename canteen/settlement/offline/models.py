"""What is remembered of a meal served offline, beside the meal itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of
from canteen.settlement.models import PaidBy


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


class UnbookedMeal(Base):
    """A meal that a counter told and that a mistake of the system keeps from being booked.

    It is on the tablet as well, which tells it again by itself; this is for when the tablet is
    lost or its clerk goes home. Open until it is booked after all (`booked_id`) or a manager
    closes it with a reason; then it is booked no more, whoever tells it. One row for a meal.
    """

    __tablename__ = "unbooked_meals"
    __table_args__ = (
        one_of("pay_by", (PaidBy.WALLET, PaidBy.CASH)),
        CheckConstraint("price_fen = subsidy_fen + paid_fen", name="parts_add_up"),
        CheckConstraint("times >= 0 AND subsidy_fen >= 0 AND paid_fen >= 0", name="no_negative"),
        CheckConstraint(
            "(closed_at IS NULL) = (booked_id IS NULL AND closed_note = '') "
            "AND (booked_id IS NULL OR closed_note = '')",
            name="closed_one_way",
        ),
        Index("ix_unbooked_meals_open", "site_id", "closed_at", "device_at"),
    )

    meal_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The device's id for it, which the meal will have."""
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))
    """The card that was shown, as far as it could be read."""
    period_code: Mapped[str] = mapped_column(String(20))
    set_name: Mapped[str] = mapped_column(String(40))
    price_fen: Mapped[int]
    subsidy_fen: Mapped[int]
    paid_fen: Mapped[int]
    pay_by: Mapped[str] = mapped_column(String(8))
    guest: Mapped[bool]
    undone: Mapped[bool]
    """Taken back at the counter since: to be booked and given back."""
    device_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was served, by the device's clock."""
    sequence: Mapped[int]
    first_told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it came the first time: what is believed of the device's clock goes by this."""
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    times: Mapped[int]
    """How often the system failed at it; 0 for one that only waits behind another."""
    kind: Mapped[str] = mapped_column(String(60), default="")
    """The kind of the last mistake, never its message; "" for one that waits behind another."""
    complete: Mapped[bool]
    """Whether what is kept suffices to book it from here."""
    sealed: Mapped[str] = mapped_column(Text, default="")
    """All that was told, encrypted, without the card's code; "" once it is not needed."""
    booked_id: Mapped[UUID | None] = mapped_column(ForeignKey("meals.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_note: Mapped[str] = mapped_column(String(200), default="")

    @property
    def closed_by_hand(self) -> bool:
        """Whether a manager said that it is to be booked no more."""
        return self.closed_note != ""
