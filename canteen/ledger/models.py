"""Accounts and transfers. Transfers are never updated or deleted: triggers forbid it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class AccountKind(StrEnum):
    """What an account stands for; only wallets keep a cached balance."""

    WALLET = "wallet"
    CASH = "cash"
    REVENUE = "revenue"
    FUNDER = "funder"
    BANK = "bank"
    DIFFERENCE = "difference"
    """What counted drawers were off by: a debit balance is missing, a credit balance too much."""


class TransferKind(StrEnum):
    """Why money moved."""

    TOP_UP = "top_up"
    REFUND = "refund"
    MEAL_WALLET = "meal_wallet"
    MEAL_CASH = "meal_cash"
    MEAL_SUBSIDY = "meal_subsidy"
    MEAL_FREE = "meal_free"
    GRANT = "grant"
    REVERSAL = "reversal"
    TOP_UP_BONUS = "top_up_bonus"
    PASS_SALE = "pass_sale"
    OPERATOR_GRANT = "operator_grant"
    """What a funder owes the canteen for a meal beside the meal's price."""
    CLAIM_PAYMENT = "claim_payment"
    CASH_IN = "cash_in"
    """Change fetched from the bank into a drawer."""
    CASH_OUT = "cash_out"
    """Cash of a drawer brought to the bank."""
    DIFFERENCE = "difference"
    """What a counted drawer was off by when its shift was closed."""


class Account(Base):
    """One pot of money. A wallet belongs to a person and outlives every card.

    `balance_fen` is the wallet's credits less its debits, kept by conditional updates.
    `turn` counts the changes: a sale that read turn 7 may only write while it is still 7,
    so whatever it priced (balance, meals already taken) was still true when it was booked.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        one_of("kind", AccountKind),
        CheckConstraint("(kind = 'wallet') = (resident_id IS NOT NULL)", name="wallet_has_owner"),
        CheckConstraint("(kind = 'wallet') = (balance_fen IS NOT NULL)", name="wallet_has_balance"),
        CheckConstraint("balance_fen IS NULL OR balance_fen >= 0", name="balance_never_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(60), unique=True)
    """``wallet:17``; ``cash:1``, ``bank:1``, ``revenue:1`` and ``difference:1`` (by site);
    ``funder:city``."""
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id"), unique=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    balance_fen: Mapped[int | None] = mapped_column(BigInteger)
    turn: Mapped[int] = mapped_column(default=0)


class Transfer(Base):
    """One movement of money between two accounts; it balances by construction."""

    __tablename__ = "transfers"
    __table_args__ = (
        one_of("kind", TransferKind),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal_points"),
        CheckConstraint(
            "kind NOT IN ('meal_wallet', 'meal_cash', 'meal_subsidy', 'meal_free', "
            "'operator_grant') OR meal_id IS NOT NULL",
            name="meal_named",
        ),
        CheckConstraint(
            "kind NOT IN ('cash_in', 'cash_out', 'difference') OR shift_id IS NOT NULL",
            name="shift_named",
        ),
        Index("uq_transfers_request_id", "request_id", unique=True),
        Index("uq_transfers_reverses_id", "reverses_id", unique=True),
        Index("ix_transfers_meal_id", "meal_id"),
        Index(
            "ix_transfers_shift_id", "shift_id",
            sqlite_where=text("shift_id IS NOT NULL"),
            postgresql_where=text("shift_id IS NOT NULL"),
        ),
        Index("ix_transfers_site_id_service_date", "site_id", "service_date"),
        Index("ix_transfers_debit_account_id", "debit_account_id", "id"),
        Index("ix_transfers_credit_account_id", "credit_account_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    debit_account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    credit_account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(14))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    service_date: Mapped[date] = mapped_column(Date)
    meal_id: Mapped[UUID | None] = mapped_column(ForeignKey("meals.id"))
    policy: Mapped[str] = mapped_column(String(60), default="")
    """For a funder's part: policy, version and rule that gave it."""
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("transfers.id"))
    request_id: Mapped[UUID | None] = mapped_column(Uuid)
    """Made by the page that asked; the same request twice is one transfer."""
    note: Mapped[str] = mapped_column(String(200), default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shifts.id"))
    """The shift at whose counter it was booked; see `shifts`."""
