"""Meals that the system fails at are kept for the manager, beside the tablet that tells them."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

REFERENCES = {
    "site_id": "sites.id",
    "device_id": "devices.id",
    "card_id": "cards.id",
    "told_by": "staff.id",
    "booked_id": "meals.id",
    "closed_by": "staff.id",
}


def upgrade() -> None:
    op.create_table(
        "unbooked_meals",
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("period_code", sa.String(20), nullable=False),
        sa.Column("set_name", sa.String(40), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("subsidy_fen", sa.Integer(), nullable=False),
        sa.Column("paid_fen", sa.Integer(), nullable=False),
        sa.Column("pay_by", sa.String(8), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("device_at", UtcDateTime(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("first_told_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.Column("told_by", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("booked_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_note", sa.String(200), nullable=False),
        sa.CheckConstraint(
            "pay_by IN ('wallet', 'cash')", name=op.f("ck_unbooked_meals_pay_by_known")
        ),
        sa.CheckConstraint(
            "price_fen = subsidy_fen + paid_fen", name=op.f("ck_unbooked_meals_parts_add_up")
        ),
        sa.CheckConstraint(
            "times >= 0 AND subsidy_fen >= 0 AND paid_fen >= 0",
            name=op.f("ck_unbooked_meals_no_negative"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (booked_id IS NULL AND closed_note = '') "
            "AND (booked_id IS NULL OR closed_note = '')",
            name=op.f("ck_unbooked_meals_closed_one_way"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_unbooked_meals_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("meal_id", name=op.f("pk_unbooked_meals")),
    )
    op.create_index(
        "ix_unbooked_meals_open", "unbooked_meals", ["site_id", "closed_at", "device_at"]
    )


def downgrade() -> None:
    op.drop_table("unbooked_meals")
