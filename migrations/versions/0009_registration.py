"""Registering somebody twice by one form must not happen; long lists must stay quick."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("residents", sa.Column("request_id", sa.String(length=36), nullable=True))
    op.create_index("uq_residents_request_id", "residents", ["request_id"], unique=True)
    op.create_index("ix_residents_listed", "residents", ["site_id", "status", "sort_name", "id"])
    op.create_index("ix_grid_nodes_name", "grid_nodes", ["name"])


def downgrade() -> None:
    op.drop_index("ix_grid_nodes_name", "grid_nodes")
    op.drop_index("ix_residents_listed", "residents")
    op.drop_index("uq_residents_request_id", "residents")
    op.drop_column("residents", "request_id")
