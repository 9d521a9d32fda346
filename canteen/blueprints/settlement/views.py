"""The counter: one full-screen page, and the few posts it makes."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, jsonify, make_response, render_template, request
from pydantic import ValidationError

from canteen.blueprints.access import allow, proves_who_asks
from canteen.blueprints.context import (
    current_site,
    now,
    roles_here,
    site_id_here,
    staff_id,
    today,
)
from canteen.blueprints.packing import packed
from canteen.blueprints.settlement import schemas
from canteen.blueprints.settlement.clerks import MANAGING, clerk_of
from canteen.blueprints.settlement.till_facts import till_facts
from canteen.blueprints.signin import limiter, prove, proven, unproven
from canteen.cards.aliases import claim_of_alias, plain_alias, stood_for_a_card
from canteen.cards.tokens import CODE_FORM, CardClaim, plain_scan, read_token
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.foundation.pictures import MAX_BYTES, read_qr
from canteen.foundation.wording import Refusal
from canteen.settlement import actions
from canteen.settlement.actions import Receipt, Reversed
from canteen.settlement.diners import find_diners
from canteen.settlement.models import Channel, PaidBy
from canteen.settlement.printing.queries import has_printers
from canteen.settlement.rules import Order
from canteen.settlement.trays import A_LA_CARTE
from canteen.staff.actions import verify_sign_in
from canteen.staff.pins import verify_pin
from canteen.staff.rules import Role

blueprint = Blueprint("settlement", __name__)


@blueprint.get("/counter")
@allow(Role.CLERK, Role.MANAGER)
def till() -> Any:
    """The counter page."""
    facts = till_facts(
        site=current_site(), day=today(), now=now(), device=request.args.get("device")
    )
    printers = has_printers(db.session(), current_site().id)
    return packed(
        make_response(render_template("settlement/till.html", till=facts, printers=printers))
    )


@blueprint.post("/counter/meals")
@allow(Role.CLERK, Role.MANAGER)
@proves_who_asks
def meal() -> Any:
    """Settle one tray: 201 with the receipt, 200 for a repeat, 409 for a refusal."""
    try:
        wanted = schemas.MealSchema.model_validate_json(schemas.body())
    except ValidationError as error:
        return schemas.invalid(error)
    order = _order(wanted)
    if isinstance(order, Refusal):
        return jsonify(schemas.refusal_json(order)), 409
    answer = actions.settle_meal(order=order, service_date=today(), now=now(), asker=unproven())
    proven()
    if not isinstance(answer, Receipt):
        return jsonify(schemas.declined_json(answer)), 409
    return jsonify(schemas.receipt_json(answer)), 200 if answer.repeat else 201


@blueprint.post("/counter/meals/<uuid:meal_id>/reversal")
@allow(Role.CLERK, Role.MANAGER)
def reversal(meal_id: UUID) -> Any:
    """Undo the meal just settled."""
    done = actions.undo_meal(
        meal_id=meal_id, clerk_id=staff_id(), site_id=current_site().id, now=now()
    )
    if done is None:
        abort(404)
    if isinstance(done, Reversed):
        return jsonify(schemas.reversed_json(done))
    return jsonify(schemas.refusal_json(done)), 409


@blueprint.get("/counter/diners")
@allow(Role.CLERK, Role.MANAGER)
def diners() -> Any:
    """People by name, pinyin, initials, phone tail or card number."""
    found = find_diners(db.session(), text=request.args.get("q", "")[:40], today=today())
    return jsonify([asdict(candidate) for candidate in found])


@blueprint.post("/counter/frames")
@allow(Role.CLERK, Role.MANAGER)
@limiter.limit("20/second")
def frame() -> Any:
    """The code in one camera frame (the `look`-th of its camera) or in a photo."""
    look = request.args.get("look", type=int)
    found = read_qr(request.stream.read(MAX_BYTES + 1), look=look, ours=CODE_FORM)
    if isinstance(found, Refusal):
        return jsonify(schemas.refusal_json(found)), 409
    return jsonify(text=found)


def _order(wanted: schemas.MealSchema) -> Order | Refusal:
    """What is asked, with the card's code proven and the manager who lets it through."""
    card = None
    if wanted.token is not None:
        claim = _claim(wanted.token)
        if isinstance(claim, Refusal):
            return claim
        card = (claim.number, claim.issue)
    manager = _manager(wanted)
    if isinstance(manager, Refusal):
        return manager
    return Order(
        meal_id=wanted.id,
        site_id=site_id_here(),
        device_id=wanted.device_id,
        clerk_id=clerk_of(wanted.clerk) if wanted.clerk else staff_id(),
        period_code=wanted.period,
        set_code=wanted.set or A_LA_CARTE,
        tray=wanted.tray.asked() if wanted.tray else None,
        channel=Channel(wanted.channel),
        pay_by=PaidBy(wanted.pay_by),
        card=card,
        resident_id=wanted.resident_id,
        guest=wanted.guest,
        override_by=manager,
        override_reason=wanted.reason.strip() if manager else "",
    )


def _claim(text: str) -> CardClaim | Refusal:
    """What was scanned: a card's code, or a number that a reader types and that stands for one."""
    claim = read_token(text, storage.keys().card)
    if not isinstance(claim, Refusal) or plain_alias(text) is None:
        return claim
    known = claim_of_alias(db.session(), text)
    if known is not None:
        return known
    # Ten digits are what readers type; a code that was cut is nearly whole or nearly nothing.
    is_chip = len(plain_scan(text)) == 10 or claim.code == "token_not_ours"
    is_chip = is_chip or stood_for_a_card(db.session(), text)
    return Refusal("alias_unknown") if is_chip else claim


def _manager(wanted: schemas.MealSchema) -> int | Refusal | None:
    """Who lets it through: the manager at the counter, or one who gave their PIN or password.

    A wrong PIN counts towards its lock, as it does when somebody changes over.
    """
    if not wanted.extra and wanted.manager is None:
        return None
    if not wanted.reason.strip():
        return Refusal("reason_needed")
    prove()  # before a PIN is tried
    if wanted.manager is None:
        return staff_id() if roles_here() & MANAGING else Refusal("manager_needed")
    person = _proven(wanted.manager)
    if isinstance(person, Refusal):
        return person
    if not person.roles_at(site_id_here()) & MANAGING:
        return Refusal("manager_needed")
    return int(person.id)


def _proven(who: schemas.ManagerSchema) -> Any:
    """The person whose PIN or password it is, or a refusal."""
    if who.staff_id is not None:
        with limiter.limit("20/minute"):
            return verify_pin(staff_id=who.staff_id, pin=who.pin, site_id=site_id_here(), now=now())
    with limiter.limit("10/minute"):
        person = verify_sign_in(username=who.username, password=who.password)
    return Refusal("manager_needed") if isinstance(person, Refusal) else person
