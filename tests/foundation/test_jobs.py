"""Long work: taken once, stopped when asked, never forgotten."""

from typing import Any

from flask import Flask

from canteen.foundation.database import db
from canteen.foundation.jobs import Job, Progress, job, run_waiting, start
from tests.people import NOW


@job("count_bowls")
def count_bowls(progress: Progress, *, bowls: int) -> dict[str, Any]:
    for bowl in range(bowls):
        progress.say(bowl, bowls)
    progress.say(bowls, bowls)
    return {"bowls": bowls}


def test_a_job_is_done_and_answers(app: Flask) -> None:
    job_id = start("count_bowls", arguments={"bowls": 3}, site_id=None, by=None, now=NOW)
    assert run_waiting(app) == [job_id]
    done = db.session.get_one(Job, job_id)
    assert (done.state, done.result, done.done, done.total) == ("done", '{"bowls": 3}', 3, 3)
