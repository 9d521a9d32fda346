"""The server dies, a part of it dies, the machine dies, the database dies: while four counters
serve."""

import os
import signal

from tests.faults.books import present, told_by
from tests.faults.conftest import Begin
from tests.faults.place import Place

TRIALS = 3
MEALS = 60
"""Trays between two faults."""


def test_a_killed_server_loses_nothing_and_books_nothing_twice(begin: Begin, turn: int) -> None:
    with begin("server killed (SIGKILL)") as place:
        for _kill in range(TRIALS):
            place.serve(meals=MEALS)
            place.server.kill()
            place.serve(meals=MEALS // 4)  # nobody is there: the counters go on alone
            place.server.start()
        finish(place, TRIALS)


def test_the_server_outlives_a_part_of_it(begin: Begin, turn: int) -> None:
    with begin("a process of the server killed") as place:
        for _kill in range(TRIALS - 1):
            place.serve(meals=MEALS)
            os.kill(place.server.workers()[0], signal.SIGKILL)  # the eldest
            place.serve(meals=MEALS)
            place.server.wait_for_workers(2)
        os.kill(place.server.pid, signal.SIGKILL)  # whoever it started must not stay behind
        place.server.wait_until_gone()
        place.server.kill()
        place.server.start()
        finish(place, TRIALS)


def test_after_a_power_cut_all_is_there_that_somebody_was_told(begin: Begin, turn: int) -> None:
    with begin("power cut", noting=True) as place:
        for _cut in range(TRIALS):
            place.serve(meals=MEALS)
            told = {one for one, told in told_by(place.counters).items() if not told.alone}
            place.database.freeze(place.server)
            place.database.cut_power(place.server)
            lost = told - present(place.database.url)
            place.tally.lost += len(lost)
            assert not lost, lost
            place.server.start()
        finish(place, TRIALS)


def test_a_database_that_restarts_amid_the_line_stops_nobody(begin: Begin, turn: int) -> None:
    with begin("database restarted") as place:
        for _restart in range(TRIALS):
            place.serve(meals=MEALS)
            place.database.restart(place.server)
            place.serve(meals=MEALS // 2)
            place.server.wait_for_workers(2)
        finish(place, TRIALS)


def finish(place: Place, trials: int) -> None:
    """A little more of the line, every queue told, and then the books."""
    place.serve(meals=MEALS // 2)
    place.rest()
    place.count(trials=trials)
