"""What a volunteer's phone takes along: today's own doors, and what else the round needs.

Nothing of others, of other days, no ID number, no tag. Of a door a colleague offers only the
building and the boxes, until it is taken.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.cards.models import Card, CardState
from canteen.cards.tokens import make_token
from canteen.delivery import diet, own
from canteen.delivery.models import Roster, RosterStop, StopOutcome, Volunteer
from canteen.delivery.queries import StopState
from canteen.delivery.rounds import queries
from canteen.delivery.rounds.maps import MapLink, map_links
from canteen.delivery.rounds.models import StopOffer
from canteen.delivery.rounds.rules import Leg, by_kind
from canteen.delivery.routing.climbing import floor_of
from canteen.delivery.volunteering.agreements import accepted_by, version_on
from canteen.foundation.geography import Point
from canteen.residents.models import GridNode

_PROOF_DIGITS = 4
"""Of a card's hash, in hex: enough to tell a neighbour's card, useless for making one up."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a door is. `lift` is None where nobody has said."""

    building: str
    unit: str
    room: str
    floor: int
    lift: bool | None
    links: tuple[MapLink, ...]


@dataclass(frozen=True, kw_only=True)
class OwnStop:
    """One door with all that is needed on the stairs."""

    stop: RosterStop
    place: Place
    outcome: StopOutcome | None
    offer: StopOffer | None
    cards: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OwnRound:
    """One period's round: until when it is shown, its boxes by kind, its doors in order."""

    roster: Roster
    until: datetime
    boxes: Sequence[tuple[str, int]]
    leg: Leg
    stops: Sequence[OwnStop]


@dataclass(frozen=True, kw_only=True)
class OwnDay:
    """All that a volunteer's phone keeps today."""

    volunteer: Volunteer
    day: date
    salt: str
    rounds: Sequence[OwnRound]
    offers: Sequence[tuple[queries.Offered, str]]
    """What colleagues offer, with the name of the building."""
    colleagues: Sequence[tuple[int, str]]
    """Who may take a stop over: with a phone of their own, and the agreement accepted."""
    not_accepted: Sequence[str]
    """Names of colleagues who could, once they accept it."""


def read_own_day(
    session: Session,
    *,
    volunteer: Volunteer,
    day: date,
    now: datetime,
    secret: str,
    card_keys: Sequence[bytes],
) -> OwnDay:
    """Today for one volunteer. A number of queries that does not depend on their doors."""
    shown = own.shown_rounds(session, volunteer=volunteer, day=day, now=now)
    stops = [state.stop for one in shown for state in one.stops]
    offered = queries.offered_to(
        session, volunteer=volunteer, roster_ids=[one.roster.id for one in shown]
    )
    unit_ids = {stop.grid_node_id for stop in stops} | {one.grid_node_id for one in offered}
    nodes = _nodes(session, unit_ids)
    salt = _salt(secret, volunteer_id=volunteer.id, day=day)
    cards = _cards(session, [stop.resident_id for stop in stops], salt, card_keys)
    offers = queries.open_offers(session, volunteer_id=volunteer.id)
    colleagues = _colleagues(session, volunteer, day)

    def door(state: StopState) -> OwnStop:
        stop = state.stop
        return OwnStop(
            stop=stop,
            place=_place(stop, nodes),
            outcome=state.outcome,
            offer=offers.get(stop.id),
            cards=cards.get(stop.resident_id, ()),
        )

    return OwnDay(
        volunteer=volunteer,
        day=day,
        salt=salt,
        rounds=[
            OwnRound(
                roster=one.roster,
                until=one.until,
                boxes=by_kind((kind_of(s.stop.diet), s.stop.boxes) for s in one.stops),
                leg=one.leg,
                stops=[door(state) for state in one.stops],
            )
            for one in shown
        ],
        offers=[(one, _building(one.grid_node_id, nodes)) for one in offered],
        colleagues=colleagues.get(True, []),
        not_accepted=[name for _id, name in colleagues.get(False, [])],
    )


def kind_of(line: str) -> str:
    """A frozen diet without what a person wrote: how boxes are counted."""
    return ";".join(diet.parts(line)[0])


def proof_hash(code: str, salt: str) -> str:
    """How a phone without a network knows a diner's card: a few digits of a salted hash."""
    return hashlib.sha256(f"{salt}:{code}".encode()).hexdigest()[:_PROOF_DIGITS]


