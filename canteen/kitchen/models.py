"""How many portions are expected, and how many diners take a dish."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime


class ExpectedPortions(Base):
    """How many diners a person expects at a meal; without a row nobody has said."""

    __tablename__ = "expected_portions"
    __table_args__ = (CheckConstraint("portions BETWEEN 0 AND 20000", name="portions"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    service_date: Mapped[date] = mapped_column(Date, primary_key=True)
    period_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    portions: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class DishShare(Base):
    """How many of a hundred diners take the dish of one place of the week.

    Without a row the dishes of a slot share its diners evenly: ``servings / places``.
    """

    __tablename__ = "dish_shares"
    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 300", name="percent"),)

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("menu_entries.id", ondelete="CASCADE"), primary_key=True
    )
    percent: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
