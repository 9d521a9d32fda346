"""Pauses, specials, endings, approvals and deaths at any moment: four numbers stay one.

The kitchen's count, the labels, the boxes on the rounds and what is claimable are compared
after every step; so is what the register says with what the published rounds carry.
"""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from canteen.delivery import counts, queries, register, rules
from canteen.delivery.actions import Report, publish_roster, reassign_stop, record_outcome
from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    FreeMealProgramme,
    OutcomeKind,
    Roster,
    RosterStop,
)
from canteen.delivery.needs import changes, specials
from canteen.delivery.needs.applications import Asked, approve_need, propose_need
from canteen.delivery.needs.models import DeliverySpecial, SpecialKind
from canteen.delivery.paper import labels as paper
from canteen.delivery.paper.rules import by_diet, digest, reprint
from canteen.delivery.portions import labels, portions_of
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident
from canteen.settlement.models import Meal
from canteen.staff.rules import Role
from tests.delivery.people import make_need, make_programme, make_volunteer
from tests.people import make_resident, make_site, make_staff, make_unit

FIRST = date(2026, 11, 23)
PERIODS = ("lunch", "dinner")
PERIOD = st.sampled_from(PERIODS)
PEOPLE = st.integers(0, 3)
AHEAD = st.integers(0, 2)


