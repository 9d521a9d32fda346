"""What is remembered of printers and of what they were asked to print."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class Connection(StrEnum):
    """How a printer is reached."""

    NETWORK = "network"
    """`address` is host:port."""
    USB = "usb"
    """`address` is vendor:product, as ``lsusb`` shows them."""
    FILE = "file"
    """`address` is a printer device such as /dev/usb/lp0, or a file of the data folder."""


class Tickets(StrEnum):
    """Whose takeaway meals a printer tells the kitchen of."""

    NONE = "none"
    OWN = "own"
    SITE = "site"


class SlipKind(StrEnum):
    """What is on a slip."""

    RECEIPT = "receipt"
    VOID = "void"
    TICKET = "ticket"
    CANCEL = "cancel"
    """A ticket taken back: the kitchen need not pack it."""
    TEST = "test"


class SlipState(StrEnum):
    """Where a slip stands. After `waiting` and `printing` nothing happens by itself."""

    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    UNSURE = "unsure"
    """The connection broke while it was sent: perhaps on paper, perhaps not. A person looks."""
    GIVEN_UP = "given_up"


class Printer(Base):
    """The printer of one counter. No row: none."""

    __tablename__ = "printers"
    __table_args__ = (
        one_of("connection", Connection),
        one_of("tickets", Tickets),
        CheckConstraint("paper_mm IN (58, 80)", name="paper_known"),
    )

    device_id: Mapped[int] = mapped_column(
        ForeignKey("devices.id"), primary_key=True, autoincrement=False
    )
    connection: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(100))
    paper_mm: Mapped[int]
    receipts: Mapped[bool]
    tickets: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """Meals before it was set up are not printed."""
    trouble: Mapped[str] = mapped_column(String(20), default="")
    """Why the last try failed; "" when it did not."""
    trouble_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Slip(Base):
    """One slip for one printer: of a meal, or a test page. What it says is read when it prints.

    `copy` is 0 for the first and counts reprints; the constraint lets each be asked for once.
    """

    __tablename__ = "slips"
    __table_args__ = (
        one_of("kind", SlipKind),
        one_of("state", SlipState),
        UniqueConstraint("meal_id", "device_id", "kind", "copy"),
        CheckConstraint("(meal_id IS NULL) = (kind = 'test')", name="of_a_meal"),
        Index("ix_slips_device_id_state", "device_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    meal_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("meals.id"))
    kind: Mapped[str] = mapped_column(String(10))
    copy: Mapped[int] = mapped_column(default=0)
    number: Mapped[int] = mapped_column(default=0)
    """The meal's number in its period at the site, called out at the counter; 0 for none."""
    state: Mapped[str] = mapped_column(String(10), default=SlipState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(20), default="")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
