"""Long work: taken once, stopped when asked, never forgotten."""

import json
import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from canteen.foundation.database import db, transaction
from canteen.foundation.jobs import (
    Job,
    JobCancelled,
    JobState,
    Progress,
    cancel,
    job,
    records,
    repeat,
    run_waiting,
    start,
    worker,
)
from canteen.foundation.jobs.kinds import kinds
from canteen.foundation.jobs.progress import WorkerStopping
from canteen.foundation.jobs.rules import LOST_AFTER, WORKER_LOST, Standing, percent, standing
from canteen.foundation.jobs.running import run_job
from canteen.foundation.jobs.waking import PlainMessages, QueueUnknown, bell
from tests.jobs.kinds import runs, soaked
from tests.people import NOW


def ask(kind: str = "count_bowls", **arguments: Any) -> int:
    """Ask for a job now."""
    return start(kind, arguments=arguments, site_id=None, by=None, now=NOW)


def read(job_id: int) -> Job:
    """The job as the database has it now."""
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def set_running(job_id: int, *, seen_at: datetime) -> None:
    """As if a worker had taken it and was last heard of at `seen_at`."""
    with transaction() as session:
        row = session.get_one(Job, job_id)
        row.state, row.seen_at = JobState.RUNNING, seen_at


def test_a_job_is_done_and_answers(app: Flask) -> None:
    job_id = ask(bowls=3)
    assert run_waiting(app) == [job_id]
    done = read(job_id)
    assert (done.state, done.done, done.total, done.problem) == ("done", 3, 3, "")
    assert '"bowls": 3' in done.result
    assert done.ended_at is not None


