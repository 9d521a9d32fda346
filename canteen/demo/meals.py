"""A day at the counter: who comes when, what they pay, what goes wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from canteen.demo.dining import Dining, Void
from canteen.demo.ground import PERIODS
from canteen.demo.world import Community, Human, World
from canteen.foundation.wording import Refusal
from canteen.settlement.models import Channel, PaidBy
from canteen.settlement.rules import Order

_HOURS = {code: (starts, ends) for code, _name, _english, starts, ends in PERIODS}
_GUESTS = {"breakfast": 2, "lunch": 7, "dinner": 3}
_LOW_FEN = 30_00
_WRONG_SET = "点错套餐，改小份"


@dataclass(frozen=True, slots=True)
class Habit:
    """How likely somebody is to come, by period, on a weekday; and how they like to pay."""

    chances: dict[str, float]
    pays_cash: bool
    likes_small: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody in the line. Without a person it is a guest."""

    at: datetime
    person: Human | None


def habits_of(world: World, community: Community) -> dict[int, Habit]:
    """Everybody's own way, the same on all days."""
    rng = world.rng
    habits = {}
    for person in community.diners:
        habits[person.id] = Habit(
            chances={
                "breakfast": rng.uniform(0.5, 0.9) if rng.random() < 0.33 else 0.0,
                "lunch": rng.uniform(0.55, 0.95),
                "dinner": rng.uniform(0.5, 0.9) if rng.random() < 0.48 else 0.0,
            },
            pays_cash=not person.card_id,
            likes_small=rng.random() < 0.12,
        )
    return habits


def first_money(world: World, dining: Dining) -> None:
    """What everybody with a card put on it before the first day."""
    day = world.days[0] - timedelta(days=3)
    community = dining.community
    for place, person in enumerate(community.diners + community.needing):
        if person.card_id:
            at = world.at(day, time(9)) + timedelta(seconds=40 * place)
            fen = world.rng.choice((100_00, 200_00, 200_00, 300_00))
            dining.money.top_up(person.id, fen, at=at, day=day, by=community.crew.clerk)


def serve_day(world: World, dining: Dining, habits: dict[int, Habit], day: date) -> int:
    """All meals of a day at the counter up to now; how many there were."""
    _leave(world, dining, day)
    served = 0
    for period in _HOURS:
        for visit in _line(world, dining.community, habits, day, period):
            served += _serve(world, dining, habits, day, period, visit)
    return served


def _line(
    world: World, community: Community, habits: dict[int, Habit], day: date, period: str
) -> Iterator[Visit]:
    """Who comes in a period, in the order they stand in line; nobody from the future."""
    rng = world.rng
    weekend = 0.62 if day.isoweekday() > 5 else 1.0
    visits = []
    for person in community.diners:
        if not person.lives_on(day) or (person.part == "li" and day == world.today):
            continue
        if rng.random() < habits[person.id].chances[period] * weekend:
            visits.append(Visit(_moment(world, day, period), person))
    scale = max(0.1, len(community.diners) / 168)
    guests = round(rng.randint(0, 2 * _GUESTS[period]) * weekend * scale)
    visits += [Visit(_moment(world, day, period), None) for _ in range(guests)]
    return iter(sorted((v for v in visits if v.at <= world.now), key=lambda visit: visit.at))


def _moment(world: World, day: date, period: str) -> datetime:
    """A moment of the period: most come in its first half."""
    starts, ends = (world.at(day, clock) for clock in _HOURS[period])
    length = (ends - starts).total_seconds()
    return starts + timedelta(seconds=int(world.rng.triangular(0, length, length * 0.25)))


