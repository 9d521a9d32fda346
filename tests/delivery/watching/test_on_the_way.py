"""What phones say of a round as a whole, on the board."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import travel

from canteen.delivery.rounds.models import EventKind
from canteen.delivery.watching.board import board_of
from canteen.delivery.watching.rounds import RoundLine, RoundState
from canteen.foundation.database import db
from tests.delivery.rounds.walks import Walk, make_walk
from tests.people import NOW, TODAY, sign_in


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    """It is Monday, 11:30 in Shanghai."""
    with travel(NOW, tick=True):
        yield


@pytest.fixture
def walk(app: Flask) -> Walk:
    return make_walk()


def line(walk: Walk) -> RoundLine:
    """小周's round on the board."""
    db.session.rollback()
    board = board_of(db.session(), site_id=walk.site_id, day=TODAY, now=walk.now)
    (found,) = board.rounds
    return found


def test_a_round_is_on_the_way_from_leaving_and_done_when_they_are_back(
    client: FlaskClient, walk: Walk
) -> None:
    sign_in(client, "zhangjie")
    assert line(walk).state is RoundState.WAITING
    walk.tell(walk.event(EventKind.PICKED_UP, body={"counts": [["", 2, 1]]}))
    assert line(walk).state is RoundState.WAITING
    waiting = client.get("/delivery/board").text
    assert "11:25 取了餐" in waiting
    assert "取餐时盒数对不上" in waiting
    walk.tell(walk.event(EventKind.LEFT))
    assert line(walk).state is RoundState.ON_THE_WAY
    assert "11:25 出发" in client.get("/delivery/board").text
    for stop in walk.stops:
        walk.tell(walk.outcome(stop))
    walk.tell(walk.event(EventKind.RETURNED, body={"bags": 0}))
    assert line(walk).state is RoundState.DONE
    assert "11:25 回来了" in client.get("/delivery/board").text
