"""Weeks planned in tests: the job in this process, with little time."""

import json
from typing import Any

from flask import Flask
from sqlalchemy import select

from canteen.foundation.database import db
from canteen.foundation.jobs import Job, run_waiting
from canteen.foundation.wording import Refusal
from canteen.menus import pinning, plan_queries
from canteen.menus.plan_actions import ask_for_plan
from canteen.menus.plan_asked import Asked, Place
from canteen.menus.plan_models import MenuProposal
from canteen.menus.plan_queries import Proposal
from tests.menus.kitchen import MONDAY
from tests.people import NOW

SECONDS = 2


def ask(site_id: int, **asked: Any) -> int:
    """The number of a job that plans."""
    values = {"monday": MONDAY, "seconds": SECONDS, **asked}
    job_id = ask_for_plan(Asked(site_id=site_id, **values), by=None, now=NOW)
    assert not isinstance(job_id, Refusal), job_id
    return job_id


def answer_of(job_id: int) -> tuple[str, dict[str, Any]]:
    """How a job stands, and its answer."""
    db.session.rollback()
    job = db.session.get_one(Job, job_id)
    return job.state, json.loads(job.result or "{}")


def planned(app: Flask, site_id: int, **asked: Any) -> Proposal:
    """What the worker offers."""
    job_id = ask(site_id, **asked)
    run_waiting(app)
    state, answer = answer_of(job_id)
    assert state == "done", (state, answer)
    assert answer.get("endpoint") == "menus.proposal", answer
    found = plan_queries.proposal(
        db.session(), site_id=site_id, proposal_id=answer["values"]["proposal_id"]
    )
    assert found is not None
    return found


def proposals() -> list[tuple[int, str]]:
    """Every proposal and how it stands."""
    db.session.rollback()
    rows = db.session.execute(select(MenuProposal.id, MenuProposal.state).order_by(MenuProposal.id))
    return [(number, state) for number, state in rows]


def fix(site_id: int, place: Place) -> None:
    """Lock the dish of a place."""
    day, period, slot, position = place
    where = {"day": day, "period": period, "slot": slot, "position": position}
    assert pinning.pin_place(site_id=site_id, **where) is None  # type: ignore[arg-type]
