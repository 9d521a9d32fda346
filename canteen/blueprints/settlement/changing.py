"""Changing over at a counter: lock it, and let a colleague or oneself in by PIN."""

from typing import Any

from flask import jsonify, session
from flask_login import login_user
from pydantic import Field, ValidationError

from canteen.blueprints.access import allow
from canteen.blueprints.context import now, roles_here, site_id_here, staff_id
from canteen.blueprints.settlement import schemas
from canteen.blueprints.settlement.clerks import clerk_facts, colleagues
from canteen.blueprints.settlement.views import blueprint
from canteen.blueprints.signin import BY_PIN, LOCKED, limiter
from canteen.foundation.wording import Refusal
from canteen.staff.models import Staff
from canteen.staff.pins import verify_pin
from canteen.staff.rules import Role


class SwitchSchema(schemas.Strict):
    """Who comes to the counter, and their PIN."""

    staff_id: int = Field(ge=1, le=2**31 - 1)
    pin: str = Field(max_length=6)


@blueprint.post("/counter/lock")
@allow(Role.CLERK, Role.MANAGER)
def lock() -> Any:
    """From now on this session does only what a counter must, until somebody's PIN."""
    session[LOCKED] = 1
    return jsonify(colleagues=colleagues())


@blueprint.post("/counter/switch")
@allow(Role.CLERK, Role.MANAGER)
@limiter.limit("20/minute")
def switch() -> Any:
    """Unlock, or hand over: the page stays, the next trays carry the new clerk."""
    try:
        wanted = SwitchSchema.model_validate_json(schemas.body())
    except ValidationError:  # its words would tell the PIN
        return jsonify(schemas.refusal_json(Refusal("pin_form"))), 422
    site_id = site_id_here()
    person = verify_pin(staff_id=wanted.staff_id, pin=wanted.pin, site_id=site_id, now=now())
    if isinstance(person, Refusal):
        return jsonify(schemas.refusal_json(person)), 409
    is_manager = False
    if person.id == staff_id():
        session.pop(LOCKED, None)
        is_manager = bool(roles_here() & {Role.MANAGER, Role.ADMINISTRATOR})
    else:
        _hand_over(person, site_id)
    clerk = clerk_facts(person.id, person.name, has_pin=True)
    return jsonify(clerk=clerk, is_manager=is_manager)


def _hand_over(person: Staff, site_id: int) -> None:
    """Another person's session in this browser. The page is not left: its token stays good."""
    token = session.get("csrf_token")
    session.clear()
    login_user(person)
    session.update({BY_PIN: 1, "site_id": site_id})
    if token:
        session["csrf_token"] = token
