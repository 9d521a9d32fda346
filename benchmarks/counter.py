"""The counter in a real browser against a real server: seconds at the tray, in milliseconds.

``python -m benchmarks.counter`` measures, against ``canteen serve`` on this machine:

1. from a gun's last key, and from a code in the camera's view, to the result on screen and to
   the start of the first sound (target: p95 at most 500 ms);
2. two tablets with 12 trays a minute each, without another touch, and both lines at once;
3. bytes and time until the page is ready, first and second visit;
4. the roster of a time without network, of 2,000 and of 20,000 cards.

Needs the `test-e2e` extra and a chromium. ``--only scans`` and the like measure a part.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from benchmarks.pages import page_weights
from benchmarks.rosters import rosters
from benchmarks.settlement import free_port, serve, wait_for
from benchmarks.tablets import Seen, Tablet, part, tablets
from benchmarks.world import World, build

TARGET_MS = 500
A_MINUTE = 12
"""Trays a minute at one counter."""


def main() -> None:
    """Measure what was asked for, and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scans", type=int, default=220, help="scans by gun")
    parser.add_argument("--shown", type=int, default=40, help="cards before the camera")
    parser.add_argument("--minutes", type=float, default=2, help="minutes of the burst")
    parser.add_argument("--cards", type=int, nargs="*", default=[2_000, 20_000])
    parser.add_argument("--only", choices=("scans", "burst", "page", "roster"))
    chosen = parser.parse_args()
    print(f"{'':<44} {'n':>5} {'p50':>8} {'p95':>8} {'most':>8}  of target")
    wanted = (chosen.only,) if chosen.only else ("scans", "burst", "page")
    if set(wanted) - {"roster"}:
        with served() as (base, world, booked):
            run(wanted, chosen, base, world, booked)
    if chosen.only in (None, "roster"):
        for cards in chosen.cards:
            with served(cards, varied=True) as (base, world, _booked):
                rosters(base, world, cards)


def run(
    wanted: tuple[str, ...],
    chosen: argparse.Namespace,
    base: str,
    world: World,
    booked: Callable[[], int],
) -> None:
    """Scans, bursts and pages on one server, each with cards of its own."""
    cards = iter(world.tokens)
    if "page" in wanted:
        page_weights(base, world)
    with tablets(base, world, 2) as (one, other):
        one.open(world.device_id)
        other.open(world.device_id + 1)
        for tablet in (one, other):
            tablet.scan(next(cards))  # warm, as after the first tray of the day
        before = booked()
        if "scans" in wanted:
            seen = scans(one, cards, chosen)
            proof(len(seen), booked() - before)
        if "burst" in wanted:
            before = booked()
            proof(burst((one, other), cards, chosen.minutes), booked() - before)
            before = booked()
            proof(at_once((one, other), cards), booked() - before)
        outside = one.outside + other.outside
        print(f"{'asked outside':<44} {len(outside):>5}")


def scans(tablet: Tablet, cards: Iterator[str], chosen: argparse.Namespace) -> list[Seen]:
    """One tray after the other: gun with Enter, gun without, camera."""
    shot = [tablet.scan(next(cards)) for _ in range(chosen.scans)]
    show("gun's last key to the result", shot)
    bare = [tablet.scan(next(cards), enter=False) for _ in range(chosen.scans // 4)]
    show("gun without Enter, last digit to the result", bare)
    tablet.page.keyboard.press("F9")
    tablet.page.wait_for_selector("[data-camera-picture]:not([hidden])")
    tablet.page.wait_for_timeout(1000)
    held = [tablet.show_card(next(cards)) for _ in range(chosen.shown)]
    tablet.page.keyboard.press("F9")
    show("code in the camera's view to the result", held)
    return [*shot, *bare, *held]


def burst(both: tuple[Tablet, Tablet], cards: Iterator[str], minutes: float) -> int:
    """Both lines, a tray every five seconds each, the second half a beat later."""
    seen = []
    beat = 60 / A_MINUTE / len(both)
    began = time.monotonic()
    trays = int(minutes * A_MINUTE * len(both))
    for tray in range(trays):
        time.sleep(max(0.0, began + tray * beat - time.monotonic()))
        seen.append(both[tray % len(both)].scan(next(cards)))
    show(f"two tablets, {A_MINUTE} trays a minute each", seen)
    return len(seen)


def at_once(both: tuple[Tablet, Tablet], cards: Iterator[str], trays: int = A_MINUTE) -> int:
    """A minute's trays shot at both counters as fast as a gun goes: all are queued, none lost."""
    for tablet in both:
        tablet.forget()
    began = time.monotonic()
    for _ in range(trays):
        for tablet in both:
            tablet.shoot(next(cards))
    seen = [each for tablet in both for each in tablet.results(trays)]
    took = time.monotonic() - began
    right = sum(each.screen == "receipt" for each in seen)
    print(
        f"{f'{trays} trays at once on each of two tablets':<44} {len(seen):>5}"
        f" all on screen {took:.1f} s after the first key, {right} receipts"
    )
    return trays * len(both)


def show(what: str, seen: list[Seen]) -> None:
    """Two lines of the table: to the screen, to the sound."""
    for kind, values in (
        (what, [each.shown_ms for each in seen]),
        ("   … to the start of the sound", [each.sound_ms for each in seen if each.sound_ms]),
    ):
        print(
            f"{kind:<44} {len(values):>5} {part(values, 0.5):>8.0f} {part(values, 0.95):>8.0f}"
            f" {max(values, default=0):>8.0f}  {part(values, 0.95) / TARGET_MS:.2f}",
            flush=True,
        )
    wrong = [each.text for each in seen if each.screen != "receipt"]
    if wrong:
        print(f"   not a receipt: {sorted(set(wrong))}")


def proof(shown: int, booked: int) -> None:
    """What the books hold of it."""
    print(f"{'   … booked':<44} {booked:>5} of {shown}{'' if booked == shown else '   LOST'}")


@contextmanager
def served(
    people: int = 6000, *, varied: bool = False
) -> Iterator[tuple[str, World, Callable[[], int]]]:
    """A canteen with its people, `canteen serve` before it, and a way to count its meals."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        url = f"sqlite:///{data / 'canteen.sqlite'}"
        world = build(data, url, people, varied=varied)
        port = free_port()
        server = serve(data, url, port)
        engine: Any = create_engine(url)

        def booked() -> int:
            with engine.connect() as connection:
                return int(connection.scalar(text("SELECT count(*) FROM meals")) or 0)

        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}", world, booked
        finally:
            engine.dispose()
            server.terminate()
            server.wait(timeout=60)


if __name__ == "__main__":
    main()
