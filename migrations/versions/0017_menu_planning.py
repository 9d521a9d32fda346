"""Weeks are planned by computer: a site's rules, plans offered, places pinned, dishes swapped late."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation import append_only
from canteen.foundation.database import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SUBSTITUTION = ("entry_id", "dish_name", "price_fen", "reason", "made_at", "made_by")
"""What is kept as it was; its dish may become another row when two dishes are merged."""


def upgrade() -> None:
    with op.batch_alter_table("menu_slots") as slots:
        slots.add_column(sa.Column("servings", sa.Integer(), nullable=False, server_default="1"))
        slots.create_check_constraint(op.f("ck_menu_slots_servings"), "servings BETWEEN 0 AND 9")
    op.add_column(
        "menu_entries",
        sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "planning_rules",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_planning_rules_site_id")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["staff.id"], name=op.f("fk_planning_rules_changed_by")
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_planning_rules")),
    )
    op.create_table(
        "menu_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("first_monday", sa.Date(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('offered', 'taken', 'discarded')",
            name=op.f("ck_menu_proposals_state_known"),
        ),
        sa.CheckConstraint("weeks BETWEEN 1 AND 4", name=op.f("ck_menu_proposals_weeks")),
        sa.CheckConstraint(
            "(state = 'offered') = (decided_at IS NULL)",
            name=op.f("ck_menu_proposals_decided_when"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_menu_proposals_site_id")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_menu_proposals_made_by")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_menu_proposals_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_proposals")),
    )
    op.create_index("ix_menu_proposals_site_id", "menu_proposals", ["site_id", "first_monday"])
    op.create_table(
        "menu_substitutions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("dish_id", sa.Integer(), nullable=False),
        sa.Column("dish_name", sa.String(40), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_menu_substitutions_reason")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["menu_entries.id"], name=op.f("fk_menu_substitutions_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["dish_id"], ["dishes.id"], name=op.f("fk_menu_substitutions_dish_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff.id"], name=op.f("fk_menu_substitutions_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_substitutions")),
    )
    op.create_index("ix_menu_substitutions_entry_id", "menu_substitutions", ["entry_id", "id"])
    append_only.forbid(op, "menu_substitutions", update=True, delete=True, columns=SUBSTITUTION)


def downgrade() -> None:
    append_only.allow_again(op, "menu_substitutions", update=True, delete=True)
    op.drop_table("menu_substitutions")
    op.drop_table("menu_proposals")
    op.drop_table("planning_rules")
    op.drop_column("menu_entries", "pinned")
    with op.batch_alter_table("menu_slots") as slots:
        slots.drop_constraint(op.f("ck_menu_slots_servings"), type_="check")
        slots.drop_column("servings")
