"""Trays without a set: dishes tapped, amounts typed. An override names the manager who gave it."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation import append_only

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WAYS = (("sells_sets", sa.true()), ("sells_dishes", sa.false()), ("sells_amounts", sa.false()))


def upgrade() -> None:
    for name, default in WAYS:
        op.add_column(
            "sites", sa.Column(name, sa.Boolean(), nullable=False, server_default=default)
        )
    # A column brings its constraint along; SQLite cannot add one otherwise without a copy.
    op.execute(
        "ALTER TABLE sites ADD COLUMN tray_limit_fen INTEGER DEFAULT '10000' NOT NULL "
        "CONSTRAINT ck_sites_tray_limit CHECK (tray_limit_fen BETWEEN 1 AND 100000)"
    )
    op.execute(
        "ALTER TABLE meals ADD COLUMN override_by INTEGER "
        "CONSTRAINT fk_meals_override_by REFERENCES staff (id)"
    )
    op.create_table(
        "meal_lines",
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("dish_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False, server_default=""),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_fen", sa.Integer(), nullable=False),
        sa.Column("item_class", sa.String(20), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_meal_lines_quantity")),
        sa.CheckConstraint("unit_price_fen >= 0", name=op.f("ck_meal_lines_unit_price")),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name=op.f("fk_meal_lines_meal_id")),
        sa.PrimaryKeyConstraint("meal_id", "position", name=op.f("pk_meal_lines")),
    )
    append_only.forbid(op, "meal_lines", update=True, delete=True)


def downgrade() -> None:
    append_only.allow_again(op, "meal_lines", update=True, delete=True)
    op.drop_table("meal_lines")
    op.drop_column("meals", "override_by")
    for name in ("tray_limit_fen", "sells_amounts", "sells_dishes", "sells_sets"):
        op.drop_column("sites", name)
