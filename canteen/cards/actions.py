"""Changing cards: issuing, printing, loss, replacement, closing."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.cards.aliases import end_aliases
from canteen.cards.models import Card, CardState
from canteen.cards.rules import (
    MOST_AT_ONCE,
    grouped,
    may_close,
    may_replace,
    may_report_lost,
    next_issue,
)
from canteen.foundation import audit
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident, Status

TRIES = 5
"""How often a race for a number or a person is decided anew."""


@retried
def issue_card(*, resident_id: int, now: datetime, by: int) -> int | Refusal:
    """Give a person their card; its id. Raises NoResultFound for an unknown person.

    Codes: card_already_active (`number`), card_holder_ended.
    """
    for _attempt in range(TRIES):
        try:
            with transaction() as session:
                return _issue(session, resident_id=resident_id, now=now, by=by)
        except IntegrityError as error:
            if not _lost_a_race(error):
                raise
    raise AssertionError("no free card number in many tries")


@retried
def issue_cards(*, resident_ids: Sequence[int], now: datetime, by: int) -> list[int] | Refusal:
    """Give cards to the people of a selection who have none; the new ids, in their order.

    People who have a card, moved away or died are passed over, so that the same selection
    sent twice makes nothing new. Code: too_many_cards (`most`).
    """
    wanted = list(dict.fromkeys(resident_ids))
    if len(wanted) > MOST_AT_ONCE:
        return Refusal("too_many_cards", {"most": MOST_AT_ONCE})
    for _attempt in range(TRIES):
        try:
            with transaction() as session:
                known = set(session.scalars(select(Resident.id).where(Resident.id.in_(wanted))))
                made = [
                    _issue(session, resident_id=resident_id, now=now, by=by)
                    for resident_id in wanted
                    if resident_id in known
                ]
                return [card_id for card_id in made if not isinstance(card_id, Refusal)]
        except IntegrityError as error:
            if not _lost_a_race(error):
                raise
    raise AssertionError("no free card number in many tries")


def mark_printed(*, card_ids: Sequence[int], now: datetime, by: int) -> int:
    """Note that cards have been printed; how many were not yet. Harmless twice."""
    with transaction() as session:
        marked = session.scalars(
            update(Card)
            .where(
                Card.id.in_(card_ids[:MOST_AT_ONCE]),
                Card.state == CardState.ACTIVE,
                Card.printed_at.is_(None),
            )
            .values(printed_at=now)
            .returning(Card.id)
        ).all()
        for card_id in marked:
            _record(session, "printed_card", card_id, now, by)
        return len(marked)


@retried
def report_card_lost(*, card_id: int, now: datetime, by: int) -> Card | Refusal:
    """From this moment no counter takes the card, and it never works again. Harmless twice.

    Code: card_not_in_use (`number`).
    """
    with transaction() as session:
        card = _locked(session, card_id)
        if refusal := may_report_lost(card.state, number=card.number):
            return refusal
        _end(session, card, CardState.LOST, now, by)
        return card


@retried
def replace_card(*, card_id: int, now: datetime, by: int) -> Card | Refusal:
    """Give a person a new card for a worn or lost one; the old one is refused at once.

    Sent twice, the second answers with the card that is there already.
    Codes: card_not_in_use (`number`), card_holder_ended.
    """
    with transaction() as session:
        card = _locked(session, card_id)
        newest = _newest(session, card.resident_id)
        if newest is not None and newest.id != card.id:
            return newest
        if refusal := may_replace(card.state, number=card.number):
            return refusal
        if _ended(session, card.resident_id):
            return Refusal("card_holder_ended")
        _end(session, card, CardState.REPLACED, now, by)
        fresh = _put(session, after=card, resident_id=card.resident_id, now=now, by=by)
        _record(session, "replaced_card", card.id, now, by, note=f"card {fresh.id}")
        return fresh


@retried
def close_card(*, card_id: int, now: datetime, by: int) -> Card | Refusal:
    """End a card for good; the money stays the person's. Harmless twice.

    Code: card_not_in_use (`number`).
    """
    with transaction() as session:
        card = _locked(session, card_id)
        if refusal := may_close(card.state, number=card.number):
            return refusal
        _end(session, card, CardState.CLOSED, now, by)
        return card


def _issue(session: Session, *, resident_id: int, now: datetime, by: int) -> int | Refusal:
    newest = _newest(session, resident_id)
    if newest is not None and newest.state == CardState.ACTIVE:
        return Refusal("card_already_active", {"number": grouped(newest.number)})
    if _ended(session, resident_id):
        return Refusal("card_holder_ended")
    return _put(session, after=newest, resident_id=resident_id, now=now, by=by).id


def _put(session: Session, *, after: Card | None, resident_id: int, now: datetime, by: int) -> Card:
    following = next_issue(
        number=after.number if after else None, issue=after.issue if after else None
    )
    card = Card(
        number=following.number or _free_number(session),
        issue=following.issue,
        resident_id=resident_id,
        state=CardState.ACTIVE,
        issued_at=now,
        issued_by=by,
    )
    session.add(card)
    session.flush()
    _record(session, "issued_card", card.id, now, by)
    return card


def _free_number(session: Session) -> str:
    """Drawn by lot, so that a number says nothing and the next cannot be guessed."""
    while True:
        drawn = [f"{secrets.randbelow(90_000_000) + 10_000_000}" for _ in range(4)]
        taken = set(session.scalars(select(Card.number).where(Card.number.in_(drawn))))
        for number in drawn:
            if number not in taken:
                return number


def _end(session: Session, card: Card, state: CardState, now: datetime, by: int) -> None:
    """End an active card; one that has ended keeps how and when."""
    if card.state != CardState.ACTIVE:
        return
    card.state, card.ended_at, card.ended_by = state, now, by
    end_aliases(session, [card.id], now=now, by=by)
    _record(session, f"card_{state}", card.id, now, by)
    session.flush()  # before its successor is written: only one may be active


def _locked(session: Session, card_id: int) -> Card:
    """The card, held until the transaction ends: of two replacements one comes second."""
    return session.get_one(Card, card_id, with_for_update=True, populate_existing=True)


def _newest(session: Session, resident_id: int) -> Card | None:
    query = select(Card).where(Card.resident_id == resident_id).order_by(Card.id.desc()).limit(1)
    return session.scalars(query).one_or_none()


def _ended(session: Session, resident_id: int) -> bool:
    return session.get_one(Resident, resident_id).status != Status.ACTIVE


def _lost_a_race(error: IntegrityError) -> bool:
    return broke(error, "uq_cards_one_active", "cards.resident_id") or broke(
        error, "uq_cards_number_issue", "cards.number", "cards.issue"
    )


def _record(
    session: Session, action: str, card_id: int, now: datetime, by: int, note: str = ""
) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action, subject="card", subject_id=card_id, note=note
    )
