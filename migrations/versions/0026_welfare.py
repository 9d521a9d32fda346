"""Who gets a meal is asked, shown and decided by two; who carries has a team and a substitute."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STATES = "state IN ('proposed', 'waiting', 'approved', 'declined')"
ASKERS = "asked_by IN ('resident', 'relative', 'worker')"


def upgrade() -> None:
    _make_teams()
    _widen_volunteers()
    _widen_programmes_and_stops()
    _widen_needs()
    _make_specials()
    _make_absences()
    _make_agreements()


def _make_teams() -> None:
    op.create_table(
        "volunteer_teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("leader_name", sa.String(40), nullable=False),
        sa.Column("leader_phone", sa.String(30), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('party_branch', 'neighbours', 'merchants')",
            name=op.f("ck_volunteer_teams_kind_known"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_volunteer_teams_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_teams")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_volunteer_teams_site_id_name")),
    )


def _widen_volunteers() -> None:
    # A column brings its constraints along; SQLite cannot add them otherwise without a copy.
    _add(
        "volunteers",
        "transport VARCHAR(5) DEFAULT 'foot' NOT NULL CONSTRAINT ck_volunteers_transport_known "
        "CHECK (transport IN ('foot', 'bike', 'car'))",
        "leaves_at TIME",
        "back_by TIME CONSTRAINT ck_volunteers_back_after_leaving CHECK (back_by > leaves_at)",
        "kind VARCHAR(10) DEFAULT 'neighbour' NOT NULL CONSTRAINT ck_volunteers_kind_known "
        "CHECK (kind IN ('neighbour', 'merchant'))",
        "company VARCHAR(60) DEFAULT '' NOT NULL "
        "CONSTRAINT ck_volunteers_merchants_have_a_company "
        "CHECK ((kind = 'merchant') = (company <> ''))",
        "team_id INTEGER CONSTRAINT fk_volunteers_team_id REFERENCES volunteer_teams (id)",
    )
    op.create_index("ix_volunteers_team_id", "volunteers", ["team_id"])


def _widen_programmes_and_stops() -> None:
    _add(
        "free_meal_programmes",
        "places INTEGER CONSTRAINT ck_free_meal_programmes_places CHECK (places > 0)",
        "monthly_budget_fen INTEGER CONSTRAINT ck_free_meal_programmes_monthly_budget "
        "CHECK (monthly_budget_fen > 0)",
    )
    _add(
        "roster_stops",
        "boxes INTEGER DEFAULT '1' NOT NULL CONSTRAINT ck_roster_stops_boxes "
        "CHECK (boxes BETWEEN 1 AND 20)",
        "called_off VARCHAR(20) DEFAULT '' NOT NULL",
        "was_with INTEGER CONSTRAINT fk_roster_stops_was_with REFERENCES volunteers (id)",
    )


def _widen_needs() -> None:
    _add(
        "delivery_needs",
        "asked_by VARCHAR(10) DEFAULT 'worker' NOT NULL "
        f"CONSTRAINT ck_delivery_needs_asked_by_known CHECK ({ASKERS})",
        "asked_name VARCHAR(40) DEFAULT '' NOT NULL",
        "evidence VARCHAR(200) DEFAULT '' NOT NULL",
        "state VARCHAR(10) DEFAULT 'proposed' NOT NULL "
        f"CONSTRAINT ck_delivery_needs_state_known CHECK ({STATES})",
        "decided_by INTEGER CONSTRAINT fk_delivery_needs_decided_by REFERENCES staff (id) "
        "CONSTRAINT ck_delivery_needs_two_people CHECK (decided_by <> recorded_by)",
        "decline_reason VARCHAR(200) DEFAULT '' NOT NULL",
        "waits_for VARCHAR(10) DEFAULT '' NOT NULL CONSTRAINT ck_delivery_needs_waits_for_something "
        "CHECK ((state = 'waiting') = (waits_for <> ''))",
        "urgent_reason VARCHAR(100) DEFAULT '' NOT NULL",
    )
    op.add_column("delivery_needs", sa.Column("decided_at", UtcDateTime(), nullable=True))
    op.create_index("ix_delivery_needs_state", "delivery_needs", ["site_id", "state"])
    # What stood before was brought before, and is brought on.
    op.execute("UPDATE delivery_needs SET state = 'approved', decided_at = recorded_at")


def _make_specials() -> None:
    op.create_table(
        "delivery_specials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("period_code", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.Column("other_period", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('more', 'none', 'other_period')", name=op.f("ck_delivery_specials_kind_known")
        ),
        sa.CheckConstraint("(kind = 'more') = (more > 0)", name=op.f("ck_delivery_specials_more")),
        sa.CheckConstraint("more <= 10", name=op.f("ck_delivery_specials_not_too_many")),
        sa.CheckConstraint(
            "(kind = 'other_period') = (other_period <> '')",
            name=op.f("ck_delivery_specials_other_period"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_delivery_specials_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_delivery_specials_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_delivery_specials_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_specials")),
        sa.UniqueConstraint(
            "resident_id",
            "service_date",
            "period_code",
            name=op.f("uq_delivery_specials_resident_id_service_date_period_code"),
        ),
    )
    op.create_index("ix_delivery_specials_day", "delivery_specials", ["site_id", "service_date"])
    op.create_table(
        "delivery_terms",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("period_code", sa.String(20), nullable=False),
        sa.Column("change_days_before", sa.Integer(), nullable=False),
        sa.Column("change_until", sa.Time(), nullable=False),
        sa.Column("cancel_days_before", sa.Integer(), nullable=False),
        sa.Column("cancel_until", sa.Time(), nullable=False),
        sa.CheckConstraint(
            "change_days_before BETWEEN 0 AND 7", name=op.f("ck_delivery_terms_change_days_before")
        ),
        sa.CheckConstraint(
            "cancel_days_before BETWEEN 0 AND 7", name=op.f("ck_delivery_terms_cancel_days_before")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_delivery_terms_site_id")),
        sa.PrimaryKeyConstraint("site_id", "period_code", name=op.f("pk_delivery_terms")),
    )


def _make_absences() -> None:
    op.create_table(
        "usual_stops",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("period_code", sa.String(20), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_usual_stops_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_usual_stops_volunteer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("resident_id", "period_code", name=op.f("pk_usual_stops")),
    )
    op.create_index("ix_usual_stops_volunteer_id", "usual_stops", ["volunteer_id"])
    op.create_table(
        "volunteer_absences",
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("period_code", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "substitute_id <> volunteer_id", name=op.f("ck_volunteer_absences_somebody_else")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_volunteer_absences_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["volunteers.id"], name=op.f("fk_volunteer_absences_substitute_id")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_volunteer_absences_volunteer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "volunteer_id", "service_date", "period_code", name=op.f("pk_volunteer_absences")
        ),
    )
    op.create_index(
        "ix_volunteer_absences_day", "volunteer_absences", ["service_date", "period_code"]
    )


def _make_agreements() -> None:
    op.create_table(
        "confidentiality_agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_confidentiality_agreements_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_confidentiality_agreements_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confidentiality_agreements")),
        sa.UniqueConstraint(
            "site_id", "valid_from", name=op.f("uq_confidentiality_agreements_site_id_valid_from")
        ),
    )
    op.create_table(
        "agreement_acceptances",
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("words_hash", sa.String(64), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff.id"], name=op.f("fk_agreement_acceptances_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_agreement_acceptances_volunteer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "version", name=op.f("pk_agreement_acceptances")),
    )


def _add(table: str, *columns: str) -> None:
    for column in columns:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def downgrade() -> None:
    for table in (
        "agreement_acceptances",
        "confidentiality_agreements",
        "volunteer_absences",
        "usual_stops",
        "delivery_terms",
        "delivery_specials",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM delivery_needs WHERE state <> 'approved'")
    op.drop_index("ix_delivery_needs_state", table_name="delivery_needs")
    op.drop_index("ix_volunteers_team_id", table_name="volunteers")
    _drop("delivery_needs", "asked_by", "asked_name", "evidence", "waits_for", "state")
    _drop("delivery_needs", "decided_by", "decided_at", "decline_reason", "urgent_reason")
    _drop("roster_stops", "boxes", "called_off", "was_with")
    _drop("free_meal_programmes", "places", "monthly_budget_fen")
    _drop("volunteers", "transport", "back_by", "leaves_at", "company", "kind", "team_id")
    op.drop_table("volunteer_teams")


def _drop(table: str, *columns: str) -> None:
    for column in columns:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
