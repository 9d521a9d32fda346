"""Letting a change reach the rounds that are published already.

Called inside the transaction of whoever changes something, so that kitchen, labels,
routes and claims never differ, whatever the moment.
"""

from collections import Counter
from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.delivery import diet, lists, register, rules, standing
from canteen.delivery.models import (
    DeliveryPause,
    FreeMealProgramme,
    Roster,
    RosterStop,
    StopOutcome,
    Volunteer,
)
from canteen.delivery.needs.models import DeliverySpecial
from canteen.residents.models import GridNode, Resident


def sync_rosters(session: Session, *, site_id: int, resident_id: int, since: date) -> None:
    """Bring the stops of one person on published rounds into line with the register.

    A stop somebody has said something of is left alone. Codes that are written: those of
    `standing` for what is called off; a new stop without a carrier is `ADDED_LATE`.
    """
    session.flush()
    rosters = session.scalars(
        select(Roster)
        .where(Roster.site_id == site_id, Roster.service_date >= since)
        .order_by(Roster.id)
    ).all()
    for roster in rosters:
        programme = session.get_one(FreeMealProgramme, roster.programme_id)
        entry = register.one_entry(
            session,
            resident_id=resident_id,
            site_id=site_id,
            day=roster.service_date,
            period_code=roster.period_code,
            tags=programme.tags.split(";"),
        )
        if entry is not None and entry.standing == register.NEVER:
            entry = None
        _sync(session, roster, resident_id, entry)


def _sync(session: Session, roster: Roster, resident_id: int, entry: register.Entry | None) -> None:
    stop = session.scalars(
        select(RosterStop)
        .where(RosterStop.roster_id == roster.id, RosterStop.resident_id == resident_id)
        .with_for_update()
    ).one_or_none()
    if stop is not None and _has_outcome(session, stop.id):
        return
    if entry is None:
        if stop is not None and not stop.called_off and _lives(session, roster, resident_id):
            stop.called_off = _why(session, roster, resident_id)
        return
    if stop is not None:
        stop.called_off, stop.boxes = "", entry.boxes
        return
    session.add(_late_stop(session, roster, entry))
    session.flush()


def _has_outcome(session: Session, stop_id: int) -> bool:
    query = select(StopOutcome.id).where(StopOutcome.stop_id == stop_id).limit(1)
    return session.scalar(query) is not None


def _lives(session: Session, roster: Roster, resident_id: int) -> bool:
    """Of the dead nothing is written: `standing.stands` asks the register of residents."""
    ended_on = session.get_one(Resident, resident_id).ended_on
    return ended_on is None or ended_on > roster.service_date


def _why(session: Session, roster: Roster, resident_id: int) -> str:
    day = roster.service_date
    paused = select(DeliveryPause.id).where(
        DeliveryPause.resident_id == resident_id,
        DeliveryPause.since <= day,
        DeliveryPause.until >= day,
    )
    if session.scalar(paused.limit(1)) is not None:
        return standing.PAUSED
    special = select(DeliverySpecial.id).where(
        DeliverySpecial.resident_id == resident_id,
        DeliverySpecial.service_date == day,
        DeliverySpecial.period_code == roster.period_code,
    )
    if session.scalar(special.limit(1)) is not None:
        return standing.NONE_TODAY
    return standing.NOT_NEEDED


def _late_stop(session: Session, roster: Roster, entry: register.Entry) -> RosterStop:
    """A door that was not on the round: for whoever goes to the same building, else red."""
    day = roster.service_date
    carrier = _carrier(session, roster, entry)
    problem = "" if carrier else rules.ADDED_LATE
    if entry.standing != register.ENTITLED:
        carrier, problem = None, rules.TAG_EXPIRED
    elif not entry.path:
        carrier, problem = None, rules.NO_ADDRESS
    places = lists.place_names(session, [entry.path] if entry.path else [])
    last = select(func.max(RosterStop.position)).where(
        RosterStop.roster_id == roster.id,
        RosterStop.volunteer_id == carrier if carrier else RosterStop.volunteer_id.is_(None),
    )
    return RosterStop(
        roster_id=roster.id,
        volunteer_id=carrier,
        position=(session.scalar(last) or 0) + 1,
        problem=problem,
        resident_id=entry.resident_id,
        diner_name=entry.name,
        diner_title=entry.title(day),
        grid_node_id=entry.unit_id,
        address=f"{places.get(entry.path, '')} {entry.room}".strip() if entry.path else "",
        phone=entry.phone,
        diet=diet.frozen(texture=entry.texture, diets=entry.diets, note=entry.diet_note),
        door_note=entry.door_note,
        may_leave_at_door=entry.may_leave_at_door,
        boxes=entry.boxes,
        called_off="",
    )


def _carrier(session: Session, roster: Roster, entry: register.Entry) -> int | None:
    """Who has most doors in the same building and can still carry the boxes."""
    building = "/".join(entry.path.split("/")[:4]) + "/" if entry.path else ""
    if not building:
        return None
    rows = session.execute(
        select(Volunteer.id, RosterStop.boxes, GridNode.path, Volunteer)
        .join(GridNode, GridNode.id == RosterStop.grid_node_id)
        .join(Volunteer, Volunteer.id == RosterStop.volunteer_id)
        .where(RosterStop.roster_id == roster.id, standing.wanted())
    ).all()
    load: Counter[int] = Counter()
    near: Counter[int] = Counter()
    room = {volunteer.id: volunteer.box_capacity for *_rest, volunteer in rows}
    for volunteer_id, boxes, path, _volunteer in rows:
        load[volunteer_id] += boxes
        near[volunteer_id] += path.startswith(building)
    able = [one for one in near if near[one] and load[one] + entry.boxes <= room[one]]
    return max(able, key=lambda one: (near[one], -one), default=None)


def periods_with_need(
    session: Session, *, site_id: int, resident_id: int, day: date, codes: Collection[str]
) -> list[str]:
    """Of some periods those in which the person gets something that day."""
    return [
        code
        for code in codes
        if register.one_entry(
            session,
            resident_id=resident_id,
            site_id=site_id,
            day=day,
            period_code=code,
            tags=[],
        )
        is not None
    ]
