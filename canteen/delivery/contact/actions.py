"""Writing a card's lines, noting prints, making a card anew; and wishes until a person decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.delivery.contact.links import CardLink
from canteen.delivery.contact.models import CardWish, ContactCard, ContactLines, WishState
from canteen.delivery.contact.queries import card_is_good, waiting_of
from canteen.delivery.contact.rules import MOST_WAITING
from canteen.delivery.requests.actions import Wish, ask_in
from canteen.delivery.requests.kinds import kind_of
from canteen.foundation import audit
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Household, Resident, Status
from canteen.sites.models import Site

_ISSUES = 100


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks for through a card. `id` is made by the page: sent twice it is one."""

    id: UUID
    kind: str
    wanted_when: str
    details: str
    asked_by: str


@retried
def save_lines(*, site_id: int, values: Mapping[str, str], by: int, now: datetime) -> None:
    """What a site writes on its cards: office, telephone, what to call for. Harmless twice."""
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)  # of two at once one comes second
        lines = session.get(ContactLines, site_id) or ContactLines(site_id=site_id)
        for name, value in values.items():
            setattr(lines, name, value)
        lines.changed_at, lines.changed_by = now, by
        session.add(lines)
        audit.record(
            session, at=now, staff_id=by, action="saved", subject="contact_lines",
            subject_id=site_id,
        )  # fmt: skip


@retried
def mark_cards_printed(
    *, site_id: int, household_ids: Sequence[int], by: int, now: datetime
) -> int:  # fmt: skip
    """Note that cards came out of the printer; how many were this site's. Harmless twice."""
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)
        own = set(
            session.scalars(
                select(Resident.household_id).where(
                    Resident.site_id == site_id, Resident.household_id.in_(household_ids)
                )
            )
        )
        for household_id in sorted(one for one in own if one):
            card = _card(session, household_id)
            card.printed_at, card.printed_by = now, by
        return len(own)


@retried
def renew_card(*, site_id: int, household_id: int, by: int, now: datetime) -> bool:
    """The card is lost: its code opens nothing any more, the next print is another.

    False where nobody of the site lives behind that door.
    """
    with transaction() as session:
        session.get_one(Site, site_id, with_for_update=True)
        here = select(Resident.id).filter_by(site_id=site_id, household_id=household_id)
        if session.scalar(here.limit(1)) is None:
            return False
        card = _card(session, household_id)
        card.issue, card.printed_at, card.printed_by = (card.issue + 1) % _ISSUES, None, None
        audit.record(
            session, at=now, staff_id=by, action="renewed", subject="contact_card",
            subject_id=household_id,
        )  # fmt: skip
        return True


@retried
def ask_by_card(*, link: CardLink, asked: Asked, now: datetime) -> Refusal | None:
    """Leave a wish for a person at the canteen to look at. Harmless twice.

    Codes: card_over, request_kind_unknown, card_wishes_many.
    """
    try:
        with transaction() as session:
            session.get(Household, link.household_id, with_for_update=True)  # count, then add
            if session.get(CardWish, asked.id) is not None:
                return None
            if not card_is_good(session, link):
                return Refusal("card_over")
            if kind_of(session, site_id=link.site_id, code=asked.kind) is None:
                return Refusal("request_kind_unknown")
            if waiting_of(session, household_id=link.household_id) >= MOST_WAITING:
                return Refusal("card_wishes_many")
            session.add(
                CardWish(
                    id=asked.id, site_id=link.site_id, household_id=link.household_id,
                    kind=asked.kind, wanted_when=asked.wanted_when, details=asked.details,
                    asked_by=asked.asked_by, asked_at=now, state=WishState.WAITING,
                )
            )  # fmt: skip
            return None
    except IntegrityError as error:
        if broke(error, "pk_card_wishes", "card_wishes.id"):
            return None  # its twin was quicker
        raise


@retried
def take_up_wish(
    *,
    site_id: int,
    wish_id: UUID,
    resident_id: int,
    details: str,
    team_id: int | None,
    by: int,
    now: datetime,
) -> Refusal | None:
    """Somebody called back and it is wanted: it becomes a request. Harmless twice.

    Codes: those of `requests.actions.ask_for_help`, wish_gone, wish_decided, wish_for_nobody.
    """
    with transaction() as session:
        row = _locked(session, site_id, wish_id)
        if row is None:
            return Refusal("wish_gone")
        if row.state != WishState.WAITING:
            return None if row.state == WishState.TAKEN_UP else Refusal("wish_decided")
        person = session.get(Resident, resident_id)
        if person is None or person.household_id != row.household_id or (
            person.status != Status.ACTIVE
        ):  # fmt: skip
            return Refusal("wish_for_nobody")
        wish = Wish(
            id=row.id, resident_id=resident_id, kind=row.kind, details=details,
            asked_by=row.asked_by, team_id=team_id,
        )  # fmt: skip
        refusal = ask_in(session, site_id=site_id, wish=wish, by=by, now=now)
        if refusal is None:
            row.state, row.decided_by, row.decided_at = WishState.TAKEN_UP, by, now
        return refusal


@retried
def put_wish_away(*, site_id: int, wish_id: UUID, by: int, now: datetime) -> Refusal | None:
    """It was no wish, or is none any more. Harmless twice. Codes: wish_gone, wish_decided."""
    with transaction() as session:
        row = _locked(session, site_id, wish_id)
        if row is None:
            return Refusal("wish_gone")
        if row.state == WishState.TAKEN_UP:
            return Refusal("wish_decided")
        if row.state == WishState.WAITING:
            row.state, row.decided_by, row.decided_at = WishState.PUT_AWAY, by, now
            audit.record(
                session, at=now, staff_id=by, action="put_away", subject="card_wish",
                subject_id=str(wish_id),
            )  # fmt: skip
        return None


def _card(session: Session, household_id: int) -> ContactCard:
    card = session.get(ContactCard, household_id)
    if card is None:
        card = ContactCard(household_id=household_id, issue=0)
        session.add(card)
    return card


def _locked(session: Session, site_id: int, wish_id: UUID) -> CardWish | None:
    row = session.get(CardWish, wish_id, with_for_update=True, populate_existing=True)
    return row if row is not None and row.site_id == site_id else None
