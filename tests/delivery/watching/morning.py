"""A lunch at which nobody answers at 陈奶奶's door, and the alarm that begins."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from canteen.delivery.actions import Report, record_outcome
from canteen.delivery.models import OutcomeKind, Volunteer
from canteen.delivery.watching.actions import Ending, Found, end_alarm, record_step
from canteen.delivery.watching.models import Alarm, AlarmStep
from canteen.delivery.watching.queries import AlarmView, one_alarm, open_alarms
from canteen.delivery.watching.rules import EndingKind, StepResult
from canteen.foundation.database import db, transaction
from canteen.residents.models import GridNode
from canteen.settlement.models import Channel, Meal, PaidBy
from tests.delivery.people import make_need, make_programme, make_xiaozhou, publish, stops
from tests.people import NOW, TODAY, make_chen, make_site, make_unit, make_zhangjie


class Morning:
    """陈奶奶's door on 小周's round; her daughter and the unit's leader are on record."""

    def __init__(self, **site: Any) -> None:
        self.site_id = make_site(**site)
        self.zhangjie = make_zhangjie(self.site_id)
        make_programme(self.site_id)
        unit = make_unit()
        with transaction() as session:
            session.execute(
                update(GridNode)
                .where(GridNode.id == unit)
                .values(leader_name="刘单元长", leader_phone="13800000901")
            )
        self.chen = make_chen(
            self.site_id,
            contact_name="陈丽",
            contact_relation="女儿",
            contact_phone="13800000902",
        )
        self.need = make_need(self.chen, self.site_id)
        self.volunteer_id = make_xiaozhou(self.site_id, unit, phone="13800000903")
        volunteer = db.session.get_one(Volunteer, self.volunteer_id)
        assert volunteer.staff_id is not None
        self.xiaozhou = volunteer.staff_id
        self.roster_id = publish(self.site_id, self.zhangjie)
        self.stop_id = stops(self.roster_id)[0].id

    def say(
        self,
        kind: OutcomeKind = OutcomeKind.NOBODY_ANSWERS,
        *,
        follows: UUID | None = None,
        at: datetime = NOW,
        today: date = TODAY,
        outcome_id: UUID | None = None,
    ) -> UUID:
        """What 小周 says of the door; the outcome's id."""
        report = Report(id=outcome_id or uuid4(), stop_id=self.stop_id, kind=kind, follows=follows)
        refusal = record_outcome(report=report, today=today, by=self.xiaozhou, now=at)
        assert refusal is None, refusal
        return report.id

    def alarms(self) -> list[Alarm]:
        """Every alarm there is, oldest first."""
        db.session.rollback()
        return list(db.session.scalars(select(Alarm).order_by(Alarm.id)))

    def view(self, minutes: float = 0) -> AlarmView:
        """The newest alarm, some minutes after noon's half past eleven."""
        alarm_id = self.alarms()[-1].id
        at = NOW + timedelta(minutes=minutes)
        found = one_alarm(db.session(), site_id=self.site_id, alarm_id=alarm_id, now=at)
        assert found is not None
        return found

    def open(self, minutes: float = 0) -> int:
        """How many people are looked for."""
        db.session.rollback()
        at = NOW + timedelta(minutes=minutes)
        return len(open_alarms(db.session(), site_id=self.site_id, now=at))

    def step(self, kind: str) -> AlarmStep:
        """A step of the newest alarm."""
        return next(row.step for row in self.view().rows if row.step.kind == kind)

    def did(
        self, kind: str, result: StepResult = StepResult.NOTHING, *, minutes: float = 1
    ) -> str | None:
        """张姐 says what she found at a step; the code of a refusal."""
        refusal = record_step(
            site_id=self.site_id,
            step_id=self.step(kind).id,
            found=Found(result=result),
            by=self.zhangjie,
            now=NOW + timedelta(minutes=minutes),
        )
        return refusal.code if refusal else None

    def ends(
        self,
        kind: EndingKind,
        *,
        last_day: date | None = None,
        note: str = "",
        by: int | None = None,
    ) -> str | None:
        """张姐 types how the newest alarm ended; the code of a refusal."""
        refusal = end_alarm(
            site_id=self.site_id,
            alarm_id=self.alarms()[-1].id,
            ending=Ending(kind=kind, note=note, last_day=last_day),
            today=TODAY,
            by=by or self.zhangjie,
            now=NOW + timedelta(hours=1),
        )
        return refusal.code if refusal else None


def ate(site_id: int, resident_id: int | None, day: date, *, at: datetime = NOW) -> None:
    """A plain row of a lunch at the counter."""
    with transaction() as session:
        session.add(
            Meal(
                id=uuid4(), site_id=site_id, service_date=day, period_code="lunch",
                channel=Channel.DINE_IN, resident_id=resident_id, set_name="标准餐",
                price_fen=1300, paid_fen=1300, paid_by=PaidBy.CASH, created_at=at,
            )
        )  # fmt: skip
