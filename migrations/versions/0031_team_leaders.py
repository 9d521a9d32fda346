"""A team's leader sees its rounds, and a round typed in from paper counts its own hours."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "volunteers",
        sa.Column("leads_team", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("typed_rounds", sa.Column("left_at", UtcDateTime(), nullable=True))
    op.add_column("typed_rounds", sa.Column("planned_minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("typed_rounds", "planned_minutes")
    op.drop_column("typed_rounds", "left_at")
    op.drop_column("volunteers", "leads_team")
