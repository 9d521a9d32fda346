"""One trial's ground: a database of its own, its server, four counters, the wire between."""

import copy
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID

from tests.faults.books import ledger_verify, look, told_by
from tests.faults.counter import ROSTER, Counter, Line, Roster
from tests.faults.server import Server
from tests.faults.town import COUNTERS, Town, Tray, deal
from tests.faults.trials import Tally
from tests.faults.wire import Wire

CLOCK = "clock"
"""The file in the data folder by which a server's clock is off."""
PATIENCE = 300.0
"""Seconds in which a few dozen trays must be done, on however busy a machine."""


class Database(Protocol):
    """A database of one trial that can be hurt."""

    name: str
    url: str
    environ: Mapping[str, str]
    """What the server must be told besides the address."""

    def freeze(self, server: Server) -> None:
        """Stop everything at once, amid whatever it does."""

    def cut_power(self, server: Server) -> None:
        """End what is frozen, and leave on disk only what a machine without power would."""

    def restart(self, server: Server) -> None:
        """End the database without a good-bye, and let it come back, while the server goes on."""

    def fill_disk(self, server: Server) -> str:
        """No byte more can be written; how that was done."""

    def free_disk(self, server: Server) -> None:
        """There is room again, and somebody has started again what gave up."""

    def stop(self) -> None:
        """End what was started for it."""


class Place:
    """Counters at work behind one wire; trays go on until `rest`."""

    def __init__(
        self, data: Path, database: Database, town: Town, tally: Tally, *, seed: int
    ) -> None:
        self.data, self.database, self.town, self.tally = data, database, town, tally
        self.server = Server(data, database.url, database.environ)
        self.wire = Wire(self.server.port, seed=seed)
        self.hands = deal(town, seed=seed)
        self.counters: list[Counter] = []

    def prepare(self) -> None:
        """Start the server; four counters sign in and have the roster."""
        self.server.start()
        self.roster = self._read_roster()
        for number in range(COUNTERS):
            counter = self._counter(number, self.hands[number])
            counter.line.sign_in()
            self.counters.append(counter)

    def serve(self, *, meals: int = 0, until: Callable[[], bool] | None = None) -> None:
        """Let all counters serve until so many more trays were done, or until something is so."""
        for counter in self.counters:
            if not counter.ident:
                counter.start()
        wanted = self.done() + meals
        most = time.monotonic() + PATIENCE
        while not (until() if until else self.done() >= wanted):
            for counter in self.counters:
                assert counter.is_alive(), counter.mistake
            assert time.monotonic() < most, f"{self.done()} of {wanted}: {self.server.said()}"
            time.sleep(0.01)

    def serve_nobody(self, *, until: Callable[[], bool]) -> None:
        """Wait until something is so, while no counter serves."""
        most = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < most, self.server.said()[-2000:]
            time.sleep(0.002)

    def twin(self, number: int) -> Counter:
        """A tablet restored from a copy of a counter's own, taken now; it has trays of its own."""
        first = self.counters[number]
        twin = self._counter(number, self.hands[-1 - number])
        twin.line = first.line.another()
        twin.desk = copy.deepcopy(first.desk)
        return twin

    def served_alone(self) -> int:
        """How many trays were served without asking."""
        return sum(told.alone for told in told_by(self.counters).values())

    def set_clock(self, off_seconds: float) -> None:
        """Set the server's clock; it follows within moments."""
        path = self.data / CLOCK
        path.with_suffix(".new").write_text(str(off_seconds))
        path.with_suffix(".new").replace(path)
        time.sleep(0.2)

    def done(self) -> int:
        """How many trays people were told are done."""
        return sum(len(counter.desk.told) for counter in self.counters)

    def rest(self) -> None:
        """No more trays; every queue is told."""
        for counter in self.counters:
            counter.end()
        for counter in self.counters:
            counter.tell_all()

    def close(self) -> None:
        """End every process, whatever happened."""
        try:
            for counter in self.counters:
                counter.leave()
            self.wire.close()
        finally:
            self.server.kill()
            self.database.stop()

    def count(self, *, trials: int, undone: Collection[UUID] = ()) -> None:
        """Compare books and people, run the real `canteen ledger verify`, note what came of it."""
        told = told_by(self.counters)
        found = look(self.database.url, told, undone=undone)
        self.tally.trials += trials
        self.tally.acknowledged += len(told)
        self.tally.lost += len(found.lost)
        self.tally.twice += len(found.twice)
        self.tally.wrong_purses += len(found.wrong_purses)
        stuck = [why for each in self.counters for why in each.desk.stuck]
        assert self.tally.is_clean(), (found, self.server.said()[-3000:])
        assert stuck == [], "meals that no server takes"
        assert ledger_verify(self.data, self.database.url) == ""

    def _counter(self, number: int, trays: Iterator[Tray]) -> Counter:
        return Counter(self.town, number, port=self.wire.port, trays=trays, roster=self.roster)

    def _read_roster(self) -> Roster:
        line = Line(self.server.port, self.town.clerks[0])
        line.sign_in()
        status, document = line.get(ROSTER)
        assert status == 200
        return Roster(document)


@contextmanager
def at_work(
    data: Path, database: Database, town: Town, tally: Tally, *, seed: int
) -> Iterator[Place]:
    """A place for as long as the block lasts; nothing of it is left running."""
    place = Place(data, database, town, tally, seed=seed)
    try:
        place.prepare()
        yield place
    finally:
        place.close()
