"""Tablets turned to the diner; the numbers of house keys and bus cards that stand for a card."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sites", sa.Column("shows_balance", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    _make_screens()
    _make_aliases()


def _make_screens() -> None:
    op.create_table(
        "diner_screens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("code_until", UtcDateTime(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("paired_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("shown_at", UtcDateTime(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "code_hash IS NULL OR token_hash IS NULL",
            name=op.f("ck_diner_screens_code_is_for_once"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_diner_screens_site_id_sites"),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name="fk_diner_screens_device_id_devices"
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["staff.id"], name="fk_diner_screens_invited_by_staff"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_diner_screens"),
    )
    op.create_index("uq_diner_screens_code_hash", "diner_screens", ["code_hash"], unique=True)
    op.create_index("uq_diner_screens_token_hash", "diner_screens", ["token_hash"], unique=True)
    op.create_index("ix_diner_screens_device_id", "diner_screens", ["device_id"])


def _make_aliases() -> None:
    op.create_table(
        "card_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tail", sa.String(4), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name="fk_card_aliases_card_id_cards"),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name="fk_card_aliases_added_by_staff"),
        sa.ForeignKeyConstraint(["ended_by"], ["staff.id"], name="fk_card_aliases_ended_by_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_card_aliases"),
    )
    used = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_card_aliases_in_use",
        "card_aliases",
        ["code_hash"],
        unique=True,
        sqlite_where=used,
        postgresql_where=used,
    )
    op.create_index("ix_card_aliases_card_id", "card_aliases", ["card_id"])


def downgrade() -> None:
    op.drop_table("card_aliases")
    op.drop_table("diner_screens")
    op.drop_column("sites", "shows_balance")
