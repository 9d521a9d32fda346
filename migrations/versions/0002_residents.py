"""People on the four-level grid, with dated tags and the keys by which a clerk finds them."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grid_nodes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "path",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "sort_key",
            sa.String(length=160).with_variant(sa.String(length=160, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("leader_name", sa.String(length=40), nullable=False),
        sa.Column("leader_phone", sa.String(length=30), nullable=False),
        sa.Column("has_lift", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(level = 'community') = (parent_id IS NULL)",
            name=op.f("ck_grid_nodes_only_top_has_none"),
        ),
        sa.CheckConstraint(
            "level IN ('community', 'compound', 'building', 'unit')",
            name=op.f("ck_grid_nodes_level_known"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["grid_nodes.id"], name=op.f("fk_grid_nodes_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid_nodes")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_grid_nodes_parent_id_name")),
    )
    op.create_index("ix_grid_nodes_path", "grid_nodes", ["path"], unique=False)
    op.create_table(
        "households",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(length=20), nullable=False),
        sa.Column("door_note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["grid_nodes.id"], name=op.f("fk_households_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
        sa.UniqueConstraint("unit_id", "room", name=op.f("uq_households_unit_id_room")),
    )
    op.create_table(
        "residents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "sort_name",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("gender", sa.String(length=8), nullable=False),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("id_number_encrypted", sa.Text(), nullable=True),
        sa.Column("id_number_hash", sa.String(length=64), nullable=True),
        sa.Column("id_number_last4", sa.String(length=4), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column(
            "phone_tail",
            sa.String(length=4).with_variant(sa.String(length=4, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("hukou_city", sa.String(length=40), nullable=False),
        sa.Column("hukou_district", sa.String(length=40), nullable=False),
        sa.Column("hukou_town", sa.String(length=40), nullable=False),
        sa.Column("in_institution", sa.Boolean(), nullable=False),
        sa.Column("mobility", sa.String(length=12), nullable=False),
        sa.Column("texture", sa.String(length=8), nullable=False),
        sa.Column("diets", sa.String(length=200), nullable=False),
        sa.Column("diet_note", sa.String(length=200), nullable=False),
        sa.Column("may_leave_at_door", sa.Boolean(), nullable=False),
        sa.Column("contact_name", sa.String(length=40), nullable=False),
        sa.Column("contact_relation", sa.String(length=20), nullable=False),
        sa.Column("contact_phone", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(status = 'active') = (ended_on IS NULL)",
            name=op.f("ck_residents_ended_when_not_active"),
        ),
        sa.CheckConstraint(
            "gender IN ('female', 'male', 'unknown')", name=op.f("ck_residents_gender_known")
        ),
        sa.CheckConstraint(
            "mobility IN ('walks', 'stairs_hard', 'homebound')",
            name=op.f("ck_residents_mobility_known"),
        ),
        sa.CheckConstraint(
            "status IN ('active', 'moved', 'deceased')", name=op.f("ck_residents_status_known")
        ),
        sa.CheckConstraint(
            "texture IN ('normal', 'soft', 'pureed')", name=op.f("ck_residents_texture_known")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_residents_household_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_residents_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residents")),
        sa.UniqueConstraint("id_number_hash", name=op.f("uq_residents_id_number_hash")),
    )
    op.create_index("ix_residents_household_id", "residents", ["household_id"], unique=False)
    op.create_index("ix_residents_phone_tail", "residents", ["phone_tail"], unique=False)
    op.create_index("ix_residents_sort_name", "residents", ["sort_name", "id"], unique=False)
    op.create_table(
        "resident_search_keys",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column(
            "key",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"],
            ["residents.id"],
            name=op.f("fk_resident_search_keys_resident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resident_id", "key", name=op.f("pk_resident_search_keys")),
    )
    op.create_index(
        "ix_resident_search_keys_key", "resident_search_keys", ["key", "resident_id"], unique=False
    )
    op.create_table(
        "resident_tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_resident_tags_has_evidence")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_resident_tags_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_resident_tags_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_resident_tags_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_tags")),
    )
    op.create_index("ix_resident_tags_resident_id", "resident_tags", ["resident_id"], unique=False)
    op.create_index("ix_resident_tags_tag", "resident_tags", ["tag", "valid_from"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_resident_tags_tag", table_name="resident_tags")
    op.drop_index("ix_resident_tags_resident_id", table_name="resident_tags")
    op.drop_table("resident_tags")
    op.drop_index("ix_resident_search_keys_key", table_name="resident_search_keys")
    op.drop_table("resident_search_keys")
    op.drop_index("ix_residents_sort_name", table_name="residents")
    op.drop_index("ix_residents_phone_tail", table_name="residents")
    op.drop_index("ix_residents_household_id", table_name="residents")
    op.drop_table("residents")
    op.drop_table("households")
    op.drop_index("ix_grid_nodes_path", table_name="grid_nodes")
    op.drop_table("grid_nodes")
