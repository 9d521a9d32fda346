"""The kitchen knows how many portions to cook, and so what to buy."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "expected_portions",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("period_code", sa.String(20), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "portions BETWEEN 0 AND 20000", name=op.f("ck_expected_portions_portions")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_expected_portions_site_id")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["staff.id"], name=op.f("fk_expected_portions_changed_by")
        ),
        sa.PrimaryKeyConstraint(
            "site_id", "service_date", "period_code", name=op.f("pk_expected_portions")
        ),
    )
    op.create_table(
        "dish_shares",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("percent BETWEEN 0 AND 300", name=op.f("ck_dish_shares_percent")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["menu_entries.id"],
            name=op.f("fk_dish_shares_entry_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["staff.id"], name=op.f("fk_dish_shares_changed_by")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_dish_shares")),
    )


def downgrade() -> None:
    op.drop_table("dish_shares")
    op.drop_table("expected_portions")
