"""Settling a meal, undoing it within a minute, voiding it later. Nothing is ever deleted."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.database import broke, db, retried, transaction
from canteen.foundation.prepared import one_by_one, reading, writing
from canteen.foundation.wording import Refusal
from canteen.ledger import booking, reversing
from canteen.ledger.booking import Occasion
from canteen.settlement.facts import meal_facts
from canteen.settlement.models import Meal, PaidBy
from canteen.settlement.receipts import Declined, Receipt, first_receipt, receipt_of
from canteen.settlement.rows import line_rows, meal_row, movements
from canteen.settlement.rules import Order, Sale, SaleFacts, decide_sale, may_undo
from canteen.settlement.tray_queries import with_tray
from canteen.settlement.writing import write_sale
from canteen.sites.models import Site
from canteen.staff.queries import NotAsRemembered, SignedIn
from canteen.subsidies.actions import add_funder
from canteen.subsidies.rules import Part

OPERATOR = "operator"
"""The funder that is the canteen itself."""

UNDONE = "撤销 / undone at the counter"

TRIES = 8
"""How often a sale is decided anew when another counter changed the wallet meanwhile."""


@dataclass(frozen=True)
class Withdrawn:
    """A meal that the canteen pays for in its funders' stead, and how much of it, in fen."""

    meal_id: UUID
    title: str
    amount_fen: int


@dataclass(frozen=True)
class Reversed:
    """A meal that no longer stands, and what the diner has back."""

    meal_id: UUID
    title: str
    back_fen: int
    balance_fen: int | None
    cash: bool


@retried
def settle_meal(
    *, order: Order, service_date: date, now: datetime, asker: SignedIn | None = None
) -> Receipt | Declined:
    """Book one meal and everything it moves, exactly once.

    `asker` is who asks where they were taken from memory: the read of the sale's facts says
    whether they still are as they were, and raises `NotAsRemembered` before anything is told.

    The same id again answers with the first receipt. Two counters at once: the wallet's
    turn, the wallet's balance and the index over standing meals decide, and the loser is
    decided anew on what is true then.
    """
    for _attempt in range(TRIES):
        try:
            with reading() as connection, one_by_one(connection):
                found = meal_facts(
                    connection,
                    order=order,
                    service_date=service_date,
                    now=now,
                    asker_id=asker.id if asker else None,
                )
                if asker and found.asker != asker.standing:
                    raise NotAsRemembered
                if not found.taken:
                    facts = _with_tray(order, found.facts)
                    if isinstance(facts, Refusal):
                        return Declined(facts)
                    sale = decide_sale(order=order, facts=facts)
                    if isinstance(sale, Refusal):
                        return Declined(sale, facts.diner)
                    receipt = _book(connection, order, facts, sale, now)
                    if receipt is not None:
                        return receipt
            if found.taken:
                return first_receipt(db.session(), order, found.facts.undo_seconds)
        except IntegrityError as error:
            if not lost_a_race(error):
                raise
    return Declined(Refusal("busy"))


@retried
def undo_meal(
    *, meal_id: UUID, clerk_id: int, site_id: int, now: datetime
) -> Reversed | Refusal | None:
    """Take back the meal just settled, within the site's time. None: no such meal here.

    Pressed twice, the second press finds it done and says so in the same words.
    """
    with transaction() as session:
        meal = session.get(Meal, meal_id)
        if meal is None or meal.site_id != site_id:
            return None
        if meal.created_by != clerk_id:
            return Refusal("undo_not_yours")
        seconds = session.get_one(Site, site_id).undo_seconds
        if meal.voided_at is None and not may_undo(
            created_at=meal.created_at, now=now, undo_seconds=seconds
        ):
            return Refusal("undo_too_late")
        if _no_shift_to_give_back(session, meal, clerk_id):
            return Refusal("shift_needed_for_cash")
        return reverse(session, meal, reason=UNDONE, by=clerk_id, now=now)


@retried
def void_meal(
    *, meal_id: UUID, site_id: int, reason: str, by: int, now: datetime
) -> Reversed | Refusal | None:
    """Void a meal later, by a manager with a reason. None: no such meal here."""
    if not reason.strip():
        return Refusal("reason_needed")
    with transaction() as session:
        meal = session.get(Meal, meal_id)
        if meal is None or meal.site_id != site_id:
            return None
        if _no_shift_to_give_back(session, meal, by):
            return Refusal("shift_needed_for_cash")
        audit.record(
            session, at=now, staff_id=by, action="voided", subject="meal", subject_id=str(meal_id),
            note=reason,
        )  # fmt: skip
        return reverse(session, meal, reason=reason.strip(), by=by, now=now)


@retried
def withdraw_subsidy(
    *, meal_id: UUID, site_id: int, reason: str, by: int, now: datetime
) -> Withdrawn | Refusal | None:
    """Take a subsidy back that should not have been given: the diner had died or moved, a cap
    was passed over. By a manager with a reason; harmless twice. None: no such meal here.

    The meal stands and the diner is not charged: the canteen carries what its funders gave,
    and each funder's next claim is less by it. Codes: reason_needed, meal_voided,
    nothing_to_withdraw.
    """
    if not reason.strip():
        return Refusal("reason_needed")
    for _attempt in range(TRIES):
        try:
            with transaction() as session:
                meal = session.get(Meal, meal_id)
                if meal is None or meal.site_id != site_id:
                    return None
                return withdraw(session, meal, reason=reason.strip(), by=by, now=now)
        except IntegrityError as error:  # two first withdrawals open the canteen's account
            if not opened_twice(error):
                raise
    return Refusal("busy")


