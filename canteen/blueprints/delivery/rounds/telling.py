"""What phones tell of rounds, once each, and the photos that belong to it."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import abort, current_app, jsonify, request, send_file
from flask_babel import gettext as _
from pydantic import ValidationError

from canteen.blueprints.access import allow
from canteen.blueprints.context import now, roles_here, site_id_here, staff_id, today
from canteen.blueprints.delivery.blueprint import blueprint
from canteen.blueprints.delivery.rounds.plain_list import accepted_volunteer
from canteen.blueprints.delivery.rounds.schemas import EventSchema, ToldSchema
from canteen.blueprints.settlement.schemas import body, invalid, refusal_json
from canteen.blueprints.signin import limiter
from canteen.cards.tokens import CODE_FORM
from canteen.delivery import own
from canteen.delivery.models import Volunteer
from canteen.delivery.rounds import photos
from canteen.delivery.rounds.actions import tell_event
from canteen.delivery.rounds.facts import Answer, Teller
from canteen.delivery.rounds.models import EventKind
from canteen.delivery.rounds.outcomes import tell_outcome
from canteen.delivery.rounds.wording import REASONS, STAYS
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.foundation.pictures import MAX_BYTES, read_qr
from canteen.foundation.wording import Refusal
from canteen.menus.photos import MAX_BYTES as MOST_OF_A_PHOTO
from canteen.staff.rules import Role


@blueprint.post("/round/events")
@allow(Role.VOLUNTEER)
def round_events() -> Any:
    """Take what happened, in order; an answer for each. An empty list is a probe."""
    volunteer = _teller()
    try:
        told = ToldSchema.model_validate_json(body())
    except ValidationError as error:
        return invalid(error)
    return jsonify(answers=[_taken(one, told, volunteer) for one in told.events])


@blueprint.post("/round/events/<uuid:event_id>/photo")
@allow(Role.VOLUNTEER)
def round_photo(event_id: UUID) -> Any:
    """Keep the photo of something this volunteer told before."""
    refusal = photos.keep_photo(
        photo_folder(),
        event_id=event_id,
        volunteer_id=_teller().volunteer_id,
        data=request.stream.read(MOST_OF_A_PHOTO + 1),
        now=now(),
    )
    if refusal:
        return jsonify(refusal_json(refusal)), 409
    return jsonify(kept=True)


@blueprint.post("/round/frames")
@allow(Role.VOLUNTEER)
@limiter.limit("20/second")
def round_frame() -> Any:
    """The code in one camera frame, for phones that cannot read one themselves."""
    look = request.args.get("look", type=int)
    found = read_qr(request.stream.read(MAX_BYTES + 1), look=look, ours=CODE_FORM)
    if isinstance(found, Refusal):
        return jsonify(refusal_json(found)), 409
    return jsonify(text=found)


@blueprint.get("/round/photos/<uuid:event_id>")
@allow(Role.MANAGER, Role.COMMUNITY, Role.VOLUNTEER)
def photo_of_door(event_id: UUID) -> Any:
    """A photo: for who answers for the site, and for that volunteer while the round is shown."""
    event = photos.event_of_photo(db.session(), event_id=event_id, site_id=site_id_here())
    if event is None:
        abort(404)
    office = roles_here() & {Role.MANAGER, Role.COMMUNITY, Role.ADMINISTRATOR}
    if not office and not _is_own_today(event.volunteer_id, event.stop_id):
        abort(404)
    path = photos.photo_path(photo_folder(), event_id)
    return send_file(path, mimetype="image/jpeg") if path.is_file() else abort(404)


def photo_folder() -> Path:
    """Where photos from doors lie."""
    return Path(current_app.config["DATA"]) / photos.FOLDER


def _is_own_today(volunteer_id: int, stop_id: int | None) -> bool:
    volunteer: Volunteer | None = accepted_volunteer()
    if volunteer is None or volunteer.id != volunteer_id or stop_id is None:
        return False
    stop = own.own_stop(db.session(), volunteer=volunteer, day=today(), stop_id=stop_id, now=now())
    return stop is not None


def _teller() -> Teller:
    """The volunteer who is signed in; 404 for anybody else, and before the agreement."""
    volunteer = accepted_volunteer() or abort(404)
    return Teller(volunteer_id=volunteer.id, site_id=volunteer.site_id, staff_id=staff_id())


def _taken(given: dict[str, Any], told: ToldSchema, teller: Teller) -> dict[str, str]:
    try:
        read = EventSchema.model_validate(given)
    except ValidationError as error:
        why = _("这一条读不懂：%(why)s", why=error.errors()[0]["msg"])
        return {"id": str(given.get("id", ""))[:40], "outcome": "refused", "reason": "invalid",
                "text": why}  # fmt: skip
    event = read.event(sent_at=told.sent_at, card_keys=storage.keys().card)
    tell = tell_outcome if event.kind is EventKind.OUTCOME else tell_event
    return _answer(tell(event, teller=teller, now=now()))


def _answer(answer: Answer) -> dict[str, str]:
    words = REASONS if answer.outcome in ("taken", "duplicate") else STAYS
    said = [str(words[code]) for code in answer.reason.split(";") if code in words]
    return {
        "id": str(answer.id),
        "outcome": answer.outcome,
        "reason": answer.reason,
        "text": "；".join(said),
    }
