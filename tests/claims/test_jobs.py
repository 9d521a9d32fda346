"""Closing as a job: asked for, done beside the server, its answer and its files."""

import json
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.claims import actions
from canteen.claims.actions import Order, ask_to_close
from canteen.claims.models import Claim
from canteen.foundation import jobs
from canteen.foundation.database import db
from canteen.foundation.jobs import Job, run_waiting
from canteen.foundation.wording import Refusal
from tests.claims.conftest import Place
from tests.claims.ground import at, closed, eat

MAY = date(2026, 5, 1), date(2026, 5, 31)


def ask(place: Place, reason: str = "", **values: object) -> int | Refusal:
    order = Order(
        **{  # type: ignore[arg-type]
            "funder_code": "city",
            "first_day": MAY[0],
            "last_day": MAY[1],
            "site_ids": (place.site,),
            "reason": reason,
            **values,
        }
    )
    today = date(2026, 6, 3)
    return ask_to_close(order, site_id=place.site, today=today, by=place.zhangjie, now=at(today))


def answer(app: Flask, job_id: int | Refusal) -> tuple[str, dict[str, object]]:
    assert isinstance(job_id, int), job_id
    run_waiting(app)
    db.session.rollback()
    job = db.session.get_one(Job, job_id)
    return job.state, json.loads(job.result or "{}")


def test_a_job_closes_the_claim_and_makes_its_files(
    app: Flask, place: Place, tmp_path: Path
) -> None:
    eat(place.chen, MAY[0], site_id=place.site)
    state, result = answer(app, ask(place))
    claim = db.session.scalars(select(Claim)).one()
    assert (state, claim.total_fen, claim.closed_by) == ("done", 300, place.zhangjie)
    assert result == {"endpoint": "claims.claim", "values": {"claim_id": claim.id}}
    made = sorted(path.name for path in (tmp_path / "claims").iterdir())
    assert made == [f"{claim.id}.csv", f"{claim.id}.xlsx"]


def test_a_job_says_why_it_did_not_close(app: Flask, place: Place) -> None:
    _, result = answer(app, ask(place))
    assert result == {"refusal": {"code": "claim_empty", "facts": {}}}
    eat(place.wang, MAY[0], site_id=place.site, age=85)
    _, result = answer(app, ask(place))
    assert result == {"refusal": {"code": "claim_has_problems", "facts": {"count": 1}}}
    state, result = answer(app, ask(place, reason="已核对"))
    assert (state, "refusal" in result) == ("done", False)


def test_what_is_known_at_once_is_refused_without_a_job(place: Place) -> None:
    eat(place.chen, MAY[0], site_id=place.site)
    closed(*MAY, place.site)
    assert ask(place) == Refusal("claim_exists", {"number": "city-2026-05"})
    assert ask(place, site_ids=()) == Refusal("claim_without_site")
    assert db.session.scalars(select(Job)).all() == []


def test_a_second_click_is_the_same_job(place: Place) -> None:
    assert ask(place) == ask(place)


def test_stopped_while_the_files_are_made_the_claim_stays_closed(
    app: Flask, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    eat(place.chen, MAY[0], site_id=place.site)

    def stop(*_args: object, **_values: object) -> None:
        raise jobs.JobCancelled

    monkeypatch.setattr("canteen.claims.jobs.make_files", stop)
    state, result = answer(app, ask(place))
    assert (state, result["endpoint"]) == ("done", "claims.claim")
    assert actions.CLOSE_CLAIM == "close_claim"
