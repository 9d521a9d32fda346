"""Numbers of things that people carry anyway, standing for their card: a bus card, a house key.

An NFC reader types such a number like a gun. It proves nothing by itself (the chip tells it to
every reader, and often it is printed on the outside), no less and no more than a static code
does: limits a day and the title on the screen guard both. Readers tell one chip in different
ways, so a number is registered with the reader of the counter.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.cards.models import Card, CardAlias, CardState
from canteen.cards.rules import grouped
from canteen.cards.tokens import CardClaim
from canteen.foundation import audit, storage
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal

MOST_ON_A_CARD = 3
_FORM = re.compile(r"[0-9a-f]{8,20}")


def plain_alias(text: str) -> str | None:
    """A typed number as it is matched: 8 to 20 digits or hex, whatever case and separators the
    reader, Caps Lock or an input method gave it; None for what is none."""
    plain = re.sub(r"[\s:.\-]+", "", unicodedata.normalize("NFKC", text)).casefold()
    return plain if _FORM.fullmatch(plain) and re.search(r"\d", plain) else None


@retried
def add_alias(*, card_id: int, text: str, now: datetime, by: int) -> CardAlias | Refusal:
    """Let a number stand for a card in use. The same once more is harmless.

    Codes: alias_form, card_not_in_use (`number`), alias_taken, too_many_aliases (`most`).
    """
    code = plain_alias(text)
    if code is None:
        return Refusal("alias_form")
    try:
        with transaction() as session:
            return _add(session, card_id=card_id, code=code, now=now, by=by)
    except IntegrityError as error:
        if not broke(error, "uq_card_aliases_in_use", "card_aliases.code_hash"):
            raise
        return Refusal("alias_taken")


def _add(
    session: Session, *, card_id: int, code: str, now: datetime, by: int
) -> CardAlias | Refusal:
    card = session.get_one(Card, card_id, with_for_update=True, populate_existing=True)
    if card.state != CardState.ACTIVE:
        return Refusal("card_not_in_use", {"number": grouped(card.number)})
    known = _in_use(session, code)
    if known is not None:
        return known if known.card_id == card_id else Refusal("alias_taken")
    if len(aliases_of(session, card_id)) >= MOST_ON_A_CARD:
        return Refusal("too_many_aliases", {"most": MOST_ON_A_CARD})
    alias = CardAlias(
        card_id=card_id,
        code_hash=storage.keys().lookup_hash(_keyed(code)),
        tail=code[-4:].upper(),
        added_at=now,
        added_by=by,
    )
    session.add(alias)
    session.flush()
    _record(session, "added_alias", card_id, now, by)
    return alias


@retried
def end_alias(*, alias_id: int, card_id: int, now: datetime, by: int) -> bool:
    """From now on a number stands for nothing. Harmless twice; False for none of this card."""
    with transaction() as session:
        alias = session.get(CardAlias, alias_id)
        if alias is None or alias.card_id != card_id:
            return False
        if alias.ended_at is None:
            alias.ended_at, alias.ended_by = now, by
            _record(session, "ended_alias", card_id, now, by)
        return True


def end_aliases(
    session: Session, card_ids: Sequence[int], *, now: datetime, by: int | None
) -> None:
    """What stood for cards that end, ends with them, inside the caller's transaction."""
    session.execute(
        update(CardAlias)
        .where(CardAlias.card_id.in_(card_ids), CardAlias.ended_at.is_(None))
        .values(ended_at=now, ended_by=by)
    )


def aliases_of(session: Session, card_id: int) -> Sequence[CardAlias]:
    """What stands for a card now, in the order in which it came."""
    query = select(CardAlias).where(CardAlias.card_id == card_id, CardAlias.ended_at.is_(None))
    return session.scalars(query.order_by(CardAlias.id)).all()


def claim_of_alias(session: Session, text: str) -> CardClaim | None:
    """The card that a typed number stands for; None for a number that stands for none."""
    code = plain_alias(text)
    alias = _in_use(session, code) if code else None
    if alias is None:
        return None
    card = session.get_one(Card, alias.card_id)
    return CardClaim(card.number, card.issue)


def stood_for_a_card(session: Session, text: str) -> bool:
    """Whether a typed number ever stood for a card: then it is no code that was cut."""
    code = plain_alias(text)
    if code is None:
        return False
    hashes = storage.keys().lookup_hashes(_keyed(code))
    known = select(CardAlias.id).where(CardAlias.code_hash.in_(hashes)).limit(1)
    return session.scalar(known) is not None


def _in_use(session: Session, code: str) -> CardAlias | None:
    hashes = storage.keys().lookup_hashes(_keyed(code))
    query = select(CardAlias).where(CardAlias.code_hash.in_(hashes), CardAlias.ended_at.is_(None))
    return session.scalars(query.limit(1)).one_or_none()


def _keyed(code: str) -> str:
    """Keeps these hashes apart from those of ID numbers under the same key."""
    return f"card alias {code}"


def _record(session: Session, action: str, card_id: int, now: datetime, by: int) -> None:
    audit.record(session, at=now, staff_id=by, action=action, subject="card", subject_id=card_id)
