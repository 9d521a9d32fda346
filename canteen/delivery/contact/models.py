"""What stands on a site's contact cards, which were printed, and what was asked through them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class WishState(StrEnum):
    """Nobody looked at it yet; a person made a request of it; a person put it away."""

    WAITING = "waiting"
    TAKEN_UP = "taken_up"
    PUT_AWAY = "put_away"


class ContactLines(Base):
    """The lines of a contact card that a site writes itself; empty ones are left off."""

    __tablename__ = "contact_lines"

    site_id: Mapped[int] = mapped_column(
        ForeignKey("sites.id"), primary_key=True, autoincrement=False
    )
    office_name: Mapped[str] = mapped_column(String(40), default="")
    """The community's office: "金牛社区居委会"."""
    office_name_en: Mapped[str] = mapped_column(String(60), default="")
    office_phone: Mapped[str] = mapped_column(String(30), default="")
    help_with: Mapped[str] = mapped_column(String(60), default="")
    """What to call for: "送餐、维修、陪诊"."""
    help_with_en: Mapped[str] = mapped_column(String(100), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    def office(self, english: bool) -> str:
        """The office's name in the reader's language, else in Chinese."""
        return (self.office_name_en if english else "") or self.office_name

    def help(self, english: bool) -> str:
        """What to call for, in the reader's language, else in Chinese."""
        return (self.help_with_en if english else "") or self.help_with


class ContactCard(Base):
    """The card of one household: when it was printed last, and how often it was made anew."""

    __tablename__ = "contact_cards"
    __table_args__ = (CheckConstraint("issue BETWEEN 0 AND 99", name="issue"),)

    household_id: Mapped[int] = mapped_column(
        ForeignKey("households.id"), primary_key=True, autoincrement=False
    )
    issue: Mapped[int] = mapped_column(default=0)
    """The code of an earlier issue opens nothing any more."""
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    printed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CardWish(Base):
    """What somebody asked for through a card's code. It is no request before a person says so."""

    __tablename__ = "card_wishes"
    __table_args__ = (
        one_of("state", WishState),
        one_of("asked_by", ("resident", "relative")),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_when"),
        Index("ix_card_wishes_state", "site_id", "state"),
        Index("ix_card_wishes_household_id", "household_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[str] = mapped_column(String(40))
    wanted_when: Mapped[str] = mapped_column(String(40), default="")
    details: Mapped[str] = mapped_column(String(120), default="")
    asked_by: Mapped[str] = mapped_column(String(10), default="resident")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default=WishState.WAITING)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
