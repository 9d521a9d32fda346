"""Lunches carried to the door: a roster a day, and what people say of every door."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from canteen.delivery import diet, queries
from canteen.delivery.models import (
    OutcomeKind,
    Roster,
    RosterStop,
    StopOutcome,
)
from canteen.delivery.rules import DELIVERED
from canteen.demo.carriers import LUNCH, PRICE_FEN, PROGRAMME
from canteen.demo.dining import Dining, Void
from canteen.demo.ground import CHARITY
from canteen.demo.world import Community, Human, World
from canteen.settlement.free_meals import Gift, free_sale
from canteen.settlement.models import Channel, PaidBy
from canteen.settlement.rules import Order

GRANT_FEN = 200_000_00
_OPEN_STOPS = 3
"""Of 小周's round today, so that a visitor finds doors to report."""
_WRONG_DOOR = "送餐结果已更正"


def receive_grant(world: World, dining: Dining) -> None:
    """What the charity gave for the year."""
    day = world.days[0] - timedelta(days=10)
    dining.money.grant(
        CHARITY,
        GRANT_FEN,
        at=world.at(day, time(15)),
        day=day,
        by=dining.community.crew.manager,
        note="红心食堂年度捐款（示例）",
    )


def carry_day(world: World, dining: Dining, day: date) -> int:
    """Publish the roster of a day and tell what happened at its doors; how many were served."""
    community = dining.community
    world.rows.flush()
    draft = queries.draft(world.session, site_id=community.site_id, day=day, period_code=LUNCH)
    assert draft is not None
    if not draft.stops:
        return 0
    roster_id = world.rows.add(
        Roster,
        site_id=community.site_id,
        service_date=day,
        period_code=LUNCH,
        programme_id=community.programme_id,
        published_at=world.past(day, time(8, 45)),
        published_by=community.crew.manager,
    )
    people = {person.id: person for person in community.needing}
    sign_ins = {one.id: one.staff_id for one in draft.volunteers.values()}
    served = 0
    for stop in draft.stops:
        stop_id = _write_stop(world, roster_id, stop, day)
        volunteer_id = stop.plan.volunteer_id
        if volunteer_id is None:
            continue
        staff_id = sign_ins[volunteer_id]
        left_open = day == world.today and staff_id and stop.plan.position > _last_done(draft, stop)
        at = _door_time(world, day, stop.plan.position)
        if left_open or at > world.now:
            continue
        visit = _Visit(stop_id, people[stop.entry.resident_id], at, staff_id)
        may_leave = stop.entry.may_leave_at_door
        served += _tell(world, dining, day, visit, may_leave=may_leave)
    return served


@dataclass(frozen=True, slots=True)
class _Visit:
    """Somebody before a door. Without a sign-in of their own, the office writes it down."""

    stop_id: int
    person: Human
    at: datetime
    staff_id: int | None


def _last_done(draft: queries.Draft, stop: queries.DraftStop) -> int:
    mine = [one for one in draft.stops if one.plan.volunteer_id == stop.plan.volunteer_id]
    return len(mine) - _OPEN_STOPS


def _door_time(world: World, day: date, position: int) -> datetime:
    """A round leaves at 10:45 and takes about six minutes a door."""
    minutes = 6 * position + world.rng.uniform(-2, 4)
    return world.at(day, time(10, 45)) + timedelta(seconds=int(60 * minutes))


