"""The day's rounds in one look: who is on the way, which doors are open, late or shut."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.models import Roster, RosterStop, StopOutcome, Volunteer
from canteen.delivery.rounds.queries import round_states
from canteen.delivery.rounds.rules import Leg
from canteen.delivery.routes import facts as route_facts
from canteen.delivery.routes.models import RoutePlan, RouteWish
from canteen.delivery.standing import standing_outcome, stands
from canteen.delivery.watching import rounds
from canteen.delivery.watching.rounds import Door, RoundLine
from canteen.foundation.geography import Point
from canteen.residents.models import GridNode, Resident
from canteen.sites.models import MealPeriod, Site


@dataclass(frozen=True, kw_only=True)
class Board:
    """Today's rounds, and where the canteen lies if that is known."""

    day: date
    rounds: Sequence[RoundLine]
    start: Point | None

    @property
    def doors(self) -> list[Door]:
        """Every door of every round."""
        return [door for one in self.rounds for door in one.doors]


def board_of(session: Session, *, site_id: int, day: date, now: datetime) -> Board:
    """How the rounds of a day stand. Eight queries, whatever the number of stops (one more for
    each 500 places of the grid)."""
    site = session.get_one(Site, site_id)
    rows = _rows(session, site_id=site_id, day=day)
    names = {
        one.id: one
        for one in session.scalars(select(Volunteer).where(Volunteer.site_id == site_id))
    }
    limits = _Limits(session, site=site, day=day, volunteers=names)
    wishes = _wishes(session, site_id=site_id)
    places = _places(session, [path for *_rest, path in rows if path])
    by_round: dict[tuple[int, int | None], list[Door]] = {}
    period_of: dict[int, str] = {}
    for roster, stop, outcome, path in rows:
        period_of[roster.id] = roster.period_code
        until = limits.of(roster.period_code, stop.volunteer_id, wishes.get(stop.resident_id))
        door = Door(
            stop_id=stop.id,
            position=stop.position,
            title=stop.diner_title,
            address=stop.address,
            state=rounds.door_state(
                outcome=outcome.kind if outcome else None,
                routed=stop.volunteer_id is not None,
                until=until,
                now=now,
            ),
            until=until,
            told_at=outcome.recorded_at if outcome else None,
            point=places.get(path or ""),
        )
        by_round.setdefault((roster.id, stop.volunteer_id), []).append(door)
    legs = round_states(session, roster_ids=list(period_of))
    lines = [
        rounds.round_line(
            roster_id=roster_id,
            period_code=period_of[roster_id],
            volunteer_id=who,
            name=names[who].name if who else "",
            doors=doors,
            leg=legs.get((roster_id, who or 0), Leg()),
        )
        for (roster_id, who), doors in by_round.items()
    ]
    start = Point(site.latitude, site.longitude) if site.latitude and site.longitude else None
    return Board(day=day, rounds=rounds.in_order(lines), start=start)


def _rows(
    session: Session, *, site_id: int, day: date
) -> Sequence[tuple[Roster, RosterStop, StopOutcome | None, str | None]]:
    query: Any = (
        select(Roster, RosterStop, StopOutcome, GridNode.path)
        .join(RosterStop, RosterStop.roster_id == Roster.id)
        .outerjoin(StopOutcome, (StopOutcome.stop_id == RosterStop.id) & standing_outcome())
        .outerjoin(GridNode, GridNode.id == RosterStop.grid_node_id)
        .where(Roster.site_id == site_id, Roster.service_date == day, stands())
        .order_by(Roster.id, RosterStop.volunteer_id, RosterStop.position, RosterStop.id)
    )
    return [tuple(row) for row in session.execute(query)]


def _wishes(session: Session, *, site_id: int) -> dict[int, time]:
    """By person: the hour before which their meal must be there."""
    query = (
        select(RouteWish.resident_id, RouteWish.latest)
        .join(Resident, Resident.id == RouteWish.resident_id)
        .where(Resident.site_id == site_id, RouteWish.latest.is_not(None))
    )
    return {who: latest for who, latest in session.execute(query) if latest}


def _places(session: Session, paths: Collection[str]) -> dict[str, Point]:
    if not paths:
        return {}
    nodes = route_facts.nodes_around(session, set(paths))
    found: dict[str, Point] = {}
    for path in set(paths):
        point, _guess = route_facts.placed([int(one) for one in path.split("/") if one], nodes)
        if point is not None:
            found[path] = point
    return found


class _Limits:
    """Until when doors are to be done: the period's end, the hours the route was planned with
    (hot food, back by), the volunteer's own, the door's wish; the earliest counts."""

    def __init__(
        self, session: Session, *, site: Site, day: date, volunteers: Mapping[int, Volunteer]
    ) -> None:
        self._day, self._zone, self._volunteers = day, ZoneInfo(site.time_zone), volunteers
        periods = session.scalars(select(MealPeriod).where(MealPeriod.site_id == site.id))
        self._ends = {one.code: one.ends for one in periods}
        taken = select(RoutePlan.period_code, RoutePlan.document).where(
            RoutePlan.site_id == site.id,
            RoutePlan.service_date == day,
            RoutePlan.state == "taken",
        )
        self._hot = {
            code: _hot_until(json.loads(text)["asked"]) for code, text in session.execute(taken)
        }

    def of(self, period_code: str, volunteer_id: int | None, wish: time | None) -> datetime:
        """The last moment for one door."""
        volunteer = self._volunteers.get(volunteer_id or 0)
        clocks = [
            self._ends.get(period_code),
            self._hot.get(period_code),
            volunteer.back_by if volunteer else None,
            wish,
        ]
        known = [one for one in clocks if one is not None]
        return datetime.combine(self._day, min(known, default=time(23, 59)), self._zone)


def _hot_until(asked: Mapping[str, Any]) -> time:
    seconds = min(asked["cooked_at"] + asked["hot_minutes"] * 60, asked["back_by"], 86_399)
    return time(seconds // 3600, seconds % 3600 // 60)
