"""Meals as they were. Statistics and claims read these rows, never today's person."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    Uuid,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class Channel(StrEnum):
    """How the meal reached the diner."""

    DINE_IN = "dine_in"
    TAKEAWAY = "takeaway"
    DELIVERY = "delivery"


class PaidBy(StrEnum):
    """How the diner's own part was paid; `free` where there was none to pay by rule."""

    WALLET = "wallet"
    CASH = "cash"
    FREE = "free"


_STANDING = "voided_at IS NULL AND NOT extra AND resident_id IS NOT NULL"


class Meal(Base):
    """One meal, with everything it was priced with frozen beside it.

    The device makes the id, so the same scan sent twice is one row. A person has one
    ordinary meal in a period, at whichever site; one more needs a manager's reason, is
    marked `extra` and gets no subsidy. A voided meal stays, marked, and its money is
    given back by reversing transfers.
    """

    __tablename__ = "meals"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("paid_by", PaidBy),
        CheckConstraint(
            "price_fen >= 0 AND subsidy_fen >= 0 AND paid_fen >= 0", name="no_negative"
        ),
        CheckConstraint("price_fen = subsidy_fen + paid_fen", name="parts_add_up"),
        CheckConstraint("NOT extra OR subsidy_fen = 0 OR offline", name="extra_without_subsidy"),
        CheckConstraint(
            "resident_id IS NOT NULL OR subsidy_fen = 0 OR offline", name="guest_without_subsidy"
        ),
        CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) "
            "AND (voided_at IS NULL) = (void_reason = '')",
            name="void_has_reason",
        ),
        Index(
            "uq_meals_one_per_period",
            "resident_id",
            "service_date",
            "period_code",
            unique=True,
            sqlite_where=text(_STANDING),
            postgresql_where=text(_STANDING),
        ),
        Index("ix_meals_site_id_service_date", "site_id", "service_date", "period_code"),
        Index("ix_meals_resident_id_service_date", "resident_id", "service_date"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    service_date: Mapped[date] = mapped_column(Date)
    period_code: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))
    diner_title: Mapped[str] = mapped_column(String(40), default="")
    """How the diner was addressed on the screen: 陈奶奶."""
    set_code: Mapped[str] = mapped_column(String(20), default="")
    set_name: Mapped[str] = mapped_column(String(40))
    price_fen: Mapped[int]
    subsidy_fen: Mapped[int] = mapped_column(default=0)
    paid_fen: Mapped[int]
    paid_by: Mapped[str] = mapped_column(String(8))
    balance_after_fen: Mapped[int | None] = mapped_column(BigInteger)
    extra: Mapped[bool] = mapped_column(default=False)
    age: Mapped[int | None]
    age_band: Mapped[str] = mapped_column(String(20), default="")
    tags: Mapped[str] = mapped_column(String(200), default="")
    """Tag codes valid on the day, sorted, with ``;`` before, between and after."""
    grid_node_id: Mapped[int | None] = mapped_column(ForeignKey("grid_nodes.id"))
    hukou: Mapped[str] = mapped_column(String(120), default="")
    """Household registration as ``city/district/town``."""
    policies: Mapped[str] = mapped_column(String(200), default="")
    """Policy codes and versions the price was found with: ``C1@2``."""
    parts: Mapped[str] = mapped_column(Text, default="")
    """The split as it was priced: JSON list of {funder, amount_fen, policy, rule}."""
    reason_zh: Mapped[str] = mapped_column(String(300), default="")
    reason_en: Mapped[str] = mapped_column(String(400), default="")
    override_reason: Mapped[str] = mapped_column(String(200), default="")
    override_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """The manager who let it through; whoever served it is `created_by`."""
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its subsidy was taken back from the funders: the canteen carries it since."""
    offline: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Served while the counter was alone: the canteen may carry a part, see `offline`."""


class MealLine(Base):
    """One line of a tray that was put together at the counter: what, how many, at what price.

    A meal of a set alone has none; with something on top of it, the set is the first line.
    Lines are never changed nor deleted: a wrong tray is a void.
    """

    __tablename__ = "meal_lines"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("unit_price_fen >= 0", name="unit_price"),
    )

    meal_id: Mapped[UUID] = mapped_column(ForeignKey("meals.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    dish_id: Mapped[int | None]
    """The dish of the library as it was then; it may have been merged into another since."""
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(120), default="", server_default="")
    quantity: Mapped[int]
    unit_price_fen: Mapped[int]
    item_class: Mapped[str] = mapped_column(String(20))
    """What policies call it, see `MealSet.item_class`."""
