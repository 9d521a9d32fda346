"""Whom people looked for: every shut door of the month, one search that is on, one that is late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from canteen.delivery.models import OutcomeKind, Roster, RosterStop, StopOutcome
from canteen.delivery.standing import standing_outcome
from canteen.delivery.watching.models import Alarm, AlarmDoor, AlarmStep, WatchedDiner, WatchTerms
from canteen.delivery.watching.opening import Begun, begin
from canteen.delivery.watching.rules import Cause, EndingKind, StepResult
from canteen.demo.cast import CHEN
from canteen.demo.world import Community, World
from canteen.residents.models import Resident, Status
from canteen.settlement.models import Meal

_MOST = 40
_ENDINGS = (
    (EndingKind.WELL_AT_HOME, StepResult.FOUND, "在阳台晾衣服，没听见"),
    (EndingKind.AWAY_SAFE, StepResult.FOUND, "去女儿家了，忘了说"),
    (EndingKind.WELL_AT_HOME, StepResult.FOUND, "睡午觉，邻居叫醒了"),
    (EndingKind.AWAY_SAFE, StepResult.FOUND, "去公园下棋，电话没带"),
)


def look_for_people(world: World, community: Community) -> None:
    """Each shut door was followed up; of the last ones, one still is, and one is late."""
    world.session.add(
        WatchTerms(
            site_id=community.site_id,
            office_name="社区值班室（示例）",
            office_phone="0791-5550110",
            missed_days=3,
        )
    )
    rows = _shut_doors(world, community)
    for place, (roster, stop, outcome) in enumerate(rows):
        if place == 0:
            opened = max(outcome.recorded_at, world.now - timedelta(minutes=7))
        elif place == 1:
            opened = max(outcome.recorded_at, world.now - timedelta(minutes=55))
        else:
            opened = outcome.recorded_at
        begun = Begun(
            site_id=community.site_id,
            resident_id=stop.resident_id,
            cause=Cause.DOOR,
            service_date=roster.service_date,
            stop=stop,
        )
        alarm = begin(world.session, begun, by=outcome.recorded_by, now=opened)
        world.session.add(AlarmDoor(outcome_id=outcome.id, alarm_id=alarm.id))
        _followed_up(world, community, alarm, place)
        world.session.flush()
    _watch(world, community)


def _shut_doors(
    world: World, community: Community
) -> Sequence[tuple[Roster, RosterStop, StopOutcome]]:
    """The newest first, one of each person; those where somebody was met later are left out."""
    query = (
        select(Roster, RosterStop, StopOutcome)
        .join(RosterStop, RosterStop.roster_id == Roster.id)
        .join(StopOutcome, (StopOutcome.stop_id == RosterStop.id) & standing_outcome())
        .join(Resident, Resident.id == RosterStop.resident_id)
        .where(
            Roster.site_id == community.site_id,
            StopOutcome.kind == OutcomeKind.NOBODY_ANSWERS,
            Resident.status == Status.ACTIVE,
        )
        .order_by(StopOutcome.recorded_at.desc())
    )
    found: dict[int, tuple[Roster, RosterStop, StopOutcome]] = {}
    for roster, stop, outcome in world.session.execute(query):
        found.setdefault(stop.resident_id, (roster, stop, outcome))
    return list(found.values())[:_MOST]


def _followed_up(world: World, community: Community, alarm: Alarm, place: int) -> None:
    steps = world.session.scalars(
        select(AlarmStep).where(AlarmStep.alarm_id == alarm.id).order_by(AlarmStep.position)
    ).all()
    by = community.crew.community
    at = alarm.opened_at
    if place < 2:  # on: the second knock is done; late: the phone too, and then nobody went on
        for step in steps[: place + 1]:
            at += timedelta(minutes=4)
            _did(step, StepResult.NOTHING, "", at=min(at, world.now), by=by)
        return
    kind, result, words = _ENDINGS[place % len(_ENDINGS)]
    needed = 1 + place % 4
    for number, step in enumerate(steps[:needed], 1):
        at += timedelta(minutes=5)
        last = number == needed
        _did(step, result if last else StepResult.NOTHING, words if last else "", at=at, by=by)
    alarm.ending, alarm.ending_note = kind, words
    alarm.ended_at, alarm.ended_by = at + timedelta(minutes=2), by


def _did(step: AlarmStep, result: StepResult, note: str, *, at: datetime, by: int) -> None:
    step.result, step.note, step.done_at, step.done_by = result, note, at, by


def _watch(world: World, community: Community) -> None:
    """Two diners somebody asked to look after; one of them has not come for days."""
    recent = (
        select(Meal.resident_id, func.max(Meal.service_date).label("last"))
        .where(Meal.site_id == community.site_id, Meal.voided_at.is_(None))
        .group_by(Meal.resident_id)
        .subquery()
    )
    quiet = (
        select(Resident.id)
        .join(recent, recent.c.resident_id == Resident.id)
        .where(
            recent.c.last <= world.today - timedelta(days=3),
            recent.c.last >= world.today - timedelta(days=25),
            Resident.status == Status.ACTIVE,
            Resident.id.not_in([one.id for one in community.needing]),
        )
        .order_by(recent.c.last.desc(), Resident.id)
        .limit(1)
    )
    known = [one.id for one in community.elders if one.part == CHEN.code]
    for resident_id, days in [*((one, 2) for one in world.session.scalars(quiet)),
                              *((one, None) for one in known)]:  # fmt: skip
        world.session.add(
            WatchedDiner(
                resident_id=resident_id,
                missed_days=days,
                since=world.today - timedelta(days=30) if days else None,
                neighbour_name="对门老吴（示例）",
                neighbour_phone="13800000904",
                changed_by=community.crew.community,
                changed_at=world.now,
            )
        )
