"""Free meals carried to the door: needs, pauses, rosters, outcomes."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation import append_only
from canteen.foundation.database import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "free_meal_programmes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("funder_code", sa.String(length=40), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("tags", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_free_meal_programmes_price")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_free_meal_programmes_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["funder_code"], ["funders.code"], name=op.f("fk_free_meal_programmes_funder_code")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_free_meal_programmes_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_free_meal_programmes")),
    )
    op.create_table(
        "volunteers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("box_capacity", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "box_capacity BETWEEN 1 AND 200", name=op.f("ck_volunteers_box_capacity")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_volunteers_site_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_volunteers_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteers")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_volunteers_staff_id")),
    )
    op.create_table(
        "rosters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("period_code", sa.String(length=20), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["free_meal_programmes.id"], name=op.f("fk_rosters_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["staff.id"], name=op.f("fk_rosters_published_by")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_rosters_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosters")),
        sa.UniqueConstraint(
            "site_id",
            "service_date",
            "period_code",
            name=op.f("uq_rosters_site_id_service_date_period_code"),
        ),
    )
    op.create_table(
        "volunteer_areas",
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("grid_node_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grid_node_id"], ["grid_nodes.id"], name=op.f("fk_volunteer_areas_grid_node_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_volunteer_areas_volunteer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "grid_node_id", name=op.f("pk_volunteer_areas")),
    )
    op.create_table(
        "delivery_needs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("period_code", sa.String(length=20), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_delivery_needs_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_delivery_needs_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_delivery_needs_resident_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_delivery_needs_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_needs")),
    )
    op.create_index(
        "ix_delivery_needs_resident_id", "delivery_needs", ["resident_id"], unique=False
    )
    op.create_index(
        "ix_delivery_needs_site_id", "delivery_needs", ["site_id", "period_code"], unique=False
    )
    op.create_table(
        "delivery_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("until >= since", name=op.f("ck_delivery_pauses_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_delivery_pauses_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_delivery_pauses_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_pauses")),
    )
    op.create_index(
        "ix_delivery_pauses_resident_id", "delivery_pauses", ["resident_id"], unique=False
    )
    op.create_table(
        "roster_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=30), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("diner_name", sa.String(length=40), nullable=False),
        sa.Column("diner_title", sa.String(length=40), nullable=False),
        sa.Column("grid_node_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("diet", sa.String(length=300), nullable=False),
        sa.Column("door_note", sa.String(length=200), nullable=False),
        sa.Column("may_leave_at_door", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(volunteer_id IS NULL) = (problem <> '')", name=op.f("ck_roster_stops_routed_or_red")
        ),
        sa.ForeignKeyConstraint(
            ["grid_node_id"], ["grid_nodes.id"], name=op.f("fk_roster_stops_grid_node_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_roster_stops_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["rosters.id"], name=op.f("fk_roster_stops_roster_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_roster_stops_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_stops")),
        sa.UniqueConstraint(
            "roster_id", "resident_id", name=op.f("uq_roster_stops_roster_id_resident_id")
        ),
    )
    op.create_index(
        "ix_roster_stops_volunteer_id", "roster_stops", ["volunteer_id", "roster_id"], unique=False
    )
    op.create_table(
        "stop_outcomes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stop_id", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=True),
        sa.Column("meal_problem", sa.String(length=40), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('handed_over', 'left_at_door', 'nobody_answers', 'refused', 'moved', 'in_hospital')",
            name=op.f("ck_stop_outcomes_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["stop_outcomes.id"], name=op.f("fk_stop_outcomes_follows_id")
        ),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name=op.f("fk_stop_outcomes_meal_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_stop_outcomes_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["roster_stops.id"], name=op.f("fk_stop_outcomes_stop_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_outcomes")),
    )
    op.create_index("ix_stop_outcomes_stop_id", "stop_outcomes", ["stop_id"], unique=False)
    op.create_index(
        "uq_stop_outcomes_first",
        "stop_outcomes",
        ["stop_id"],
        unique=True,
        sqlite_where=sa.text("follows_id IS NULL"),
        postgresql_where=sa.text("follows_id IS NULL"),
    )
    op.create_index("uq_stop_outcomes_follows_id", "stop_outcomes", ["follows_id"], unique=True)
    append_only.forbid(op, "stop_outcomes", update=True, delete=True)


def downgrade() -> None:
    append_only.allow_again(op, "stop_outcomes", update=True, delete=True)
    op.drop_index("uq_stop_outcomes_follows_id", table_name="stop_outcomes")
    op.drop_index(
        "uq_stop_outcomes_first",
        table_name="stop_outcomes",
        sqlite_where=sa.text("follows_id IS NULL"),
        postgresql_where=sa.text("follows_id IS NULL"),
    )
    op.drop_index("ix_stop_outcomes_stop_id", table_name="stop_outcomes")
    op.drop_table("stop_outcomes")
    op.drop_index("ix_roster_stops_volunteer_id", table_name="roster_stops")
    op.drop_table("roster_stops")
    op.drop_index("ix_delivery_pauses_resident_id", table_name="delivery_pauses")
    op.drop_table("delivery_pauses")
    op.drop_index("ix_delivery_needs_site_id", table_name="delivery_needs")
    op.drop_index("ix_delivery_needs_resident_id", table_name="delivery_needs")
    op.drop_table("delivery_needs")
    op.drop_table("volunteer_areas")
    op.drop_table("rosters")
    op.drop_table("volunteers")
    op.drop_table("free_meal_programmes")
