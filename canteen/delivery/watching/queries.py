"""Reading alarms: the open ones, one, those of a person, and a volunteer's own steps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from canteen.delivery import own
from canteen.delivery.models import Roster, RosterStop, StopOutcome, Volunteer
from canteen.delivery.standing import standing_outcome
from canteen.delivery.watching import rules
from canteen.delivery.watching.models import Alarm, AlarmDoor, AlarmStep
from canteen.delivery.watching.rules import EndingKind, Standing, Turn
from canteen.foundation.paging import Page, cut
from canteen.settlement.models import Channel, Meal
from canteen.staff.models import Staff

ALARMS_ON_A_PAGE = 30


@dataclass(frozen=True, kw_only=True)
class Sign:
    """That the person was seen since: what was said at a door, or a meal at the counter."""

    kind: str
    at: datetime
    by: str
    """Who wrote it down."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A step, how it stands, and who did it."""

    step: AlarmStep
    turn: Turn
    done_by: str = ""


@dataclass(frozen=True, kw_only=True)
class AlarmView:
    """An alarm as it stands at a moment."""

    alarm: Alarm
    rows: Sequence[Row]
    sign: Sign | None
    proposed: EndingKind | None
    """What its steps and signs suggest; a person types it."""
    doors: int = 0
    ended_by: str = ""

    @property
    def trouble(self) -> bool:
        """Whether somebody needs help now."""
        return any(row.step.result == rules.StepResult.TROUBLE for row in self.rows)

    @property
    def urgent(self) -> Sequence[Row]:
        """Steps whose turn it is, the late ones first."""
        late = [row for row in self.rows if row.turn.standing == Standing.LATE]
        return [*late, *(row for row in self.rows if row.turn.standing == Standing.DUE)]

    @property
    def late(self) -> bool:
        """Whether a step was not done by its deadline."""
        return any(row.turn.standing == Standing.LATE for row in self.rows)


def open_alarms(session: Session, *, site_id: int, now: datetime) -> Sequence[AlarmView]:
    """Everybody who is looked for at a site, the longest first. Five queries, if there are any."""
    return _views(session, (Alarm.site_id == site_id) & Alarm.ended_at.is_(None), now=now)


def open_count(session: Session, *, site_id: int) -> int:
    """How many people are looked for."""
    query = select(func.count()).where(Alarm.site_id == site_id, Alarm.ended_at.is_(None))
    return session.scalar(query.select_from(Alarm)) or 0


def one_alarm(session: Session, *, site_id: int, alarm_id: int, now: datetime) -> AlarmView | None:
    """One alarm of a site."""
    found = _views(session, (Alarm.site_id == site_id) & (Alarm.id == alarm_id), now=now)
    return found[0] if found else None


def alarms_of(session: Session, *, site_id: int, resident_id: int) -> Sequence[Alarm]:
    """Every alarm of a person at a site, newest first."""
    query = select(Alarm).where(Alarm.site_id == site_id, Alarm.resident_id == resident_id)
    return session.scalars(query.order_by(Alarm.opened_at.desc(), Alarm.id.desc())).all()


def past_alarms(session: Session, *, site_id: int, page: int) -> Page[tuple[Alarm, str]]:
    """What has ended at a site, newest first, with who said so."""
    query = (
        select(Alarm, Staff.name)
        .outerjoin(Staff, Staff.id == Alarm.ended_by)
        .where(Alarm.site_id == site_id, Alarm.ended_at.is_not(None))
        .order_by(Alarm.opened_at.desc(), Alarm.id.desc())
        .limit(ALARMS_ON_A_PAGE + 1)
        .offset((page - 1) * ALARMS_ON_A_PAGE)
    )
    rows = [(alarm, name or "") for alarm, name in session.execute(query)]
    return cut(rows, page, ALARMS_ON_A_PAGE)


def own_steps(
    session: Session, *, volunteer: Volunteer, day: date, now: datetime
) -> Sequence[tuple[Row, RosterStop]]:
    """The steps a volunteer is asked for: their own, at stops of today's rounds of theirs that
    are still shown, of people who are still looked for."""
    query = (
        select(AlarmStep.alarm_id, AlarmStep.id)
        .join(Alarm, Alarm.id == AlarmStep.alarm_id)
        .where(
            AlarmStep.volunteer_id == volunteer.id,
            Alarm.site_id == volunteer.site_id,
            Alarm.ended_at.is_(None),
        )
    )
    wanted = {step_id: alarm_id for alarm_id, step_id in session.execute(query)}
    if not wanted:
        return []
    stops = {
        state.stop.id: state.stop
        for _roster, states in own.own_rounds(session, volunteer=volunteer, day=day, now=now)
        for state in states
    }
    return [
        (row, stops[row.step.stop_id])
        for view in _views(session, Alarm.id.in_(wanted.values()), now=now)
        for row in view.rows
        if row.step.id in wanted and row.step.stop_id in stops
    ]


