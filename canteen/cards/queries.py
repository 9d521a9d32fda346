"""Reading cards: lists, a person's cards, what is to be printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from canteen.cards.models import Card, CardState
from canteen.cards.rules import MOST_AT_ONCE, grouped, name_size
from canteen.cards.tokens import make_token, plain_scan, unproven_number
from canteen.foundation.paging import PAGE_SIZE, Page, cut
from canteen.ledger.models import Account
from canteen.residents.models import GridNode, Household, Level, Resident, SearchKey, Status
from canteen.residents.pinyin import query_key

MOST_BUILDINGS = 300
"""A list to pick a building from; a site with more is searched by name."""


MOST_FOUND = 500
"""What a search looks through: one letter may mean half a city."""
Rows = Select[*tuple[Any, ...]]


class Show(StrEnum):
    """Which people of a site the list shows."""

    EVERYBODY = "everybody"
    ACTIVE = "active"
    UNPRINTED = "unprinted"
    LOST = "lost"
    NONE = "none"


@dataclass(frozen=True)
class Holder:
    """One line of a list: a person, where they live, their card if they have one."""

    resident_id: int
    name: str
    place: str
    phone_tail: str
    status: str
    card_id: int | None
    number: str | None
    printed_at: datetime | None
    balance_fen: int

    @property
    def grouped_number(self) -> str:
        """The number as it stands on the card; empty without one."""
        return grouped(self.number) if self.number else ""


@dataclass(frozen=True)
class Building:
    """A building in which diners of a site live."""

    id: int
    name: str


@dataclass(frozen=True)
class PrintedCard:
    """What stands on one card. `token` is made for this page and stored nowhere."""

    card_id: int
    resident_id: int
    name: str
    number: str
    token: str

    @property
    def grouped_number(self) -> str:
        """The number in two groups of four."""
        return grouped(self.number)

    @property
    def name_size(self) -> str:
        """The class of the name's type size."""
        return name_size(self.name)


def holders(
    session: Session, *, site_id: int, show: Show, building_id: int | None, number: int
) -> Page[Holder]:
    """One page of a site's diners whose registration stands: by name, people with a card first."""
    query = _lines().where(Resident.site_id == site_id, Resident.status == Status.ACTIVE)
    query = _in_building(_shown(query, show), building_id)
    query = query.order_by(Resident.sort_name, Resident.id)
    offset, wanted = (number - 1) * PAGE_SIZE, PAGE_SIZE + 1
    if show is not Show.EVERYBODY:
        rows = session.execute(query.offset(offset).limit(wanted)).all()
        return cut([_holder(row) for row in rows], number)
    # Two lists one after the other, each in the order of the index: none is sorted anew.
    with_card = query.where(Card.id.is_not(None))
    rows = session.execute(with_card.offset(offset).limit(wanted)).all()
    if len(rows) < wanted:
        before = len(rows) if number == 1 else _count(session, with_card)
        rest = query.where(Card.id.is_(None)).offset(max(0, offset - before))
        rows = [*rows, *session.execute(rest.limit(wanted - len(rows)))]
    return cut([_holder(row) for row in rows], number)


def _count(session: Session, query: Rows) -> int:
    counted = query.with_only_columns(func.count()).order_by(None)
    return session.scalar(counted) or 0


def holder_of_number(session: Session, number: str) -> int | None:
    """Whose card has this number, whatever became of it; None for a number never given out."""
    return session.scalar(select(Card.resident_id).where(Card.number == number).limit(1))


def search(session: Session, text: str) -> Sequence[Holder]:
    """People of any site by name, pinyin, initials, card number, scanned code or phone tail.

    Every card number a person ever had finds them: a lost card is brought to the counter.
    """
    wanted = _matching(text)
    if wanted is None:
        return []
    query = _lines().where(Resident.id.in_(wanted))
    rows = session.execute(query.order_by(Resident.sort_name, Resident.id).limit(PAGE_SIZE))
    return [_holder(row) for row in rows]


def without_card(session: Session, *, site_id: int, building_id: int | None) -> Sequence[Holder]:
    """The first people of a site (or one building) who have no card in use."""
    query = _lines().where(Resident.site_id == site_id, Resident.status == Status.ACTIVE)
    query = _in_building(_shown(query, Show.NONE), building_id)
    rows = session.execute(query.order_by(Resident.sort_name, Resident.id).limit(MOST_AT_ONCE))
    return [_holder(row) for row in rows]


def holder(session: Session, resident_id: int) -> Holder | None:
    """One person's line, or None."""
    row = session.execute(_lines().where(Resident.id == resident_id)).one_or_none()
    return _holder(row) if row else None


def cards_of(session: Session, resident_id: int) -> Sequence[Card]:
    """Every card a person ever had, the newest first."""
    query = select(Card).where(Card.resident_id == resident_id).order_by(Card.id.desc())
    return session.scalars(query.limit(PAGE_SIZE)).all()


