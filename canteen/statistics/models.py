"""What statistics remember: days already counted, and days that have changed since.

Why the page is always exact. A trigger on `meals` and on `transfers` notes in
`meal_changes` every site and date that a sale, a void or a transfer touches, inside the
transaction that touches it. A fold takes a day's notes away and writes the day's counts
whole, in one transaction. So a day without a note is exactly as folded, and a day with a
note is counted live from its meals: there is no watermark of time that a late meal (an
offline counter, a door's outcome, a void weeks later) could slip under.

On PostgreSQL each sale adds rows of its own and never touches a shared one: "insert unless
it is there" would be faster to read and wrong, because a fold could take the note away
while a sale that had relied on it is not yet committed. SQLite has one writer at a time,
so there one note a day is enough.
"""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, one_of
from canteen.statistics.rules import Dimension


class MealCount(Base):
    """Meals of one day at one site, seen from one side: by period, by tag, by place.

    The key is in the order a page reads it: one dimension of one site over many days.
    """

    __tablename__ = "meal_counts"
    __table_args__ = (
        one_of("dimension", Dimension),
        CheckConstraint("meals >= 0 AND voided >= 0", name="no_negative"),
        CheckConstraint("price_fen = subsidy_fen + paid_fen", name="parts_add_up"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    service_date: Mapped[date] = mapped_column(Date, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    meals: Mapped[int]
    """Standing meals; `voided` ones are counted beside them and bring no money."""
    voided: Mapped[int]
    price_fen: Mapped[int] = mapped_column(BigInteger)
    subsidy_fen: Mapped[int] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger)


class LedgerCount(Base):
    """What one day moved on one account because of meals, from the transfers alone.

    `moved_fen` is what came in on a revenue account and what went out of a funder's.
    """

    __tablename__ = "ledger_counts"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    service_date: Mapped[date] = mapped_column(Date, primary_key=True)
    account: Mapped[str] = mapped_column(String(60), primary_key=True)
    moved_fen: Mapped[int] = mapped_column(BigInteger)


class MealChange(Base):
    """A note that a day changed since it was folded. Written by triggers only."""

    __tablename__ = "meal_changes"
    __table_args__ = (Index("ix_meal_changes_site_id_service_date", "site_id", "service_date"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    site_id: Mapped[int]
    service_date: Mapped[date] = mapped_column(Date)
