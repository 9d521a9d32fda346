"""Real processes: a worker that does real work, and a server that brings one with it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import Job, start
from canteen.foundation.jobs.companion import worker_beside

PATIENCE = 240.0
WORKER = "import tests.jobs.kinds; from canteen.cli import main; main()"
"""The `canteen` command in a process that also knows the kinds of these tests."""

posix = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")


def environ(app: Flask) -> dict[str, str]:
    """The settings of the test's own installation."""
    return {
        **os.environ,
        "CANTEEN_DATA": str(app.config["DATA"]),
        "CANTEEN_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "PYTHONUNBUFFERED": "1",
    }


def wait_until(true: Callable[[], Any]) -> None:
    """Look again and again, within reason."""
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.05)


def ask(kind: str, **arguments: Any) -> int:
    return start(kind, arguments=arguments, site_id=None, by=None, now=datetime.now(UTC))


def read(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


@pytest.fixture
def run(app: Flask) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts processes in the test's installation; ends what is left of them."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=environ(app),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
    for left in processes_of(Path(app.config["DATA"])):  # a killed server leaves its own children
        os.kill(left, signal.SIGKILL)


def processes_of(folder: Path) -> dict[int, list[str]]:
    """The command line of every process of an installation (Linux)."""
    found: dict[int, list[str]] = {}
    if not Path("/proc/self/environ").exists():
        return found
    for entry in Path("/proc").iterdir():
        try:
            mine = f"CANTEEN_DATA={folder}\0".encode() in (entry / "environ").read_bytes()
            words = (entry / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if mine and entry.name.isdigit() and any(words):  # not one that has ended
            found[int(entry.name)] = words
    return found


def workers_of(folder: Path) -> set[int]:
    return {number for number, words in processes_of(folder).items() if "worker" in words}


@posix
def test_a_worker_does_what_waits_what_comes_and_what_no_bell_told(app: Flask, run: Any) -> None:
    before = ask("count_bowls", bowls=2)
    worker = run("-c", WORKER, "worker")
    wait_until(lambda: read(before).state == "done")
    rung = ask("count_bowls", bowls=3)
    with transaction() as session:  # straight into the table: nobody rings
        now = datetime.now(UTC)
        row = Job(kind="count_bowls", arguments='{"bowls": 7}', asked_at=now, seen_at=now)
        session.add(row)
        session.flush()
        unheard = row.id
    wait_until(lambda: read(rung).state == read(unheard).state == "done")
    assert (read(rung).done, read(unheard).done) == (3, 7)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0


@posix
def test_two_worker_processes_do_everything_once(app: Flask, run: Any, tmp_path: Path) -> None:
    file = tmp_path / "bowls.txt"
    for _ in range(2):
        run("-c", WORKER, "worker")
    jobs = [ask("note_bowl", file=str(file), bowl=bowl) for bowl in range(20)]
    wait_until(lambda: all(read(job_id).state == "done" for job_id in jobs))
    assert sorted(map(int, file.read_text("utf-8").split())) == list(range(20))


@posix
def test_ctrl_c_in_the_middle_of_a_job_ends_cleanly(app: Flask, run: Any) -> None:
    job_id = ask("wash_bowls", seconds=600)
    worker = run("-c", WORKER, "worker")
    wait_until(lambda: read(job_id).done == 3000)
    worker.send_signal(signal.SIGINT)
    assert worker.wait(PATIENCE) == 0
    assert (read(job_id).state, read(job_id).problem) == ("failed", "worker_lost")
    assert "Traceback" not in worker.stdout.read()


@posix
def test_a_worker_refuses_a_queue_it_cannot_use(
    app: Flask, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANTEEN_JOBS_URL", "amqp://127.0.0.1")
    worker = run("-m", "canteen", "worker")
    assert worker.wait(PATIENCE) == 2
    assert "redis://" in worker.stdout.read()


@posix
def test_a_companion_that_dies_is_started_again_and_ends_with_the_block() -> None:
    waits = (sys.executable, "-c", "import os; os.read(0, 1)")
    with worker_beside(waits) as companion:
        first = companion.process
        first.kill()
        wait_until(lambda: companion.process is not first)
        second = companion.process
        assert second.poll() is None
    assert second.poll() == 0  # its pipe closed


@posix
def test_a_companion_with_wrong_settings_is_not_started_again() -> None:
    with worker_beside((sys.executable, "-c", "raise SystemExit(2)")) as companion:
        first = companion.process
        first.wait(PATIENCE)
        time.sleep(1.5)
        assert companion.process is first


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_brings_a_worker_and_takes_it_down(app: Flask, run: Any, end: int) -> None:
    folder, port = Path(app.config["DATA"]), _free_port()
    server = run("-m", "canteen", "serve", "--port", str(port), "--workers", "1")
    wait_until(lambda: workers_of(folder) and _answers(port))
    wait_until((folder / "jobs.sqlite").exists)  # the worker listens
    server.send_signal(end)
    server.wait(PATIENCE)
    wait_until(lambda: not workers_of(folder))


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")
def test_a_server_may_be_asked_to_bring_none(app: Flask, run: Any) -> None:
    folder, port = Path(app.config["DATA"]), _free_port()
    server = run("-m", "canteen", "serve", "--port", str(port), "--workers", "1", "--no-worker")
    wait_until(lambda: _answers(port))
    assert not workers_of(folder)
    server.send_signal(signal.SIGTERM)
    server.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    """Whether the server is up: an open port alone may still be on its way."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
