"""Claims to funders: closed once, never changed, each entry of the ledger claimed once."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.append_only import allow_again, forbid
from canteen.foundation.database import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CLOSED = "{row}.state = 'closed'"
OF_A_CLOSED = "(SELECT state FROM claims WHERE id = {row}.claim_id) = 'closed'"


def upgrade() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("funder_code", sa.String(40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("booked_to_id", BIG, nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("close_reason", sa.String(200), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_claims_ends_after_start")),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_claims_closed_when")
        ),
        sa.CheckConstraint("state IN ('gathering', 'closed')", name=op.f("ck_claims_state_known")),
        sa.ForeignKeyConstraint(
            ["funder_code"], ["funders.code"], name=op.f("fk_claims_funder_code")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_claims_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("number", name=op.f("uq_claims_number")),
    )
    op.create_index("ix_claims_funder_code", "claims", ["funder_code", "first_day"])
    op.create_table(
        "claim_sites",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_sites_claim_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_claim_sites_site_id")),
        sa.PrimaryKeyConstraint("claim_id", "site_id", name=op.f("pk_claim_sites")),
    )
    op.create_table(
        "claim_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", BIG, nullable=False),
        sa.Column("corrects_id", BIG, nullable=True),
        sa.Column("kind", sa.String(14), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("period_code", sa.String(20), nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=True),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("diner_name", sa.String(40), nullable=False),
        sa.Column("policy", sa.String(60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_claim_lines_amount_not_zero")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_lines_claim_id")),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfers.id"], name=op.f("fk_claim_lines_transfer_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["claim_lines.id"], name=op.f("fk_claim_lines_corrects_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_claim_lines_site_id")),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name=op.f("fk_claim_lines_meal_id")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_claim_lines_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_lines")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_claim_lines_transfer_id")),
    )
    op.create_index("ix_claim_lines_claim_id", "claim_lines", ["claim_id", "service_date", "id"])
    op.create_index("ix_claim_lines_meal_id", "claim_lines", ["meal_id"])
    op.create_index(
        "uq_claim_lines_corrects_id",
        "claim_lines",
        ["corrects_id"],
        unique=True,
        sqlite_where=sa.text("corrects_id IS NOT NULL"),
        postgresql_where=sa.text("corrects_id IS NOT NULL"),
    )
    op.create_table(
        "claim_payments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", BIG, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_claim_payments_amount_positive")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name=op.f("fk_claim_payments_claim_id")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfers.id"], name=op.f("fk_claim_payments_transfer_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff.id"], name=op.f("fk_claim_payments_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_payments")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_claim_payments_transfer_id")),
    )
    op.create_index("ix_claim_payments_claim_id", "claim_payments", ["claim_id"])
    # a claim that is still being gathered may be thrown away; a closed one is for ever
    forbid(op, "claims", update=True, delete=True, when=CLOSED)
    for table in ("claim_sites", "claim_lines"):
        forbid(op, table, update=True)
        forbid(op, table, delete=True, insert=True, when=OF_A_CLOSED)
    forbid(op, "claim_payments", update=True, delete=True)


def downgrade() -> None:
    allow_again(op, "claim_payments", update=True, delete=True)
    for table in ("claim_sites", "claim_lines"):
        allow_again(op, table, update=True, delete=True, insert=True)
    allow_again(op, "claims", update=True, delete=True)
    for table in ("claim_payments", "claim_lines", "claim_sites", "claims"):
        op.drop_table(table)
