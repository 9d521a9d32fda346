"""An alarm begins: beside the outcome that asks for it, or for a diner who stays away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from canteen.delivery import lists
from canteen.delivery.models import Roster, RosterStop, Volunteer
from canteen.delivery.watching import ladder, rules
from canteen.delivery.watching.ladder import Rung
from canteen.delivery.watching.models import Alarm, AlarmDoor, AlarmStep, WatchedDiner
from canteen.delivery.watching.rules import Cause, StepKind
from canteen.foundation import audit
from canteen.foundation.calendar import age_on
from canteen.residents.models import GridNode, Household, Resident
from canteen.residents.pinyin import title_of

EMERGENCY_PHONE = "110 / 120"
_Person = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Why an alarm begins. `stop` is the shut door's, None for a diner who stays away."""

    site_id: int
    resident_id: int
    cause: Cause
    service_date: date
    missed_days: int = 0
    stop: RosterStop | None = None


def open_for_door(
    session: Session, *, roster: Roster, stop: RosterStop, outcome_id: UUID, by: int, now: datetime
) -> None:
    """Nobody answered: begin the ladder now, however old the day is, in the caller's
    transaction. A second shut door of somebody who is already looked for joins that alarm.
    """
    session.get_one(Resident, stop.resident_id, with_for_update=True)  # two doors at once: one
    session.flush()  # the outcome stands before what refers to it
    alarm = open_alarm(session, site_id=roster.site_id, resident_id=stop.resident_id)
    if alarm is None:
        begun = Begun(
            site_id=roster.site_id,
            resident_id=stop.resident_id,
            cause=Cause.DOOR,
            service_date=roster.service_date,
            stop=stop,
        )
        alarm = begin(session, begun, by=by, now=now)
    session.add(AlarmDoor(outcome_id=outcome_id, alarm_id=alarm.id))


