"""Nobody answers: a site's ladder, who is watched, alarms and what was done at each step."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('second_knock', 'phone', 'neighbour', 'leader', 'contact', 'office', "
    "'emergency', 'other')"
)
ENDINGS = (
    "ending IN ('', 'well_at_home', 'away_safe', 'in_hospital', 'taken_to_hospital', 'moved', "
    "'died', 'mistake', 'other')"
)


def upgrade() -> None:
    _make_ladders()
    _make_watches()
    _make_alarms()
    _make_steps()


def _make_ladders() -> None:
    op.create_table(
        "welfare_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(14), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("who_name", sa.String(40), nullable=False),
        sa.Column("who_phone", sa.String(30), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_welfare_steps_kind_known")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_welfare_steps_minutes")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_welfare_steps_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_welfare_steps")),
        sa.UniqueConstraint("site_id", "position", name=op.f("uq_welfare_steps_site_id_position")),
    )
    op.create_table(
        "welfare_terms",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("office_name", sa.String(40), nullable=False),
        sa.Column("office_phone", sa.String(30), nullable=False),
        sa.Column("missed_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "missed_days BETWEEN 1 AND 30", name=op.f("ck_welfare_terms_missed_days")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_welfare_terms_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_welfare_terms")),
    )


def _make_watches() -> None:
    op.create_table(
        "welfare_watches",
        sa.Column("resident_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("missed_days", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("neighbour_name", sa.String(40), nullable=False),
        sa.Column("neighbour_phone", sa.String(30), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "missed_days BETWEEN 1 AND 30", name=op.f("ck_welfare_watches_missed_days")
        ),
        sa.CheckConstraint(
            "(missed_days IS NULL) = (since IS NULL)", name=op.f("ck_welfare_watches_watched_since")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_welfare_watches_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["staff.id"], name=op.f("fk_welfare_watches_changed_by")
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_welfare_watches")),
    )


def _make_alarms() -> None:
    op.create_table(
        "welfare_alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(8), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("missed_days", sa.Integer(), nullable=False),
        sa.Column("diner_name", sa.String(40), nullable=False),
        sa.Column("diner_title", sa.String(40), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("ending", sa.String(18), nullable=False),
        sa.Column("ending_note", sa.String(200), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "cause IN ('door', 'missed')", name=op.f("ck_welfare_alarms_cause_known")
        ),
        sa.CheckConstraint(ENDINGS, name=op.f("ck_welfare_alarms_ending_known")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ending = '')", name=op.f("ck_welfare_alarms_ended_by_an_ending")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_by IS NOT NULL",
            name=op.f("ck_welfare_alarms_ended_by_a_person"),
        ),
        sa.CheckConstraint(
            "(cause = 'missed') = (missed_days > 0)", name=op.f("ck_welfare_alarms_missed_days")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_welfare_alarms_site_id")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_welfare_alarms_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["staff.id"], name=op.f("fk_welfare_alarms_opened_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["staff.id"], name=op.f("fk_welfare_alarms_ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_welfare_alarms")),
    )
    for name, columns, where in (
        ("uq_welfare_alarms_open", ["site_id", "resident_id"], "ended_at IS NULL"),
        ("uq_welfare_alarms_missed", ["resident_id", "service_date"], "cause = 'missed'"),
    ):
        op.create_index(
            name,
            "welfare_alarms",
            columns,
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    op.create_index("ix_welfare_alarms_resident_id", "welfare_alarms", ["resident_id"])
    op.create_index("ix_welfare_alarms_opened_at", "welfare_alarms", ["site_id", "opened_at"])
    op.create_table(
        "welfare_alarm_doors",
        sa.Column("outcome_id", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("alarm_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["stop_outcomes.id"], name=op.f("fk_welfare_alarm_doors_outcome_id")
        ),
        sa.ForeignKeyConstraint(
            ["alarm_id"], ["welfare_alarms.id"], name=op.f("fk_welfare_alarm_doors_alarm_id")
        ),
        sa.PrimaryKeyConstraint("outcome_id", name=op.f("pk_welfare_alarm_doors")),
    )
    op.create_index("ix_welfare_alarm_doors_alarm_id", "welfare_alarm_doors", ["alarm_id"])


def _make_steps() -> None:
    op.create_table(
        "welfare_alarm_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alarm_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(14), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("who_name", sa.String(80), nullable=False),
        sa.Column("who_phone", sa.String(30), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=True),
        sa.Column("stop_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(10), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_welfare_alarm_steps_kind_known")),
        sa.CheckConstraint(
            "result IN ('', 'found', 'nothing', 'trouble')",
            name=op.f("ck_welfare_alarm_steps_result_known"),
        ),
        sa.CheckConstraint(
            "(done_at IS NULL) = (result = '')",
            name=op.f("ck_welfare_alarm_steps_done_with_a_result"),
        ),
        sa.CheckConstraint(
            "done_at IS NULL OR done_by IS NOT NULL",
            name=op.f("ck_welfare_alarm_steps_done_by_a_person"),
        ),
        sa.ForeignKeyConstraint(
            ["alarm_id"], ["welfare_alarms.id"], name=op.f("fk_welfare_alarm_steps_alarm_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_welfare_alarm_steps_volunteer_id")
        ),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["roster_stops.id"], name=op.f("fk_welfare_alarm_steps_stop_id")
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["staff.id"], name=op.f("fk_welfare_alarm_steps_done_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_welfare_alarm_steps")),
        sa.UniqueConstraint(
            "alarm_id", "position", name=op.f("uq_welfare_alarm_steps_alarm_id_position")
        ),
    )
    op.create_index("ix_welfare_alarm_steps_volunteer_id", "welfare_alarm_steps", ["volunteer_id"])


def downgrade() -> None:
    for table in (
        "welfare_alarm_steps",
        "welfare_alarm_doors",
        "welfare_alarms",
        "welfare_watches",
        "welfare_terms",
        "welfare_steps",
    ):
        op.drop_table(table)
