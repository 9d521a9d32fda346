"""Plans of rounds: asked for, kept as an offer, taken, put away, changed by hand."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from canteen.delivery.queries import roster_of
from canteen.delivery.routes.documents import (
    Asked,
    RouteDocument,
    asked_to_json,
    from_json,
    to_json,
)
from canteen.delivery.routes.facts import read_question
from canteen.delivery.routes.models import RoutePlan
from canteen.delivery.routes.reading import shown
from canteen.delivery.routing.checking import Fault
from canteen.delivery.routing.moving import put
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.jobs import start
from canteen.foundation.wording import Refusal

PLAN_ROUTES = "plan_routes"
"""The kind of job that plans rounds."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a change by hand costs: seconds and metres more (below zero: less), limits broken."""

    seconds: int
    metres: int
    broken: tuple[Fault, ...]


def ask_for_routes(
    session: Session, asked: Asked, *, today: date, by: int, now: datetime
) -> int | Refusal:
    """Have rounds planned beside the server; the job's number. Asked twice it is one job.

    Codes: day_is_over, already_published, hours_wrong, those of `read_question`.
    """
    if asked.day < today:
        return Refusal("day_is_over", {"day": asked.day.isoformat()})
    if roster_of(session, site_id=asked.site_id, day=asked.day, period_code=asked.period_code):
        return Refusal("already_published")
    if not asked.cooked_at <= asked.leaves_from < asked.back_by:
        return Refusal("hours_wrong")
    read = read_question(session, asked)
    if isinstance(read, Refusal):
        return read
    arguments = {"asked": asked_to_json(asked), "by": by}
    return start(PLAN_ROUTES, arguments=arguments, site_id=asked.site_id, by=by, now=now)


@retried
def keep_offer(document: RouteDocument, *, by: int | None, now: datetime) -> int:
    """Keep a plan as an offer; its id. One is on the table for a day: others are put away."""
    asked = document.asked
    with transaction() as session:
        session.execute(
            update(RoutePlan)
            .where(*_same_day(asked), RoutePlan.state == "offered")
            .values(state="discarded", decided_at=now, decided_by=by)
        )
        row = RoutePlan(
            site_id=asked.site_id,
            service_date=asked.day,
            period_code=asked.period_code,
            document=json.dumps(to_json(document)),
            made_at=now,
            made_by=by,
        )
        session.add(row)
        session.flush()
        return row.id


@retried
def take_plan(*, site_id: int, plan_id: int, by: int, now: datetime) -> Refusal | None:
    """Let the draft of the day follow a plan. Taken before, nothing changes.

    Codes: route_plan_discarded, already_published.
    """
    with transaction() as session:
        row = _locked(session, site_id, plan_id)
        if row.state == "taken":
            return None
        if row.state == "discarded":
            return Refusal("route_plan_discarded")
        asked = from_json(json.loads(row.document)).asked
        if _published(session, row):
            return Refusal("already_published")
        session.execute(
            update(RoutePlan)
            .where(*_same_day(asked), RoutePlan.state == "taken")
            .values(state="discarded", decided_at=now, decided_by=by)
        )
        row.state, row.decided_at, row.decided_by = "taken", now, by
        _note(session, "took", plan_id, "", by, now)
        return None


@retried
def discard_plan(*, site_id: int, plan_id: int, by: int, now: datetime) -> Refusal | None:
    """Put a plan away; the draft is in grid order again if it followed this one. Harmless twice.

    Code: already_published.
    """
    with transaction() as session:
        row = _locked(session, site_id, plan_id)
        if row.state == "taken" and _published(session, row):
            return Refusal("already_published")
        if row.state != "discarded":
            row.state, row.decided_at, row.decided_by = "discarded", now, by
            _note(session, "discarded", plan_id, "", by, now)
        return None


@retried
def move_stop(
    *,
    site_id: int,
    plan_id: int,
    resident_id: int,
    volunteer_id: int | None,
    position: int,
    by: int,
    now: datetime,
) -> Cost | Refusal:
    """Put a door to another place or volunteer, or on no round (None); what that costs.

    A person decides: limits are told, not enforced. Codes: route_plan_discarded,
    already_published, stop_not_here, volunteer_not_here.
    """
    with transaction() as session:
        row = _locked(session, site_id, plan_id)
        if row.state == "discarded":
            return Refusal("route_plan_discarded")
        if _published(session, row):
            return Refusal("already_published")
        found = shown(session, from_json(json.loads(row.document)))
        if isinstance(found, Refusal):
            return found
        if resident_id not in found.table.place_of:
            return Refusal("stop_not_here")
        couriers = {one.courier_id for one in found.table.question.couriers}
        if volunteer_id is not None and volunteer_id not in couriers:
            return Refusal("volunteer_not_here")
        moves = put(
            found.table,
            found.plan,
            stop_id=resident_id,
            courier_id=volunteer_id,
            position=position,
        )
        unserved = {one.stop_id: one.reason for one in moves.plan.unserved}
        document = found.document.with_orders(moves.plan.orders, unserved)
        row.document = json.dumps(to_json(document))
        _note(session, "moved_stop", plan_id, f"-> {volunteer_id or 0}", by, now)
        return Cost(seconds=moves.seconds, metres=moves.metres, broken=moves.broken)


def _same_day(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return (
        RoutePlan.site_id == asked.site_id,
        RoutePlan.service_date == asked.day,
        RoutePlan.period_code == asked.period_code,
    )


def _locked(session: Session, site_id: int, plan_id: int) -> RoutePlan:
    query = select(RoutePlan).where(RoutePlan.id == plan_id, RoutePlan.site_id == site_id)
    return session.scalars(query.with_for_update()).one()


def _published(session: Session, row: RoutePlan) -> bool:
    found = roster_of(
        session, site_id=row.site_id, day=row.service_date, period_code=row.period_code
    )
    return found is not None


def _note(session: Session, action: str, plan_id: int, note: str, by: int, now: datetime) -> None:
    audit.record(
        session,
        at=now,
        staff_id=by,
        action=action,
        subject="route_plan",
        subject_id=plan_id,
        note=note,
    )
