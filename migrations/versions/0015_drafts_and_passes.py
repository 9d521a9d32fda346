"""Policies in the making, and passes that diners hold."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff.id"], name=op.f("fk_policy_drafts_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_drafts")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_policy_drafts_code_version")),
    )
    op.create_table(
        "resident_passes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("policy_code", sa.String(40), nullable=False),
        sa.Column("pass_code", sa.String(40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("sold_by", sa.Integer(), nullable=True),
        sa.Column("sold_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "valid_until >= valid_from", name=op.f("ck_resident_passes_ends_after_start")
        ),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_resident_passes_price")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_resident_passes_resident_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_resident_passes_site_id")),
        sa.ForeignKeyConstraint(["sold_by"], ["staff.id"], name=op.f("fk_resident_passes_sold_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_passes")),
        sa.UniqueConstraint("request_id", name=op.f("uq_resident_passes_request_id")),
    )
    op.create_index(
        "ix_resident_passes_resident_id", "resident_passes", ["resident_id", "valid_until"]
    )


def downgrade() -> None:
    op.drop_table("resident_passes")
    op.drop_table("policy_drafts")
