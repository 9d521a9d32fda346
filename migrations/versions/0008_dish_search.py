"""Cooks find a dish by the letters of its name, and lists stand in the order of letters."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.database import prefix_text

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("search", prefix_text(300), nullable=False, server_default="")
    op.add_column("dishes", column)
    op.create_index("ix_dishes_search", "dishes", ["search"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_dishes_search", table_name="dishes")
    with op.batch_alter_table("dishes") as dishes:
        dishes.drop_column("search")
