"""Queues that are told twice, in any order, from copies, over a network that breaks; and a
network that is gone for forty minutes at the peak."""

import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.conftest import Begin
from tests.faults.counter import AT_ONCE, QUEUE, Counter, Line
from tests.faults.place import Place
from tests.faults.wire import Weather

TRIALS = 3
MEALS = 25
"""Trays that each counter serves alone."""
PEAK = 100
"""Trays each counter serves in the forty minutes; `PEOPLE` bounds it."""


def test_a_queue_told_twice_and_in_any_order_is_booked_once(begin: Begin, turn: int) -> None:
    with begin("sync doubled and reordered") as place:
        dice = random.Random(turn)
        for _trial in range(TRIALS):
            serve_alone(place, MEALS)
            at_once([lambda each=each: tell_wildly(each, dice) for each in place.counters])
            place.rest()
        place.count(trials=TRIALS * len(place.counters))


def test_a_queue_replayed_from_a_copy_is_booked_once(begin: Begin, turn: int) -> None:
    with begin("queue replayed from a copy") as place:
        for _trial in range(TRIALS):
            serve_alone(place, MEALS)
            copies = [list(each.desk.queue) for each in place.counters]
            place.rest()
            for counter, copy in zip(place.counters, copies, strict=True):
                assert outcomes(counter, copy) == {"duplicate"}
        place.count(trials=TRIALS * len(place.counters))


def test_two_tablets_from_one_copy_both_tell_everything_once(begin: Begin, turn: int) -> None:
    with begin("two tablets from one copy") as place:
        for _trial in range(TRIALS):
            serve_alone(place, MEALS)
            twins = [place.twin(number) for number in range(2)]
            for each in (*place.counters[:2], *twins):  # both go on, by the same count
                for _tray in range(3):
                    each.serve_alone(next(each.trays))
            at_once([each.tell_all for each in (*place.counters, *twins)])
            for twin in twins:
                assert twin.desk.stuck == []
                place.counters[0].desk.told.update(twin.desk.told)
        place.count(trials=TRIALS * len(twins))


def test_what_was_taken_back_is_given_back_whichever_copy_tells_first(
    begin: Begin, turn: int
) -> None:
    with begin("taken back, and told from a copy") as place:
        undone = set()
        for trial in range(TRIALS):
            serve_alone(place, 6)
            for counter in place.counters:
                copy = [dict(meal) for meal in counter.desk.queue]
                if trial % 2 == 0:  # the answer was lost, or an older copy was told first
                    assert outcomes(counter, copy) == {"booked"}
                undone |= {counter.take_back(each["id"]) for each in copy[::2]}
                counter.tell_all()
                assert outcomes(counter, copy) == {"duplicate"}
        place.count(trials=TRIALS * len(place.counters), undone=undone)


def test_forty_minutes_without_a_network_at_the_peak(begin: Begin, turn: int) -> None:
    with begin("network gone for 40 minutes") as place:
        place.serve(meals=40)
        for counter in place.counters:
            counter.end()
        place.wire.turn(Weather.DOWN)
        began = datetime.now(UTC) - timedelta(minutes=40)
        for tray in range(PEAK):
            for counter in place.counters:
                counter.clock = lambda n=tray: began + timedelta(minutes=40) * n / PEAK
                counter.serve_alone(next(counter.trays))
        assert not any(counter.tell() for counter in place.counters)
        place.wire.turn(Weather.CUTTING)  # it comes back as networks do
        at_once([counter.tell for counter in place.counters])
        place.wire.turn(Weather.FINE)
        at_once([counter.tell_all for counter in place.counters])
        place.count(trials=len(place.counters))


def test_connections_that_break_amid_a_request_or_its_answer(begin: Begin, turn: int) -> None:
    with begin("connection cut amid a request") as place:
        place.wire.turn(Weather.CUTTING)
        place.serve(meals=150)
        place.wire.turn(Weather.FINE)
        place.rest()
        assert place.wire.cut > 10
        place.count(trials=place.wire.cut)


def serve_alone(place: Place, meals: int) -> None:
    """Every counter serves so many trays without asking."""
    for counter in place.counters:
        for _tray in range(meals):
            counter.serve_alone(next(counter.trays))


def outcomes(counter: Counter, meals: list[dict[str, Any]]) -> set[str]:
    """Tell these, whatever the counter's own queue is; what became of them."""
    found = set()
    for start in range(0, len(meals), AT_ONCE):
        status, answer = counter.line.post(QUEUE, {"meals": meals[start : start + AT_ONCE]})
        assert status == 200, status
        found |= {each["outcome"] for each in answer["answers"]}
    return found


def tell_wildly(counter: Counter, dice: random.Random) -> None:
    """The queue in pieces that overlap, backwards and shuffled, over three lines at once."""
    queue = list(counter.desk.queue)
    ways = [list(reversed(queue)), dice.sample(queue, len(queue)), queue + queue[:7]]

    def tell(line: Line, meals: list[dict[str, Any]]) -> None:
        for start in range(0, len(meals), 7):
            line.post(QUEUE, {"meals": meals[start : start + 10]})

    at_once([lambda way=way: tell(counter.line.another(), way) for way in ways])


def at_once(jobs: list[Any]) -> None:
    """Run all in threads that begin together; the first mistake is raised."""
    gate = threading.Barrier(len(jobs))
    mistakes: list[BaseException] = []

    def work(job: Any) -> None:
        gate.wait(timeout=20)
        try:
            job()
        except BaseException as error:
            mistakes.append(error)

    threads = [threading.Thread(target=work, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
        assert not thread.is_alive(), "it did not end"
    if mistakes:
        raise mistakes[0]
