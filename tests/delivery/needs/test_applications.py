"""Applications, the line, pauses and specials on a real database."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from canteen.delivery.models import DeliveryNeed, DeliveryPause, FreeMealProgramme, OutcomeKind
from canteen.delivery.needs import changes, specials
from canteen.delivery.needs.applications import (
    Asked,
    Settled,
    admit_need,
    approve_need,
    decline_need,
    propose_need,
    withdraw_need,
)
from canteen.delivery.needs.changes import Taken
from canteen.delivery.needs.models import DeliverySpecial, SpecialKind
from canteen.delivery.portions import labels, portions_of
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident
from canteen.staff.rules import Role
from tests.delivery.people import (
    make_need,
    make_programme,
    make_volunteer,
    make_xiaozhou,
    publish,
    say_of,
    stops,
)
from tests.lunches import run_at_once
from tests.people import (
    TODAY,
    make_chen,
    make_resident,
    make_site,
    make_staff,
    make_unit,
    make_wang,
    make_zhangjie,
)

MORNING = datetime.fromisoformat("2026-11-23T00:30:00+00:00")
"""08:30 in Shanghai: lunch closes at 9:15."""
LATE = datetime.fromisoformat("2026-11-23T02:00:00+00:00")
"""10:00: lunch is closed, dinner is open."""
TOMORROW = TODAY + timedelta(days=1)


class Place:
    """金牛食堂 with a programme, 张姐 who records and 甘书记 who decides."""

    def __init__(self, **programme: Any) -> None:
        self.site_id = make_site()
        self.zhangjie = make_zhangjie(self.site_id)
        self.gan = make_staff("gan", Role.COMMUNITY, site_id=self.site_id, name="甘书记")
        make_programme(self.site_id, **programme)
        self.chen = make_chen(self.site_id)
        self.wang = make_wang(self.site_id, tags=("dibao",))

    def propose(self, resident_id: int, **values: Any) -> int | str:
        asked = Asked(
            **{
                "period_code": "lunch",
                "weekdays": "1234567",
                "valid_from": TODAY,
                "valid_until": None,
                "asked_by": "worker",
                "evidence": "失能评估 2026-014，中度",
                **values,
            }
        )
        refusal = propose_need(
            site_id=self.site_id, resident_id=resident_id, asked=asked,
            by=self.zhangjie, now=MORNING,
        )  # fmt: skip
        if refusal:
            return refusal.code
        query = select(DeliveryNeed.id).where(DeliveryNeed.resident_id == resident_id)
        return db.session.scalars(query.order_by(DeliveryNeed.id.desc())).first() or 0

    def approve(self, need_id: Any, *, by: int = 0, now: datetime = MORNING, why: str = "") -> Any:
        found = approve_need(
            site_id=self.site_id, need_id=need_id, urgent_reason=why, today=TODAY,
            by=by or self.gan, now=now,
        )  # fmt: skip
        return found.code if isinstance(found, Refusal) else found

    def admit(self, need_id: Any, why: str = "") -> Any:
        found = admit_need(
            site_id=self.site_id, need_id=need_id, reason=why, today=TODAY,
            by=self.gan, now=MORNING,
        )  # fmt: skip
        return found.code if isinstance(found, Refusal) else found

    def pause(self, since: date, until: date, now: datetime = MORNING) -> Any:
        found = changes.add_pause(
            changes.Away(resident_id=self.chen, since=since, until=until, reason="住院"),
            site_id=self.site_id, today=TODAY, by=self.zhangjie, now=now,
        )  # fmt: skip
        return found.code if isinstance(found, Refusal) else found

    def special(
        self, kind: SpecialKind, day: date = TODAY, now: datetime = MORNING, **values: Any
    ) -> str:
        special = specials.Special(
            **{
                "resident_id": self.chen, "day": day, "period_code": "lunch", "kind": kind,
                "reason": "女儿来吃饭", **values,
            }
        )  # fmt: skip
        found = specials.add_special(
            special, site_id=self.site_id, today=TODAY, by=self.zhangjie, now=now
        )
        return found.code if found else ""

    def boxes(self, day: date = TODAY, period: str = "lunch") -> int:
        db.session.rollback()
        found = portions_of(db.session(), site_id=self.site_id, day=day, period_code=period)
        assert found is not None
        assert found.boxes == len(labels(found))
        return found.boxes


def test_an_application_brings_nothing_until_a_second_person_agrees(app: Flask) -> None:
    place = Place()
    need = place.propose(place.chen)
    assert place.boxes() == 0
    assert place.approve(need, by=place.zhangjie) == "need_own"
    assert place.approve(need) == Settled("陈桂英", TODAY)
    assert place.boxes() == 1
    assert place.approve(need) == Settled("陈桂英", TODAY), "a repeat is harmless"
    assert place.approve(need, by=make_staff("wu", Role.MANAGER, site_id=1)) == "need_decided_by"


def test_approved_after_the_cut_off_meals_begin_on_the_next_day(app: Flask) -> None:
    place = Place()
    need = place.propose(place.chen)
    assert place.approve(need, now=LATE) == Settled("陈桂英", TOMORROW)
    assert (place.boxes(), place.boxes(TOMORROW)) == (0, 1)
    over = place.propose(place.wang, valid_until=TODAY)
    assert place.approve(over, now=LATE) == "need_is_over"


def test_an_application_without_evidence_or_twice_is_refused(app: Flask) -> None:
    place = Place()
    assert place.propose(place.chen, evidence="") == "need_evidence_missing"
    need = place.propose(place.chen)
    assert place.propose(place.chen) == "need_overlaps"
    declined = decline_need(
        site_id=place.site_id, need_id=int(need), reason="儿子每天来做饭",
        by=place.gan, now=MORNING,
    )  # fmt: skip
    assert declined == Settled("陈桂英")
    assert place.approve(need) == "need_decided_by"
    again = place.propose(place.chen)
    assert isinstance(again, int), "a declined one stands in nobody's way"
    refused = withdraw_need(site_id=place.site_id, need_id=again, by=place.gan, now=MORNING)
    assert refused == Refusal("need_not_own")
    gone = withdraw_need(site_id=place.site_id, need_id=again, by=place.zhangjie, now=MORNING)
    assert gone is None
    assert place.approve(again) == "need_gone"


def test_when_places_are_full_people_wait_and_the_first_in_line_gets_the_next(app: Flask) -> None:
    place = Place(places=1)
    li = make_resident("李大爷", site_id=place.site_id, birthday=date(1940, 1, 1), tags=("tekun",))
    first, second, third = (place.propose(who) for who in (place.chen, place.wang, li))
    assert place.approve(first) == Settled("陈桂英", TODAY)
    assert place.approve(second) == Settled("王德福", None, "places")
    assert place.approve(third, why="刚出院").waits_for == "places"
    assert place.boxes() == 1
    assert place.admit(third) == "no_place_free"
    taken = changes.end_need(
        need_id=int(first), last_day=TODAY - timedelta(days=1), today=TODAY,
        by=place.zhangjie, now=MORNING,
    )  # fmt: skip
    assert taken == Taken(TODAY)
    assert place.admit(second) == "not_first_in_line", "the urgent one stands before"
    assert place.admit(third) == Settled("李大爷", TODAY)
    assert place.admit(second) == "no_place_free"


def test_nobody_is_approved_past_those_who_wait(app: Flask) -> None:
    place = Place(places=1)
    li = make_resident("李大爷", site_id=place.site_id, birthday=date(1940, 1, 1), tags=("tekun",))
    for who in (place.chen, place.wang):
        place.approve(place.propose(who))
    with transaction() as session:
        session.execute(update(FreeMealProgramme).values(places=2))
    assert place.approve(place.propose(li)).waits_for == "places"


def test_when_the_months_money_is_spoken_for_people_wait(app: Flask) -> None:
    place = Place(monthly_budget_fen=40 * 1300)
    assert place.approve(place.propose(place.chen)).begins == TODAY
    assert place.approve(place.propose(place.wang)).waits_for == "money"


def test_of_two_approvals_at_once_for_one_place_one_waits(app: Flask) -> None:
    place = Place(places=1)
    needs = [place.propose(who) for who in (place.chen, place.wang)]
    found = run_at_once(app, [partial(place.approve, need) for need in needs])
    assert sorted(one.waits_for for one in found) == ["", "places"]


def test_a_pause_before_the_cut_off_reaches_the_published_round_at_once(app: Flask) -> None:
    place = Place()
    make_need(place.chen, place.site_id)
    make_need(place.wang, place.site_id)
    make_xiaozhou(place.site_id, make_unit())
    roster = publish(place.site_id, place.zhangjie)
    assert place.boxes() == 2
    assert place.pause(TODAY, TODAY + timedelta(days=3)) == Taken(TODAY)
    assert place.boxes() == 1
    called_off = {one.diner_name: one.called_off for one in stops(roster)}
    assert called_off == {"陈桂英": "paused", "王德福": ""}
    pause = db.session.scalars(select(DeliveryPause)).one()
    changes.end_pause(
        site_id=place.site_id, pause_id=pause.id, last_day=TODAY - timedelta(days=1),
        today=TODAY, by=place.zhangjie, now=MORNING,
    )  # fmt: skip
    assert place.boxes() == 2


def test_a_pause_after_the_cut_off_leaves_todays_lunch_and_stops_the_dinner(app: Flask) -> None:
    place = Place()
    make_need(place.chen, place.site_id)
    make_need(place.chen, place.site_id, period_code="dinner")
    assert place.pause(TODAY, TOMORROW, LATE) == Taken(TOMORROW, ["lunch"])
    assert (place.boxes(), place.boxes(period="dinner")) == (1, 0)
    assert (place.boxes(TOMORROW), place.boxes(TOMORROW, "dinner")) == (0, 0)


def test_a_pause_of_which_nothing_is_left_is_refused(app: Flask) -> None:
    place = Place()
    make_need(place.chen, place.site_id)
    assert place.pause(TODAY, TODAY, LATE) == "all_past_cutoff"
    assert db.session.scalar(select(DeliveryPause.id)) is None
    assert place.boxes() == 1


def test_one_day_without_one_with_more_and_one_in_another_period(app: Flask) -> None:
    place = Place()
    make_need(place.chen, place.site_id)
    days = [TODAY + timedelta(days=n) for n in range(4)]
    assert place.special(SpecialKind.NONE, days[0]) == ""
    assert place.special(SpecialKind.MORE, days[1], more=2) == ""
    assert place.special(SpecialKind.OTHER_PERIOD, days[2], other_period="dinner") == ""
    assert [place.boxes(day) for day in days] == [0, 3, 0, 1]
    assert [place.boxes(day, "dinner") for day in days] == [0, 0, 1, 0]
    found = portions_of(db.session(), site_id=place.site_id, day=days[1], period_code="lunch")
    assert found is not None
    assert (found.claimable, found.extra) == (1, 2), "nobody pays for the other two"


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        (SpecialKind.NONE, {"now": LATE}, "past_cutoff"),
        (SpecialKind.NONE, {"day": TODAY - timedelta(days=1)}, "special_day_over"),
        (SpecialKind.NONE, {"period_code": "dinner"}, "no_need_that_day"),
        (SpecialKind.OTHER_PERIOD, {"other_period": "lunch"}, "same_period"),
        (SpecialKind.OTHER_PERIOD, {"other_period": "breakfast"}, "past_cutoff"),
    ],
)
def test_a_special_that_cannot_be_is_refused(
    app: Flask, kind: SpecialKind, values: dict[str, Any], code: str
) -> None:
    place = Place()
    make_need(place.chen, place.site_id)
    assert place.special(kind, **values) == code
    assert db.session.scalar(select(DeliverySpecial.id)) is None
    assert place.boxes() == 1


def test_a_special_is_taken_back_before_the_cut_off_and_not_after(app: Flask) -> None:
    place = Place()
    make_need(place.chen, place.site_id)
    place.special(SpecialKind.NONE)
    row = db.session.scalars(select(DeliverySpecial.id)).one()

    def remove(now: datetime) -> Refusal | None:
        return specials.remove_special(
            site_id=place.site_id, special_id=row, today=TODAY, by=place.zhangjie, now=now
        )

    refused = remove(LATE)
    assert refused is not None
    assert refused.code == "past_cutoff"
    assert remove(MORNING) is None
    assert remove(MORNING) is None
    assert place.boxes() == 1


def test_somebody_approved_after_publication_comes_onto_the_round(app: Flask) -> None:
    place = Place()
    make_need(place.chen, place.site_id)
    xiaozhou = make_xiaozhou(place.site_id, make_unit())
    roster = publish(place.site_id, place.zhangjie)
    place.approve(place.propose(place.wang))
    added = next(one for one in stops(roster) if one.diner_name == "王德福")
    assert (added.volunteer_id, added.position, added.address[-3:]) == (xiaozhou, 2, "202")
    far = make_resident(
        "远处人", site_id=place.site_id, birthday=date(1940, 1, 1),
        unit_id=make_unit(building="9栋"), tags=("tekun",),
    )  # fmt: skip
    place.approve(place.propose(far))
    red = next(one for one in stops(roster) if one.diner_name == "远处人")
    assert (red.volunteer_id, red.problem) == (None, "added_late")
    assert place.boxes() == 3


def test_the_dead_are_off_the_round_at_once_whatever_the_clock(app: Flask) -> None:
    place = Place()
    make_need(place.chen, place.site_id)
    make_volunteer(place.site_id, "老吴", make_unit())
    publish(place.site_id, place.zhangjie)
    with transaction() as session:
        row = session.get_one(Resident, place.chen)
        row.status, row.ended_on = "deceased", TODAY
    assert place.boxes() == 0


def test_what_somebody_said_of_a_door_is_never_called_off(app: Flask) -> None:
    place = Place()
    make_need(place.chen, place.site_id)
    make_volunteer(place.site_id, "老吴", make_unit())
    (stop,) = stops(publish(place.site_id, place.zhangjie))
    say_of(stop.id, OutcomeKind.HANDED_OVER, place.zhangjie)
    place.pause(TODAY, TOMORROW)
    with transaction() as session:
        row = session.get_one(Resident, place.chen)
        row.status, row.ended_on = "moved", TODAY
    assert place.boxes() == 1