def test_two_workers_at_one_job_do_it_once(app: Flask) -> None:
    runs.clear()
    job_ids = [ask(bowls=n) for n in range(1, 9)]
    ready = threading.Barrier(4)

    def take_all() -> None:
        ready.wait()
        for job_id in job_ids:
            run_job(app, job_id)

    workers = [threading.Thread(target=take_all) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sorted(runs) == job_ids
    assert {read(job_id).state for job_id in job_ids} == {"done"}


def test_taking_is_decided_by_the_database(app: Flask) -> None:
    job_id = ask(bowls=1)
    first, second = (records.take(job_id, now=NOW) for _ in range(2))
    assert first is not None
    assert first.arguments == {"bowls": 1}
    assert second is None


def test_a_second_click_finds_the_first_job(app: Flask) -> None:
    first = ask(bowls=5)
    assert ask(bowls=5) == first
    assert ask(bowls=6) != first
    run_waiting(app)
    assert ask(bowls=5) != first


def test_a_waiting_job_is_cancelled_at_once(app: Flask) -> None:
    job_id = ask(bowls=1)
    cancel(job_id, now=NOW)
    assert run_waiting(app) == []
    assert read(job_id).state == "cancelled"
    assert read(job_id).ended_at == NOW


def test_a_running_job_stops_at_its_next_word(app: Flask) -> None:
    job_id = ask("wash_bowls", seconds=300)
    thread = threading.Thread(target=run_job, args=(app, job_id))
    thread.start()
    while read(job_id).done == 0:
        time.sleep(0.02)
    cancel(job_id, now=NOW)
    thread.join(timeout=120)
    assert not thread.is_alive()
    assert (read(job_id).state, read(job_id).total) == ("cancelled", 250_000)


def test_a_cancel_that_comes_late_changes_nothing(app: Flask) -> None:
    job_id = ask(bowls=1)
    run_waiting(app)
    cancel(job_id, now=NOW)
    assert (read(job_id).state, read(job_id).cancel_asked_at) == ("done", None)


def test_a_failed_job_tells_its_error_but_nothing_of_people(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = ask("drop_bowls")
    with caplog.at_level(logging.INFO):
        run_waiting(app)
    failed = read(job_id)
    assert (failed.state, failed.problem, failed.result) == ("failed", "LookupError", "")
    assert "LookupError" in caplog.text
    assert "drop_bowls" in caplog.text
    assert "13800000101" not in caplog.text
    assert "陈桂英" not in caplog.text


def test_a_failed_job_leaves_nothing_of_its_last_transaction(app: Flask) -> None:
    @job("half_a_bowl")
    def half_a_bowl(progress: Progress) -> None:
        with transaction() as session:
            session.add(Job(kind="never", asked_at=NOW, seen_at=NOW))
            session.flush()
            raise ValueError

    job_id = ask("half_a_bowl")
    assert run_waiting(app) == [job_id]
    assert read(job_id).problem == "ValueError"
    assert db.session.query(Job).filter_by(kind="never").count() == 0


def test_progress_is_written_at_most_twice_a_second(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    progress = Progress(_taken(), now=NOW)
    written = []
    for step in range(4_000):  # a millisecond each
        clock += 0.001
        progress.say(step, 4_000)
        if step % 100 == 0:
            written.append(read(progress.job_id).done)
    assert len(set(written)) <= 9
    assert written == sorted(written)
    assert written[-1] >= 3_000


def test_more_rows_than_were_counted_do_no_harm(app: Flask) -> None:
    progress = Progress(_taken(), now=NOW)
    progress.say(12, 10)
    assert (read(progress.job_id).done, read(progress.job_id).total) == (12, 12)


def test_progress_inside_a_transaction_is_a_bug_that_says_so(app: Flask) -> None:
    progress = Progress(_taken(), now=NOW)
    with transaction(), pytest.raises(AssertionError, match="between transactions"):
        progress.say(1, 2)


def test_a_job_given_up_for_lost_hears_that_it_should_stop(app: Flask) -> None:
    progress = Progress(_taken(), now=NOW)
    records.give_up_lost(now=_much_later())
    with pytest.raises(JobCancelled):
        progress.say(1, 2)


def test_a_worker_that_ends_leaves_a_job_to_begin_again(app: Flask) -> None:
    job_id = ask("wash_bowls", seconds=30)
    run_job(app, job_id, is_ending=lambda: True)
    assert (read(job_id).state, read(job_id).problem) == ("failed", WORKER_LOST)
    with pytest.raises(WorkerStopping):
        Progress(job_id, now=NOW, is_ending=lambda: True).say(0, 1)


def test_a_killed_workers_job_is_marked_lost_after_a_minute(app: Flask) -> None:
    lost, alive = ask(bowls=1), ask(bowls=2)
    set_running(lost, seen_at=NOW - LOST_AFTER - timedelta(seconds=1))
    set_running(alive, seen_at=NOW - LOST_AFTER + timedelta(seconds=1))
    assert records.give_up_lost(now=NOW) == 1
    assert (read(lost).state, read(lost).problem) == ("failed", WORKER_LOST)
    assert read(alive).state == "running"


def test_a_job_that_says_nothing_is_not_lost_while_its_worker_lives(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SIGN_OF_LIFE_SECONDS", 0.05)
    soaked.clear()
    job_id = ask("soak_bowls")
    thread = threading.Thread(target=worker.do, args=(app, job_id, lambda: False))
    thread.start()
    seen = set()
    while thread.is_alive() and len(seen) < 5:
        seen.add(read(job_id).seen_at)
        time.sleep(0.02)
    soaked.set()
    thread.join(timeout=120)
    assert len(seen) == 5
    assert read(job_id).state == "done"


def test_a_lost_job_that_comes_home_after_all_counts(app: Flask) -> None:
    job_id = _taken()
    records.give_up_lost(now=_much_later())
    records.finish(job_id, JobState.DONE, now=NOW, progress=(1, 1), result={"bowls": 1})
    assert (read(job_id).state, read(job_id).problem) == ("done", "")


def test_a_lost_job_that_then_stops_stays_lost(app: Flask) -> None:
    job_id = _taken()
    records.give_up_lost(now=_much_later())
    records.finish(job_id, JobState.CANCELLED, now=NOW, progress=(1, 2))
    assert (read(job_id).state, read(job_id).problem) == ("failed", WORKER_LOST)


def test_a_job_may_say_sentences_though_nobody_asks(app: Flask) -> None:
    @job("say_bowls")
    def say_bowls(progress: Progress) -> dict[str, Any]:
        with force_locale("en"):
            english = gettext("停止")
        return {"said": [gettext("停止"), english]}

    job_id = ask("say_bowls")
    run_waiting(app)
    assert json.loads(read(job_id).result) == {"said": ["停止", "Stop"]}


def test_an_answer_that_is_no_json_fails_the_job(app: Flask) -> None:
    @job("odd_bowls")
    def odd_bowls(progress: Progress) -> dict[Any, Any]:
        return {("a", "b"): 1}

    job_id = ask("odd_bowls")
    run_waiting(app)
    assert (read(job_id).state, read(job_id).problem) == ("failed", "TypeError")


def test_an_end_is_not_overwritten(app: Flask) -> None:
    job_id = ask(bowls=1)
    run_waiting(app)
    records.finish(job_id, JobState.FAILED, now=NOW, progress=(0, 0), problem="Late")
    assert (read(job_id).state, read(job_id).problem) == ("done", "")


def test_a_lost_job_is_begun_again_with_the_same_arguments(app: Flask) -> None:
    job_id = ask(bowls=4)
    set_running(job_id, seen_at=NOW - timedelta(minutes=2))
    again = repeat(read(job_id), by=None, now=NOW)
    assert again != job_id
    assert (read(job_id).state, read(job_id).problem) == ("failed", WORKER_LOST)
    assert run_waiting(app) == [again]
    assert '"bowls": 4' in read(again).result


def test_a_kind_that_this_process_does_not_know_is_left_to_another(app: Flask) -> None:
    job_id = ask(bowls=1)
    with transaction() as session:
        session.get_one(Job, job_id).kind = "of_next_year"
    assert run_waiting(app) == []
    assert run_job(app, job_id) is False
    assert read(job_id).state == "waiting"
    with pytest.raises(KeyError):
        ask("of_next_year")


def test_two_functions_for_one_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="count_bowls"):
        job("count_bowls")(lambda progress: None)
    assert kinds()["count_bowls"].work.__name__ == "count_bowls"


def test_the_bell_rings_a_number_as_plain_json(app: Flask) -> None:
    job_id = ask(bowls=1)
    (message,) = bell(app).queue.storage.enqueued_items()
    assert PlainMessages().deserialize(message).args == [job_id]
    assert bytes(message).startswith(b"[")
    assert bell(app).heard() == job_id
    assert bell(app).heard() is None


def test_a_bell_that_cannot_be_rung_stops_nobody(app: Flask) -> None:
    app.config["JOBS_URL"] = "redis://127.0.0.1:1/0"
    job_id = ask(bowls=1)
    assert run_waiting(app) == [job_id]


def test_an_address_that_is_no_redis_is_named(app: Flask) -> None:
    app.config["JOBS_URL"] = "amqp://127.0.0.1"
    with pytest.raises(QueueUnknown, match="redis://"):
        bell(app)


@pytest.mark.parametrize(
    ("state", "seconds", "busy", "expected"),
    [
        ("waiting", 5, False, Standing.WAITING),
        ("waiting", 30, False, Standing.UNATTENDED),
        ("waiting", 30, True, Standing.WAITING),
        ("running", 5, False, Standing.RUNNING),
        ("running", 61, False, Standing.LOST),
        ("done", 61, False, Standing.DONE),
        ("cancelled", 61, False, Standing.CANCELLED),
        ("failed", 61, False, Standing.FAILED),
    ],
)
def test_how_a_job_stands(state: str, seconds: int, busy: bool, expected: Standing) -> None:
    then = NOW - timedelta(seconds=seconds)
    assert expected is standing(
        state=state, problem="", result={}, asked_at=then, seen_at=then,
        cancel_asked_at=None, busy=busy, now=NOW,
    )  # fmt: skip


def test_a_hundred_percent_is_all() -> None:
    assert [percent(done, 1000) for done in (0, 9, 10, 999, 1000)] == [0, 0, 1, 99, 100]
    assert percent(0, 0) == 0


def _much_later() -> datetime:
    """A day after anything `_taken` has written."""
    return datetime.now(UTC) + timedelta(days=1)


def _taken() -> int:
    """A job that runs since the clock of this machine."""
    job_id = ask(bowls=1)
    assert records.take(job_id, now=datetime.now(UTC)) is not None
    return job_id
