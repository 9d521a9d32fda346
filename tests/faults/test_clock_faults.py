"""Somebody sets the server's clock back an hour amid lunch, and right again later."""

from datetime import UTC, datetime, timedelta

from tests.faults.conftest import Begin
from tests.faults.wire import Weather

TRIALS = 2
HOUR = 3600
MEALS = 60


def test_a_clock_set_back_an_hour_stops_nobody(begin: Begin, turn: int) -> None:
    with begin("clock set back an hour", clock=True) as place:
        for counter in place.counters[:2]:  # these devices are an hour behind as well
            counter.clock = lambda: datetime.now(UTC) - timedelta(seconds=HOUR)
        for _trial in range(TRIALS):
            place.serve(meals=MEALS)
            place.set_clock(-HOUR)
            place.serve(meals=MEALS)
            place.wire.turn(Weather.DOWN)
            place.serve(meals=MEALS // 3)
            place.wire.turn(Weather.FINE)
            place.serve(meals=MEALS)
            place.set_clock(0)
        place.serve(meals=MEALS)
        place.rest()
        place.count(trials=TRIALS)
        assert [each.desk.signed_out for each in place.counters] == [0, 0, 0, 0]
