"""Funders, and policies as dated documents that are never edited."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation import append_only
from canteen.foundation.database import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

POLICY_FACTS = ("code", "version", "document", "valid_from")
"""A published version may only be given an end."""


def upgrade() -> None:
    op.create_table(
        "funders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "level IN ('province', 'city', 'district', 'town', 'village', 'party', 'lottery', "
            "'charity', 'operator')",
            name=op.f("ck_funders_level_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funders")),
        sa.UniqueConstraint("code", name=op.f("uq_funders_code")),
    )
    op.create_table(
        "policy_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_policy_versions_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["staff.id"], name=op.f("fk_policy_versions_published_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_policy_versions_code_version")),
    )
    op.create_table(
        "site_policies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("policy_code", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_site_policies_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_policies_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_policies")),
        sa.UniqueConstraint(
            "site_id",
            "policy_code",
            "valid_from",
            name=op.f("uq_site_policies_site_id_policy_code_valid_from"),
        ),
    )
    append_only.forbid(op, "policy_versions", update=True, delete=True, columns=POLICY_FACTS)


def downgrade() -> None:
    append_only.allow_again(op, "policy_versions", update=True, delete=True)
    op.drop_table("site_policies")
    op.drop_table("policy_versions")
    op.drop_table("funders")