def withdraw(
    session: Session, meal: Meal, *, reason: str, by: int, now: datetime
) -> Withdrawn | Refusal:
    """`withdraw_subsidy` inside the caller's transaction."""
    parts = [Part(**part) for part in json.loads(meal.parts or "[]")]
    taken_fen = sum(part.amount_fen for part in parts if part.funder != OPERATOR)
    if not taken_fen:
        return Refusal("nothing_to_withdraw")
    done = Withdrawn(meal.id, meal.diner_title, taken_fen)
    marked = session.execute(
        update(Meal)
        .where(Meal.id == meal.id, Meal.withdrawn_at.is_(None), Meal.voided_at.is_(None))
        .values(withdrawn_at=now)
        .returning(Meal.id)
        .execution_options(synchronize_session=False)
    ).first()
    if not marked:
        session.refresh(meal)
        return Refusal("meal_voided") if meal.voided_at is not None else done
    add_funder(session, code=OPERATOR)
    reversing.carry_instead(session, meal_id=meal.id, carrier=OPERATOR, now=now, by=by, note=reason)
    audit.record(
        session, at=now, staff_id=by, action="withdrew_subsidy", subject="meal",
        subject_id=str(meal.id), note=reason,
    )  # fmt: skip
    return done


def reverse(
    session: Session,
    meal: Meal,
    *,
    reason: str,
    by: int,
    now: datetime,
    till: bool = True,
    as_then: bool = False,
) -> Reversed:
    """Mark a meal void and give its money back, inside the caller's transaction.

    `till`: over a counter, in whose shift it is. `as_then`: back then already, in the meal's own.
    """
    marked = session.execute(
        update(Meal)
        .where(Meal.id == meal.id, Meal.voided_at.is_(None))
        .values(voided_at=now, voided_by=by, void_reason=reason[:200])
        .returning(Meal.id)
        .execution_options(synchronize_session=False)
    ).first()
    if marked:
        reversing.reverse_meal(
            session, meal_id=meal.id, now=now, by=by, note=reason, till=till, as_then=as_then
        )
    balance = None
    if meal.resident_id is not None:
        balance = booking.change_wallet(session, resident_id=meal.resident_id, change_fen=0)
    return Reversed(
        meal_id=meal.id,
        title=meal.diner_title,
        back_fen=meal.paid_fen,
        balance_fen=balance,
        cash=meal.paid_by == PaidBy.CASH,
    )


def _no_shift_to_give_back(session: Session, meal: Meal, by: int) -> bool:
    """Whether a meal's cash would go back over a counter at which no shift is open."""
    return meal.paid_by == PaidBy.CASH and reversing.no_shift_to_give_back(
        session, by=by, site_id=meal.site_id, meal_id=meal.id
    )


def _with_tray(order: Order, facts: SaleFacts) -> SaleFacts | Refusal:
    """The facts with the price of a tray; a set and nothing more costs no second read."""
    return facts if order.tray is None else with_tray(db.session(), order, facts)


def _book(
    connection: Connection, order: Order, facts: SaleFacts, sale: Sale, now: datetime
) -> Receipt | None:
    """Write the meal and its transfers; None when the wallet changed since it was read, or the
    shift was closed that the site asks for."""
    diner = facts.diner
    wallet, balance = None, None
    if diner is not None:
        take = sale.priced.pay_fen if sale.paid_by is PaidBy.WALLET else 0
        wallet, balance = (diner.resident_id, take, diner.turn), diner.balance_fen - take
    row = meal_row(order, facts, sale, balance, now)
    occasion = Occasion(
        site_id=order.site_id,
        service_date=facts.service_date,
        now=now,
        by=order.clerk_id,
        meal_id=order.meal_id,
        till=order.device_id is not None,
        device_id=order.device_id,
    )
    moved = movements(order.site_id, diner, sale)
    with writing(connection):
        written = write_sale(
            connection,
            meal=row,
            movements=moved,
            occasion=occasion,
            wallet=wallet,
            lines=line_rows(order.meal_id, facts.lines),
            in_shift=facts.shift_required and order.device_id is not None,
        )
    return None if written is None else receipt_of(row, sale.priced.parts, facts.undo_seconds)


def lost_a_race(error: IntegrityError) -> bool:
    """Whether another counter was first: with this very id, or with this person's meal."""
    return broke(error, "pk_meals", "meals.id") or broke(
        error,
        "uq_meals_one_per_period",
        "meals.resident_id",
        "meals.service_date",
        "meals.period_code",
    )


def opened_twice(error: IntegrityError) -> bool:
    """Whether the canteen's own account was opened by somebody else in the same moment."""
    return broke(error, "uq_funders_code", "funders.code") or broke(
        error, "uq_accounts_code", "accounts.code"
    )
