"""One-day specials, and until when a day can be changed."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class SpecialKind(StrEnum):
    """What is different on one day."""

    MORE = "more"
    """More boxes than usual; also one on a day without any."""
    NONE = "none"
    OTHER_PERIOD = "other_period"


class DeliverySpecial(Base):
    """That a person's delivery is different in one period of one day."""

    __tablename__ = "delivery_specials"
    __table_args__ = (
        one_of("kind", SpecialKind),
        CheckConstraint("(kind = 'more') = (more > 0)", name="more"),
        CheckConstraint("more <= 10", name="not_too_many"),
        CheckConstraint("(kind = 'other_period') = (other_period <> '')", name="other_period"),
        UniqueConstraint("resident_id", "service_date", "period_code"),
        Index("ix_delivery_specials_day", "site_id", "service_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    service_date: Mapped[date] = mapped_column(Date)
    period_code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12))
    more: Mapped[int] = mapped_column(default=0)
    """Boxes on top of the usual one, or of none."""
    other_period: Mapped[str] = mapped_column(String(20), default="")
    """The period into which the meal moves."""
    reason: Mapped[str] = mapped_column(String(100))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeliveryTerms(Base):
    """Until when a meal's deliveries can be changed, and until when a volunteer can cancel.

    Without a row both end some time before the period begins: see `rules.usual_terms`.
    """

    __tablename__ = "delivery_terms"
    __table_args__ = (
        CheckConstraint("change_days_before BETWEEN 0 AND 7", name="change_days_before"),
        CheckConstraint("cancel_days_before BETWEEN 0 AND 7", name="cancel_days_before"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    period_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    change_days_before: Mapped[int] = mapped_column(default=0)
    change_until: Mapped[time] = mapped_column(Time)
    cancel_days_before: Mapped[int] = mapped_column(default=0)
    cancel_until: Mapped[time] = mapped_column(Time)
