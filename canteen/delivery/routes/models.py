"""Plans of rounds that the computer offers, the one a person took, and what a door asks for."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, Time, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class RoutePlan(Base):
    """Who goes where in which order on a day: offered, then taken or put away.

    At most one is taken for a day and period; the draft roster follows it. `document` is JSON by
    `documents`: ids only, and what was asked.
    """

    __tablename__ = "route_plans"
    __table_args__ = (
        one_of("state", ("offered", "taken", "discarded")),
        CheckConstraint("(state = 'offered') = (decided_at IS NULL)", name="decided_when"),
        Index("ix_route_plans_site_id", "site_id", "service_date", "period_code"),
        Index(
            "uq_route_plans_taken",
            "site_id",
            "service_date",
            "period_code",
            unique=True,
            sqlite_where=text("state = 'taken'"),
            postgresql_where=text("state = 'taken'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    service_date: Mapped[date] = mapped_column(Date)
    period_code: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default="offered")
    document: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class RouteWish(Base):
    """What a person's door asks of rounds: from and until when, and who is to come."""

    __tablename__ = "route_wishes"
    __table_args__ = (
        CheckConstraint("latest > earliest", name="window"),
        CheckConstraint("hot_minutes BETWEEN 10 AND 300", name="hot_minutes"),
    )

    resident_id: Mapped[int] = mapped_column(
        ForeignKey("residents.id"), primary_key=True, autoincrement=False
    )
    earliest: Mapped[time | None] = mapped_column(Time)
    latest: Mapped[time | None] = mapped_column(Time)
    hot_minutes: Mapped[int | None]
    """So long after cooking this meal is handed over at the latest; None: as the plan asks."""
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
