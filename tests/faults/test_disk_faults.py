"""The disk is full amid lunch, and somebody makes room again."""

import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.faults.conftest import ON_POSTGRES, Begin
from tests.faults.disks import Disk, LimitedFiles, SmallDisk, may_mount

TRIALS = 2
MEGABYTES = 300 if ON_POSTGRES else 48
MEALS = 50


@pytest.mark.parametrize("way", ["a small disk", "limited files"])
def test_on_a_full_disk_the_counters_go_on_and_the_books_are_right(
    begin: Begin, turn: int, way: str
) -> None:
    with begin(f"disk full ({way})", lambda data: disk(way, data, turn)) as place:
        for _trial in range(TRIALS):
            place.serve(meals=MEALS)
            alone = place.served_alone()
            place.database.fill_disk(place.server)
            place.serve(until=lambda before=alone: place.served_alone() >= before + MEALS // 2)
            place.database.free_disk(place.server)
            place.serve(meals=MEALS // 2)
        place.rest()
        place.count(trials=TRIALS)


def disk(way: str, data: Path, seed: int) -> Disk:
    """The disk that is asked for; where nobody may mount one, limited files again."""
    if way == "a small disk" and may_mount(data):
        return SmallDisk(data, MEGABYTES)
    return LimitedFiles(seed=seed)


def test_a_small_disk_is_really_full() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if not may_mount(Path(folder)):
            return  # there is none: the other way is used instead
        small = SmallDisk(Path(folder), 2)
        try:
            small.fill([])
            with pytest.raises(OSError, match="No space left"):
                (Path(folder) / "one-more").write_bytes(b"12345678" * 1024)
            small.free([])
            (Path(folder) / "one-more").write_bytes(b"12345678" * 1024)
        finally:
            small.close()


def test_limited_files_are_really_limited() -> None:
    with tempfile.NamedTemporaryFile() as file, subprocess.Popen(["sleep", "30"]) as process:
        limited = LimitedFiles(seed=1)
        limited.fill([process.pid])
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert file.name
        process.kill()
    assert (
        "unlimited"
        not in next(line for line in limits.splitlines() if line.startswith("Max file size"))
        .split("Max file size")[1]
        .split()[0]
    )
