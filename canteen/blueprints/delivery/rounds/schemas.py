"""What a volunteer's phone tells and takes along, as JSON."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from canteen.blueprints.settlement.schemas import Strict
from canteen.cards.tokens import read_token
from canteen.delivery import diet
from canteen.delivery.models import OutcomeKind
from canteen.delivery.rounds.facts import PhoneEvent
from canteen.delivery.rounds.models import EventKind
from canteen.delivery.rounds.own_data import OwnDay, OwnRound, OwnStop
from canteen.foundation.wording import Refusal
from canteen.residents.identity import mask_phone

MOST_AT_ONCE = 50
_ROW = Field(default=None, ge=1, le=2**31 - 1)
_OF_STOPS = (EventKind.OUTCOME, EventKind.OFFERED, EventKind.WITHDRAWN)


class CountSchema(Strict):
    """Boxes of one kind: as planned, as counted."""

    kind: str = Field(max_length=200)
    planned: int = Field(ge=0, le=999)
    counted: int = Field(ge=0, le=999)


class EventSchema(Strict):
    """One thing that happened on a round. The phone made the id."""

    id: UUID = Field(strict=False)
    kind: EventKind = Field(strict=False)
    roster: int = Field(ge=1, le=2**31 - 1)
    at: AwareDatetime = Field(strict=False)
    stop: int | None = _ROW
    outcome: OutcomeKind | None = Field(default=None, strict=False)
    follows: UUID | None = Field(default=None, strict=False)
    note: str = Field(default="", max_length=200)
    token: str | None = Field(default=None, max_length=200)
    to: int | None = _ROW
    offer: UUID | None = Field(default=None, strict=False)
    counts: list[CountSchema] = Field(default_factory=list, max_length=60)
    bags: int = Field(default=0, ge=0, le=99)
    out: int = Field(default=0, ge=0, le=99)

    @model_validator(mode="after")
    def says_what_it_is_about(self) -> "EventSchema":
        if (self.stop is not None) != (self.kind in _OF_STOPS):
            raise ValueError("stop belongs to outcome, offered and withdrawn")
        if (self.outcome is not None) != (self.kind is EventKind.OUTCOME):
            raise ValueError("outcome belongs to the kind outcome")
        if (self.offer is not None) != (self.kind is EventKind.ACCEPTED):
            raise ValueError("offer belongs to the kind accepted")
        return self

    def event(self, *, sent_at: datetime, card_keys: Sequence[bytes]) -> PhoneEvent:
        """As the room takes it. A card's code is read here and goes no further."""
        claim = read_token(self.token, card_keys) if self.token else None
        return PhoneEvent(
            id=self.id,
            kind=self.kind,
            roster_id=self.roster,
            device_at=self.at,
            sent_at=sent_at,
            stop_id=self.stop,
            outcome=self.outcome,
            follows=self.follows,
            note=self.note.strip(),
            scanned=self.token is not None,
            card=None if isinstance(claim, Refusal) else claim,
            to_id=self.to,
            offer_id=self.offer,
            body=self._body(),
        )

    def _body(self) -> dict[str, object]:
        if self.kind is EventKind.PICKED_UP:
            rows = [[one.kind, one.planned, one.counted] for one in self.counts]
            return {"counts": rows, "bags": self.bags}
        return {"bags": self.bags, "out": self.out} if self.kind is EventKind.RETURNED else {}


class ToldSchema(Strict):
    """What a phone tells, in order. Each is read by itself: one that is wrong stops no other."""

    sent_at: AwareDatetime = Field(strict=False)
    events: list[dict[str, Any]] = Field(max_length=MOST_AT_ONCE)


Words = Callable[[str], list[str]]


def day_json(own: OwnDay, *, periods: Mapping[str, str], diet_words: Words) -> dict[str, Any]:
    """All that the phone keeps of today. `periods` are names by code."""
    return {
        "volunteer": own.volunteer.id,
        "day": own.day.isoformat(),
        "salt": own.salt,
        "rounds": [
            _round(one, periods.get(one.roster.period_code, ""), diet_words) for one in own.rounds
        ],
        "offers": [
            {
                "id": str(one.id),
                "roster": one.roster_id,
                "building": building,
                "boxes": one.boxes,
                "from": one.who,
            }
            for one, building in own.offers
        ],
        "colleagues": [{"id": one, "name": name} for one, name in own.colleagues],
        "not_accepted": list(own.not_accepted),
    }


def day_tag(document: Mapping[str, Any]) -> str:
    """The ETag: of all that is said."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _round(one: OwnRound, period: str, diet_words: Words) -> dict[str, Any]:
    leg = one.leg
    return {
        "roster": one.roster.id,
        "period": period,
        "until": one.until.isoformat(),
        "boxes": [
            {"kind": kind, "words": diet_words(kind), "planned": boxes} for kind, boxes in one.boxes
        ],
        "picked_up": _instant(leg.picked_up_at),
        "counts": [list(row) for row in leg.counts],
        "bags_out": leg.bags_out,
        "left": _instant(leg.left_at),
        "ended": _instant(leg.ended_at),
        "end": leg.end,
        "bags_back": leg.bags_back,
        "stops": [_stop(stop, diet_words) for stop in one.stops],
    }


def _stop(one: OwnStop, diet_words: Words) -> dict[str, Any]:
    stop, place, outcome = one.stop, one.place, one.outcome
    return {
        "id": stop.id,
        "building": place.building,
        "unit": place.unit,
        "room": place.room,
        "floor": place.floor,
        "lift": place.lift,
        "title": stop.diner_title,
        "masked": mask_phone(stop.phone),
        "phone": stop.phone,
        "kind": ";".join(diet.parts(stop.diet)[0]),
        "diet": diet_words(stop.diet),
        "boxes": stop.boxes,
        "note": stop.door_note,
        "leave": stop.may_leave_at_door,
        "cards": list(one.cards),
        "links": [{"app": link.app, "on": link.on, "to": link.address} for link in place.links],
        "offered": one.offer is not None,
        "outcome": None
        if outcome is None
        else {
            "id": str(outcome.id),
            "kind": outcome.kind,
            "note": outcome.note,
            "at": outcome.recorded_at.isoformat(),
        },
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
