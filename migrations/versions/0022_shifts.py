"""Shifts at a counter: opened with a float, closed with a count. PINs to change over by."""

import sqlalchemy as sa
from alembic import op

from canteen.foundation import append_only
from canteen.foundation.check_changes import replace_check
from canteen.foundation.database import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ACCOUNTS = ("wallet", "cash", "revenue", "funder", "bank")
TRANSFERS = (
    *("top_up", "refund", "meal_wallet", "meal_cash", "meal_subsidy", "meal_free", "grant"),
    *("reversal", "top_up_bonus", "pass_sale", "operator_grant", "claim_payment"),
)
NEW_TRANSFERS = ("cash_in", "cash_out", "difference")
NAMED = "kind NOT IN ('cash_in', 'cash_out', 'difference') OR shift_id IS NOT NULL"
OPEN = "closed_at IS NULL"


def upgrade() -> None:
    _make_shifts()
    _allow("accounts", ACCOUNTS, (*ACCOUNTS, "difference"))
    _allow("transfers", TRANSFERS, (*TRANSFERS, *NEW_TRANSFERS))
    # A column brings its constraints along; SQLite cannot add them otherwise without a copy.
    op.execute(
        "ALTER TABLE transfers ADD COLUMN shift_id INTEGER "
        "CONSTRAINT fk_transfers_shift_id REFERENCES shifts (id) "
        f"CONSTRAINT ck_transfers_shift_named CHECK ({NAMED})"
    )
    _index("ix_transfers_shift_id", "transfers", ["shift_id"], "shift_id IS NOT NULL")
    op.execute(
        "INSERT INTO accounts (kind, code, site_id, turn) "
        "SELECT 'difference', 'difference:' || id, id, 0 FROM sites"
    )
    for name in ("shared_shifts", "shift_required"):
        op.add_column(
            "sites", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.execute(
        "ALTER TABLE sites ADD COLUMN lock_minutes INTEGER DEFAULT '0' NOT NULL "
        "CONSTRAINT ck_sites_lock_minutes CHECK (lock_minutes BETWEEN 0 AND 240)"
    )
    op.add_column("staff", sa.Column("pin_hash", sa.String(255), nullable=False, server_default=""))
    op.add_column(
        "staff", sa.Column("pin_failures", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("staff", sa.Column("pin_locked_until", UtcDateTime(), nullable=True))


def _make_shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("float_fen", sa.BigInteger(), nullable=False),
        sa.Column("float_pieces", sa.String(200), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("expected_fen", sa.BigInteger(), nullable=True),
        sa.Column("counted_fen", sa.BigInteger(), nullable=True),
        sa.Column("counted_pieces", sa.String(200), nullable=False),
        sa.Column("difference_reason", sa.String(200), nullable=False),
        sa.CheckConstraint("float_fen >= 0", name=op.f("ck_shifts_float")),
        sa.CheckConstraint(
            "counted_fen IS NULL OR counted_fen >= 0", name=op.f("ck_shifts_counted")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) "
            "AND (closed_at IS NULL) = (expected_fen IS NULL) "
            "AND (closed_at IS NULL) = (counted_fen IS NULL)",
            name=op.f("ck_shifts_closed_whole"),
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR counted_fen = expected_fen OR difference_reason <> ''",
            name=op.f("ck_shifts_difference_has_reason"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_shifts_site_id")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_shifts_device_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_shifts_opened_by")),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_shifts_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    _index("uq_shifts_one_open_each", "shifts", ["device_id", "opened_by"], OPEN, unique=True)
    _index("uq_shifts_one_shared", "shifts", ["device_id"], f"{OPEN} AND shared", unique=True)
    _index("ix_shifts_open", "shifts", ["site_id"], OPEN)
    op.create_index("ix_shifts_site_id_opened_at", "shifts", ["site_id", "opened_at"])
    op.create_index("uq_shifts_request_id", "shifts", ["request_id"], unique=True)
    append_only.forbid(op, "shifts", delete=True)
    append_only.forbid(op, "shifts", update=True, when="{row}.closed_at IS NOT NULL")


def downgrade() -> None:
    for name in ("pin_locked_until", "pin_failures", "pin_hash"):
        op.drop_column("staff", name)
    for name in ("lock_minutes", "shift_required", "shared_shifts"):
        op.drop_column("sites", name)
    op.drop_index("ix_transfers_shift_id", "transfers")
    op.drop_column("transfers", "shift_id")
    op.execute("DELETE FROM accounts WHERE kind = 'difference'")
    _allow("transfers", (*TRANSFERS, *NEW_TRANSFERS), TRANSFERS)
    _allow("accounts", (*ACCOUNTS, "difference"), ACCOUNTS)
    append_only.allow_again(op, "shifts", update=True, delete=True)
    op.drop_table("shifts")


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(
        name, table, columns, unique=unique,
        sqlite_where=sa.text(where), postgresql_where=sa.text(where),
    )  # fmt: skip


def _allow(table: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    replace_check(op, table, "kind_known", before=_kinds(before), after=_kinds(after))


def _kinds(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
