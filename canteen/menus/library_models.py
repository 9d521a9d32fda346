"""What is added to the library: a site's own values, other names of a dish, diners' votes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime


class IngredientOverride(Base):
    """One value of one ingredient as a site knows it; the rest of the row stays as it is.

    `field` is one of `canteen.menus.ingredients.FIELDS`. `value` is its text; None says that the
    site does not know it, whatever the shared table says.
    """

    __tablename__ = "ingredient_overrides"
    __table_args__ = (Index("ix_ingredient_overrides_ingredient_id", "ingredient_id"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    ingredient_id: Mapped[int] = mapped_column(ForeignKey("ingredients.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str | None] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class DishName(Base):
    """Another name of a dish, kept from one that was merged into it: imports know it by this."""

    __tablename__ = "dish_names"
    __table_args__ = (Index("ix_dish_names_dish_id", "dish_id"),)

    canonical: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id", ondelete="CASCADE"))


class DishRating(Base):
    """What the diners of a day thought of a dish, counted from paper."""

    __tablename__ = "dish_ratings"
    __table_args__ = (
        CheckConstraint("good >= 0 AND fair >= 0 AND poor >= 0", name="no_negative"),
        Index("ix_dish_ratings_dish_id", "dish_id"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    dish_id: Mapped[int] = mapped_column(
        ForeignKey("dishes.id", ondelete="CASCADE"), primary_key=True
    )
    service_date: Mapped[date] = mapped_column(Date, primary_key=True)
    good: Mapped[int] = mapped_column(default=0)
    fair: Mapped[int] = mapped_column(default=0)
    poor: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
