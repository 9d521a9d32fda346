"""Communities made up for measuring rounds: compounds, buildings, stairways, volunteers."""

import random
from dataclasses import dataclass, replace

from canteen.delivery.routing.climbing import climb_seconds
from canteen.delivery.routing.facts import BIKE, CAR, FOOT, Courier, Question, Stop
from canteen.foundation.geography import Point

_METRE = 1 / 111_195
_HOUR = 3600
CANTEEN = Point(30.6586, 104.0648)


@dataclass(frozen=True)
class Community:
    """A morning: so many doors and couriers."""

    name: str
    question: Question


def make_community(*, stops: int, couriers: int, seed: int = 1) -> Community:
    """Doors in compounds of six to twelve buildings around a canteen, cooked at 10:30, hot for
    75 minutes, out from 10:40, on foot for the most part. Some have hours of their own."""
    dice = random.Random(seed)
    doors: list[Stop] = []
    compound = 0
    while len(doors) < stops:
        compound += 1
        doors += _compound(dice, compound, len(doors), dice.randint(12, 30))
    carriers = [_courier(dice, number, stops, couriers) for number in range(1, couriers + 1)]
    question = Question(
        stops=tuple(doors[:stops]),
        couriers=tuple(carriers),
        cooked_at=10 * _HOUR + 1800,
        hot_seconds=75 * 60,
    )
    return Community(f"{stops} stops x {couriers}", question)


def changed_a_little(
    question: Question, orders: dict[int, tuple[int, ...]], *, seed: int = 1
) -> Question:
    """The next day: everybody's usual volunteer is who went last; a few doors less, a few new."""
    dice = random.Random(seed)
    usual = {stop_id: who for who, order in orders.items() for stop_id in order}
    stops = [replace(stop, usual=usual.get(stop.stop_id)) for stop in question.stops]
    some = max(2, len(stops) // 25)
    gone = {stop.stop_id for stop in dice.sample(stops, some)}
    templates = dice.sample(stops, some)
    last = max(stop.stop_id for stop in stops)
    new = [
        replace(stop, stop_id=last + number, usual=None, pinned_to=None, after=None)
        for number, stop in enumerate(templates, 1)
    ]
    return replace(question, stops=(*(s for s in stops if s.stop_id not in gone), *new))


def _compound(dice: random.Random, number: int, known: int, wanted: int) -> list[Stop]:
    east, north = dice.gauss(0, 550), dice.gauss(0, 550)
    lift = dice.random() < 0.35
    buildings = [
        (east + dice.uniform(-120, 120), north + dice.uniform(-120, 120))
        for _one in range(dice.randint(6, 12))
    ]
    doors = []
    for _one in range(wanted):
        house = dice.randrange(len(buildings))
        stairway = dice.randint(1, 3)
        floor = dice.randint(1, 18 if lift else 6)
        known += 1
        doors.append(
            Stop(
                stop_id=known,
                point=_at(buildings[house][0] + 12 * stairway, buildings[house][1]),
                path=f"/1/{number}/{100 * number + house}/{1000 * number + 10 * house + stairway}/",
                boxes=2 if dice.random() < 0.12 else 1,
                climb_seconds=climb_seconds(floor=floor, has_lift=lift),
                floor=floor,
                has_lift=lift,
                latest=11 * _HOUR + 900 if dice.random() < 0.05 else None,
                earliest=11 * _HOUR if dice.random() < 0.05 else None,
            )
        )
    return doors


def _courier(dice: random.Random, number: int, stops: int, couriers: int) -> Courier:
    transport = dice.choices((FOOT, BIKE, CAR), (6, 3, 1))[0]
    fair = -(-stops * 5 // (couriers * 4)) + 2
    return Courier(
        courier_id=number,
        start=CANTEEN,
        end=CANTEEN,
        transport=transport,
        capacity=fair if transport == FOOT else fair + fair // 2,
        leaves_from=10 * _HOUR + 2400,
        back_by=12 * _HOUR + 1800,
    )


def _at(east: float, north: float) -> Point:
    return Point(CANTEEN.lat + north * _METRE, CANTEEN.lon + east * _METRE / 0.86)