def _tell(world: World, dining: Dining, day: date, visit: _Visit, *, may_leave: bool) -> int:
    """What was said of a door, now and then corrected; 1 if a meal was served."""
    kind = world.rng.choices(
        (
            OutcomeKind.HANDED_OVER,
            OutcomeKind.LEFT_AT_DOOR if may_leave else OutcomeKind.HANDED_OVER,
            OutcomeKind.NOBODY_ANSWERS,
            OutcomeKind.REFUSED,
            OutcomeKind.IN_HOSPITAL,
        ),
        (920, 45, 22, 8, 5),
    )[0]
    chance = world.rng.random()
    second = visit.at + timedelta(minutes=25)
    if second <= world.now:
        if kind is OutcomeKind.NOBODY_ANSWERS and chance < 0.35:
            first = _outcome(world, dining, visit, kind, note="敲门无人应，稍后再来")
            again = replace(visit, at=second)
            _deliver(world, dining, day, again, OutcomeKind.HANDED_OVER, follows=first)
            return 1
        if kind is OutcomeKind.HANDED_OVER and chance < 0.0015:
            _take_back(world, dining, day, visit, second)
            return 0
    if kind in DELIVERED:
        _deliver(world, dining, day, visit, kind)
        return 1
    note = {
        OutcomeKind.NOBODY_ANSWERS: "电话也没人接，已告诉网格员",
        OutcomeKind.REFUSED: "老人说今天女儿来做饭",
        OutcomeKind.IN_HOSPITAL: "邻居说住院了",
    }[kind]
    _outcome(world, dining, visit, kind, note=note)
    return 0


def _deliver(
    world: World,
    dining: Dining,
    day: date,
    visit: _Visit,
    kind: OutcomeKind,
    *,
    follows: "_Said | None" = None,
    void: Void | None = None,
) -> "_Said":
    """A meal that reached its diner: the outcome's id is the meal's, as the phone page does it."""
    said = _Said(world.uuid())
    person, by = visit.person, _by(dining.community, visit)
    order = Order(
        meal_id=said.id,
        site_id=dining.community.site_id,
        device_id=None,
        clerk_id=by,
        period_code=LUNCH,
        set_code="free",
        channel=Channel.DELIVERY,
        pay_by=PaidBy.FREE,
        resident_id=person.id,
    )
    diner = dining.diner(person, day, with_card=False)
    gift = Gift(programme_name=PROGRAMME, funder_code=CHARITY, price_fen=PRICE_FEN)
    sale = free_sale(diner, gift, service_date=day)
    facts = replace(dining.facts(day, LUNCH, "free", visit.at), diner=diner)
    dining.book(order, facts, sale, visit.at, void=void)
    return _outcome(world, dining, visit, kind, said=said, follows=follows, has_meal=True)


def _take_back(world: World, dining: Dining, day: date, visit: _Visit, later: datetime) -> None:
    """The wrong button: it says handed over, and is put right with the meal taken back."""
    by = _by(dining.community, visit)
    void = Void(later, by, _WRONG_DOOR)
    first = _deliver(world, dining, day, visit, OutcomeKind.HANDED_OVER, void=void)
    again = replace(visit, at=later)
    _outcome(world, dining, again, OutcomeKind.REFUSED, note="点错了，老人没收", follows=first)


@dataclass(frozen=True, slots=True)
class _Said:
    """An outcome by its id."""

    id: UUID


def _outcome(
    world: World,
    dining: Dining,
    visit: _Visit,
    kind: OutcomeKind,
    *,
    note: str = "",
    said: _Said | None = None,
    follows: _Said | None = None,
    has_meal: bool = False,
) -> _Said:
    said = said or _Said(world.uuid())
    world.rows.add(
        StopOutcome,
        id=said.id,
        stop_id=visit.stop_id,
        follows_id=follows.id if follows else None,
        kind=kind,
        note=note,
        meal_id=said.id if has_meal else None,
        meal_problem="",
        recorded_by=_by(dining.community, visit),
        recorded_at=visit.at,
    )
    return said


def _by(community: Community, visit: _Visit) -> int:
    return visit.staff_id or community.crew.community


def _write_stop(world: World, roster_id: int, stop: queries.DraftStop, day: date) -> int:
    entry = stop.entry
    return world.rows.add(
        RosterStop,
        roster_id=roster_id,
        volunteer_id=stop.plan.volunteer_id,
        position=stop.plan.position,
        problem=stop.plan.problem,
        resident_id=entry.resident_id,
        diner_name=entry.name,
        diner_title=entry.title(day),
        grid_node_id=entry.unit_id,
        address=stop.address,
        phone=entry.phone,
        diet=diet.frozen(texture=entry.texture, diets=entry.diets, note=entry.diet_note),
        door_note=entry.door_note,
        may_leave_at_door=entry.may_leave_at_door,
        boxes=entry.boxes,
        called_off="",
        was_with=None,
    )
