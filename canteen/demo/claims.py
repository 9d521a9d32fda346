"""The money that the canteen fronted: months that are over are claimed and partly paid."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from canteen.claims.actions import Order, Payment, receive_payment
from canteen.claims.closing import Closed, close_claim
from canteen.claims.rules import Span, month_of
from canteen.demo.ground import CHARITY
from canteen.demo.world import ZONE, Crew
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from canteen.ledger.models import Transfer, TransferKind
from canteen.residents.models import Resident, Status
from canteen.settlement.actions import void_meal
from canteen.settlement.models import Meal, PaidBy
from canteen.subsidies.models import Funder

_CLOSED_ON = timedelta(days=3)
"""A month is claimed on the third day of the next."""
_PAID_AFTER = timedelta(days=16)
_WRONG_CARD = "查出来刷错了卡，本人当天没来"
_REASON = "已逐条核对，按实际用餐申报"


@dataclass(frozen=True)
class _Office:
    """Whoever does the claims of the demo, and until when the story goes."""

    site_ids: Sequence[int]
    crew: Crew
    now: datetime
    dice: random.Random

    @property
    def today(self) -> date:
        return service_date(self.now, ZONE.key)

    def on(self, day: date, clock: time) -> datetime:
        """A moment of a day, never later than now."""
        return min(self.now, datetime.combine(day, clock, tzinfo=ZONE))


def claim_the_past(
    *, site_ids: Sequence[int], crew: Crew, first_day: date, now: datetime, seed: int
) -> None:
    """Claims of every month that is over since `first_day`: all but the newest are paid, that
    is paid in part, and a meal of it turns out wrong afterwards. This month stays open.
    """
    office = _Office(site_ids, crew, now, random.Random(seed))
    spans = _months_over(first_day, office.today)
    payers = db.session.scalars(select(Funder.code).order_by(Funder.id)).all()
    db.session.rollback()  # each closing opens transactions of its own
    for span in spans:
        for code in payers:
            closed = _close(office, code, span)
            if closed and code != CHARITY:  # which paid in advance
                _pay(office, closed, span, in_full=span != spans[-1])
    if spans:
        _find_a_mistake(office, spans[-1])


def _months_over(first_day: date, today: date) -> list[Span]:
    spans, day = [], first_day
    while (span := month_of(day)).last_day < today:
        spans.append(span)
        day = span.last_day + timedelta(days=1)
    return spans


def _close(office: _Office, funder_code: str, span: Span) -> Closed | None:
    order = Order(
        funder_code=funder_code,
        first_day=span.first_day,
        last_day=span.last_day,
        site_ids=tuple(office.site_ids),
        reason=_REASON,
    )
    at = office.on(span.last_day + _CLOSED_ON, time(10, 20))
    day = service_date(at, ZONE.key)
    closed = close_claim(order, today=day, by=office.crew.manager, now=at)
    return closed if isinstance(closed, Closed) else None


def _pay(office: _Office, closed: Closed, span: Span, *, in_full: bool) -> None:
    """The district pays two weeks later: all of it, or three fifths in whole hundreds of yuan."""
    at = office.on(span.last_day + _PAID_AFTER, time(14, 5))
    part = closed.total_fen * 3 // 5 // 100_00 * 100_00
    paid = receive_payment(
        Payment(
            claim_id=closed.claim_id,
            amount_fen=closed.total_fen if in_full else part or closed.total_fen,
            received_on=service_date(at, ZONE.key),
            request_id=UUID(int=office.dice.getrandbits(128), version=4),
            note="区财政拨付" if in_full else "区财政拨付第一笔",
        ),
        site_ids=office.site_ids,
        today=office.today,
        by=office.crew.manager,
        now=at,
    )
    assert paid is None, paid


def _find_a_mistake(office: _Office, span: Span) -> None:
    """A meal of a closed month is voided; the next claim takes its subsidy back."""
    wrong = db.session.execute(
        select(Meal.id, Meal.site_id)
        .join(Transfer, Transfer.meal_id == Meal.id)
        .join(Resident, Resident.id == Meal.resident_id)
        .where(
            Transfer.kind == TransferKind.MEAL_SUBSIDY,
            Meal.service_date == span.last_day - timedelta(days=1),
            Meal.voided_at.is_(None),
            Meal.paid_by == PaidBy.WALLET,
            Resident.status == Status.ACTIVE,
        )
        .order_by(Meal.created_at, Meal.id)
        .limit(1)
    ).first()
    db.session.rollback()
    if wrong is None:
        return
    at = office.on(span.last_day + 2 * _CLOSED_ON, time(9, 40))
    done = void_meal(
        meal_id=wrong.id, site_id=wrong.site_id, reason=_WRONG_CARD, by=office.crew.manager, now=at
    )
    assert done is not None
    assert not isinstance(done, Refusal), done
