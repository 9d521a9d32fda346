"""A search that a person stops, and one that nobody stops."""

import threading
import time
from datetime import UTC, datetime

from flask import Flask

from canteen.foundation import jobs
from canteen.foundation.database import db
from canteen.foundation.jobs.running import run_job
from tests.menus.desk import answer_of, ask, planned, proposals
from tests.menus.kitchen import make_kitchen


def test_a_search_that_nobody_stops_uses_its_time_and_tells_its_gap(app: Flask) -> None:
    offer = planned(app, make_kitchen(), periods=("dinner",), seconds=8).offer
    assert offer.gap is not None
    assert 0 <= offer.gap < 1
    assert not offer.stopped


def test_a_search_that_is_stopped_keeps_its_best_plan_as_an_offer(app: Flask) -> None:
    site = make_kitchen()
    job_id = ask(site, seconds=60)
    worker = threading.Thread(target=run_job, args=(app, job_id))
    worker.start()
    _wait_until_found(job_id)
    jobs.cancel(job_id, now=datetime.now(UTC))
    worker.join(timeout=120)
    state, answer = answer_of(job_id)
    assert (state, answer["endpoint"]) == ("done", "menus.proposal")
    assert proposals() == [(answer["values"]["proposal_id"], "offered")]


def _wait_until_found(job_id: int) -> None:
    """Until the job's note says that it has a plan."""
    for _moment in range(1800):
        note = answer_of(job_id)[1].get("note", {})
        db.session.remove()
        if note.get("found"):
            return
        time.sleep(0.1)
    raise AssertionError(answer_of(job_id))