def _serve(
    world: World,
    dining: Dining,
    habits: dict[int, Habit],
    day: date,
    period: str,
    visit: Visit,
) -> int:
    rng, community = world.rng, dining.community
    person = visit.person
    habit = habits[person.id] if person else None
    small = period == "lunch" and (habit.likes_small if habit else rng.random() < 0.1)
    takeaway = rng.random() < 0.1
    order = Order(
        meal_id=world.uuid(),
        site_id=community.site_id,
        device_id=rng.choice(community.devices),
        clerk_id=community.crew.clerk,
        period_code=period,
        set_code="small" if small else "standard",
        channel=Channel.TAKEAWAY if takeaway else Channel.DINE_IN,
        pay_by=PaidBy.CASH if habit is None or habit.pays_cash else PaidBy.WALLET,
        resident_id=person.id if person else None,
        guest=person is None,
    )
    facts = dining.facts(day, period, order.set_code, visit.at)
    if person is None:
        return _count(dining.serve(order, facts, visit.at))
    if order.pay_by is PaidBy.WALLET and dining.money.balance(person.id) < _LOW_FEN:
        order = _fill_or_pay_cash(world, dining, person, order, visit.at, day)
    facts = replace(facts, diner=dining.diner(person, day, with_card=not habit.pays_cash))  # type: ignore[union-attr]
    if period == "lunch" and not small and rng.random() < 0.0025:
        return _serve_twice(world, dining, person, order, visit.at, day)
    served = _count(dining.serve(order, facts, visit.at))
    if served and rng.random() < 0.0008:
        served += _serve_extra(world, dining, person, order, visit.at, day)
    return served


def _count(refusal: Refusal | None) -> int:
    return 0 if refusal else 1


def _fill_or_pay_cash(
    world: World, dining: Dining, person: Human, order: Order, at: datetime, day: date
) -> Order:
    """Most people top up when little is left; some pay this one in cash."""
    if world.rng.random() < 0.2:
        return replace(order, pay_by=PaidBy.CASH)
    fen = world.rng.choice((50_00, 100_00, 100_00, 200_00))
    earlier = at - timedelta(seconds=50)
    dining.money.top_up(person.id, fen, at=earlier, day=day, by=order.clerk_id)
    return order


def _serve_twice(
    world: World, dining: Dining, person: Human, order: Order, at: datetime, day: date
) -> int:
    """The wrong set was rung up: a manager voids it, and the right one follows."""
    manager = dining.community.crew.manager
    void = Void(at + timedelta(seconds=70), manager, _WRONG_SET)
    later = at + timedelta(seconds=95)
    if later > world.now:
        return 0
    facts = dining.facts(day, order.period_code, order.set_code, at)
    facts = replace(facts, diner=dining.diner(person, day, with_card=True))
    dining.serve(order, facts, at, void=void)
    again = replace(order, meal_id=world.uuid(), set_code="small")
    facts = dining.facts(day, order.period_code, "small", later)
    facts = replace(facts, diner=dining.diner(person, day, with_card=True))
    return _count(dining.serve(again, facts, later))


def _serve_extra(
    world: World, dining: Dining, person: Human, order: Order, at: datetime, day: date
) -> int:
    """One more for a daughter who came along: full price, by a manager's leave."""
    later = at + timedelta(seconds=45)
    if later > world.now:
        return 0
    again = replace(
        order,
        meal_id=world.uuid(),
        pay_by=PaidBy.CASH,
        override_by=dining.community.crew.manager,
        override_reason="家属陪餐，再加一份",
    )
    facts = dining.facts(day, order.period_code, order.set_code, later)
    facts = replace(facts, diner=dining.diner(person, day, with_card=False))
    return _count(dining.serve(again, facts, later))


def _leave(world: World, dining: Dining, day: date) -> None:
    """Whoever died or moved that day: their card is closed and the rest is paid out."""
    for person in dining.community.diners:
        if person.ended_on == day:
            at = world.past(day, time(9, 5))
            dining.money.refund(
                person.id, at=at, day=day, by=dining.community.crew.manager, note="销卡退余额"
            )


def round_up_the_card(world: World, dining: Dining) -> None:
    """李奶奶's card holds a round sum, so that what a scan will say can be printed."""
    li = next((one for one in dining.community.diners if one.part == "li"), None)
    if li is None:
        return
    missing = -dining.money.balance(li.id) % 50_00
    if missing:
        day = world.today - timedelta(days=1)
        at = world.at(day, time(18, 40))
        dining.money.top_up(li.id, missing, at=at, day=day, by=dining.community.crew.clerk)
