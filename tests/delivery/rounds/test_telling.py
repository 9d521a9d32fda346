"""What phones tell: each thing once, in any order, nothing dropped; on a real database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from canteen.cards.models import Card
from canteen.cards.tokens import CardClaim
from canteen.delivery import queries as delivery
from canteen.delivery.actions import Report, reassign_stop, record_outcome
from canteen.delivery.models import OutcomeKind, RosterStop, StopOutcome
from canteen.delivery.rounds import queries
from canteen.delivery.rounds.facts import Answer
from canteen.delivery.rounds.models import EventKind, OfferState, RoundEvent, StopOffer
from canteen.delivery.volunteering.agreements import save_agreement
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db, transaction
from canteen.settlement.models import Meal
from tests.delivery.people import stops
from tests.delivery.rounds.walks import Walk, make_walk
from tests.lunches import run_at_once
from tests.people import NOW, TODAY, make_wang

HANDED_OVER, NOBODY = OutcomeKind.HANDED_OVER, OutcomeKind.NOBODY_ANSWERS


@pytest.fixture
def walk(app: Flask) -> Walk:
    return make_walk()


def standing(stop_id: int) -> str | None:
    db.session.rollback()
    found = delivery.latest_outcome(db.session(), stop_id=stop_id)
    return found.kind if found else None


def kept(event_id: UUID) -> RoundEvent:
    db.session.rollback()
    return db.session.get_one(RoundEvent, event_id)


def holder(stop_id: int) -> int | None:
    db.session.rollback()
    return db.session.get_one(RosterStop, stop_id).volunteer_id


def listed(walk: Walk) -> list[str]:
    db.session.rollback()
    page = queries.differences(db.session(), site_id=walk.site_id, is_open=True, page=1)
    return sorted(one.told.event.reason for one in page.rows)


def test_an_outcome_is_recorded_with_its_meal_and_the_time_it_happened(walk: Walk) -> None:
    event = walk.outcome(walk.stops[0], note="女儿在家")
    assert walk.tell(event) == Answer(id=event.id, outcome="taken")
    assert standing(walk.stops[0]) == "handed_over"
    assert db.session.scalar(select(func.count()).select_from(Meal)) == 1
    assert kept(event.id).happened_at == NOW - timedelta(minutes=5)
    again = walk.tell(event, at=NOW + timedelta(hours=3))
    assert again.outcome == "duplicate"
    assert db.session.scalar(select(func.count()).select_from(StopOutcome)) == 1
    stolen = walk.tell(event, walk.laowu)
    assert (stolen.outcome, stolen.reason) == ("refused", "id_reused")


def test_a_phone_whose_clock_is_wrong_is_believed_by_the_difference_and_marked(walk: Walk) -> None:
    off = timedelta(hours=8)
    event = walk.outcome(
        walk.stops[0], device_at=NOW + off - timedelta(minutes=9), sent_at=NOW + off
    )
    assert walk.tell(event).reason == ""
    assert kept(event.id).clock_wrong
    assert kept(event.id).happened_at == NOW - timedelta(minutes=9)
    assert listed(walk) == []


def test_what_was_called_off_meanwhile_is_recorded_and_listed(walk: Walk) -> None:
    with transaction() as session:
        session.execute(
            update(RosterStop).where(RosterStop.id == walk.stops[0]).values(called_off="paused")
        )
    assert walk.tell(walk.outcome(walk.stops[0])).reason == "called_off"
    assert standing(walk.stops[0]) == "handed_over"
    assert listed(walk) == ["called_off"]


def test_what_a_manager_corrected_meanwhile_stands_and_the_phones_word_is_listed(
    walk: Walk,
) -> None:
    report = Report(id=uuid4(), stop_id=walk.stops[0], kind=NOBODY, follows=None)
    assert record_outcome(report=report, today=TODAY, by=walk.zhangjie, now=NOW) is None
    event = walk.outcome(walk.stops[0], note="交给她了")
    assert walk.tell(event).reason == "outcome_changed_meanwhile"
    assert standing(walk.stops[0]) == "nobody_answers"
    assert "交给她了" in kept(event.id).body
    assert listed(walk) == ["outcome_changed_meanwhile"]


def test_a_stop_that_somebody_else_has_by_now_keeps_its_own_outcome(walk: Walk) -> None:
    assert (
        reassign_stop(
            site_id=walk.site_id, stop_id=walk.stops[0], volunteer_id=walk.laowu.volunteer_id,
            by=walk.zhangjie, now=NOW,
        )
        is None
    )  # fmt: skip
    assert walk.tell(walk.outcome(walk.stops[0])).reason == "stop_elsewhere"
    assert standing(walk.stops[0]) is None
    assert listed(walk) == ["stop_elsewhere"]


def test_a_correction_that_comes_first_waits_for_what_it_corrects(walk: Walk) -> None:
    first = walk.outcome(walk.stops[0], NOBODY)
    second = walk.outcome(walk.stops[0], HANDED_OVER, follows=first.id)
    assert walk.tell(second).outcome == "later"
    assert walk.tell(first).outcome == "taken"
    assert walk.tell(second).outcome == "taken"
    assert standing(walk.stops[0]) == "handed_over"


def test_another_sites_round_or_an_unknown_stop_is_refused(walk: Walk) -> None:
    elsewhere = replace(walk.xiaozhou, site_id=walk.site_id + 1)
    assert walk.tell(walk.outcome(walk.stops[0]), elsewhere).reason == "round_unknown"
    assert walk.tell(walk.outcome(9999)).reason == "stop_unknown"
    assert walk.tell(walk.event(EventKind.LEFT, roster_id=9999)).reason == "round_unknown"


def make_card(resident_id: int, number: str) -> CardClaim:
    with transaction() as session:
        session.add(Card(number=number, issue=0, resident_id=resident_id, issued_at=NOW))
    return CardClaim(number, 0)


def test_the_diners_own_card_is_the_proof_and_anothers_is_listed(walk: Walk) -> None:
    own = make_card(walk.li, "10000001")
    other = make_card(make_wang(walk.site_id), "10000002")
    good = walk.outcome(walk.stops[0], scanned=True, card=own)
    bad = walk.outcome(walk.stops[1], scanned=True, card=other)
    assert walk.tell(good).reason == ""
    assert walk.tell(bad).reason == "card_other"
    assert (kept(good.id).proof, kept(bad.id).proof) == ("card_ok", "card_other")
    assert standing(walk.stops[1]) == "handed_over", "the box is handed over all the same"
    unread = walk.outcome(walk.stops[1], scanned=True, follows=bad.id)
    assert walk.tell(unread).reason == "card_unread"


def test_who_cannot_finish_leaves_the_rest_in_red_and_keeps_what_was_done(walk: Walk) -> None:
    done = walk.outcome(walk.stops[0])
    cut = walk.event(EventKind.CANNOT_FINISH, note="脚扭了")
    assert walk.tell(done).outcome == "taken"
    for _twice in range(2):
        assert walk.tell(cut).reason == "cannot_finish"
    first, second = walk.stops
    assert (holder(first), holder(second)) == (walk.xiaozhou.volunteer_id, None)
    assert db.session.get_one(RosterStop, second).problem == "cannot_finish"
    assert listed(walk) == ["cannot_finish"]
    legs = queries.round_states(db.session(), roster_ids=[walk.roster_id])
    leg = legs[walk.roster_id, walk.xiaozhou.volunteer_id]
    assert (leg.end, leg.end_reason) == ("cannot_finish", "脚扭了")
    late = walk.outcome(second)  # done before, told after
    assert walk.tell(late).reason == ""
    assert holder(second) == walk.xiaozhou.volunteer_id
    assert standing(second) == "handed_over"


def test_a_stop_given_back_by_hand_is_not_made_red_by_a_repeat(walk: Walk) -> None:
    cut = walk.event(EventKind.CANNOT_FINISH, note="车坏了")
    walk.tell(cut)
    reassign_stop(
        site_id=walk.site_id, stop_id=walk.stops[0], volunteer_id=walk.xiaozhou.volunteer_id,
        by=walk.zhangjie, now=NOW,
    )  # fmt: skip
    assert walk.tell(cut).outcome == "duplicate"
    assert holder(walk.stops[0]) == walk.xiaozhou.volunteer_id


def test_a_stop_is_the_offerers_until_a_colleague_takes_it(walk: Walk) -> None:
    stop = walk.stops[1]
    offer = walk.offered(stop)
    assert holder(stop) == walk.xiaozhou.volunteer_id
    accepted = walk.event(EventKind.ACCEPTED, offer_id=offer)
    assert walk.tell(accepted, walk.laowu) == Answer(id=accepted.id, outcome="taken")
    assert walk.tell(accepted, walk.laowu).outcome == "duplicate"
    assert holder(stop) == walk.laowu.volunteer_id
    late = walk.event(EventKind.ACCEPTED, offer_id=offer)
    assert walk.tell(late, walk.xiaolin).reason == "offer_gone"
    assert walk.tell(walk.outcome(stop)).reason == "stop_elsewhere"
    assert walk.tell(walk.outcome(stop), walk.laowu).reason == ""


def test_an_offer_to_one_is_for_nobody_else_and_ends_with_an_outcome(walk: Walk) -> None:
    stop = walk.stops[1]
    offer = walk.offered(stop, to_id=walk.laowu.volunteer_id)
    accepted = walk.event(EventKind.ACCEPTED, offer_id=offer)
    assert walk.tell(accepted, walk.xiaolin).reason == "offer_gone"
    assert walk.tell(accepted, walk.xiaozhou).reason == "offer_gone"
    walk.tell(walk.outcome(stop))
    assert walk.tell(accepted, walk.laowu).reason == "offer_gone"
    states = set(db.session.scalars(select(StopOffer.state)))
    assert states == {OfferState.CLOSED}


def test_a_colleague_who_did_not_accept_the_agreement_is_offered_no_door(walk: Walk) -> None:
    stop = walk.stops[1]
    save_agreement(
        site_id=walk.site_id, valid_from=TODAY + timedelta(days=1),
        words="新的一版承诺，请大家都再看一遍。", today=TODAY, by=walk.zhangjie, now=NOW,
    )  # fmt: skip
    assert walk.offered(stop, to_id=walk.laowu.volunteer_id), "today the earlier text holds"
    tomorrow = walk.next_day()
    event = tomorrow.event(
        EventKind.OFFERED, stop_id=tomorrow.stops[1], to_id=walk.laowu.volunteer_id
    )
    assert tomorrow.tell(event).reason == "colleague_not_accepted"
    assert holder(tomorrow.stops[1]) == walk.xiaozhou.volunteer_id
    offered = select(func.count()).select_from(StopOffer).filter_by(stop_id=tomorrow.stops[1])
    assert db.session.scalar(offered) == 0


def test_an_offer_taken_back_and_one_of_a_strangers_stop_give_nothing(walk: Walk) -> None:
    stop = walk.stops[1]
    offer = walk.offered(stop)
    walk.tell(walk.event(EventKind.WITHDRAWN, stop_id=stop))
    accepted = walk.event(EventKind.ACCEPTED, offer_id=offer)
    assert walk.tell(accepted, walk.laowu).reason == "offer_gone"
    stranger = walk.event(EventKind.OFFERED, stop_id=stop)
    assert walk.tell(stranger, walk.laowu).reason == "not_offered"
    assert holder(stop) == walk.xiaozhou.volunteer_id


def test_of_two_who_take_one_stop_at_once_one_holds_it(app: Flask, walk: Walk) -> None:
    stop = walk.stops[1]
    offer = walk.offered(stop)
    take = lambda teller: walk.tell(  # noqa: E731
        walk.event(EventKind.ACCEPTED, offer_id=offer), teller
    )
    found = run_at_once(app, [partial(take, one) for one in (walk.laowu, walk.xiaolin)])
    assert sorted(one.reason for one in found) == ["", "offer_gone"]
    taken = db.session.scalars(select(StopOffer.taken_by)).one()
    assert holder(stop) == taken
    assert taken in (walk.laowu.volunteer_id, walk.xiaolin.volunteer_id)


def test_the_same_outcome_from_two_pages_at_once_is_one(app: Flask, walk: Walk) -> None:
    event = walk.outcome(walk.stops[0])
    found = run_at_once(app, [lambda: walk.tell(event).outcome] * 2)
    assert set(found) <= {"taken", "duplicate", "later"}
    assert "refused" not in found
    assert walk.tell(event).outcome == "duplicate"
    for table in (StopOutcome, RoundEvent, Meal):
        assert db.session.scalar(select(func.count()).select_from(table)) == 1


@pytest.fixture
def days(walk: Walk) -> Iterator[Walk]:
    """A new day for each try: nothing that was told can be untold."""

    def one_after_another() -> Iterator[Walk]:
        today = walk
        while True:
            yield today
            today = today.next_day()

    return one_after_another()


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(6)), repeats=st.lists(st.integers(0, 5), max_size=4))
def test_in_whatever_order_and_however_often_it_is_told_a_round_is_the_same_once(
    days: Iterator[Walk], order: list[int], repeats: list[int]
) -> None:
    walk = next(days)
    first, second = walk.stops
    nobody = walk.outcome(first, NOBODY)
    told = [
        walk.event(EventKind.PICKED_UP, body={"counts": [["", 2, 2]], "bags": 1}),
        walk.event(EventKind.LEFT),
        nobody,
        walk.outcome(first, HANDED_OVER, follows=nobody.id),
        walk.outcome(second, HANDED_OVER),
        walk.event(EventKind.CANNOT_FINISH, device_at=walk.now, note="脚扭了"),
    ]
    waiting = [told[place] for place in [*order, *repeats]]
    for _round in range(3):  # what must wait is told again, as a phone does
        waiting = [one for one in waiting if walk.tell(one).outcome == "later"]
    assert waiting == []
    assert (standing(first), standing(second)) == ("handed_over", "handed_over")
    assert {holder(first), holder(second)} == {walk.xiaozhou.volunteer_id}
    assert [one.problem for one in stops(walk.roster_id)] == ["", ""]
    told_here = RoundEvent.roster_id == walk.roster_id
    reasons = list(db.session.scalars(select(RoundEvent.reason).where(told_here)))
    assert sorted(reasons) == [""] * (len(told) - 1) + ["cannot_finish"]
    day = service_date(walk.now, "Asia/Shanghai")
    live = select(func.count()).where(Meal.voided_at.is_(None), Meal.service_date == day)
    assert db.session.scalar(live) == 2
