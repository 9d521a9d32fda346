"""Dishes, their recipes, and weeks that hold them."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("canonical", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("season", sa.String(length=40), nullable=False),
        sa.Column("texture", sa.String(length=12), nullable=False),
        sa.Column("tags", sa.String(length=100), nullable=False),
        sa.Column("periods", sa.String(length=60), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_dishes_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dishes")),
        sa.UniqueConstraint("canonical", name=op.f("uq_dishes_canonical")),
        sa.UniqueConstraint("name", name=op.f("uq_dishes_name")),
    )
    op.create_index("ix_dishes_category", "dishes", ["category", "name"], unique=False)
    op.create_table(
        "ingredients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("synonyms", sa.String(length=200), nullable=False),
        sa.Column("food_group", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("kcal", sa.Float(), nullable=True),
        sa.Column("protein_g", sa.Float(), nullable=True),
        sa.Column("fat_g", sa.Float(), nullable=True),
        sa.Column("carb_g", sa.Float(), nullable=True),
        sa.Column("fibre_g", sa.Float(), nullable=True),
        sa.Column("sodium_mg", sa.Float(), nullable=True),
        sa.Column("potassium_mg", sa.Float(), nullable=True),
        sa.Column("calcium_mg", sa.Float(), nullable=True),
        sa.Column("iron_mg", sa.Float(), nullable=True),
        sa.Column("cholesterol_mg", sa.Float(), nullable=True),
        sa.Column("vitamin_a_rae_ug", sa.Float(), nullable=True),
        sa.Column("vitamin_c_mg", sa.Float(), nullable=True),
        sa.Column("edible_percent", sa.Float(), nullable=True),
        sa.Column("allergens", sa.String(length=100), nullable=False),
        sa.Column("price_fen_per_kg", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ingredients")),
        sa.UniqueConstraint("name", name=op.f("uq_ingredients_name")),
    )
    op.create_table(
        "dish_ingredients",
        sa.Column("dish_id", sa.Integer(), nullable=False),
        sa.Column("ingredient_id", sa.Integer(), nullable=False),
        sa.Column("grams", sa.Float(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("grams > 0", name=op.f("ck_dish_ingredients_grams")),
        sa.ForeignKeyConstraint(
            ["dish_id"], ["dishes.id"], name=op.f("fk_dish_ingredients_dish_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ingredient_id"], ["ingredients.id"], name=op.f("fk_dish_ingredients_ingredient_id")
        ),
        sa.PrimaryKeyConstraint("dish_id", "ingredient_id", name=op.f("pk_dish_ingredients")),
    )
    op.create_table(
        "menu_slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("period_code", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column("categories", sa.String(length=100), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("places BETWEEN 1 AND 12", name=op.f("ck_menu_slots_places")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_menu_slots_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_slots")),
        sa.UniqueConstraint(
            "site_id", "period_code", "code", name=op.f("uq_menu_slots_site_id_period_code_code")
        ),
    )
    op.create_table(
        "menu_weeks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_menu_weeks_published_when"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'published')", name=op.f("ck_menu_weeks_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["staff.id"], name=op.f("fk_menu_weeks_published_by")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_menu_weeks_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_weeks")),
        sa.UniqueConstraint("site_id", "monday", name=op.f("uq_menu_weeks_site_id_monday")),
    )
    op.create_table(
        "repeat_exemptions",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "window_days BETWEEN 0 AND 31", name=op.f("ck_repeat_exemptions_window")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_repeat_exemptions_site_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "category", name=op.f("pk_repeat_exemptions")),
    )
    op.create_table(
        "menu_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("period_code", sa.String(length=20), nullable=False),
        sa.Column("slot_code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("dish_id", sa.Integer(), nullable=False),
        sa.Column("dish_name", sa.String(length=40), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_menu_entries_dish_id")),
        sa.ForeignKeyConstraint(
            ["week_id"], ["menu_weeks.id"], name=op.f("fk_menu_entries_week_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_entries")),
    )
    op.create_index("ix_menu_entries_dish_id", "menu_entries", ["dish_id"], unique=False)
    op.create_index(
        "uq_menu_entries_place",
        "menu_entries",
        ["week_id", "service_date", "period_code", "slot_code", "position"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index("uq_menu_entries_place", table_name="menu_entries")
    op.drop_index("ix_menu_entries_dish_id", table_name="menu_entries")
    op.drop_table("menu_entries")
    op.drop_table("repeat_exemptions")
    op.drop_table("menu_weeks")
    op.drop_table("menu_slots")
    op.drop_table("dish_ingredients")
    op.drop_table("ingredients")
    op.drop_index("ix_dishes_category", table_name="dishes")
    op.drop_table("dishes")
