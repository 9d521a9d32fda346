"""Meals as they were and the transfers that paid for them; history cannot be rewritten."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation import append_only
from canteen.foundation.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MEAL_FACTS = [
    "id",
    "site_id",
    "service_date",
    "period_code",
    "channel",
    "resident_id",
    "card_id",
    "diner_title",
    "set_code",
    "set_name",
    "price_fen",
    "subsidy_fen",
    "paid_fen",
    "paid_by",
    "balance_after_fen",
    "extra",
    "age",
    "age_band",
    "tags",
    "grid_node_id",
    "hukou",
    "policies",
    "parts",
    "reason_zh",
    "reason_en",
    "override_reason",
    "device_id",
    "created_by",
    "created_at",
]
"""What a meal was; only its three void columns may ever be filled in later."""


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("balance_fen", sa.BigInteger(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'wallet') = (balance_fen IS NOT NULL)",
            name=op.f("ck_accounts_wallet_has_balance"),
        ),
        sa.CheckConstraint(
            "(kind = 'wallet') = (resident_id IS NOT NULL)",
            name=op.f("ck_accounts_wallet_has_owner"),
        ),
        sa.CheckConstraint(
            "kind IN ('wallet', 'cash', 'revenue', 'funder')", name=op.f("ck_accounts_kind_known")
        ),
        sa.CheckConstraint(
            "balance_fen IS NULL OR balance_fen >= 0",
            name=op.f("ck_accounts_balance_never_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_accounts_resident_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_accounts_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("code", name=op.f("uq_accounts_code")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_accounts_resident_id")),
    )
    op.create_table(
        "meals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("period_code", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("diner_title", sa.String(length=40), nullable=False),
        sa.Column("set_code", sa.String(length=20), nullable=False),
        sa.Column("set_name", sa.String(length=40), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("subsidy_fen", sa.Integer(), nullable=False),
        sa.Column("paid_fen", sa.Integer(), nullable=False),
        sa.Column("paid_by", sa.String(length=8), nullable=False),
        sa.Column("balance_after_fen", sa.BigInteger(), nullable=True),
        sa.Column("extra", sa.Boolean(), nullable=False),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("age_band", sa.String(length=20), nullable=False),
        sa.Column("tags", sa.String(length=200), nullable=False),
        sa.Column("grid_node_id", sa.Integer(), nullable=True),
        sa.Column("hukou", sa.String(length=120), nullable=False),
        sa.Column("policies", sa.String(length=200), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("reason_zh", sa.String(length=300), nullable=False),
        sa.Column("reason_en", sa.String(length=400), nullable=False),
        sa.Column("override_reason", sa.String(length=200), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("voided_at", UtcDateTime(), nullable=True),
        sa.Column("voided_by", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason = '')",
            name=op.f("ck_meals_void_has_reason"),
        ),
        sa.CheckConstraint(
            "channel IN ('dine_in', 'takeaway', 'delivery')", name=op.f("ck_meals_channel_known")
        ),
        sa.CheckConstraint(
            "paid_by IN ('wallet', 'cash', 'free')", name=op.f("ck_meals_paid_by_known")
        ),
        sa.CheckConstraint(
            "NOT extra OR subsidy_fen = 0", name=op.f("ck_meals_extra_without_subsidy")
        ),
        sa.CheckConstraint(
            "price_fen = subsidy_fen + paid_fen", name=op.f("ck_meals_parts_add_up")
        ),
        sa.CheckConstraint(
            "price_fen >= 0 AND subsidy_fen >= 0 AND paid_fen >= 0",
            name=op.f("ck_meals_no_negative"),
        ),
        sa.CheckConstraint(
            "resident_id IS NOT NULL OR subsidy_fen = 0",
            name=op.f("ck_meals_guest_without_subsidy"),
        ),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_meals_card_id")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_meals_created_by")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_meals_device_id")),
        sa.ForeignKeyConstraint(
            ["grid_node_id"], ["grid_nodes.id"], name=op.f("fk_meals_grid_node_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_meals_resident_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_meals_site_id")),
        sa.ForeignKeyConstraint(["voided_by"], ["staff.id"], name=op.f("fk_meals_voided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meals")),
    )
    op.create_index(
        "ix_meals_resident_id_service_date", "meals", ["resident_id", "service_date"], unique=False
    )
    op.create_index(
        "ix_meals_site_id_service_date",
        "meals",
        ["site_id", "service_date", "period_code"],
        unique=False,
    )
    op.create_index(
        "uq_meals_one_per_period",
        "meals",
        ["resident_id", "service_date", "period_code"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL AND NOT extra AND resident_id IS NOT NULL"),
        postgresql_where=sa.text("voided_at IS NULL AND NOT extra AND resident_id IS NOT NULL"),
    )
    op.create_table(
        "transfers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("debit_account_id", sa.Integer(), nullable=False),
        sa.Column("credit_account_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=True),
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column(
            "reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses_id IS NOT NULL)",
            name=op.f("ck_transfers_reversal_points"),
        ),
        sa.CheckConstraint(
            "kind IN ('top_up', 'refund', 'meal_wallet', 'meal_cash', 'meal_subsidy', 'meal_free', 'grant', 'reversal')",
            name=op.f("ck_transfers_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('meal_wallet', 'meal_cash', 'meal_subsidy', 'meal_free') OR meal_id IS NOT NULL",
            name=op.f("ck_transfers_meal_named"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_transfers_amount_positive")),
        sa.CheckConstraint(
            "debit_account_id <> credit_account_id", name=op.f("ck_transfers_two_accounts")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_transfers_created_by")),
        sa.ForeignKeyConstraint(
            ["credit_account_id"], ["accounts.id"], name=op.f("fk_transfers_credit_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["debit_account_id"], ["accounts.id"], name=op.f("fk_transfers_debit_account_id")
        ),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name=op.f("fk_transfers_meal_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["transfers.id"], name=op.f("fk_transfers_reverses_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_transfers_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    op.create_index(
        "ix_transfers_credit_account_id", "transfers", ["credit_account_id", "id"], unique=False
    )
    op.create_index(
        "ix_transfers_debit_account_id", "transfers", ["debit_account_id", "id"], unique=False
    )
    op.create_index("ix_transfers_meal_id", "transfers", ["meal_id"], unique=False)
    op.create_index("uq_transfers_request_id", "transfers", ["request_id"], unique=True)
    op.create_index("uq_transfers_reverses_id", "transfers", ["reverses_id"], unique=True)
    append_only.forbid(op, "transfers", update=True, delete=True)
    append_only.forbid(op, "meals", update=True, delete=True, columns=MEAL_FACTS)


def downgrade() -> None:
    append_only.allow_again(op, "transfers", update=True, delete=True)
    append_only.allow_again(op, "meals", update=True, delete=True)
    op.drop_index("uq_transfers_reverses_id", table_name="transfers")
    op.drop_index("uq_transfers_request_id", table_name="transfers")
    op.drop_index("ix_transfers_meal_id", table_name="transfers")
    op.drop_index("ix_transfers_debit_account_id", table_name="transfers")
    op.drop_index("ix_transfers_credit_account_id", table_name="transfers")
    op.drop_table("transfers")
    op.drop_index(
        "uq_meals_one_per_period",
        table_name="meals",
        sqlite_where=sa.text("voided_at IS NULL AND NOT extra AND resident_id IS NOT NULL"),
        postgresql_where=sa.text("voided_at IS NULL AND NOT extra AND resident_id IS NOT NULL"),
    )
    op.drop_index("ix_meals_site_id_service_date", table_name="meals")
    op.drop_index("ix_meals_resident_id_service_date", table_name="meals")
    op.drop_table("meals")
    op.drop_table("accounts")
