"""Reads a day's doors and volunteers as the planner of rounds sees them.

The one place where the planner meets the register and the volunteers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery import queries, rules
from canteen.delivery.models import Roster, RosterStop, Volunteer
from canteen.delivery.routes.documents import Asked
from canteen.delivery.routes.models import RouteWish
from canteen.delivery.routing.climbing import climb_seconds, floor_of
from canteen.delivery.routing.facts import Courier, Question, Stop
from canteen.delivery.volunteering.queries import usual_carriers
from canteen.foundation.geography import Point
from canteen.foundation.wording import Refusal
from canteen.residents.models import GridNode, Resident
from canteen.sites.models import Site

_USUAL_DAYS = 21
_LEVELS = ("", "community", "compound", "building", "unit")
_CHUNK = 500


@dataclass(frozen=True)
class Read:
    """The question, and the draft it comes from. `grid` is what the roster does by itself."""

    question: Question
    draft: queries.Draft
    grid: dict[int, tuple[int, ...]]
    start_known: bool


def read_question(session: Session, asked: Asked) -> Read | Refusal:
    """What is asked of the planner. Codes: no_programme, nothing_to_publish, no_coordinates."""
    draft = queries.draft(
        session,
        site_id=asked.site_id,
        day=asked.day,
        period_code=asked.period_code,
        arranged=False,
    )
    if draft is None:
        return Refusal("no_programme")
    wanted = [stop for stop in draft.stops if stop.plan.problem != rules.TAG_EXPIRED]
    if not wanted:
        return Refusal("nothing_to_publish")
    paths = {stop.entry.path for stop in wanted if stop.entry.path}
    nodes = nodes_around(session, paths)
    site = session.get_one(Site, asked.site_id)
    known = [place for place in map(_own, nodes.values()) if place]
    start = Point(site.latitude, site.longitude) if site.latitude and site.longitude else None
    if start is None and not known:
        return Refusal("no_coordinates")
    usual = usual_volunteers(session, site_id=asked.site_id, day=asked.day) | usual_carriers(
        session, site_id=asked.site_id, day=asked.day, period_code=asked.period_code
    )
    wishes = _wishes(session, asked.site_id)
    couriers = _couriers(session, asked, start or _middle(known))
    question = Question(
        stops=tuple(_stop(stop.entry, nodes, usual, wishes) for stop in wanted),
        couriers=couriers,
        cooked_at=asked.cooked_at,
        hot_seconds=asked.hot_minutes * 60,
    )
    return Read(question, draft, _grid(draft), start is not None)


def usual_volunteers(session: Session, *, site_id: int, day: date) -> dict[int, int]:
    """Who carried each person's meals most often in the last three weeks; of two, the latest."""
    query = (
        select(RosterStop.resident_id, RosterStop.volunteer_id, Roster.service_date)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .where(
            Roster.site_id == site_id,
            Roster.service_date < day,
            Roster.service_date >= day - timedelta(days=_USUAL_DAYS),
            RosterStop.volunteer_id.is_not(None),
        )
        .order_by(Roster.service_date, RosterStop.id)
    )
    times: dict[int, dict[int, tuple[int, date]]] = {}
    for resident_id, volunteer_id, when in session.execute(query):
        assert volunteer_id is not None
        known = times.setdefault(resident_id, {})
        known[volunteer_id] = (known.get(volunteer_id, (0, when))[0] + 1, when)
    return {
        resident_id: max(known, key=lambda who: (*known[who], -who))
        for resident_id, known in times.items()
    }


def seconds_of(clock: time) -> int:
    """An hour of the day as the planner counts it."""
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _wishes(session: Session, site_id: int) -> dict[int, RouteWish]:
    """What doors of a site ask for."""
    query = select(RouteWish).join(Resident, Resident.id == RouteWish.resident_id)
    found = session.scalars(query.where(Resident.site_id == site_id))
    return {one.resident_id: one for one in found}


