"""A meal that the system itself fails at: it stays, is told of, and holds up nobody else."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db
from canteen.settlement.models import Meal
from canteen.settlement.offline import actions
from tests.people import sign_in, wallet_of
from tests.settlement.counter import Counter, meals_booked
from tests.settlement.offline.test_offline_posts import served, tell


@pytest.fixture
def clerk(client: FlaskClient, counter: Counter) -> FlaskClient:
    sign_in(client, "xiaoli")
    return client


def fail_at(
    monkeypatch: pytest.MonkeyPatch, mistake: Exception, *, when: Callable[[Any], bool]
) -> Callable[[], None]:
    """The judge of late meals has a mistake in it, for some; answers how to mend it."""
    judge = actions.judge

    def judged(**facts: Any) -> Any:
        if when(facts["order"]):
            raise mistake
        return judge(**facts)

    monkeypatch.setattr(actions, "judge", judged)
    return lambda: monkeypatch.setattr(actions, "judge", judge)


def test_a_meal_the_system_fails_at_holds_up_no_other_card_and_is_booked_when_it_is_mended(
    clerk: FlaskClient,
    counter: Counter,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = served(counter)
    same_card = served(counter, period="dinner", sequence=2)
    guest = {"token": None, "guest": True, "pay_by": "cash", "subsidy_fen": 0, "paid_fen": 1300}
    another = served(counter, sequence=3, title="", **guest)
    last = served(counter, token=counter.wang, sequence=4, subsidy_fen=0, paid_fen=1300)
    mend = fail_at(
        monkeypatch,
        ValueError("陈奶奶"),
        when=lambda order: str(order.meal_id) == first["id"],
    )
    with caplog.at_level(logging.ERROR):
        answers = tell(clerk, first, same_card, another, last)
    assert [(one["outcome"], one["reason"]) for one in answers] == [
        ("refused", "failed"),
        ("refused", "busy"),
        ("booked", ""),
        ("booked", "balance_too_low"),
    ]
    assert answers[0]["text"] == "系统出错，这一份还没记上"
    assert first["id"] in caplog.text
    assert "陈奶奶" not in caplog.text
    tell(clerk, first)
    db.session.rollback()  # what was read before is an older snapshot
    noted = db.session.scalars(select(AuditEntry).filter_by(subject="offline_meal")).one()
    assert (noted.action, noted.subject_id, noted.note) == (
        "could_not_book", first["id"], "ValueError",
    )  # fmt: skip
    mend()
    assert [one["outcome"] for one in tell(clerk, first, same_card)] == ["booked", "booked"]
    assert meals_booked() == 4
    assert wallet_of(counter.chen_id).balance_fen == 32_00


def test_a_database_that_is_away_is_no_single_meals_fault(
    app: Flask, clerk: FlaskClient, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    away = OperationalError("", {}, Exception("disk full"))
    fail_at(monkeypatch, away, when=lambda _order: True)
    answer = clerk.post("/counter/offline-meals", json={"meals": [served(counter)]})
    assert answer.status_code == 500
    assert db.session.scalars(select(Meal)).all() == []
