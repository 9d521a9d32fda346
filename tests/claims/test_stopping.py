"""Two closings at once, sales meanwhile, a stop and a crash: each entry is claimed once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.claims import gathering, locks
from canteen.claims.models import Claim, ClaimLine, ClaimSite
from canteen.claims.verify import verify_claims
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from tests.claims.conftest import Place
from tests.claims.ground import amounts, at, close, closed, eat, void
from tests.lunches import run_at_once

JUNE = date(2026, 6, 1), date(2026, 6, 30)
JULY = date(2026, 7, 1), date(2026, 7, 31)


class Stopped(Exception):
    """Somebody pressed stop."""


def count(table: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def on_writing(act: Callable[[], None]) -> Callable[[int, int], None]:
    """Does something once, after the first lines were written."""
    done: list[bool] = []

    def say(step: int, total: int) -> None:
        if step > total // 2 and not done:
            done.append(True)
            act()

    return say


def stop() -> None:
    raise Stopped


def test_a_stopped_claim_leaves_nothing_and_may_be_begun_again(place: Place) -> None:
    for day in range(1, 6):
        eat(place.chen, date(2026, 6, day), site_id=place.site)
    with pytest.raises(Stopped):
        close(*JUNE, place.site, say=on_writing(stop))
    assert (count(Claim), count(ClaimLine), count(ClaimSite)) == (0, 0, 0)
    assert closed(*JUNE, place.site).lines == 5


def test_what_a_crash_left_is_removed_by_the_next_closing(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    with transaction() as session:
        left = Claim(
            number="city-2026-06", funder_code="city", first_day=JUNE[0], last_day=JUNE[1],
            begun_at=at(date(2026, 7, 1)),
        )  # fmt: skip
        session.add(left)
        session.flush()
        session.add(ClaimSite(claim_id=left.id, site_id=place.site))
        account = session.connection().exec_driver_sql(
            "SELECT id FROM accounts WHERE code = 'funder:city'"
        )
        gathering.write_lines(session, left.id, account.scalar_one(), ())
    assert count(ClaimLine) == 1
    june = closed(*JUNE, place.site)
    assert (june.number, june.lines, count(Claim), count(ClaimLine)) == ("city-2026-06", 1, 1, 1)


def test_of_two_closings_at_once_one_is_told_to_wait(app: Flask, place: Place) -> None:
    for day in range(1, 29):
        eat(place.chen, date(2026, 6, day), site_id=place.site)
    answers = run_at_once(app, [lambda: close(*JUNE, place.site)] * 2)
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(refused) == 1
    assert refused[0].code in ("claim_being_closed", "claim_exists")
    assert (count(Claim), count(ClaimLine)) == (1, 28)
    assert list(verify_claims(db.session())) == []


def test_while_one_funder_is_closed_another_may_be(place: Place) -> None:
    with locks.closing("city") as mine:
        assert mine
        with locks.closing("city") as again:
            assert not again
        with locks.closing("district") as other:
            assert other
    with locks.closing("city") as free:
        assert free


def test_a_sale_during_the_gathering_is_in_this_claim_or_the_next(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.chen, JUNE[1], site_id=place.site)

    def sell() -> None:
        late = [("city", "helpings/age", 700)]
        eat(place.wang, JUNE[0], site_id=place.site, parts=late, now=at(date(2026, 7, 3)))
        eat(place.wang, date(2026, 7, 3), site_id=place.site)

    june = closed(*JUNE, place.site, say=on_writing(sell))
    assert sorted(amounts(june.claim_id)) == [300, 300, 700]
    assert amounts(closed(*JULY, place.site).claim_id) == [300]
    assert list(verify_claims(db.session())) == []


def test_a_void_during_the_gathering_is_no_line_and_no_correction(place: Place) -> None:
    first = eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.chen, JUNE[1], site_id=place.site)

    def take_back() -> None:
        void(first, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 3)))

    june = closed(*JUNE, place.site, say=on_writing(take_back))
    assert (june.lines, june.total_fen) == (1, 300)
    done = close(*JULY, place.site)
    assert isinstance(done, Refusal)
    assert done.code == "claim_empty"
    assert list(verify_claims(db.session())) == []


def test_a_claim_whose_every_meal_is_voided_meanwhile_is_none(place: Place) -> None:
    meal = eat(place.chen, JUNE[0], site_id=place.site)

    def take_back() -> None:
        void(meal, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 3)))

    done = close(*JUNE, place.site, say=on_writing(take_back))
    assert isinstance(done, Refusal)
    assert (done.code, count(Claim), count(ClaimLine)) == ("claim_empty", 0, 0)


def test_a_day_of_many_lines_is_gathered_in_parts(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "AT_ONCE", 2)
    monkeypatch.setattr(gathering, "IDS_AT_ONCE", 3)
    for number in range(7):
        period = f"meal{number}"
        eat(place.chen, JUNE[0], site_id=place.site, period=period)
    said: list[int] = []
    assert closed(*JUNE, place.site, say=lambda done, _total: said.append(done)).lines == 7
    assert said == [7, 9, 11, 13, 14]
    for number in range(5):
        eat(place.wang, JUNE[0], site_id=place.site, period=f"meal{number}")
    assert closed(*JULY, place.site).lines == 5
