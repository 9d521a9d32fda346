"""Money beyond meals: a bank account, passes, bonuses, what the canteen earns, paid claims.

Also what policies ask of a site and its sets, and how far back a policy counts.
"""

import sqlalchemy as sa
from alembic import op

from canteen.foundation.check_changes import replace_check

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ACCOUNTS = ("wallet", "cash", "revenue", "funder")
TRANSFERS = (
    *("top_up", "refund", "meal_wallet", "meal_cash", "meal_subsidy", "meal_free", "grant"),
    "reversal",
)
MEALS = ("meal_wallet", "meal_cash", "meal_subsidy", "meal_free")
NEW_TRANSFERS = ("top_up_bonus", "pass_sale", "operator_grant", "claim_payment")


def upgrade() -> None:
    _allow("accounts", ACCOUNTS, (*ACCOUNTS, "bank"))
    _allow("transfers", TRANSFERS, (*TRANSFERS, *NEW_TRANSFERS))
    replace_check(
        op, "transfers", "meal_named", before=_meal_named(MEALS),
        after=_meal_named((*MEALS, "operator_grant")),
    )  # fmt: skip
    op.add_column(
        "policy_versions",
        sa.Column("longest_span", sa.String(6), nullable=False, server_default="month"),
    )
    op.execute(
        "UPDATE policy_versions SET longest_span = 'year' WHERE document LIKE '%per = \"year\"%'"
    )
    op.add_column("sites", sa.Column("traits", sa.String(200), nullable=False, server_default=""))
    op.add_column(
        "meal_sets", sa.Column("item_class", sa.String(20), nullable=False, server_default="set")
    )
    op.execute(
        "INSERT INTO accounts (kind, code, site_id, turn) "
        "SELECT 'bank', 'bank:' || id, id, 0 FROM sites"
    )


def downgrade() -> None:
    op.execute("DELETE FROM accounts WHERE kind = 'bank'")
    op.drop_column("meal_sets", "item_class")
    op.drop_column("sites", "traits")
    op.drop_column("policy_versions", "longest_span")
    replace_check(
        op, "transfers", "meal_named", before=_meal_named((*MEALS, "operator_grant")),
        after=_meal_named(MEALS),
    )  # fmt: skip
    _allow("transfers", (*TRANSFERS, *NEW_TRANSFERS), TRANSFERS)
    _allow("accounts", (*ACCOUNTS, "bank"), ACCOUNTS)


def _allow(table: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    replace_check(op, table, "kind_known", before=_kinds(before), after=_kinds(after))


def _kinds(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({_quoted(kinds)})"


def _meal_named(kinds: tuple[str, ...]) -> str:
    return f"kind NOT IN ({_quoted(kinds)}) OR meal_id IS NOT NULL"


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
