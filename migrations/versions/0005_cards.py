"""Printed cards: one active one a person."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("printed_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'active') = (ended_at IS NULL)", name=op.f("ck_cards_ended_when_not_active")
        ),
        sa.CheckConstraint(
            "state IN ('active', 'lost', 'replaced', 'closed')", name=op.f("ck_cards_state_known")
        ),
        sa.CheckConstraint("issue BETWEEN 0 AND 9", name=op.f("ck_cards_issue_is_one_digit")),
        sa.ForeignKeyConstraint(["ended_by"], ["staff.id"], name=op.f("fk_cards_ended_by")),
        sa.ForeignKeyConstraint(["issued_by"], ["staff.id"], name=op.f("fk_cards_issued_by")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_cards_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
    )
    op.create_index("ix_cards_resident_id", "cards", ["resident_id"], unique=False)
    op.create_index("uq_cards_number_issue", "cards", ["number", "issue"], unique=True)
    op.create_index(
        "uq_cards_one_active",
        "cards",
        ["resident_id"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_cards_one_active",
        table_name="cards",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.drop_index("uq_cards_number_issue", table_name="cards")
    op.drop_index("ix_cards_resident_id", table_name="cards")
    op.drop_table("cards")