def buildings(session: Session, *, site_id: int) -> Sequence[Building]:
    """The buildings in which a site's diners live, in grid order."""
    compound, unit = aliased(GridNode), aliased(GridNode)
    lived_in = exists(
        select(Resident.id)
        .join(Household, Household.id == Resident.household_id)
        .join(unit, unit.id == Household.unit_id)
        .where(unit.parent_id == GridNode.id, Resident.site_id == site_id)
    )
    query = (
        select(GridNode.id, compound.name, GridNode.name)
        .join(compound, compound.id == GridNode.parent_id)
        .where(GridNode.level == Level.BUILDING, lived_in)
        .order_by(GridNode.sort_key, GridNode.id)
        .limit(MOST_BUILDINGS)
    )
    return [Building(id, f"{area} {name}") for id, area, name in session.execute(query)]


def to_print(session: Session, *, card_ids: Sequence[int], key: bytes) -> Sequence[PrintedCard]:
    """The cards of a selection that are in use, in its order; `key` makes their codes."""
    found = {card.card_id: card for card in _printed(session, Card.id.in_(card_ids), key)}
    return [found[card_id] for card_id in dict.fromkeys(card_ids) if card_id in found]


def unprinted(
    session: Session, *, site_id: int, building_id: int | None, key: bytes
) -> Sequence[PrintedCard]:
    """The first cards in use of a site (or one building) that nobody has printed yet."""
    query = _cards_in_use().where(Resident.site_id == site_id, Card.printed_at.is_(None))
    query = _in_building(
        query.outerjoin(Household, Household.id == Resident.household_id), building_id
    )
    query = query.order_by(Resident.sort_name, Resident.id).limit(MOST_AT_ONCE)
    return [_print(row, key) for row in session.execute(query)]


def _printed(session: Session, condition: Any, key: bytes) -> list[PrintedCard]:
    query = _cards_in_use().where(condition).limit(MOST_AT_ONCE)
    return [_print(row, key) for row in session.execute(query)]


def _cards_in_use() -> Rows:
    return (
        select(Card.id, Resident.id, Resident.name, Card.number, Card.issue)
        .join(Resident, Resident.id == Card.resident_id)
        .where(Card.state == CardState.ACTIVE)
    )


def _print(row: Any, key: bytes) -> PrintedCard:
    card_id, resident_id, name, number, issue = row
    return PrintedCard(card_id, resident_id, name, number, make_token(number, issue, key))


def _lines() -> Rows:
    building, compound = aliased(GridNode), aliased(GridNode)
    place = (
        func.coalesce(compound.name, "")
        + func.coalesce(building.name, "")
        + func.coalesce(GridNode.name, "")
    )
    return (
        select(
            Resident.id,
            Resident.name,
            place,
            Resident.phone_tail,
            Resident.status,
            Card.id,
            Card.number,
            Card.printed_at,
            func.coalesce(Account.balance_fen, 0),
        )
        .outerjoin(Card, (Card.resident_id == Resident.id) & (Card.state == CardState.ACTIVE))
        .outerjoin(Account, Account.resident_id == Resident.id)
        .outerjoin(Household, Household.id == Resident.household_id)
        .outerjoin(GridNode, GridNode.id == Household.unit_id)
        .outerjoin(building, building.id == GridNode.parent_id)
        .outerjoin(compound, compound.id == building.parent_id)
    )


def _holder(row: Any) -> Holder:
    return Holder(*row)


def _shown(query: Rows, show: Show) -> Rows:
    if show is Show.ACTIVE:
        return query.where(Card.id.is_not(None))
    if show is Show.UNPRINTED:
        return query.where(Card.id.is_not(None), Card.printed_at.is_(None))
    if show is Show.NONE:
        return query.where(Card.id.is_(None))
    if show is Show.LOST:
        lost = aliased(Card)
        had = exists().where(lost.resident_id == Resident.id, lost.state == CardState.LOST)
        return query.where(Card.id.is_(None), had)
    return query


def _in_building(query: Rows, building_id: int | None) -> Rows:
    """Only households in the units of one building; the query knows `Household`."""
    if building_id is None:
        return query
    units = select(GridNode.id).where(GridNode.parent_id == building_id)
    return query.where(Household.unit_id.in_(units))


def _matching(text: str) -> Rows | None:
    """The ids of people a text may mean, as a subquery; None for nothing to search by."""
    digits = unproven_number(text) or plain_scan(text)
    if digits.isascii() and digits.isdigit():
        if len(digits) == 4:
            return select(Resident.id).where(Resident.phone_tail == digits).limit(MOST_FOUND)
        return select(Card.resident_id).where(Card.number == digits)
    key = query_key(text)
    if not key:
        return None
    after = key[:-1] + chr(ord(key[-1]) + 1)
    found = select(SearchKey.resident_id).where(SearchKey.key >= key, SearchKey.key < after)
    return found.limit(MOST_FOUND)
