"""What a claim gathers, when it may be closed, and what the next one says of it."""

from datetime import date, timedelta

import pytest

from canteen.claims import entries
from canteen.claims.actions import Order
from canteen.claims.closing import Closed, close_claim
from canteen.claims.models import Claim
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from tests.claims.conftest import Place
from tests.claims.ground import amounts, at, close, closed, eat, lines_of, void
from tests.people import make_site

JUNE = date(2026, 6, 1), date(2026, 6, 30)
JULY = date(2026, 7, 1), date(2026, 7, 31)
AUGUST = date(2026, 8, 1), date(2026, 8, 31)


def code(done: object) -> str:
    assert isinstance(done, Refusal), done
    return done.code


def test_a_month_holds_every_entry_of_its_days(place: Place) -> None:
    for day in (JUNE[0], date(2026, 6, 15), JUNE[1]):
        eat(place.chen, day, site_id=place.site)
    eat(place.chen, date(2026, 7, 1), site_id=place.site)
    june = closed(*JUNE, place.site)
    assert (june.number, june.lines, june.total_fen) == ("city-2026-06", 3, 900)
    july = closed(*JULY, place.site)
    assert (july.number, july.lines, july.total_fen) == ("city-2026-07", 1, 300)


def test_a_line_keeps_what_was_true(place: Place) -> None:
    meal = eat(place.chen, JUNE[0], site_id=place.site)
    line = lines_of(closed(*JUNE, place.site).claim_id)[0]
    assert (line.kind, line.site_id, line.service_date) == ("meal_subsidy", place.site, JUNE[0])
    assert (line.meal_id, line.resident_id, line.diner_name) == (meal, place.chen, "陈桂英")
    assert (line.policy, line.period_code, line.amount_fen) == ("helpings/age", "lunch", 300)


def test_each_funder_claims_its_own_part_of_a_meal(place: Place) -> None:
    parts = [("city", "helpings/age", 300), ("district", "helpings/age", 200)]
    eat(place.chen, JUNE[0], site_id=place.site, parts=parts)
    assert closed(*JUNE, place.site, funder="city").total_fen == 300
    assert closed(*JUNE, place.site, funder="district").total_fen == 200


def test_an_operator_grant_is_claimed_like_a_subsidy(place: Place) -> None:
    grants = [("city", "helpings/delivery", 150)]
    eat(place.chen, JUNE[0], site_id=place.site, grants=grants)
    june = closed(*JUNE, place.site)
    assert [line.kind for line in lines_of(june.claim_id)] == ["meal_subsidy", "operator_grant"]
    assert june.total_fen == 450


def test_the_last_of_march_and_the_first_of_april_lie_in_two_quarters(place: Place) -> None:
    eat(place.chen, date(2026, 3, 31), site_id=place.site)
    eat(place.chen, date(2026, 4, 1), site_id=place.site, parts=[("city", "helpings/age", 500)])
    first = closed(date(2026, 1, 1), date(2026, 3, 31), place.site)
    assert (first.number, first.total_fen) == ("city-2026-Q1", 300)
    second = closed(date(2026, 4, 1), date(2026, 6, 30), place.site)
    assert (second.number, second.total_fen) == ("city-2026-Q2", 500)


def test_a_leap_february_has_29_days(place: Place) -> None:
    eat(place.chen, date(2028, 2, 29), site_id=place.site)
    february = date(2028, 2, 1), date(2028, 2, 28)
    assert code(close(*february, place.site)) == "claim_not_whole"
    assert closed(date(2028, 2, 1), date(2028, 2, 29), place.site).total_fen == 300


def test_a_meal_voided_before_closing_is_no_line_at_all(place: Place) -> None:
    meal = eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.wang, JUNE[0], site_id=place.site)
    void(meal, site_id=place.site, by=place.zhangjie, now=at(date(2026, 6, 2)))
    june = closed(*JUNE, place.site)
    assert amounts(june.claim_id) == [300]
    assert code(close(*JULY, place.site)) == "claim_empty"


def test_a_meal_voided_after_closing_is_a_line_of_the_next_claim_that_points_to_it(
    place: Place,
) -> None:
    meal = eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.chen, date(2026, 7, 2), site_id=place.site)
    june = closed(*JUNE, place.site)
    void(meal, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 5)))
    july = closed(*JULY, place.site)
    correction, meal_of_july = lines_of(july.claim_id)
    assert (correction.amount_fen, correction.meal_id) == (-300, meal)
    assert correction.corrects_id == lines_of(june.claim_id)[0].id
    assert (correction.kind, correction.diner_name) == ("meal_subsidy", "陈桂英")
    assert correction.note == "打错了"
    assert (meal_of_july.amount_fen, meal_of_july.corrects_id) == (300, None)
    assert july.total_fen == 0
    assert amounts(june.claim_id) == [300]


def test_a_claim_of_nothing_but_a_correction_is_negative(place: Place) -> None:
    meal = eat(place.chen, JUNE[0], site_id=place.site)
    closed(*JUNE, place.site)
    void(meal, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 5)))
    assert closed(*JULY, place.site).total_fen == -300


def test_a_meal_voided_and_sold_again_is_claimed_once_more(place: Place) -> None:
    meal = eat(place.chen, JUNE[0], site_id=place.site)
    closed(*JUNE, place.site)
    void(meal, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 5)))
    again = [("city", "helpings/age", 500)]
    eat(place.chen, JUNE[0], site_id=place.site, parts=again, now=at(date(2026, 7, 5)))
    assert amounts(closed(*JULY, place.site).claim_id) == [500, -300]