class AnyHistory(RuleBasedStateMachine):
    """One canteen over a few days; the clock only goes on."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        self.context = self.app.app_context()
        self.context.push()
        self.now = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)  # 06:00 in Shanghai
        mark = uuid4().hex[:6]
        self.site_id = make_site(f"site{mark}")
        self.by = make_staff(f"jie{mark}", Role.MANAGER, site_id=self.site_id)
        self.other = make_staff(f"gan{mark}", Role.COMMUNITY, site_id=self.site_id)
        self.programme_id = _programme(self.site_id)
        unit = make_unit(compound=f"小区{mark}")
        self.people = [
            make_resident(
                f"老人{number}", site_id=self.site_id, birthday=date(1940, 1, 1),
                unit_id=unit, room=str(101 + number), tags=("dibao",),
            )
            for number in range(4)
        ]  # fmt: skip
        self.carriers = [
            make_volunteer(self.site_id, "老吴", unit, box_capacity=6),
            make_volunteer(self.site_id, "小周"),
        ]
        self.hanging: dict[tuple[int, str], set[Any]] = {}
        for person in self.people[:3]:
            make_need(person, self.site_id)
        make_need(self.people[0], self.site_id, period_code="dinner")
        for ahead, period in ((0, "lunch"), (0, "dinner"), (1, "lunch")):
            self.publication(ahead, period)

    @property
    def today(self) -> date:
        return (self.now + timedelta(hours=8)).date()

    @rule(hours=st.integers(1, 5))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(who=PEOPLE, ahead=AHEAD, days=st.integers(0, 2))
    def pause(self, who: int, ahead: int, days: int) -> None:
        since = self.today + timedelta(days=ahead)
        until = since + timedelta(days=days)
        away = changes.Away(resident_id=self.people[who], since=since, until=until, reason="住院")
        self._freeze(partial(changes.add_pause, away), site_id=self.site_id)

    @rule(who=PEOPLE, back=st.integers(0, 2))
    def pause_ends(self, who: int, back: int) -> None:
        query = select(DeliveryPause.id).where(DeliveryPause.resident_id == self.people[who])
        pause_id = db.session.scalar(query.limit(1))
        if pause_id:
            last = self.today - timedelta(days=back)
            self._freeze(changes.end_pause, site_id=self.site_id, pause_id=pause_id, last_day=last)

    @rule(who=PEOPLE, ahead=AHEAD, period=PERIOD, kind=st.sampled_from(SpecialKind))
    def special(self, who: int, ahead: int, period: str, kind: SpecialKind) -> None:
        other = PERIODS[1 - PERIODS.index(period)] if kind is SpecialKind.OTHER_PERIOD else ""
        special = specials.Special(
            resident_id=self.people[who], day=self.today + timedelta(days=ahead),
            period_code=period, kind=kind, more=1, other_period=other, reason="女儿来吃饭",
        )  # fmt: skip
        self._freeze(partial(specials.add_special, special), site_id=self.site_id)

    @rule(who=PEOPLE)
    def special_removed(self, who: int) -> None:
        query = select(DeliverySpecial.id).where(DeliverySpecial.resident_id == self.people[who])
        special_id = db.session.scalar(query.limit(1))
        if special_id:
            self._freeze(specials.remove_special, site_id=self.site_id, special_id=special_id)

    @rule(who=PEOPLE, back=st.integers(-1, 1))
    def need_ends(self, who: int, back: int) -> None:
        query = select(DeliveryNeed.id).where(DeliveryNeed.resident_id == self.people[who])
        need_id = db.session.scalar(query.limit(1))
        if need_id:
            last = self.today - timedelta(days=back)
            self._freeze(changes.end_need, need_id=need_id, last_day=last)

    @rule(who=PEOPLE, period=PERIOD)
    def somebody_applies_and_is_approved(self, who: int, period: str) -> None:
        asked = Asked(
            period_code=period, weekdays="1234567", valid_from=self.today, valid_until=None,
            asked_by="worker", evidence="失能评估",
        )  # fmt: skip
        refused = propose_need(
            site_id=self.site_id, resident_id=self.people[who], asked=asked,
            by=self.by, now=self.now,
        )  # fmt: skip
        if refused is None:
            need_id = db.session.scalar(select(func.max(DeliveryNeed.id)))
            assert need_id
            approve_need(
                site_id=self.site_id, need_id=need_id, urgent_reason="", today=self.today,
                by=self.other, now=self.now,
            )  # fmt: skip

    @rule(who=PEOPLE, back=st.integers(0, 1))
    def somebody_dies(self, who: int, back: int) -> None:
        with transaction() as session:
            row = session.get_one(Resident, self.people[who])
            row.status, row.ended_on = "deceased", self.today - timedelta(days=back)

    @rule(ahead=st.integers(0, 2), period=PERIOD)
    def somebody_publishes(self, ahead: int, period: str) -> None:
        self.publication(ahead, period)

    def publication(self, ahead: int, period: str) -> None:
        """Fix the round of a day, if there is anything to fix."""
        publish_roster(
            site_id=self.site_id, day=self.today + timedelta(days=ahead), period_code=period,
            today=self.today, by=self.by, now=self.now,
        )  # fmt: skip

    @rule(who=PEOPLE, kind=st.sampled_from((OutcomeKind.HANDED_OVER, OutcomeKind.REFUSED)))
    def somebody_reports(self, who: int, kind: OutcomeKind) -> None:
        for roster in self._rosters():
            for one in queries.stops_of(db.session(), roster_id=roster.id):
                if one.stop.resident_id == self.people[who] and one.outcome is None:
                    report = Report(id=uuid4(), stop_id=one.stop.id, kind=kind, follows=None)
                    record_outcome(report=report, today=self.today, by=self.by, now=self.now)

    @rule(who=PEOPLE, to=st.integers(0, 1))
    def a_stop_is_handed_on(self, who: int, to: int) -> None:
        for roster in self._rosters():
            for one in queries.stops_of(db.session(), roster_id=roster.id):
                if one.stop.resident_id == self.people[who]:
                    reassign_stop(
                        site_id=self.site_id, stop_id=one.stop.id,
                        volunteer_id=self.carriers[to], by=self.by, now=self.now,
                    )  # fmt: skip

    @rule(ahead=AHEAD, period=PERIOD)
    def labels_are_printed(self, ahead: int, period: str) -> None:
        """Whoever tears up and prints what the page says has one label on each box."""
        day = self.today + timedelta(days=ahead)
        where: Any = {"site_id": self.site_id, "day": day, "period_code": period}
        db.session.rollback()
        found = portions_of(db.session(), **where)
        assert found is not None
        faces = paper.faces_of(found)
        change = reprint(wanted=faces, printed=paper.printed(db.session(), **where))
        hanging = self.hanging.get((day.toordinal(), period), set())
        assert set(change.torn) <= hanging, "only what hangs is torn up"
        hanging = (hanging - set(change.torn)) | set(change.fresh)
        assert hanging == set(faces)
        assert by_diet(faces) == found.by_diet
        for _twice in range(2):
            answer = paper.mark_printed(**where, seen=digest(faces), by=self.by, now=self.now)
            assert not isinstance(answer, Refusal)
        self.hanging[(day.toordinal(), period)] = hanging

    @invariant()
    def four_numbers_are_one(self) -> None:
        if not hasattr(self, "context"):
            return
        db.session.rollback()
        for ahead in range(3):
            for period in PERIODS:
                day = self.today + timedelta(days=ahead)
                found = portions_of(db.session(), site_id=self.site_id, day=day, period_code=period)
                assert found is not None
                assert found.boxes == len(labels(found))
                assert found.boxes == sum(one.boxes for one in found.stops)
                assert found.claimable + found.extra == found.boxes
                if not any(one.boxes > 1 for one in found.stops) and not self._gone(found.stops):
                    assert found.claimable == found.boxes

    @invariant()
    def published_rounds_carry_what_the_register_says(self) -> None:
        if not hasattr(self, "context"):
            return
        for roster in self._rosters():
            states = queries.stops_of(db.session(), roster_id=roster.id)
            figures = counts.of_rosters(db.session(), [roster.id])[roster.id]
            assert figures.planned == len(states)
            assert figures.boxes == sum(one.boxes for one in states)
            open_ones = {one.stop.resident_id: one.boxes for one in states if not one.outcome}
            said = {one.stop.resident_id for one in states if one.outcome}
            wanted = {
                entry.resident_id: entry.boxes
                for entry in register.everybody(
                    db.session(), site_id=self.site_id, day=roster.service_date,
                    period_code=roster.period_code, tags=["dibao"],
                )
            }  # fmt: skip
            assert open_ones == {who: n for who, n in wanted.items() if who not in said}

    @invariant()
    def every_claimed_meal_was_handed_over_to_somebody_who_lived(self) -> None:
        if not hasattr(self, "context"):
            return
        meals = db.session.scalars(select(Meal).where(Meal.site_id == self.site_id)).all()
        for meal in meals:
            stop = db.session.scalars(
                select(RosterStop)
                .join(Roster, Roster.id == RosterStop.roster_id)
                .where(
                    Roster.service_date == meal.service_date,
                    Roster.period_code == meal.period_code,
                    Roster.site_id == self.site_id,
                    RosterStop.resident_id == meal.resident_id,
                )
            ).one()
            said = queries.latest_outcome(db.session(), stop_id=stop.id)
            assert said is not None
            assert said.kind in rules.DELIVERED

    def teardown(self) -> None:
        if hasattr(self, "context"):
            db.session.remove()
            self.context.pop()

    def _gone(self, boxes: Any) -> bool:
        """Whether somebody on a round died after a meal was brought: it stays on the round."""
        ids = [one.resident_id for one in boxes]
        query = select(Resident.id).where(Resident.id.in_(ids), Resident.status != "active")
        return db.session.scalar(query.limit(1)) is not None

    def _rosters(self) -> list[Roster]:
        query = select(Roster).where(
            Roster.site_id == self.site_id, Roster.service_date >= self.today
        )
        return list(db.session.scalars(query))

    def _freeze(self, action: Any, **values: Any) -> None:
        """Take a step; after the cut-off of a period nothing of it may have changed."""
        before = self._closed()
        answer = action(**values, today=self.today, by=self.by, now=self.now)
        assert answer is None or isinstance(answer, changes.Taken | Refusal)
        db.session.rollback()
        assert self._closed() == before

    def _closed(self) -> dict[str, list[tuple[int, int]]]:
        """Today's boxes by person in the periods past their cut-off (9:15 and 15:15)."""
        clock = (self.now + timedelta(hours=8)).time()
        closed = [
            period
            for period, hour in (("lunch", 9), ("dinner", 15))
            if (clock.hour, clock.minute) >= (hour, 15)
        ]
        found = {}
        for period in closed:
            portions = portions_of(
                db.session(), site_id=self.site_id, day=self.today, period_code=period
            )
            assert portions is not None
            found[period] = sorted((one.resident_id, one.boxes) for one in portions.stops)
        return found


def _programme(site_id: int) -> int:
    """The first makes its funder; later ones share it."""
    known = db.session.scalars(select(FreeMealProgramme)).first()
    if known is None:
        return make_programme(site_id)
    with transaction() as session:
        row = FreeMealProgramme(
            site_id=site_id, name="红心免费餐", funder_code="district", price_fen=1300,
            tags="dibao", valid_from=date(2026, 1, 1),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def test_kitchen_labels_rounds_and_claims_agree_after_any_history(app: Flask) -> None:
    machine = type("Machine", (AnyHistory,), {"app": app})
    machine.TestCase.settings = settings(  # type: ignore[attr-defined]
        max_examples=10,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    machine.TestCase().runTest()  # type: ignore[attr-defined]
