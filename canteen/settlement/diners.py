"""What the counter page shows before the first card, and whom it finds by name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from canteen.cards.models import Card, CardState
from canteen.ledger.models import Account
from canteen.residents.models import GridNode, Household, Resident, SearchKey, Status
from canteen.residents.pinyin import query_key, title_of
from canteen.subsidies.rules import age_on

SHOWN = 8
"""How many people a search at the counter shows: more cannot be told apart at a glance."""


@dataclass(frozen=True)
class Candidate:
    """Somebody a clerk may mean: enough to tell two of one name apart, and no more."""

    resident_id: int
    name: str
    title: str
    age: int | None
    place: str
    card_tail: str
    balance_fen: int


def find_diners(
    session: Session, *, text: str, today: date, site_ids: Collection[int] | None = None
) -> Sequence[Candidate]:
    """Active residents by name, pinyin, initials, phone tail or card number; at most `SHOWN`.

    Of every site, since anybody may eat anywhere, or only those registered at `site_ids`.
    """
    wanted = _matching(text)
    if wanted is None:
        return []
    parent = aliased(GridNode)
    query = (
        select(Resident, Account.balance_fen, Card.number, GridNode.name, parent.name)
        .outerjoin(Account, Account.resident_id == Resident.id)
        .outerjoin(Card, (Card.resident_id == Resident.id) & (Card.state == CardState.ACTIVE))
        .outerjoin(Household, Household.id == Resident.household_id)
        .outerjoin(GridNode, GridNode.id == Household.unit_id)
        .outerjoin(parent, parent.id == GridNode.parent_id)
        .where(Resident.id.in_(wanted), Resident.status == Status.ACTIVE)
        .order_by(Resident.sort_name, Resident.id)
        .limit(SHOWN)
    )
    if site_ids is not None:
        query = query.where(Resident.site_id.in_(site_ids))
    return [
        _candidate(resident, balance, number, unit, building, today)
        for resident, balance, number, unit, building in session.execute(query)
    ]


def _matching(text: str) -> Any:
    """The ids of people a text may mean, as a subquery; None for nothing to search by."""
    key = query_key(text)
    if not key:
        return None
    if key.isascii() and key.isdigit():
        by_card = select(Card.resident_id).where(Card.number == key, Card.state == CardState.ACTIVE)
        by_phone = select(Resident.id).where(Resident.phone_tail == key)
        return by_card if len(key) == 8 else by_phone.limit(50)
    after = key[:-1] + chr(ord(key[-1]) + 1)
    return (
        select(SearchKey.resident_id)
        .where(or_(SearchKey.key == key, (SearchKey.key >= key) & (SearchKey.key < after)))
        .limit(200)
    )


def _candidate(
    resident: Resident,
    balance: int | None,
    number: str | None,
    unit: str | None,
    building: str | None,
    today: date,
) -> Candidate:
    age = age_on(resident.birthday, today)
    return Candidate(
        resident_id=resident.id,
        name=resident.name,
        title=title_of(resident.name, resident.gender, age)[0],
        age=age,
        place=f"{building or ''}{unit or ''}",
        card_tail=number[-4:] if number else "",
        balance_fen=balance or 0,
    )