def _stop(
    entry: Any,
    nodes: Mapping[int, GridNode],
    usual: Mapping[int, int],
    wishes: Mapping[int, RouteWish],
) -> Stop:
    ids = [int(one) for one in entry.path.split("/") if one]
    point, level = placed(ids, nodes)
    floor = floor_of(entry.room)
    wish = wishes.get(entry.resident_id)
    lift = any(nodes[one].has_lift for one in ids[-2:] if one in nodes)
    return Stop(
        stop_id=entry.resident_id,
        boxes=entry.boxes,
        point=point,
        path=entry.path,
        floor=floor,
        has_lift=lift,
        climb_seconds=climb_seconds(floor=floor, has_lift=lift),
        usual=usual.get(entry.resident_id),
        earliest=seconds_of(wish.earliest) if wish and wish.earliest else None,
        latest=seconds_of(wish.latest) if wish and wish.latest else None,
        hot_seconds=wish.hot_minutes * 60 if wish and wish.hot_minutes else None,
        pinned_to=wish.volunteer_id if wish else None,
        placed_by=level,
    )


def placed(ids: Sequence[int], nodes: Mapping[int, GridNode]) -> tuple[Point | None, str]:
    """The nearest point there is: the unit's, the building's; else that of the compound, or the
    middle of what is known in it, and so on up. The level is named where it is a guess."""
    for depth in range(len(ids), 0, -1):
        own = _own(nodes[ids[depth - 1]]) if ids[depth - 1] in nodes else None
        level = _LEVELS[min(depth, 4)] if depth < 3 else ""
        if own:
            return own, level
        prefix = "/" + "/".join(str(one) for one in ids[:depth]) + "/"
        inside = [one for one in nodes.values() if one.path.startswith(prefix)]
        points = [point for point in map(_own, inside) if point]
        if points:
            return _middle(points), level
    return None, ""


def _own(node: GridNode) -> Point | None:
    if node.latitude is None or node.longitude is None:
        return None
    return Point(node.latitude, node.longitude)


def _middle(points: Sequence[Point]) -> Point:
    return Point(
        sum(point.lat for point in points) / len(points),
        sum(point.lon for point in points) / len(points),
    )


def nodes_around(session: Session, paths: Iterable[str]) -> dict[int, GridNode]:
    """Every node on the way to these units, and every node with a point in their communities."""
    ids = sorted({int(one) for path in paths for one in path.split("/") if one})
    found: dict[int, GridNode] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(GridNode).where(GridNode.id.in_(ids[start : start + _CHUNK]))
        found.update((node.id, node) for node in session.scalars(query))
    tops = {f"/{path.split('/')[1]}/" for path in paths}
    placed = select(GridNode).where(GridNode.latitude.is_not(None))
    for node in session.scalars(placed):
        if f"/{node.path.split('/')[1]}/" in tops:
            found[node.id] = node
    return found


def _couriers(session: Session, asked: Asked, start: Point) -> tuple[Courier, ...]:
    """Who comes that day, substitutes with the areas of those they go for."""
    coming = queries.carriers(
        session, site_id=asked.site_id, day=asked.day, period_code=asked.period_code
    )
    today = str(asked.day.isoweekday())
    volunteers = session.scalars(select(Volunteer).where(Volunteer.site_id == asked.site_id))
    people = {volunteer.id: volunteer for volunteer in volunteers}
    return tuple(
        _courier(people[one.volunteer_id], one.areas, asked, start)
        for one in sorted(coming, key=lambda one: one.volunteer_id)
        if today in one.weekdays
    )


def _courier(volunteer: Volunteer, areas: tuple[str, ...], asked: Asked, start: Point) -> Courier:
    leaves, back = volunteer.leaves_at, volunteer.back_by
    return Courier(
        courier_id=volunteer.id,
        start=start,
        end=start,
        transport=volunteer.transport,
        capacity=volunteer.box_capacity,
        leaves_from=max(asked.leaves_from, seconds_of(leaves)) if leaves else asked.leaves_from,
        back_by=min(asked.back_by, seconds_of(back)) if back else asked.back_by,
        areas=areas,
    )


def _grid(draft: queries.Draft) -> dict[int, tuple[int, ...]]:
    orders: dict[int, list[int]] = {}
    for stop in draft.stops:
        if stop.plan.volunteer_id is not None:
            orders.setdefault(stop.plan.volunteer_id, []).append(stop.plan.resident_id)
    return {who: tuple(order) for who, order in orders.items()}
