"""Paper is equal: labels that were printed, rounds typed in at once, cards by the telephone."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_labels()
    _make_rounds()
    _make_cards()
    _make_wishes()
    _widen_kinds()
    # A column brings its constraint along; SQLite cannot add one otherwise without a copy.
    op.execute(
        "ALTER TABLE route_wishes ADD COLUMN hot_minutes INTEGER "
        "CONSTRAINT ck_route_wishes_hot_minutes CHECK (hot_minutes BETWEEN 10 AND 300)"
    )


def _make_labels() -> None:
    op.create_table(
        "printed_labels",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("period_code", sa.String(20), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("box", sa.Integer(), nullable=False),
        sa.Column("face", sa.Text(), nullable=False),
        sa.Column("printed_at", UtcDateTime(), nullable=False),
        sa.Column("printed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("box BETWEEN 1 AND 20", name=op.f("ck_printed_labels_box")),
        *_keys("printed_labels", site_id="sites", resident_id="residents", printed_by="staff"),
        sa.PrimaryKeyConstraint(
            "site_id",
            "service_date",
            "period_code",
            "resident_id",
            "box",
            name=op.f("pk_printed_labels"),
        ),
    )


def _make_rounds() -> None:
    op.create_table(
        "typed_rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("back_at", UtcDateTime(), nullable=False),
        sa.Column("doors", sa.Integer(), nullable=False),
        sa.Column("typed_by", sa.Integer(), nullable=True),
        sa.Column("typed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("doors > 0", name=op.f("ck_typed_rounds_doors")),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_typed_rounds_volunteer_id"),
            ondelete="CASCADE",
        ),
        *_keys("typed_rounds", roster_id="rosters", typed_by="staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typed_rounds")),
    )
    op.create_index("ix_typed_rounds_roster_id", "typed_rounds", ["roster_id", "volunteer_id"])


def _make_cards() -> None:
    op.create_table(
        "contact_lines",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("office_name", sa.String(40), nullable=False),
        sa.Column("office_name_en", sa.String(60), nullable=False),
        sa.Column("office_phone", sa.String(30), nullable=False),
        sa.Column("help_with", sa.String(60), nullable=False),
        sa.Column("help_with_en", sa.String(100), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        *_keys("contact_lines", site_id="sites", changed_by="staff"),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_contact_lines")),
    )
    op.create_table(
        "contact_cards",
        sa.Column("household_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("printed_at", UtcDateTime(), nullable=True),
        sa.Column("printed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("issue BETWEEN 0 AND 99", name=op.f("ck_contact_cards_issue")),
        *_keys("contact_cards", household_id="households", printed_by="staff"),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_contact_cards")),
    )


def _make_wishes() -> None:
    op.create_table(
        "card_wishes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("wanted_when", sa.String(40), nullable=False),
        sa.Column("details", sa.String(120), nullable=False),
        sa.Column("asked_by", sa.String(10), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'taken_up', 'put_away')",
            name=op.f("ck_card_wishes_state_known"),
        ),
        sa.CheckConstraint(
            "asked_by IN ('resident', 'relative')", name=op.f("ck_card_wishes_asked_by_known")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)",
            name=op.f("ck_card_wishes_decided_when"),
        ),
        *_keys("card_wishes", site_id="sites", household_id="households", decided_by="staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_wishes")),
    )
    op.create_index("ix_card_wishes_state", "card_wishes", ["site_id", "state"])
    op.create_index("ix_card_wishes_household_id", "card_wishes", ["household_id"])


def _widen_kinds() -> None:
    """A site's own words for a kind that ships, its English name, and its usual team."""
    text = {"nullable": False, "server_default": ""}
    op.add_column("request_kinds", sa.Column("code", sa.String(20), **text))
    op.add_column("request_kinds", sa.Column("name_en", sa.String(60), **text))
    op.execute(
        "ALTER TABLE request_kinds ADD COLUMN team_id INTEGER "
        "CONSTRAINT fk_request_kinds_team_id REFERENCES volunteer_teams (id)"
    )
    op.create_index(
        "uq_request_kinds_code",
        "request_kinds",
        ["site_id", "code"],
        unique=True,
        sqlite_where=sa.text("code <> ''"),
        postgresql_where=sa.text("code <> ''"),
    )


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, to in columns.items()
    ]


def downgrade() -> None:
    op.drop_column("route_wishes", "hot_minutes")
    op.drop_index("uq_request_kinds_code", "request_kinds")
    for name in ("team_id", "name_en", "code"):
        op.drop_column("request_kinds", name)
    for name in (
        "card_wishes",
        "contact_cards",
        "contact_lines",
        "typed_rounds",
        "printed_labels",
    ):
        op.drop_table(name)
