"""The checkers themselves: planted faults are found. No server, no kill."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from canteen.foundation.database import db
from canteen.settlement.models import Meal
from tests.faults.books import PAID_IN, look
from tests.faults.counter import Told
from tests.faults.sqlite_ground import unsynced, unsynced_from
from tests.faults.town import Tray
from tests.faults.trials import Tally, as_property, table
from tests.lunches import adopt, give, lunch, served
from tests.people import make_chen, make_site, make_xiaoli


@pytest.fixture
def meal(app: Flask) -> UUID:
    """陈奶奶 had lunch for 9 yuan."""
    site = make_site()
    adopt(site, "nanchang")
    chen = make_chen(site)
    give(chen, site, PAID_IN)
    order = lunch(site, make_xiaoli(site), chen)
    served(order)
    return order.meal_id


def told(fen: int = 900) -> Told:
    tray = Tray(token="1", period="lunch")
    return Told(tray=tray, paid_fen=fen, paid_by="wallet", alone=False, at=0.0)


def url() -> str:
    return db.engine.url.render_as_string(hide_password=False)


def test_books_that_agree_with_what_was_told_are_clean(meal: UUID) -> None:
    found = look(url(), {meal: told()})
    assert (found.lost, found.twice, found.wrong_purses) == (set(), set(), set())


def test_a_meal_that_was_told_and_is_not_there_is_lost(meal: UUID) -> None:
    gone = uuid4()
    assert look(url(), {meal: told(), gone: told()}).lost == {gone}


def test_a_meal_that_nobody_was_told_of_is_one_too_many(meal: UUID) -> None:
    found = look(url(), {})
    assert any("nobody served" in each for each in found.twice)
    assert len(found.wrong_purses) == 1


def test_who_paid_another_sum_than_told_is_named(meal: UUID) -> None:
    assert len(look(url(), {meal: told(1300)}).wrong_purses) == 1


def test_a_second_meal_and_a_second_subsidy_are_found_without_the_index(meal: UUID) -> None:
    other = uuid4()
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_meals_one_per_period"))
        rest = ", ".join(column.name for column in Meal.__table__.columns if column.name != "id")
        new = other.hex if connection.dialect.name == "sqlite" else str(other)
        connection.execute(
            text(f"INSERT INTO meals (id, {rest}) SELECT :new, {rest} FROM meals"),
            {"new": new},
        )
    found = look(url(), {meal: told(), other: told()}).twice
    assert any("second meal" in each for each in found)
    assert any("moved 0 fen" in each for each in found)


def test_what_is_written_after_a_synchronisation_began_is_not_safe(tmp_path: Path) -> None:
    (tmp_path / "1.log").write_text(
        "10 write 0 100 /a-wal\n20 write 100 50 /a-wal\n40 sync 15 0 /a-wal\n"
        "50 write 7 1 /a\n60 sync 55 0 /a\n70 write 8 2 /a\n80 wri"
    )
    (tmp_path / "2.log").write_text("45 write 300 9 /a-wal\n90 truncate 200 0 /a-wal\n")
    assert unsynced(tmp_path) == {"/a-wal": [(100, 50)], "/a": [(8, 2)]}


@pytest.mark.parametrize(
    ("ranges", "start"),
    [
        ([(0, 4096)], 8192),  # what lies behind it was synchronised
        ([(4096, 4096)], 4096),
        ([(0, 4096), (4096, 4096)], 0),
        ([(0, 100), (6000, 2192), (4096, 2000)], 4096),
        ([(0, 100), (6100, 2092), (4096, 2000)], 6100),  # four bytes between them are safe
        ([(8000, 400)], 8000),  # written beyond what was there
    ],
)
def test_a_power_cut_takes_no_end_that_was_synchronised(
    ranges: list[tuple[int, int]], start: int
) -> None:
    assert unsynced_from(ranges, 8192) == start


def test_the_table_adds_up_what_several_processes_tried() -> None:
    one = Tally(fault="power cut", database="sqlite", trials=2, acknowledged=30)
    two = Tally(fault="power cut", database="sqlite", trials=1, acknowledged=12, lost=1)
    heads, line = table([as_property(one), ("other", 1), as_property(two)])
    assert heads.split() == [
        "fault",
        "database",
        "trials",
        "acknowledged",
        "lost",
        "twice",
        "charged",
        "wrong",
    ]
    assert line.split() == ["power", "cut", "sqlite", "3", "42", "1", "0", "0"]
    assert table([]) == []
