"""Counters may have a printer: where it is, and the slips it was asked for, each once."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "printers",
        sa.Column("device_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("connection", sa.String(10), nullable=False),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("paper_mm", sa.Integer(), nullable=False),
        sa.Column("receipts", sa.Boolean(), nullable=False),
        sa.Column("tickets", sa.String(10), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("trouble", sa.String(20), nullable=False),
        sa.Column("trouble_at", UtcDateTime(), nullable=True),
        sa.Column("printed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "connection IN ('network', 'usb', 'file')", name=op.f("ck_printers_connection_known")
        ),
        sa.CheckConstraint(
            "tickets IN ('none', 'own', 'site')", name=op.f("ck_printers_tickets_known")
        ),
        sa.CheckConstraint("paper_mm IN (58, 80)", name=op.f("ck_printers_paper_known")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_printers_device_id")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_printers")),
    )
    op.create_table(
        "slips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(20), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('receipt', 'void', 'ticket', 'cancel', 'test')",
            name=op.f("ck_slips_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'printing', 'printed', 'unsure', 'given_up')",
            name=op.f("ck_slips_state_known"),
        ),
        sa.CheckConstraint("(meal_id IS NULL) = (kind = 'test')", name=op.f("ck_slips_of_a_meal")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_slips_asked_by")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_slips_device_id")),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name=op.f("fk_slips_meal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slips")),
        sa.UniqueConstraint(
            "meal_id",
            "device_id",
            "kind",
            "copy",
            name=op.f("uq_slips_meal_id_device_id_kind_copy"),
        ),
    )
    op.create_index(op.f("ix_slips_device_id_state"), "slips", ["device_id", "state", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_slips_device_id_state"), "slips")
    op.drop_table("slips")
    op.drop_table("printers")