def open_alarm(session: Session, *, site_id: int, resident_id: int) -> Alarm | None:
    """The alarm in which a person is looked for now."""
    query = select(Alarm).where(
        Alarm.site_id == site_id, Alarm.resident_id == resident_id, Alarm.ended_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def begin(session: Session, begun: Begun, *, by: int | None, now: datetime) -> Alarm:
    """An alarm and its steps, each with whom it concerns as the records say it today."""
    resident = session.get_one(Resident, begun.resident_id)
    stop = begun.stop
    alarm = Alarm(
        site_id=begun.site_id,
        resident_id=begun.resident_id,
        cause=begun.cause,
        service_date=begun.service_date,
        missed_days=begun.missed_days,
        diner_name=resident.name,
        diner_title=stop.diner_title if stop else title(resident, begun.service_date),
        address=stop.address if stop else _address(session, resident),
        opened_at=now,
        opened_by=by,
    )
    session.add(alarm)
    session.flush()
    rungs = ladder.ladder_of(session, site_id=begun.site_id)
    if stop is None:  # nobody stands at a door: the ladder begins with the phone
        rungs = [one for one in rungs if one.kind != StepKind.SECOND_KNOCK] or rungs
    carrier = _carrier(session, stop, by)
    known = _known(session, begun, resident)
    if carrier is not None:
        known[StepKind.SECOND_KNOCK] = (carrier.name, carrier.phone)
    for position, rung in enumerate(rungs, 1):
        session.add(_step(alarm.id, position, rung, known, stop, carrier))
    audit.record(
        session, at=now, staff_id=by, action="alarm_began", subject="alarm", subject_id=alarm.id
    )
    session.flush()
    return alarm


def title(resident: Resident, day: date) -> str:
    """陈奶奶, by the age on `day`."""
    age = age_on(resident.birthday, day) if resident.birthday else None
    return title_of(resident.name, resident.gender, age)[0]


def _step(
    alarm_id: int,
    position: int,
    rung: Rung,
    known: Mapping[StepKind, _Person],
    stop: RosterStop | None,
    carrier: Volunteer | None,
) -> AlarmStep:
    name, phone = known.get(rung.kind, ("", ""))
    if rung.who_name or rung.who_phone:
        name, phone = rung.who_name, rung.who_phone
    at_door = rung.kind == StepKind.SECOND_KNOCK and stop is not None
    return AlarmStep(
        alarm_id=alarm_id,
        position=position,
        kind=rung.kind,
        minutes=rung.minutes,
        who_name=name,
        who_phone=phone,
        volunteer_id=carrier.id if carrier and at_door else None,
        stop_id=stop.id if stop and at_door else None,
    )


def _known(session: Session, begun: Begun, resident: Resident) -> dict[StepKind, _Person]:
    """Whom each step concerns, from the person's own records, the grid's and the site's."""
    terms = ladder.terms_of(session, site_id=begun.site_id)
    watch = session.get(WatchedDiner, resident.id)
    leaders = _leaders(session, resident)
    contact = resident.contact_name
    if resident.contact_relation:
        contact = f"{contact}（{resident.contact_relation}）"
    known = {
        StepKind.PHONE: (resident.name, resident.phone),
        StepKind.NEIGHBOUR: _neighbour(watch, _door_note(session, begun, resident)),
        StepKind.LEADER: rules.nearest(leaders[:-1]),
        StepKind.CONTACT: (contact, resident.contact_phone),
        StepKind.OFFICE: (terms.office_name, terms.office_phone),
        StepKind.EMERGENCY: ("", EMERGENCY_PHONE),
    }
    if not terms.office_phone and leaders:  # the community's own node, the last on the way up
        known[StepKind.OFFICE] = leaders[-1]
    return known


def _carrier(session: Session, stop: RosterStop | None, by: int | None) -> Volunteer | None:
    """Who stands at the door: its volunteer, or who gave it back and went there all the same."""
    if stop is None:
        return None
    if stop.volunteer_id is None and stop.was_with is not None:
        before = session.get_one(Volunteer, stop.was_with)
        return before if before.staff_id == by else None
    return session.get(Volunteer, stop.volunteer_id) if stop.volunteer_id else None


def release_knocks(session: Session, *, roster_id: int, volunteer_id: int) -> None:
    """Who cannot go on knocks at no door a second time: those steps are anybody's now."""
    session.execute(
        update(AlarmStep)
        .where(
            AlarmStep.volunteer_id == volunteer_id,
            AlarmStep.done_at.is_(None),
            AlarmStep.stop_id.in_(select(RosterStop.id).filter_by(roster_id=roster_id)),
        )
        .values(volunteer_id=None, who_name="", who_phone="")
        .execution_options(synchronize_session=False)
    )


def _neighbour(watch: WatchedDiner | None, door_note: str) -> _Person:
    """The neighbour on the person's page, else what the note of the door says: it may name one."""
    if watch and (watch.neighbour_name or watch.neighbour_phone):
        return watch.neighbour_name, watch.neighbour_phone
    return door_note[:80], ""


def _door_note(session: Session, begun: Begun, resident: Resident) -> str:
    if begun.stop:
        return begun.stop.door_note
    door = session.get(Household, resident.household_id) if resident.household_id else None
    return door.door_note if door else ""


def _leaders(session: Session, resident: Resident) -> Sequence[_Person]:
    """Who answers for the unit, the building, the compound and the community, in that order."""
    path = _path(session, resident)
    ids = [int(one) for one in path.split("/") if one]
    nodes = {one.id: one for one in session.scalars(select(GridNode).where(GridNode.id.in_(ids)))}
    return [
        (nodes[one].leader_name, nodes[one].leader_phone) for one in reversed(ids) if one in nodes
    ]


def _path(session: Session, resident: Resident) -> str:
    query = (
        select(GridNode.path)
        .join(Household, Household.unit_id == GridNode.id)
        .where(Household.id == resident.household_id)
    )
    return session.scalars(query).one_or_none() or ""


def _address(session: Session, resident: Resident) -> str:
    path = _path(session, resident)
    if not path:
        return ""
    room = session.get_one(Household, resident.household_id).room
    return f"{lists.place_names(session, [path]).get(path, '')} {room}".strip()