def _views(session: Session, which: ColumnElement[bool], *, now: datetime) -> list[AlarmView]:
    ender = aliased(Staff)
    query = (
        select(Alarm, ender.name)
        .outerjoin(ender, ender.id == Alarm.ended_by)
        .where(which)
        .order_by(Alarm.opened_at, Alarm.id)
    )
    alarms = {alarm.id: (alarm, name or "") for alarm, name in session.execute(query)}
    if not alarms:
        return []
    steps = _steps(session, list(alarms))
    doors, signs = _doors(session, list(alarms))
    at_counter = _meals(session, [alarm for alarm, _name in alarms.values()])
    return [
        _view(alarm, name, steps.get(alarm.id, ()), doors.get(alarm.id, 0), now=now,
              signs=[*signs.get(alarm.id, ()), *at_counter.get(alarm.id, ())])
        for alarm, name in alarms.values()
    ]  # fmt: skip


def _view(
    alarm: Alarm,
    ended_by: str,
    steps: Sequence[tuple[AlarmStep, str]],
    doors: int,
    *,
    now: datetime,
    signs: Sequence[Sign],
) -> AlarmView:
    proposed = rules.proposed_ending(
        results=[step.result for step, _who in steps], doors=[one.kind for one in signs]
    )
    turns = rules.standings(
        [
            rules.Step(
                kind=step.kind, minutes=step.minutes, result=step.result, done_at=step.done_at
            )
            for step, _who in steps
        ],
        opened_at=alarm.opened_at,
        now=now,
        at_rest=alarm.ended_at is not None or proposed is not None,
    )
    rows = [
        Row(step=step, turn=turn, done_by=who)
        for (step, who), turn in zip(steps, turns, strict=True)
    ]
    return AlarmView(
        alarm=alarm,
        rows=rows,
        sign=signs[0] if signs else None,
        proposed=proposed if alarm.ended_at is None else None,
        doors=doors,
        ended_by=ended_by,
    )


def _steps(session: Session, ids: Collection[int]) -> Mapping[int, list[tuple[AlarmStep, str]]]:
    query = (
        select(AlarmStep, Staff.name)
        .outerjoin(Staff, Staff.id == AlarmStep.done_by)
        .where(AlarmStep.alarm_id.in_(ids))
        .order_by(AlarmStep.alarm_id, AlarmStep.position)
    )
    found: dict[int, list[tuple[AlarmStep, str]]] = {}
    for step, name in session.execute(query):
        found.setdefault(step.alarm_id, []).append((step, name or ""))
    return found


def _doors(session: Session, ids: Collection[int]) -> tuple[dict[int, int], dict[int, list[Sign]]]:
    """How many shut doors each alarm has, and what stands at those doors now, if it is a sign."""
    shut, now_there = aliased(StopOutcome), aliased(StopOutcome)
    follower = aliased(StopOutcome)
    query: Any = (
        select(AlarmDoor.alarm_id, now_there.kind, now_there.recorded_at, Staff.name)
        .join(shut, shut.id == AlarmDoor.outcome_id)
        .join(now_there, now_there.stop_id == shut.stop_id)
        .outerjoin(Staff, Staff.id == now_there.recorded_by)
        .where(AlarmDoor.alarm_id.in_(ids), ~exists().where(follower.follows_id == now_there.id))
        .order_by(now_there.recorded_at.desc())
    )
    doors: dict[int, int] = {}
    signs: dict[int, list[Sign]] = {}
    for alarm_id, kind, at, name in session.execute(query):
        doors[alarm_id] = doors.get(alarm_id, 0) + 1
        if kind in rules.SEEN:
            signs.setdefault(alarm_id, []).append(Sign(kind=kind, at=at, by=name or ""))
    return doors, signs


def _meals(session: Session, alarms: Sequence[Alarm]) -> dict[int, list[Sign]]:
    """Meals at the counter, and at doors of later days, since each alarm began."""
    of = {one.resident_id: one for one in alarms}
    began = min(one.opened_at for one in alarms)
    counter = (
        select(Meal.resident_id, Meal.created_at, Staff.name)
        .outerjoin(Staff, Staff.id == Meal.created_by)
        .where(
            Meal.resident_id.in_(of),
            Meal.created_at >= began,
            Meal.service_date >= min(one.service_date for one in alarms),
            Meal.channel != Channel.DELIVERY,
            Meal.voided_at.is_(None),
        )
    )
    later = (
        select(RosterStop.resident_id, Roster.service_date, StopOutcome, Staff.name)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .join(StopOutcome, (StopOutcome.stop_id == RosterStop.id) & standing_outcome())
        .outerjoin(Staff, Staff.id == StopOutcome.recorded_by)
        .where(
            RosterStop.resident_id.in_(of),
            Roster.service_date > min(one.service_date for one in alarms),
            StopOutcome.kind.in_(rules.SEEN),
        )
    )
    signs: dict[int, list[Sign]] = {}
    for resident_id, at, name in session.execute(counter):
        alarm = of.get(resident_id or 0)
        if alarm is not None and at >= alarm.opened_at:
            signs.setdefault(alarm.id, []).append(Sign(kind="ate", at=at, by=name or ""))
    for resident_id, day, outcome, name in session.execute(later):
        alarm = of[resident_id]
        if day > alarm.service_date and outcome.recorded_at >= alarm.opened_at:
            sign = Sign(kind=outcome.kind, at=outcome.recorded_at, by=name or "")
            signs.setdefault(alarm.id, []).append(sign)
    return signs
