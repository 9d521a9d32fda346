"""A tag counts when a second person has approved it; what stood before stands on."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("resident_tags") as table:
        table.add_column(
            sa.Column("state", sa.String(10), nullable=False, server_default="proposed")
        )
        table.add_column(sa.Column("decided_by", sa.Integer(), nullable=True))
        table.add_column(sa.Column("decided_at", UtcDateTime(), nullable=True))
        table.add_column(
            sa.Column("decline_reason", sa.String(200), nullable=False, server_default="")
        )
        table.create_foreign_key(
            op.f("fk_resident_tags_decided_by"), "staff", ["decided_by"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_resident_tags_state_known"), "state IN ('proposed', 'approved', 'declined')"
        )
        table.create_check_constraint(
            op.f("ck_resident_tags_two_people"), "decided_by <> recorded_by"
        )
        table.create_index("ix_resident_tags_state", ["state", "valid_until"])
        # With both in one index no planner without statistics walks all approved tags.
        table.drop_index("ix_resident_tags_resident_id")
        table.create_index("ix_resident_tags_resident_id_state", ["resident_id", "state"])
    op.execute("UPDATE resident_tags SET state = 'approved', decided_at = recorded_at")


def downgrade() -> None:
    with op.batch_alter_table("resident_tags") as table:
        table.drop_index("ix_resident_tags_resident_id_state")
        table.create_index("ix_resident_tags_resident_id", ["resident_id"])
        table.drop_index("ix_resident_tags_state")
        table.drop_constraint(op.f("ck_resident_tags_two_people"), type_="check")
        table.drop_constraint(op.f("ck_resident_tags_state_known"), type_="check")
        table.drop_constraint(op.f("fk_resident_tags_decided_by"), type_="foreignkey")
        for name in ("state", "decided_by", "decided_at", "decline_reason"):
            table.drop_column(name)
