"""Reading the queue of a counter that was alone, and booking each meal of it by itself."""

import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from flask_login import current_user
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from canteen.blueprints.context import now, site_id_here, staff_id
from canteen.blueprints.settlement import offline_schemas as offline
from canteen.blueprints.settlement.clerks import MANAGING, clerk_of
from canteen.cards.tokens import CardClaim, read_token
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal, say
from canteen.settlement.models import Channel, PaidBy
from canteen.settlement.offline import actions, unbooked
from canteen.settlement.offline.models import UnbookedMeal
from canteen.settlement.offline.rules import Shown
from canteen.settlement.offline.sealing import opened
from canteen.settlement.rules import Order
from canteen.sites import queries as sites
from canteen.staff.rules import Role


def answers_to(meals: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What becomes of each, in the order in which they were served.

    One that the system fails at holds up nobody else; only what the same card was served after
    it waits, since its price and its money go by what came before.
    """
    answers: list[dict[str, Any]] = []
    waiting: set[str] = set()
    for meal in meals:
        card = str(meal.get("token") or "")
        if card and card in waiting:
            _keep_waiting(meal)
            answers.append(offline.busy_json(meal))
            continue
        answers.append(_booked(meal))
        if answers[-1]["reason"] == offline.FAILED:
            waiting.add(card)
    return answers


def told_again(kept: UnbookedMeal) -> Refusal | None:
    """Try a meal that is kept for the manager once more, as if its counter told it now.

    Codes: unbooked_incomplete, unbooked_closed, unbooked_fails, and those of the booking.
    """
    served = opened(kept.sealed, storage.keys()) if kept.complete else None
    if kept.closed_by_hand:
        return Refusal("unbooked_closed")
    if kept.booked_id is not None:
        return None
    if served is None:
        return Refusal("unbooked_incomplete")
    unbooked.note_attempt(meal_id=served.order.meal_id, by=staff_id(), now=now())
    try:
        answer = actions.book_served_meal(served, now=now())
    except OperationalError:
        raise
    except Exception as error:
        _report(served, error)
        return Refusal("unbooked_fails")
    return Refusal("unbooked_closed") if answer.outcome == "closed" else answer.refusal


def _booked(meal: Mapping[str, Any]) -> dict[str, Any]:
    """What becomes of one entry of the queue, also where the system has a mistake in it."""
    try:
        told = offline.ServedSchema.model_validate(meal)
    except ValidationError as error:
        return offline.unread_json(meal, error.errors()[0]["msg"])
    served: actions.ServedMeal | Refusal | None = None
    try:
        served = _read(told)
        if isinstance(served, Refusal):
            return offline.unread_json({"id": told.id}, say(served).text)
        return offline.answer_json(actions.book_served_meal(served, now=now()))
    except OperationalError:
        raise  # the database is away, or full: that is no single meal's fault
    except Exception as error:
        known = served if isinstance(served, actions.ServedMeal) else None
        _report(known or _as_far_as_read(told), error, complete=known is not None)
        return offline.failed_json(told.id)


def _report(served: actions.ServedMeal, error: Exception, *, complete: bool = True) -> None:
    """Where it went wrong, in the log; a message could name who ate, so it is not told. The meal
    is kept for the manager."""
    where = "".join(traceback.format_tb(error.__traceback__, -3))
    meal_id, kind = served.order.meal_id, type(error).__name__
    current_app.logger.error("offline meal %s cannot be booked: %s\n%s", meal_id, kind, where)
    _keep(served, kind=kind, complete=complete)


def _keep_waiting(meal: Mapping[str, Any]) -> None:
    """One that waits behind another goes the same way if the tablet is lost: it is kept too."""
    try:
        served = _read(offline.ServedSchema.model_validate(meal))
    except OperationalError:
        raise
    except Exception:
        return  # its turn comes, and then it is said what is the matter with it
    if isinstance(served, actions.ServedMeal):
        _keep(served, kind=unbooked.WAITS, complete=True)


def _keep(served: actions.ServedMeal, *, kind: str, complete: bool) -> None:
    """Keep it for the manager. Where that fails as well the others go on all the same: the tablet
    has it."""
    try:
        unbooked.keep_unbooked(
            served, kind=kind, complete=complete, keys=storage.keys(), by=staff_id(), now=now()
        )
    except OperationalError:
        raise
    except Exception as error:
        meal_id, kind = served.order.meal_id, type(error).__name__
        current_app.logger.error("offline meal %s cannot be kept either: %s", meal_id, kind)


def _read(told: offline.ServedSchema) -> actions.ServedMeal | Refusal:
    """The meal of an entry: which card, at which site, whose; a refusal where its code is none."""
    card = None
    if told.token is not None:
        claim = read_token(told.token, storage.keys().card)
        if isinstance(claim, CardClaim):
            card = (claim.number, claim.issue)
        elif claim.code != "token_tampered":
            return claim
        # A code that no key proves any more was in the signed roster when it was shown: somebody
        # ate. It is booked as nobody's and listed, and no purse pays.
    site_id = _served_at(told.device_id)
    clerk_id = clerk_of(told.clerk, site_id=site_id) if told.clerk else staff_id()
    return _meal(told, card=card, site_id=site_id, clerk_id=clerk_id)


def _as_far_as_read(told: offline.ServedSchema) -> actions.ServedMeal:
    """For the manager's list, where even reading it failed."""
    return _meal(told, card=None, site_id=site_id_here(), clerk_id=staff_id())


def _meal(
    told: offline.ServedSchema, *, card: tuple[str, int] | None, site_id: int, clerk_id: int
) -> actions.ServedMeal:
    return actions.ServedMeal(
        order=Order(
            meal_id=told.id,
            site_id=site_id,
            device_id=told.device_id,
            clerk_id=clerk_id,
            period_code=told.period,
            set_code=told.set,
            channel=Channel(told.channel),
            pay_by=PaidBy(told.pay_by),
            card=card,
            guest=told.guest,
        ),
        shown=Shown(
            set_name=told.set_name,
            title=told.title,
            price_fen=told.price_fen,
            subsidy_fen=told.subsidy_fen,
            paid_fen=told.paid_fen,
            lines=tuple(line.served() for line in told.lines),
        ),
        device_at=told.at,
        sequence=told.sequence,
        undone=told.undone,
        doubtful=told.doubtful,
    )


def _served_at(device_id: int | None) -> int:
    """The site whose counter served a meal: a queue waits while its tablet's session goes over to
    another canteen. Where the person who tells it has nothing to do there, it is the one here."""
    theirs = sites.site_of_device(db.session(), device_id) if device_id is not None else None
    if theirs is not None and current_user.roles_at(theirs) & {Role.CLERK, *MANAGING}:
        return theirs
    return site_id_here()
