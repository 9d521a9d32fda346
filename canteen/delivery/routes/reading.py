"""A kept plan beside the day as it is now: figures, what moved, what the grid would do."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from canteen.delivery import queries
from canteen.delivery.routes.documents import Asked, Orders, RouteDocument, Streets
from canteen.delivery.routes.facts import Read, read_question
from canteen.delivery.routing.checking import Fault
from canteen.delivery.routing.comparing import Moved, moved
from canteen.delivery.routing.distances import Measured, Table
from canteen.delivery.routing.facts import NO_PLACE, NO_TIME, Plan, Question, Unserved
from canteen.delivery.routing.moving import breaks
from canteen.delivery.routing.scheduling import plan_of
from canteen.foundation.wording import Refusal

ADDED_SINCE = "added_since"
"""Why a door stands on no round: it came after the plan was made."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a plan asks of people. Seconds, metres, boxes; `latest` is an hour of the day."""

    seconds: int
    metres: int
    longest: int
    most_boxes: int
    latest: int | None
    couriers: int
    unserved: int
    broken: int


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Everything the page of a plan says."""

    document: RouteDocument
    draft: queries.Draft
    table: Table
    plan: Plan
    reasons: Mapping[int, str]
    """Why each door on no round is on none; `ADDED_SINCE` besides the planner's own."""
    faults: tuple[Fault, ...]
    figures: Figures
    present: Figures
    """The same of the order before: the grid's, or the plan that was in use."""
    moved: Mapping[int, Moved]
    start_known: bool


def shown(session: Session, document: RouteDocument) -> Shown | Refusal:
    """A plan by the doors and volunteers of now: who is gone is gone, who is new is named."""
    read = read_question(session, document.asked)
    if isinstance(read, Refusal):
        return read
    table = Table(read.question, tables_for(read.question, document.streets))
    plan, reasons = _now(table, document)
    return Shown(
        document=document,
        draft=read.draft,
        table=table,
        plan=plan,
        reasons=reasons,
        faults=breaks(table, plan),
        figures=figures_of(table, plan),
        present=figures_of(table, _before(table, document)),
        moved={one.stop_id: one for one in moved(read.question, document.before, plan)},
        start_known=read.start_known,
    )


def orders_in_use(session: Session, asked: Asked, read: Read) -> tuple[Orders, bool]:
    """The orders the draft has now, and whether they come from a plan that was taken."""
    taken = queries.taken_route(
        session, site_id=asked.site_id, day=asked.day, period_code=asked.period_code
    )
    return (taken.orders, True) if taken else (read.grid, False)


def figures_of(table: Table, plan: Plan) -> Figures:
    """The plan in figures."""
    return Figures(
        seconds=plan.seconds,
        metres=plan.metres,
        longest=max((one.seconds for one in plan.rounds), default=0),
        most_boxes=max((one.boxes for one in plan.rounds), default=0),
        latest=max((v.hands_over_at for one in plan.rounds for v in one.visits), default=None),
        couriers=len(plan.rounds),
        unserved=len(plan.unserved),
        broken=len(breaks(table, plan)),
    )


def tables_for(question: Question, streets: Streets) -> dict[str, Measured]:
    """What was measured along streets, put to the places of this question; of transports for
    which a point is new, nothing."""
    number = {point: at for at, point in enumerate(streets.points)}
    fresh = Table(question)
    keep = [number.get((point.lat, point.lon)) for point in fresh.points]
    if not streets.tables or None in keep:
        return {}
    kept = [at for at in keep if at is not None]
    return {
        transport: Measured(
            metres=[[known["metres"][a][b] for b in kept] for a in kept],
            seconds=[[known["seconds"][a][b] for b in kept] for a in kept],
        )
        for transport, known in streets.tables.items()
    }


def _now(table: Table, document: RouteDocument) -> tuple[Plan, dict[int, str]]:
    """The kept orders without who is gone; every other door named."""
    orders = _still(table, document.orders)
    served = {one for order in orders.values() for one in order}
    reasons: dict[int, str] = {}
    for stop in table.question.stops:
        if stop.point is None:
            reasons[stop.stop_id] = NO_PLACE
        elif stop.stop_id not in served:
            planned = any(stop.stop_id in order for order in document.orders.values())
            new = stop.stop_id not in document.unserved and not planned
            reasons[stop.stop_id] = (
                ADDED_SINCE if new else document.unserved.get(stop.stop_id, NO_TIME)
            )
    named = [
        Unserved(stop_id=one, reason=NO_TIME if reason == ADDED_SINCE else reason)
        for one, reason in reasons.items()
    ]
    return plan_of(table, orders, named), reasons


def _before(table: Table, document: RouteDocument) -> Plan:
    orders: dict[int, list[int]] = {}
    for stop_id, who in document.before.items():
        if who is not None:
            orders.setdefault(who, []).append(stop_id)
    kept = _still(table, {who: tuple(order) for who, order in orders.items()})
    served = {one for order in kept.values() for one in order}
    named = [
        Unserved(stop_id=stop.stop_id, reason=NO_PLACE if stop.point is None else NO_TIME)
        for stop in table.question.stops
        if stop.stop_id not in served
    ]
    return plan_of(table, kept, named)


def _still(table: Table, orders: Orders) -> Orders:
    here = {one.courier_id for one in table.question.couriers}
    return {
        who: tuple(one for one in order if one in table.place_of)
        for who, order in orders.items()
        if who in here
    }
