"""What may become of a card and of the money behind it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from canteen.cards.models import CardState
from canteen.foundation.money import yuan
from canteen.foundation.wording import Refusal
from canteen.ledger.models import TransferKind

LAST_ISSUE = 9
"""The issue is one digit of the code; after it a person gets a new number."""
MOST_AT_ONCE = 100
"""Cards issued or printed in one go: ten sheets of ten."""


@dataclass(frozen=True)
class NextIssue:
    """What the next card of a person is. `number` is None when a new one must be drawn."""

    number: str | None
    issue: int


def next_issue(*, number: str | None, issue: int | None) -> NextIssue:
    """The issue after a person's newest card; a person without one begins with issue 0."""
    if number is None or issue is None or issue >= LAST_ISSUE:
        return NextIssue(None, 0)
    return NextIssue(number, issue + 1)


def may_report_lost(state: str, *, number: str) -> Refusal | None:
    """Only a card that still pays can be lost; the second report changes nothing."""
    if state in (CardState.ACTIVE, CardState.LOST):
        return None
    return Refusal("card_not_in_use", {"number": grouped(number)})


def may_replace(state: str, *, number: str) -> Refusal | None:
    """A card in use or lost is replaced; a closed one is not, its holder asked for that."""
    if state == CardState.CLOSED:
        return Refusal("card_not_in_use", {"number": grouped(number)})
    return None


def may_close(state: str, *, number: str) -> Refusal | None:
    """A card that has become another or was lost cannot be closed any more."""
    if state in (CardState.ACTIVE, CardState.CLOSED):
        return None
    return Refusal("card_not_in_use", {"number": grouped(number)})


@dataclass(frozen=True)
class Entry:
    """One movement of a wallet: its kind, and what it added (negative: took), in fen."""

    kind: str
    change_fen: int


@dataclass(frozen=True)
class WalletStory:
    """What of a wallet is bonus, and how much bonused cash was handed back and not returned."""

    bonus_fen: int = 0
    handed_back_fen: int = 0


def story_of(entries: Iterable[Entry]) -> WalletStory:
    """Tell bonus from cash: cash is spent first, a refund takes cash only.

    `entries` are a wallet's movements in order, without those that were taken back: a meal
    that was undone gives cash back as cash and bonus as bonus.
    """
    balance = bonus = handed_back = 0
    bonused = False
    for entry in entries:
        balance += entry.change_fen
        if entry.kind == TransferKind.TOP_UP_BONUS:
            bonus, bonused = bonus + entry.change_fen, True
        elif entry.kind == TransferKind.TOP_UP:
            handed_back = max(0, handed_back - entry.change_fen)
        elif entry.kind == TransferKind.REFUND and bonused:
            handed_back -= entry.change_fen
        bonus = min(bonus, balance)
    return WalletStory(bonus, handed_back)


def check_top_up(
    *, amount_fen: int, balance_fen: int, limit_fen: int, bonus_fen: int = 0
) -> Refusal | None:
    """A registered prepaid card holds at most the site's limit (by law 5,000 yuan), bonus
    included."""
    if amount_fen <= 0:
        return Refusal("amount_not_positive")
    room_fen = max(0, limit_fen - balance_fen)
    if amount_fen <= room_fen < amount_fen + bonus_fen:
        facts = {"limit": yuan(limit_fen), "balance": yuan(balance_fen), "bonus": yuan(bonus_fen)}
        return Refusal("top_up_bonus_over_limit", facts)
    if amount_fen > room_fen:
        facts = {"limit": yuan(limit_fen), "balance": yuan(balance_fen), "room": yuan(room_fen)}
        return Refusal("top_up_over_limit", facts)
    return None


def check_refund(*, amount_fen: int, balance_fen: int, bonus_fen: int = 0) -> Refusal | None:
    """What came as cash may go back as cash and no more: never a bonus."""
    if amount_fen <= 0:
        return Refusal("amount_not_positive")
    if amount_fen > balance_fen:
        return Refusal("refund_over_balance", {"balance": yuan(balance_fen)})
    if amount_fen > balance_fen - bonus_fen:
        facts = {"cash": yuan(balance_fen - bonus_fen), "bonus": yuan(bonus_fen)}
        return Refusal("refund_of_bonus", facts)
    return None


def grouped(number: str) -> str:
    """``12345678`` as ``1234 5678``: how it stands on the card and is read aloud."""
    return f"{number[:4]} {number[4:]}"


def name_size(name: str) -> str:
    """Which of three type sizes lets a name stand on a card whole: a class of card-print.css."""
    width = sum(2 if ord(sign) > 0x2E80 else 1 for sign in name)
    return "name-short" if width <= 10 else "name-long" if width <= 24 else "name-longest"
