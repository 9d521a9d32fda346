"""What a site remembers: its place, its meal periods, its sets, its devices, the calendar."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Date,
    Double,
    ForeignKey,
    String,
    Time,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class DayKind(StrEnum):
    """What a calendar day is, as the State Council's yearly notice says."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"


class Site(Base):
    """One canteen. City, district and town decide which subsidies apply to whom."""

    __tablename__ = "sites"
    __table_args__ = (
        CheckConstraint("daily_card_limit_fen >= 0", name="daily_card_limit"),
        CheckConstraint("balance_limit_fen >= 0", name="balance_limit"),
        CheckConstraint(
            "offline_card_limit_fen >= 0 AND offline_device_limit_fen >= 0 "
            "AND offline_hours BETWEEN 0 AND 168",
            name="offline_limits",
        ),
        CheckConstraint("lock_minutes BETWEEN 0 AND 240", name="lock_minutes"),
        CheckConstraint("tray_limit_fen BETWEEN 1 AND 100000", name="tray_limit"),
        CheckConstraint("round_photo_days BETWEEN 1 AND 365", name="round_photo_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(40), default="")
    district: Mapped[str] = mapped_column(String(40), default="")
    town: Mapped[str] = mapped_column(String(40), default="")
    time_zone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    daily_card_limit_fen: Mapped[int] = mapped_column(default=500_00)
    """A printed card is a static code: what one card may pay in a day."""
    balance_limit_fen: Mapped[int] = mapped_column(default=5_000_00)
    """The rules for single-purpose prepaid cards: at most 5,000 yuan on a registered card."""
    undo_seconds: Mapped[int] = mapped_column(default=60)
    menu_required: Mapped[bool] = mapped_column(default=True)
    """Whether the counter asks for a published menu before it sells a period."""
    offline_card_limit_fen: Mapped[int] = mapped_column(default=100_00, server_default="10000")
    """What one card may pay in a day at a counter that is alone; cash beyond it."""
    offline_device_limit_fen: Mapped[int] = mapped_column(default=3_000_00, server_default="300000")
    """What all cards together may pay in a day at one counter that is alone."""
    offline_hours: Mapped[int] = mapped_column(default=30, server_default="30")
    """How old a roster may be that a counter goes by; 0: cards are not taken offline."""
    shared_shifts: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether everybody at a counter works in one shift; else each has their own."""
    shift_required: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a counter sells only in an open shift."""
    lock_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    """After how long without a tray or a touch a counter asks for a PIN; 0: never."""
    sells_sets: Mapped[bool] = mapped_column(default=True, server_default=true())
    sells_dishes: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether single dishes of today's menu are sold at their prices."""
    sells_amounts: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a tray is sold for an amount that is typed, as a scale shows it."""
    tray_limit_fen: Mapped[int] = mapped_column(default=100_00, server_default="10000")
    """The most that one tray of dishes or of an amount may cost: beyond it, a finger slipped."""
    shows_balance: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether a diner's balance is shown on the screen turned to them, and said aloud."""
    traits: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Words policies ask for, such as ``own_kitchen``, joined by spaces."""
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    """Where rounds begin and end, WGS-84 degrees; both or neither."""
    round_photo_days: Mapped[int] = mapped_column(default=30, server_default="30")
    """How long photos from doors are kept."""


class MealPeriod(Base):
    """A meal of the day at one site. A new one is a row, not code."""

    __tablename__ = "meal_periods"
    __table_args__ = (UniqueConstraint("site_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(40), default="")
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    position: Mapped[int] = mapped_column(default=0)


class MealSet(Base):
    """What is sold at a fixed price in a period; the first active one is the counter's default."""

    __tablename__ = "meal_sets"
    __table_args__ = (
        UniqueConstraint("site_id", "period_code", "code"),
        CheckConstraint("price_fen >= 0", name="price"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    period_code: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    price_fen: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    item_class: Mapped[str] = mapped_column(String(20), default="set", server_default="set")
    """What policies call it: ``set``, or a class of single dishes."""


class Device(Base):
    """A tablet or PC at a counter."""

    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("site_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    name: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CalendarDay(Base):
    """A day an administrator may correct; without a row, Saturday and Sunday are weekend."""

    __tablename__ = "calendar_days"
    __table_args__ = (one_of("kind", DayKind),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40), default="")