def test_what_comes_late_is_carried_into_the_next_claim(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    closed(*JUNE, place.site)
    eat(place.wang, JUNE[1], site_id=place.site, now=at(date(2026, 7, 6)))
    assert amounts(closed(*JULY, place.site).claim_id) == [300]


def test_what_was_late_and_then_voided_cancels(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    closed(*JUNE, place.site)
    late = eat(place.wang, JUNE[1], site_id=place.site, now=at(date(2026, 7, 6)))
    void(late, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 7)))
    assert code(close(*JULY, place.site)) == "claim_empty"


def test_a_skipped_month_is_carried_into_the_next(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    closed(*JUNE, place.site)
    eat(place.chen, date(2026, 7, 9), site_id=place.site)
    eat(place.chen, date(2026, 8, 9), site_id=place.site)
    assert amounts(closed(*AUGUST, place.site).claim_id) == [300, 300]


def test_an_earlier_month_can_be_closed_after_a_later_one(place: Place) -> None:
    eat(place.chen, date(2026, 7, 9), site_id=place.site)
    closed(*JULY, place.site)
    eat(place.wang, JUNE[0], site_id=place.site, now=at(date(2026, 8, 5)))
    june = closed(*JUNE, place.site, today=date(2026, 8, 6))
    assert amounts(june.claim_id) == [300]


def test_another_sites_lines_are_never_in_it(place: Place) -> None:
    other = make_site("xingfu", name="幸福食堂")
    eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.wang, JUNE[0], site_id=other, parts=[("city", "helpings/age", 500)])
    here = closed(*JUNE, place.site)
    there = closed(*JUNE, other)
    assert (here.number, here.total_fen) == ("city-2026-06", 300)
    assert (there.number, there.total_fen) == ("city-2026-06-2", 500)
    eat(place.chen, date(2026, 7, 1), site_id=place.site)
    eat(place.wang, date(2026, 7, 1), site_id=other)
    assert closed(*JULY, place.site, other).total_fen == 600


def test_a_claim_may_not_overlap_another(place: Place) -> None:
    other = make_site("xingfu", name="幸福食堂")
    eat(place.chen, JUNE[0], site_id=place.site)
    closed(*JUNE, place.site)
    eat(place.wang, JUNE[0], site_id=place.site)
    quarter = date(2026, 4, 1), date(2026, 6, 30)
    for days in (JUNE, quarter):
        refusal = close(*days, place.site, other)
        assert code(refusal) == "claim_exists"
        assert getattr(refusal, "facts", None) == {"number": "city-2026-06"}


def test_what_may_not_be_closed_says_why(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    assert code(close(*JUNE, place.site, today=JUNE[1])) == "claim_not_over"
    assert code(close(JUNE[0], date(2026, 6, 29), place.site)) == "claim_not_whole"
    assert code(close(date(2026, 5, 1), date(2026, 7, 31), place.site)) == "claim_not_whole"
    assert code(close(*JUNE, place.site, funder="nobody")) == "funder_unknown"
    assert code(close(*JUNE)) == "claim_without_site"
    assert code(close(*JULY, place.site, funder="district")) == "claim_empty"
    assert db.session.query(Claim).count() == 0


def test_problems_want_a_reason_which_is_kept(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site, age=95)
    eat(place.wang, JUNE[0], site_id=place.site, age=85)  # 67 by his birthday
    refusal = close(*JUNE, place.site)
    assert code(refusal) == "claim_has_problems"
    june = closed(*JUNE, place.site, reason="生日已核对，补充材料在后")
    claim = db.session.get_one(Claim, june.claim_id)
    assert (claim.problems, claim.close_reason) == (1, "生日已核对，补充材料在后")


def test_progress_counts_what_is_looked_at_and_written(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.chen, JUNE[1], site_id=place.site)
    said: list[tuple[int, int]] = []
    closed(*JUNE, place.site, say=lambda done, total: said.append((done, total)))
    assert said == [(2, 4), (3, 4), (4, 4)]


def test_a_closed_claim_says_what_it_holds(place: Place) -> None:
    eat(place.chen, JUNE[0], site_id=place.site)
    order = Order(funder_code="city", first_day=JUNE[0], last_day=JUNE[1], site_ids=(place.site,))
    now = at(date(2026, 7, 3))
    done = close_claim(order, today=date(2026, 7, 3), by=place.zhangjie, now=now)
    assert isinstance(done, Closed)
    claim = db.session.get_one(Claim, done.claim_id)
    assert (claim.state, claim.lines, claim.total_fen) == ("closed", 1, 300)
    assert (claim.closed_at, claim.closed_by) == (now, place.zhangjie)


def test_what_comes_late_is_found_however_little_of_the_past_is_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "UNSEEN_IDS", 0)
    monkeypatch.setattr(entries, "UNSEEN_TIME", timedelta(0))
    wrong = eat(place.chen, JUNE[0], site_id=place.site)
    eat(place.chen, JUNE[1], site_id=place.site)
    closed(*JUNE, place.site)
    reach = entries.reaches(db.session(), funder_code="city", site_ids=[place.site], before=JULY[0])
    assert [(one.after_day, one.after_id > 0) for one in reach] == [(JUNE[1], True)]
    void(wrong, site_id=place.site, by=place.zhangjie, now=at(date(2026, 7, 4)))
    late = [("city", "helpings/age", 500)]
    eat(place.wang, JUNE[0], site_id=place.site, parts=late, now=at(date(2026, 7, 4)))
    assert amounts(closed(*JULY, place.site).claim_id) == [500, -300]
