"""A resident asks, a team is told, one volunteer takes it."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_kinds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("answer_minutes", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "answer_minutes BETWEEN 5 AND 10080", name=op.f("ck_request_kinds_answer_minutes")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_request_kinds_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_kinds")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_request_kinds_site_id_name")),
    )
    op.create_table(
        "help_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("details", sa.String(200), nullable=False),
        sa.Column("asked_by", sa.String(10), nullable=False),
        sa.Column("asked_name", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("volunteer_id", sa.Integer(), nullable=True),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'held', 'done', 'confirmed', 'withdrawn')",
            name=op.f("ck_help_requests_state_known"),
        ),
        sa.CheckConstraint(
            "asked_by IN ('resident', 'relative', 'worker')",
            name=op.f("ck_help_requests_asked_by_known"),
        ),
        sa.CheckConstraint(
            "(volunteer_id IS NULL) = (state IN ('open', 'withdrawn'))",
            name=op.f("ck_help_requests_held_by_one"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_help_requests_site_id")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_help_requests_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["volunteer_teams.id"], name=op.f("fk_help_requests_team_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_help_requests_volunteer_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff.id"], name=op.f("fk_help_requests_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
    )
    op.create_index("ix_help_requests_state", "help_requests", ["site_id", "state"])
    op.create_index("ix_help_requests_volunteer_id", "help_requests", ["volunteer_id"])
    op.create_index("ix_help_requests_created_at", "help_requests", ["site_id", "created_at"])
    op.create_table(
        "request_declines",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("declined_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["help_requests.id"], name=op.f("fk_request_declines_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_request_declines_volunteer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "volunteer_id", name=op.f("pk_request_declines")),
    )


def downgrade() -> None:
    op.drop_table("request_declines")
    op.drop_table("help_requests")
    op.drop_table("request_kinds")
