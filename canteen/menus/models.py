"""Dishes, what is in them, and the weeks they stand in."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from canteen.foundation.database import Base, UtcDateTime, one_of, prefix_text


class Ingredient(Base):
    """Something a dish is made of. Nutrients are per 100 g of edible portion; None is unknown.

    Measures are floats, money is not: a market price is whole fen per kilogram.
    """

    __tablename__ = "ingredients"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    name_en: Mapped[str] = mapped_column(String(120), default="")
    synonyms: Mapped[str] = mapped_column(String(200), default="")
    food_group: Mapped[str] = mapped_column(String(30))
    source: Mapped[str] = mapped_column(String(200), default="")
    """Where the values come from: "USDA SR28 20452, exact", or a site's own table."""
    kcal: Mapped[float | None] = mapped_column(Float)
    protein_g: Mapped[float | None] = mapped_column(Float)
    fat_g: Mapped[float | None] = mapped_column(Float)
    carb_g: Mapped[float | None] = mapped_column(Float)
    fibre_g: Mapped[float | None] = mapped_column(Float)
    sodium_mg: Mapped[float | None] = mapped_column(Float)
    potassium_mg: Mapped[float | None] = mapped_column(Float)
    calcium_mg: Mapped[float | None] = mapped_column(Float)
    iron_mg: Mapped[float | None] = mapped_column(Float)
    cholesterol_mg: Mapped[float | None] = mapped_column(Float)
    vitamin_a_rae_ug: Mapped[float | None] = mapped_column(Float)
    vitamin_c_mg: Mapped[float | None] = mapped_column(Float)
    edible_percent: Mapped[float | None] = mapped_column(Float)
    allergens: Mapped[str] = mapped_column(String(100), default="")
    contains: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """pork, beef, lamb, joined with ``;``: what some people do not eat."""
    price_fen_per_kg: Mapped[int | None]


class Dish(Base):
    """A dish of the library. `canonical` is its name with synonyms and sizes set aside: two
    dishes with one canonical name are the same dish, so it is unique."""

    __tablename__ = "dishes"
    __table_args__ = (
        CheckConstraint("price_fen >= 0", name="price"),
        Index("ix_dishes_category", "category", "name"),
        Index("ix_dishes_search", "search"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    canonical: Mapped[str] = mapped_column(String(60), unique=True)
    search: Mapped[str] = mapped_column(prefix_text(300), default="", server_default="")
    """Pinyin first, so that it also orders lists; see `canteen.menus.dishes.search_text`."""
    name_en: Mapped[str] = mapped_column(String(120), default="")
    category: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(20), default="")
    season: Mapped[str] = mapped_column(String(40), default="")
    texture: Mapped[str] = mapped_column(String(12), default="normal")
    tags: Mapped[str] = mapped_column(String(100), default="")
    periods: Mapped[str] = mapped_column(String(60), default="")
    price_fen: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    equipment: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """See `canteen.menus.categories.equipment_of`: blank is what the method usually needs."""
    photo: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """The name of a file in the folder of photos, or ""; see `canteen.menus.photos`."""

    recipe: Mapped[list["DishIngredient"]] = relationship(
        cascade="all, delete-orphan", order_by="DishIngredient.position"
    )


class DishIngredient(Base):
    """Grams of one ingredient, as bought, in one portion."""

    __tablename__ = "dish_ingredients"
    __table_args__ = (CheckConstraint("grams > 0", name="grams"),)

    dish_id: Mapped[int] = mapped_column(
        ForeignKey("dishes.id", ondelete="CASCADE"), primary_key=True
    )
    ingredient_id: Mapped[int] = mapped_column(ForeignKey("ingredients.id"), primary_key=True)
    grams: Mapped[float] = mapped_column(Float)
    position: Mapped[int] = mapped_column(default=0)

    ingredient: Mapped[Ingredient] = relationship()


class MenuSlot(Base):
    """A row of a site's week grid: in this period, so many dishes of these categories."""

    __tablename__ = "menu_slots"
    __table_args__ = (
        UniqueConstraint("site_id", "period_code", "code"),
        CheckConstraint("places BETWEEN 1 AND 12", name="places"),
        CheckConstraint("servings BETWEEN 0 AND 9", name="servings"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    period_code: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(20))
    name_en: Mapped[str] = mapped_column(String(40), default="")
    categories: Mapped[str] = mapped_column(String(100))
    places: Mapped[int] = mapped_column(default=1)
    servings: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many of these dishes one diner takes: what a set costs and holds is counted by it."""
    position: Mapped[int] = mapped_column(default=0)


class RepeatExemption(Base):
    """A category that may return sooner than weekly at a site, and after how many days.

    Zero days: as often as liked. A category without a row here stands once a week.
    """

    __tablename__ = "repeat_exemptions"
    __table_args__ = (CheckConstraint("window_days BETWEEN 0 AND 31", name="window"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    window_days: Mapped[int] = mapped_column(default=0)


class MenuWeek(Base):
    """One week of one site, Monday to Sunday. Published, it is frozen."""

    __tablename__ = "menu_weeks"
    __table_args__ = (
        UniqueConstraint("site_id", "monday"),
        one_of("state", ("draft", "published")),
        CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name="published_when"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    monday: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    entries: Mapped[list["MenuEntry"]] = relationship(
        cascade="all, delete-orphan",
        order_by="MenuEntry.service_date, MenuEntry.period_code, MenuEntry.slot_code, "
        "MenuEntry.position",
    )


class MenuEntry(Base):
    """A dish in a place of the week. Name and price are kept as they were when it was placed."""

    __tablename__ = "menu_entries"
    __table_args__ = (
        Index(
            "uq_menu_entries_place",
            "week_id",
            "service_date",
            "period_code",
            "slot_code",
            "position",
            unique=True,
        ),
        Index("ix_menu_entries_dish_id", "dish_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    week_id: Mapped[int] = mapped_column(ForeignKey("menu_weeks.id", ondelete="CASCADE"))
    service_date: Mapped[date] = mapped_column(Date)
    period_code: Mapped[str] = mapped_column(String(20))
    slot_code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"))
    dish_name: Mapped[str] = mapped_column(String(40))
    price_fen: Mapped[int] = mapped_column(default=0)
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Locked by a person: planning leaves it where it stands."""

    dish: Mapped[Dish] = relationship()
