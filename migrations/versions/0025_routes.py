"""Rounds can be planned by where people live: coordinates of places, and plans on offer."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("grid_nodes", "sites"):
        op.add_column(table, sa.Column("latitude", sa.Double(), nullable=True))
        op.add_column(table, sa.Column("longitude", sa.Double(), nullable=True))
    op.create_table(
        "route_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("period_code", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('offered', 'taken', 'discarded')", name=op.f("ck_route_plans_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'offered') = (decided_at IS NULL)", name=op.f("ck_route_plans_decided_when")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_route_plans_decided_by")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_route_plans_made_by")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_route_plans_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_plans")),
    )
    op.create_index(
        op.f("ix_route_plans_site_id"), "route_plans", ["site_id", "service_date", "period_code"]
    )
    op.create_index(
        op.f("uq_route_plans_taken"),
        "route_plans",
        ["site_id", "service_date", "period_code"],
        unique=True,
        sqlite_where=sa.text("state = 'taken'"),
        postgresql_where=sa.text("state = 'taken'"),
    )
    op.create_table(
        "route_wishes",
        sa.Column("resident_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("earliest", sa.Time(), nullable=True),
        sa.Column("latest", sa.Time(), nullable=True),
        sa.Column("volunteer_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("latest > earliest", name=op.f("ck_route_wishes_window")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["staff.id"], name=op.f("fk_route_wishes_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_route_wishes_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_route_wishes_volunteer_id")
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_route_wishes")),
    )


def downgrade() -> None:
    op.drop_table("route_wishes")
    op.drop_index(op.f("uq_route_plans_taken"), "route_plans")
    op.drop_index(op.f("ix_route_plans_site_id"), "route_plans")
    op.drop_table("route_plans")
    for table in ("sites", "grid_nodes"):
        op.drop_column(table, "longitude")
        op.drop_column(table, "latitude")
