"""The register, the draft, publication, handing a stop on."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import func, select, update

from canteen.delivery import queries, register
from canteen.delivery.actions import publish_roster, reassign_stop
from canteen.delivery.models import DeliveryNeed, Roster, RosterStop
from canteen.foundation.audit import AuditEntry
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import GridNode, Resident, ResidentTag
from tests.delivery.people import (
    make_need,
    make_pause,
    make_programme,
    make_volunteer,
    make_xiaozhou,
    publish,
    stops,
)
from tests.lunches import run_at_once
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_resident,
    make_site,
    make_unit,
    make_wang,
    make_zhangjie,
)
from tests.steps import steps_of

TAGS = ("dibao", "tekun")


def on_register(site_id: int, day: date = TODAY, period: str = "lunch") -> dict[str, str]:
    db.session.rollback()
    found = register.everybody(
        db.session(), site_id=site_id, day=day, period_code=period, tags=TAGS
    )
    return {entry.name: entry.standing for entry in found}


def test_chen_stands_on_the_register_with_her_tag_and_her_need(app: Flask) -> None:
    site_id = make_site()
    make_need(make_chen(site_id), site_id)
    assert on_register(site_id) == {"陈桂英": "entitled"}
    assert on_register(site_id, period="dinner") == {}


def test_wang_needs_a_meal_brought_but_never_had_a_tag(app: Flask) -> None:
    site_id = make_site()
    make_need(make_wang(site_id), site_id)
    assert on_register(site_id) == {"王德福": "never"}


def test_a_tag_that_begins_tomorrow_has_not_run_out_today(app: Flask) -> None:
    site_id = make_site()
    wang = make_wang(site_id)
    make_need(wang, site_id)
    with transaction() as session:
        for first, last in ((TODAY, TODAY), (TODAY + timedelta(days=2), None)):
            session.add(
                ResidentTag(
                    resident_id=wang, tag="dibao", valid_from=first, valid_until=last,
                    evidence="低保证 2026-044", recorded_at=NOW, state="approved", decided_at=NOW,
                )
            )  # fmt: skip
    found = [on_register(site_id, TODAY + timedelta(days=n))["王德福"] for n in (-1, 0, 1, 2)]
    assert found == ["never", "entitled", "expired", "entitled"]


def test_a_need_holds_on_its_weekdays_and_between_its_dates(app: Flask) -> None:
    site_id = make_site()
    until = date(2026, 11, 25)
    make_need(make_chen(site_id), site_id, weekdays="13", valid_until=until)
    assert on_register(site_id, date(2026, 11, 23))
    assert not on_register(site_id, date(2026, 11, 24))
    assert on_register(site_id, date(2026, 11, 25))
    assert not on_register(site_id, date(2026, 11, 30))


def test_a_pause_takes_her_off_from_its_first_to_its_last_day(app: Flask) -> None:
    site_id = make_site()
    chen = make_chen(site_id)
    make_need(chen, site_id)
    make_pause(chen, TODAY, TODAY + timedelta(days=1))
    found = [bool(on_register(site_id, TODAY + timedelta(days=n))) for n in (-1, 0, 1, 2)]
    assert found == [True, False, False, True]


def test_nobody_brings_meals_to_the_dead(app: Flask) -> None:
    site_id = make_site()
    make_need(make_chen(site_id, status="deceased", ended_on=TODAY), site_id)
    assert not on_register(site_id, TODAY)
    assert on_register(site_id, TODAY - timedelta(days=1))


def test_twice_as_many_doors_are_about_twice_the_work(app: Flask) -> None:
    site_id, unit = make_site(), make_unit()

    def steps(people: range) -> int:
        for number in people:
            who = make_resident(
                f"陈{number}", site_id=site_id, birthday=None, unit_id=unit, room=str(number),
                tags=("dibao",),
            )  # fmt: skip
            make_need(who, site_id)
        found: dict[str, str] = {}
        work = steps_of(lambda: found.update(on_register(site_id)))
        assert list(found.values()) == ["entitled"] * people.stop
        return work

    few = steps(range(60))
    assert (few > 0) is (db.engine.dialect.name == "sqlite")
    assert steps(range(60, 120)) <= 3 * few


def a_red_one_of_each_kind(site_id: int) -> None:
    """陈奶奶 is served; the others each have one thing wrong."""
    make_need(make_chen(site_id), site_id)
    unit = make_unit(building="2栋")
    born = date(1950, 1, 1)
    expired = make_resident("过期人", site_id=site_id, birthday=born, unit_id=unit, room="102")
    homeless = make_resident("无址人", site_id=site_id, birthday=born, tags=("dibao",))
    far = make_resident(
        "远处人", site_id=site_id, birthday=born, unit_id=make_unit(compound="远山小区"),
        tags=("tekun",),
    )  # fmt: skip
    with transaction() as session:
        session.add(
            ResidentTag(
                resident_id=expired, tag="dibao", valid_from=date(2025, 1, 1),
                valid_until=date(2026, 11, 22), evidence="低保证 2025-010", recorded_at=NOW,
                state="approved", decided_at=NOW,
            )
        )  # fmt: skip
    for resident_id in (expired, homeless, far):
        make_need(resident_id, site_id)


def test_whoever_cannot_be_routed_stands_on_the_roster_in_red(app: Flask) -> None:
    site_id = make_site()
    by = make_zhangjie(site_id)
    make_programme(site_id)
    a_red_one_of_each_kind(site_id)
    xiaozhou = make_xiaozhou(site_id, compound_of(make_unit()))
    found = {one.diner_name: (one.volunteer_id, one.problem) for one in stops(publish(site_id, by))}
    assert found == {
        "陈桂英": (xiaozhou, ""),
        "过期人": (None, "tag_expired"),
        "无址人": (None, "no_address"),
        "远处人": (None, "nobody_covers"),
    }


def compound_of(unit_id: int) -> int:
    """The compound above a unit."""
    path = db.session.get_one(GridNode, unit_id).path
    return int(path.split("/")[2])


def test_a_stop_keeps_the_person_as_they_were(app: Flask) -> None:
    site_id = make_site()
    make_programme(site_id)
    chen = make_chen(site_id, texture="soft", diets="low_salt", diet_note="不吃香菜")
    make_need(chen, site_id)
    make_xiaozhou(site_id, make_unit())
    (stop,) = stops(publish(site_id, make_zhangjie(site_id)))
    assert (stop.diner_title, stop.address, stop.phone) == (
        "陈奶奶",
        "金牛小区 2栋 1单元 501",
        "13800000101",
    )
    assert stop.diet == "soft;low_salt｜不吃香菜"
    assert stop.may_leave_at_door is False


def test_published_once_it_no_longer_changes(app: Flask) -> None:
    site_id = make_site()
    by = make_zhangjie(site_id)
    make_programme(site_id)
    chen = make_chen(site_id)
    make_need(chen, site_id)
    make_xiaozhou(site_id, make_unit())
    first = publish(site_id, by)
    make_need(make_wang(site_id, tags=("dibao",)), site_id)
    with transaction() as session:
        session.execute(update(Resident).where(Resident.id == chen).values(may_leave_at_door=True))
        session.execute(update(DeliveryNeed).values(valid_until=date(2026, 3, 2)))
    assert publish(site_id, by) == first
    assert [(one.diner_name, one.may_leave_at_door) for one in stops(first)] == [("陈桂英", False)]
    assert db.session.scalar(select(func.count(AuditEntry.id)).filter_by(action="published")) == 1


def test_two_who_publish_at_once_get_one_roster(app: Flask) -> None:
    site_id = make_site()
    by = make_zhangjie(site_id)
    make_programme(site_id)
    make_need(make_chen(site_id), site_id)
    make_xiaozhou(site_id, make_unit())
    answers = run_at_once(app, [lambda: publish(site_id, by)] * 6)
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert db.session.scalar(select(func.count(Roster.id))) == 1
    assert db.session.scalar(select(func.count(RosterStop.id))) == 1


def refused(site_id: int, by: int, day: date = TODAY) -> str:
    answer = publish_roster(
        site_id=site_id, day=day, period_code="lunch", today=TODAY, by=by, now=NOW
    )
    assert isinstance(answer, Refusal)
    return answer.code


def test_publication_is_refused_where_there_is_nothing_to_publish(app: Flask) -> None:
    site_id = make_site()
    by = make_zhangjie(site_id)
    assert refused(site_id, by) == "no_programme"
    make_programme(site_id)
    assert refused(site_id, by) == "nothing_to_publish"
    assert refused(site_id, by, TODAY - timedelta(days=1)) == "day_is_over"


def test_a_person_may_hand_a_red_stop_to_a_volunteer(app: Flask) -> None:
    site_id = make_site()
    by = make_zhangjie(site_id)
    make_programme(site_id)
    a_red_one_of_each_kind(site_id)
    xiaozhou = make_xiaozhou(site_id, make_unit())
    roster_id = publish(site_id, by)
    red = next(one for one in stops(roster_id) if one.problem == "nobody_covers")
    for _twice in range(2):
        answer = reassign_stop(
            site_id=site_id, stop_id=red.id, volunteer_id=xiaozhou, by=by, now=NOW
        )
        assert answer is None
    handed = next(one for one in stops(roster_id) if one.id == red.id)
    assert (handed.volunteer_id, handed.problem, handed.position) == (xiaozhou, "", 2)
    entries = list(db.session.scalars(select(AuditEntry).filter_by(action="reassigned")))
    assert [(one.staff_id, one.note) for one in entries] == [(by, f"nobody_covers -> {xiaozhou}")]


def test_a_stop_is_not_handed_to_a_volunteer_of_another_canteen(app: Flask) -> None:
    site_id, other = make_site(), make_site("hongxin")
    by = make_zhangjie(site_id)
    make_programme(site_id)
    make_need(make_chen(site_id), site_id)
    stranger = make_volunteer(other, "别处的人")
    (stop,) = stops(publish(site_id, by))
    answer = reassign_stop(site_id=site_id, stop_id=stop.id, volunteer_id=stranger, by=by, now=NOW)
    assert isinstance(answer, Refusal)
    assert answer.code == "volunteer_elsewhere"


def test_a_draft_stores_nothing(app: Flask) -> None:
    site_id = make_site()
    make_programme(site_id)
    make_need(make_chen(site_id), site_id)
    plan = queries.draft(db.session(), site_id=site_id, day=TODAY, period_code="lunch")
    assert plan is not None
    assert [one.plan.problem for one in plan.stops] == ["nobody_covers"]
    assert db.session.scalar(select(func.count(Roster.id))) == 0
