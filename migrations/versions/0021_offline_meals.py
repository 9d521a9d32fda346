"""Counters go on without the network; what they served comes into the books afterwards."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.check_changes import replace_check
from canteen.foundation.database import UtcDateTime

revision = "0021"
down_revision = "0017"
branch_labels = None
depends_on = None

CHECKS = (
    ("extra_without_subsidy", "NOT extra OR subsidy_fen = 0"),
    ("guest_without_subsidy", "resident_id IS NOT NULL OR subsidy_fen = 0"),
)


LIMITS = (
    "offline_card_limit_fen >= 0 AND offline_device_limit_fen >= 0 "
    "AND offline_hours BETWEEN 0 AND 168"
)
SETTINGS = (
    ("offline_card_limit_fen", "10000"),
    ("offline_device_limit_fen", "300000"),
)
HOURS = f"INTEGER DEFAULT '30' NOT NULL CONSTRAINT ck_sites_offline_limits CHECK ({LIMITS})"


def upgrade() -> None:
    for name, default in SETTINGS:
        op.add_column(
            "sites", sa.Column(name, sa.Integer(), nullable=False, server_default=default)
        )
    # SQLite adds a constraint with a column only; a copy of the table would break its references.
    op.execute(f"ALTER TABLE sites ADD COLUMN offline_hours {HOURS}")
    op.add_column(
        "meals", sa.Column("offline", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name, check in CHECKS:
        replace_check(op, "meals", name, before=check, after=f"{check} OR offline")
    op.create_table(
        "offline_meals",
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("device_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("shown_subsidy_fen", sa.Integer(), nullable=False),
        sa.Column("shown_paid_fen", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("carried_fen", sa.Integer(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_note", sa.String(200), nullable=False),
        sa.CheckConstraint(
            "carried_fen >= 0 AND shown_paid_fen >= 0", name=op.f("ck_offline_meals_no_negative")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_note = '')",
            name=op.f("ck_offline_meals_settled_with_note"),
        ),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name=op.f("fk_offline_meals_meal_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_offline_meals_site_id")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_offline_meals_device_id")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_offline_meals_card_id")),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["staff.id"], name=op.f("fk_offline_meals_settled_by")
        ),
        sa.PrimaryKeyConstraint("meal_id", name=op.f("pk_offline_meals")),
    )
    op.create_index(
        "ix_offline_meals_open", "offline_meals", ["site_id", "settled_at", "received_at"]
    )


def downgrade() -> None:
    op.drop_table("offline_meals")
    for name, check in CHECKS:
        replace_check(op, "meals", name, before=f"{check} OR offline", after=check)
    op.drop_column("meals", "offline")
    op.drop_column("sites", "offline_hours")
    for name, _default in SETTINGS:
        op.drop_column("sites", name)
