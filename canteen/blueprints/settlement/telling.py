"""Reading the queue of a counter that was alone, and booking each meal of it by itself."""

import traceback
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

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
from canteen.foundation.wording import say
from canteen.settlement.models import Channel, PaidBy
from canteen.settlement.offline import actions
from canteen.settlement.offline.rules import Shown
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
            answers.append(offline.busy_json(meal))
            continue
        answers.append(_booked(meal))
        if answers[-1]["reason"] == offline.FAILED:
            waiting.add(card)
    return answers


def _booked(meal: Mapping[str, Any]) -> dict[str, Any]:
    """What becomes of one entry of the queue, also where the system has a mistake in it."""
    try:
        told = offline.ServedSchema.model_validate(meal)
    except ValidationError as error:
        return offline.unread_json(meal, error.errors()[0]["msg"])
    try:
        return _told(told)
    except OperationalError:
        raise  # the database is away, or full: that is no single meal's fault
    except Exception as error:
        _report(told.id, error)
        return offline.failed_json(told.id)


def _report(meal_id: UUID, error: Exception) -> None:
    """Where it went wrong; a message could name who ate, so it is not told."""
    where = "".join(traceback.format_tb(error.__traceback__, -3))
    kind = type(error).__name__
    current_app.logger.error("offline meal %s cannot be booked: %s\n%s", meal_id, kind, where)
    actions.note_unbooked(meal_id=meal_id, note=kind, by=staff_id(), now=now())


def _told(told: offline.ServedSchema) -> dict[str, Any]:
    card = None
    if told.token is not None:
        claim = read_token(told.token, storage.keys().card)
        if isinstance(claim, CardClaim):
            card = (claim.number, claim.issue)
        elif claim.code != "token_tampered":
            return offline.unread_json({"id": told.id}, say(claim).text)
        # A code that no key proves any more was in the signed roster when it was shown: somebody
        # ate. It is booked as nobody's and listed, and no purse pays.
    site_id = _served_at(told.device_id)
    served = actions.ServedMeal(
        order=Order(
            meal_id=told.id,
            site_id=site_id,
            device_id=told.device_id,
            clerk_id=clerk_of(told.clerk, site_id=site_id) if told.clerk else staff_id(),
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
    return offline.answer_json(actions.book_served_meal(served, now=now()))


def _served_at(device_id: int | None) -> int:
    """The site whose counter served a meal: a queue waits while its tablet's session goes over to
    another canteen. Where the person who tells it has nothing to do there, it is the one here."""
    theirs = sites.site_of_device(db.session(), device_id) if device_id is not None else None
    if theirs is not None and current_user.roles_at(theirs) & {Role.CLERK, *MANAGING}:
        return theirs
    return site_id_here()
