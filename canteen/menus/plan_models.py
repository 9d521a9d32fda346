"""What planning remembers: a site's rules, plans on offer, and what was served instead."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class PlanningRules(Base):
    """A site's rules of planning as a JSON document; a site without a row has the defaults."""

    __tablename__ = "planning_rules"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class MenuProposal(Base):
    """A plan that the computer offers: looked at, then taken into the weeks or put away.

    `document` is JSON: the places, the score, the bound, what is broken and what was asked.
    """

    __tablename__ = "menu_proposals"
    __table_args__ = (
        one_of("state", ("offered", "taken", "discarded")),
        CheckConstraint("weeks BETWEEN 1 AND 4", name="weeks"),
        CheckConstraint("(state = 'offered') = (decided_at IS NULL)", name="decided_when"),
        Index("ix_menu_proposals_site_id", "site_id", "first_monday"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    first_monday: Mapped[date] = mapped_column(Date)
    weeks: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="offered")
    document: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class MenuSubstitution(Base):
    """On the day another dish was served than the published menu says. The entry stays as it was
    published; the last substitution of an entry is what is served. Never changed or deleted."""

    __tablename__ = "menu_substitutions"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_menu_substitutions_entry_id", "entry_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("menu_entries.id"))
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"))
    dish_name: Mapped[str] = mapped_column(String(40))
    price_fen: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
