"""Days counted once and kept, with triggers that note which days have changed since."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WATCHED = (
    ("meals", "INSERT", ""),
    ("meals", "UPDATE", "OF voided_at"),
    ("transfers", "INSERT", ""),
)


def upgrade() -> None:
    op.create_table(
        "meal_counts",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=10), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("subsidy_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "dimension IN ('total', 'period', 'channel', 'age_band', 'tag', 'grid', 'payer', 'paid_by')",
            name=op.f("ck_meal_counts_dimension_known"),
        ),
        sa.CheckConstraint("meals >= 0 AND voided >= 0", name=op.f("ck_meal_counts_no_negative")),
        sa.CheckConstraint(
            "price_fen = subsidy_fen + paid_fen", name=op.f("ck_meal_counts_parts_add_up")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_meal_counts_site_id")),
        sa.PrimaryKeyConstraint(
            "site_id", "dimension", "service_date", "code", name=op.f("pk_meal_counts")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_counts",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("moved_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_ledger_counts_site_id")),
        sa.PrimaryKeyConstraint(
            "site_id", "service_date", "account", name=op.f("pk_ledger_counts")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meal_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_changes")),
    )
    op.create_index(
        "ix_meal_changes_site_id_service_date", "meal_changes", ["site_id", "service_date"]
    )
    op.create_index("ix_transfers_site_id_service_date", "transfers", ["site_id", "service_date"])
    # Whatever was sold before this migration is counted live until the first fold.
    op.execute(
        "INSERT INTO meal_changes (site_id, service_date) "
        "SELECT site_id, service_date FROM meals UNION SELECT site_id, service_date FROM transfers"
    )
    for table, verb, columns in WATCHED:
        _note_changes(table, verb, columns)


def downgrade() -> None:
    for table, verb, _ in WATCHED:
        name = f"{table}_{verb.lower()}_noted"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION note_meal_change()")
    op.drop_index("ix_transfers_site_id_service_date", table_name="transfers")
    op.drop_table("meal_changes")
    op.drop_table("ledger_counts")
    op.drop_table("meal_counts")


def _note_changes(table: str, verb: str, columns: str) -> None:
    name = f"{table}_{verb.lower()}_noted"
    if op.get_bind().dialect.name == "sqlite":
        # One writer at a time: a note that is there was seen by nobody who could remove it.
        op.execute(
            f"CREATE TRIGGER {name} AFTER {verb} {columns} ON {table} BEGIN "
            "INSERT INTO meal_changes (site_id, service_date) "
            "SELECT NEW.site_id, NEW.service_date WHERE NOT EXISTS (SELECT 1 FROM meal_changes "
            "WHERE site_id = NEW.site_id AND service_date = NEW.service_date); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION note_meal_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO meal_changes (site_id, service_date) "
        "VALUES (NEW.site_id, NEW.service_date); RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {verb} {columns} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION note_meal_change()"
    )
