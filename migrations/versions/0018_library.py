"""A site's own values of ingredients, equipment and photos of dishes, merged names, ratings."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_CONTAINS = {
    "pork": "猪里脊 猪外脊 瘦猪肉 猪肉 五花肉 猪肉末 猪前腿肉 猪后腿肉 梅花肉 猪肘子 猪大排 猪排骨 "
    "腊肉 香肠 火腿 火腿肠 猪肝 猪心 猪腰 猪肚 猪大肠 猪舌 猪蹄 猪耳 猪油 猪血 猪筒骨 肉松",
    "beef": "牛肉 瘦牛肉 牛里脊 牛腩 牛腱子 牛肉末 牛肚",
    "lamb": "羊肉 羊腿肉 羊排",
}


def upgrade() -> None:
    contains = sa.Column("contains", sa.String(40), nullable=False, server_default="")
    op.add_column("ingredients", contains)
    ingredients = sa.table("ingredients", sa.column("name"), sa.column("contains"))
    for animal, names in _CONTAINS.items():
        op.execute(
            sa.update(ingredients)
            .where(ingredients.c.name.in_(names.split()))
            .values(contains=animal)
        )
    for name, length in (("equipment", 60), ("photo", 80)):
        column = sa.Column(name, sa.String(length), nullable=False, server_default="")
        op.add_column("dishes", column)
    op.create_table(
        "ingredient_overrides",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("ingredient_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(20), nullable=False),
        sa.Column("value", sa.String(100), nullable=True),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_ingredient_overrides_site_id")
        ),
        sa.ForeignKeyConstraint(
            ["ingredient_id"],
            ["ingredients.id"],
            name=op.f("fk_ingredient_overrides_ingredient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["staff.id"], name=op.f("fk_ingredient_overrides_changed_by")
        ),
        sa.PrimaryKeyConstraint(
            "site_id", "ingredient_id", "field", name=op.f("pk_ingredient_overrides")
        ),
    )
    op.create_index(
        "ix_ingredient_overrides_ingredient_id", "ingredient_overrides", ["ingredient_id"]
    )
    op.create_table(
        "dish_names",
        sa.Column("canonical", sa.String(60), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("dish_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dish_id"], ["dishes.id"], name=op.f("fk_dish_names_dish_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("canonical", name=op.f("pk_dish_names")),
    )
    op.create_index("ix_dish_names_dish_id", "dish_names", ["dish_id"])
    op.create_table(
        "dish_ratings",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("dish_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("fair", sa.Integer(), nullable=False),
        sa.Column("poor", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "good >= 0 AND fair >= 0 AND poor >= 0", name=op.f("ck_dish_ratings_no_negative")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_dish_ratings_site_id")),
        sa.ForeignKeyConstraint(
            ["dish_id"], ["dishes.id"], name=op.f("fk_dish_ratings_dish_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["staff.id"], name=op.f("fk_dish_ratings_changed_by")
        ),
        sa.PrimaryKeyConstraint("site_id", "dish_id", "service_date", name=op.f("pk_dish_ratings")),
    )
    op.create_index("ix_dish_ratings_dish_id", "dish_ratings", ["dish_id"])


def downgrade() -> None:
    op.drop_table("dish_ratings")
    op.drop_table("dish_names")
    op.drop_table("ingredient_overrides")
    op.drop_column("dishes", "photo")
    op.drop_column("dishes", "equipment")
    op.drop_column("ingredients", "contains")
