"""What the counter waits while a register of 20,000 people is taken up.

``python -m benchmarks.imports`` sells at the counter of a ``canteen serve`` on SQLite, over
HTTP, one tray after the other: first alone, then while another process reads, checks and
writes the register, as the worker does. It prints the sale's p50, p99 and worst of both, how
long the import held SQLite's one writer, and the whole import's seconds; quote the ratios.
"""

import argparse
import http.client
import json
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.clients import orders, sign_in
from benchmarks.settlement import free_port, serve, wait_for
from benchmarks.world import World, build
from canteen.residents.identity import check_sign
from canteen.residents.imports import COLUMNS

PAUSE_SECONDS = 0.02
"""Between two trays: quicker than any clerk, and leaves the machine to the import."""
ALONE = 150
"""Sales before the import."""


def main() -> None:
    """Measure once, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="people in the register")
    parser.add_argument("--take-up", nargs=2, metavar=("DATA", "FILE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.take_up:
        take_up(*chosen.take_up)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), chosen.rows)


def measure(data: Path, rows: int) -> None:
    """Sell alone, sell beside the import, compare."""
    url = f"sqlite:///{data / 'canteen.sqlite'}"
    world = build(data, url)
    register = data / "register.csv"
    register.write_bytes(make_register(rows))
    port = free_port()
    server = serve(data, url, port)
    try:
        wait_for(port)
        counter = Counter(port, world)
        counter.sell(30)
        alone = counter.sell(ALONE)
        beside: list[float] = []
        with importing(data, register) as over:
            while not over():
                beside += counter.sell(1)
    finally:
        server.terminate()
        server.wait(timeout=120)
    told = json.loads((data / "told.json").read_text("utf-8"))
    print(f"{'':<28} {'n':>5} {'p50 ms':>8} {'p99 ms':>8} {'worst ms':>9}")
    show("sales alone", alone)
    show("sales beside the import", beside)
    print(f"import of {told['new']} people: {told['seconds']:.1f} s", end=", ")
    print(f"of which the writer was held {told['held']:.2f} s")
    print(f"worst wait / p50 alone: {max(beside) / middle(alone):.0f}", end="   ")
    print(f"held / whole: {told['held'] / told['seconds']:.2f}")


class Counter:
    """One tablet that sells to one card after another."""

    def __init__(self, port: int, world: World) -> None:
        self._headers = sign_in("127.0.0.1", port, world.username)
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._orders = orders(world)
        self._device = world.device_id

    def sell(self, count: int) -> list[float]:
        """So many sales; the seconds that each took."""
        return [self._one() for _ in range(count)]

    def _one(self) -> float:
        time.sleep(PAUSE_SECONDS)
        token, period = next(self._orders)
        sale = {"id": str(uuid.uuid4()), "token": token, "period": period, "set": "standard"}
        body = json.dumps({**sale, "device_id": self._device})
        began = time.perf_counter()
        self._line.request("POST", "/counter/meals", body, self._headers)
        answer = self._line.getresponse()
        answer.read()
        took = time.perf_counter() - began
        assert answer.status == 201, f"a sale answered {answer.status}"
        return took


@contextmanager
def importing(data: Path, register: Path) -> Iterator[Callable[[], bool]]:
    """An import in a process of its own; asks whether it is over."""
    command = [sys.executable, "-m", "benchmarks.imports", "--take-up", str(data), str(register)]
    process = subprocess.Popen(command)
    try:
        yield lambda: process.poll() is not None
        assert process.returncode == 0, "the import failed"
    finally:
        process.kill()
        process.wait()


def take_up(data: str, register: str) -> None:
    """Read, check and write a register; how long it took is left beside it."""
    from canteen import create_app
    from canteen.cards import enrolment
    from canteen.foundation.spreadsheets import read_table
    from canteen.foundation.storage import keys
    from canteen.residents.imports import MOST_ROWS, read_file

    held: list[float] = []
    plain = enrolment.transaction

    @contextmanager
    def timed() -> Iterator[Any]:
        with plain() as session:
            began = time.perf_counter()
            yield session
            session.commit()
            held.append(time.perf_counter() - began)

    enrolment.transaction = timed
    folder, now = Path(data), datetime.now(UTC)
    app = create_app(DATA=folder, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'canteen.sqlite'}")
    with app.app_context():
        began = time.perf_counter()
        table = read_table(Path(register).read_bytes(), "register.csv", max_rows=MOST_ROWS)
        read: Any = read_file(table, today=now.date())  # type: ignore[arg-type]
        done: Any = enrolment.import_residents(read, site_id=1, keys=keys(), now=now, by=1)
        seconds = time.perf_counter() - began
    told = {"new": len(done.new), "seconds": seconds, "held": sum(held)}
    (folder / "told.json").write_text(json.dumps(told), "utf-8")


def make_register(rows: int) -> bytes:
    """A register in CSV: numbers, doors, phones for all, a tag for one of ten."""
    chance = random.Random(1)
    lines = [",".join(next(iter(words)) for words in COLUMNS.values())]
    lines += [",".join(_row(number, chance)) for number in range(rows)]
    return "\n".join(lines).encode()


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "秀英桂兰玉珍建国志强文华淑芬德福春梅海涛永红丽明"


def _row(number: int, chance: random.Random) -> list[str]:
    born = date(1930, 1, 1) + timedelta(days=number % 12_000)
    first = f"360104{born:%Y%m%d}{number // 12_000 % 1000:03d}"
    name = chance.choice(_SURNAMES) + "".join(chance.choice(_GIVEN) for _ in range(2))
    unit, door = number // 20, number % 20
    place = [f"{unit // 300 + 1}社区", f"{unit // 50 % 6 + 1}小区", f"{unit // 4 % 13 + 1}栋"]
    tag = ["低保", f"低保证 {number}", "2026-01-01", "2026-12-31"] if number % 10 == 0 else [""] * 4
    return [
        name, first + check_sign(first), "", "", f"138{number:08d}",
        *place, f"{unit % 4 + 1}单元", f"{door // 2 + 1}{door % 2 + 1:02d}",
        "南昌市", "青云谱区", "金牛街道", *tag,
        "少盐", "软食", "", f"{name[0]}小明", "儿子", f"139{number:08d}",
    ]  # fmt: skip


def middle(latencies: list[float]) -> float:
    """The median."""
    return sorted(latencies)[len(latencies) // 2]


def show(what: str, latencies: list[float]) -> None:
    """One line of the table."""
    ordered = sorted(latencies)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    figures = f"{middle(ordered) * 1000:>8.1f} {p99 * 1000:>8.1f} {ordered[-1] * 1000:>9.1f}"
    print(f"{what:<28} {len(ordered):>5} {figures}")


if __name__ == "__main__":
    main()
