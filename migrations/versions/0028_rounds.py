"""What phones tell of rounds, stops offered to colleagues, photos from doors."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_EVENTS = (
    "'picked_up', 'left', 'outcome', 'offered', 'withdrawn', 'accepted', "
    "'cannot_finish', 'returned'"
)


def _refers(column: str, table: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "round_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("stop_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("device_at", UtcDateTime(), nullable=False),
        sa.Column("happened_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("clock_wrong", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("proof", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(120), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_note", sa.String(200), nullable=False),
        sa.CheckConstraint(f"kind IN ({_EVENTS})", name=op.f("ck_round_events_kind_known")),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_note = '')",
            name=op.f("ck_round_events_settled_with_note"),
        ),
        _refers("site_id", "round_events", "sites"),
        _refers("roster_id", "round_events", "rosters"),
        _refers("volunteer_id", "round_events", "volunteers"),
        _refers("stop_id", "round_events", "roster_stops"),
        _refers("settled_by", "round_events", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_events")),
    )
    op.create_index("ix_round_events_roster_id", "round_events", ["roster_id", "volunteer_id"])
    op.create_index("ix_round_events_stop_id", "round_events", ["stop_id"])
    op.create_index(
        "ix_round_events_open", "round_events", ["site_id", "settled_at", "received_at"]
    )
    op.create_table(
        "stop_offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stop_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'taken', 'closed')", name=op.f("ck_stop_offers_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'taken') = (taken_by IS NOT NULL)",
            name=op.f("ck_stop_offers_taken_by_somebody"),
        ),
        _refers("stop_id", "stop_offers", "roster_stops"),
        _refers("from_id", "stop_offers", "volunteers"),
        _refers("to_id", "stop_offers", "volunteers"),
        _refers("taken_by", "stop_offers", "volunteers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_offers")),
    )
    open_only = sa.text("state = 'open'")
    op.create_index(
        "uq_stop_offers_open",
        "stop_offers",
        ["stop_id"],
        unique=True,
        sqlite_where=open_only,
        postgresql_where=open_only,
    )
    op.create_index("ix_stop_offers_stop_id", "stop_offers", ["stop_id"])
    op.create_table(
        "round_photos",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        _refers("event_id", "round_photos", "round_events"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_round_photos")),
    )
    op.create_index("ix_round_photos_received_at", "round_photos", ["received_at"])
    # A column brings its constraint along; SQLite cannot add one otherwise without a copy.
    op.execute(
        "ALTER TABLE sites ADD COLUMN round_photo_days INTEGER DEFAULT '30' NOT NULL "
        "CONSTRAINT ck_sites_round_photo_days CHECK (round_photo_days BETWEEN 1 AND 365)"
    )


def downgrade() -> None:
    op.drop_column("sites", "round_photo_days")
    op.drop_table("round_photos")
    op.drop_table("stop_offers")
    op.drop_table("round_events")