def _salt(secret: str, *, volunteer_id: int, day: date) -> str:
    """The same all day, so that a day in which nothing changed is known as the same."""
    said = f"canteen round salt 1:{volunteer_id}:{day.isoformat()}"
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]


def _cards(
    session: Session, resident_ids: Iterable[int], salt: str, card_keys: Sequence[bytes]
) -> dict[int, tuple[str, ...]]:
    query = select(Card.resident_id, Card.number, Card.issue).where(
        Card.resident_id.in_(sorted(set(resident_ids))), Card.state == CardState.ACTIVE
    )
    return {
        resident_id: tuple(proof_hash(make_token(number, issue, key), salt) for key in card_keys)
        for resident_id, number, issue in session.execute(query)
    }


def _nodes(session: Session, unit_ids: Iterable[int | None]) -> dict[int, GridNode]:
    """These units and everything above them; two queries."""
    wanted = sorted({one for one in unit_ids if one is not None})
    units = list(session.scalars(select(GridNode).where(GridNode.id.in_(wanted))))
    above = {int(one) for unit in units for one in unit.path.split("/") if one}
    found = session.scalars(select(GridNode).where(GridNode.id.in_(sorted(above))))
    return {node.id: node for node in [*units, *found]}


def _place(stop: RosterStop, nodes: Mapping[int, GridNode]) -> Place:
    """The door of a stop, taken apart; where the grid knows nothing, the address as it stands."""
    way = _way(stop.grid_node_id, nodes)
    building, unit, room = taken_apart(stop.address, [node.name for node in way[1:]])
    point = next((p for p in (_point(node) for node in _upwards(way)) if p), None)
    lifts = [node.has_lift for node in way[2:] if node.has_lift is not None]
    return Place(
        building=building,
        unit=unit,
        room=room,
        floor=floor_of(room),
        lift=lifts[-1] if lifts else None,
        links=map_links(point) if point else (),
    )


def taken_apart(address: str, names: Sequence[str]) -> tuple[str, str, str]:
    """Building, unit and room of an address as it was published; together they say all of it.

    `names` are those of the grid today, from the compound down. Where they have changed since,
    the door keeps the names that are on the printed sheet.
    """
    whole = " ".join(names)
    if names and f"{address} ".startswith(f"{whole} "):
        return " ".join(names[:2]), " ".join(names[2:]), address.removeprefix(whole).strip()
    *places, room = address.split(" ", len(names))
    if len(places) < max(1, len(names)):
        return address, "", ""
    return " ".join(places[:2]), " ".join(places[2:]), room


def _building(unit_id: int | None, nodes: Mapping[int, GridNode]) -> str:
    return " ".join(node.name for node in _way(unit_id, nodes)[1:3])


def _way(unit_id: int | None, nodes: Mapping[int, GridNode]) -> list[GridNode]:
    """From the community down to the unit."""
    unit = nodes.get(unit_id or 0)
    ids = [int(one) for one in unit.path.split("/") if one] if unit else []
    return [nodes[one] for one in ids if one in nodes]


def _upwards(way: Sequence[GridNode]) -> list[GridNode]:
    """The building first, then what is around it; the unit only where nothing else is known."""
    return [*reversed(way[:3]), *way[3:4]]


def _point(node: GridNode) -> Point | None:
    if node.latitude is None or node.longitude is None:
        return None
    return Point(node.latitude, node.longitude)


def _colleagues(
    session: Session, volunteer: Volunteer, day: date
) -> dict[bool, list[tuple[int, str]]]:
    """Who has a phone of their own to take a stop over on, by whether they accepted the agreement:
    nobody sees a door before that."""
    version = version_on(session, site_id=volunteer.site_id, day=day)
    accepted = accepted_by(session, site_id=volunteer.site_id, version=version)
    query = (
        select(Volunteer.id, Volunteer.name)
        .where(
            Volunteer.site_id == volunteer.site_id,
            Volunteer.id != volunteer.id,
            Volunteer.active,
            Volunteer.staff_id.is_not(None),
        )
        .order_by(Volunteer.id)
    )
    found: dict[bool, list[tuple[int, str]]] = {}
    for one, name in session.execute(query):
        found.setdefault(one in accepted, []).append((one, name))
    return found
