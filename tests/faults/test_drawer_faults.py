"""The machine dies amid the close of a shift, an undoing, the telling of a long queue."""

import threading
from uuid import UUID

from tests.faults.books import present, told_by
from tests.faults.conftest import Begin
from tests.faults.hands import Hands, missing_errands
from tests.faults.place import Place
from tests.faults.test_sync_faults import serve_alone

MEALS = 20
QUEUED = 25
"""Trays that each counter serves alone before the power goes amid their telling."""


def test_closes_and_undoings_that_were_answered_outlive_a_power_cut_a_kill_and_a_restart(
    begin: Begin, turn: int
) -> None:
    with begin("amid closes and undoings", noting=True) as place:
        hands = [
            Hands(counter, device_id=device, seed=turn * 10 + device)
            for counter, device in zip(place.counters, place.town.devices, strict=True)
        ]
        place.serve(meals=1)
        for each in hands:
            each.start()
        for befall in (cut_power, kill, restart_database):
            place.serve(meals=MEALS)
            befall(place)
        place.serve(meals=MEALS)
        for each in hands:
            each.end()
        place.rest()
        undone = {one for each in hands for one in each.done.undone}
        assert undone
        assert any(each.done.closed for each in hands)
        assert missing_errands(place.database.url, hands) == []
        place.count(trials=3, undone=undone)


def test_the_power_goes_while_long_queues_are_told(begin: Begin, turn: int) -> None:
    with begin("power cut amid sync", noting=True) as place:
        for _cut in range(2):
            serve_alone(place, QUEUED)
            before = len(taken(place))
            for counter in place.counters:
                counter.at_once = 5
            telling = [threading.Thread(target=each.tell) for each in place.counters]
            for each in telling:
                each.start()
            place.serve_nobody(until=lambda before=before: len(taken(place)) >= before + QUEUED)
            place.database.freeze(place.server)
            place.database.cut_power(place.server)
            lost = taken(place) - present(place.database.url)
            place.tally.lost += len(lost)
            assert not lost, lost
            place.server.start()
            for each in telling:
                each.join(timeout=120)
        place.rest()
        place.count(trials=2)


def taken(place: Place) -> set[UUID]:
    """What the server has said it took of all queues."""
    return {UUID(meal["id"]) for each in place.counters for meal in each.desk.sent.copy()}


def cut_power(place: Place) -> None:
    """As in `test_server_faults`: all that was told over the network is there at once."""
    told = {one for one, told in told_by(place.counters).items() if not told.alone}
    place.database.freeze(place.server)
    place.database.cut_power(place.server)
    lost = told - present(place.database.url)
    place.tally.lost += len(lost)
    assert not lost, lost
    place.server.start()


def kill(place: Place) -> None:
    """SIGKILL, and started again."""
    place.server.kill()
    place.server.start()


def restart_database(place: Place) -> None:
    """The database alone."""
    place.database.restart(place.server)
    place.server.wait_for_workers(2)
