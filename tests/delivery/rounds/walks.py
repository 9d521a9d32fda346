"""A lunch on the way: 小周 has two doors of one unit, 老吴 and 小林 have phones too."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from canteen.delivery.models import OutcomeKind
from canteen.delivery.rounds.actions import tell_event
from canteen.delivery.rounds.facts import Answer, PhoneEvent, Teller
from canteen.delivery.rounds.models import EventKind
from canteen.delivery.rounds.outcomes import tell_outcome
from canteen.foundation.calendar import service_date
from canteen.foundation.database import transaction
from canteen.staff.models import Staff
from canteen.staff.rules import Role
from tests.delivery.people import (
    make_accepted,
    make_need,
    make_programme,
    make_volunteer,
    make_xiaozhou,
    publish,
    stops,
)
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_resident,
    make_site,
    make_staff,
    make_unit,
    make_zhangjie,
)


@dataclass
class Walk:
    """Who is there, and the doors in their order: 李奶奶 302, then 陈奶奶 501."""

    site_id: int
    zhangjie: int
    chen: int
    li: int
    xiaozhou: Teller
    laowu: Teller
    xiaolin: Teller
    roster_id: int
    stops: list[int]
    now: datetime = NOW

    def tell(
        self, event: PhoneEvent, teller: Teller | None = None, at: datetime | None = None
    ) -> Answer:
        """As the phone of 小周 (or `teller`) tells it."""
        tell = tell_outcome if event.kind is EventKind.OUTCOME else tell_event
        return tell(event, teller=teller or self.xiaozhou, now=at or self.now)

    def next_day(self) -> "Walk":
        """The same people a day later, with a roster of that day."""
        now = self.now + timedelta(days=1)
        day = service_date(now, "Asia/Shanghai")
        roster_id = publish(self.site_id, self.zhangjie, day=day)
        doors = [one.id for one in stops(roster_id)]
        return replace(self, roster_id=roster_id, stops=doors, now=now)

    def event(self, kind: EventKind, **values: Any) -> PhoneEvent:
        """Something that happened five minutes ago, told with a right clock."""
        return PhoneEvent(
            **{
                "id": uuid4(),
                "kind": kind,
                "roster_id": self.roster_id,
                "device_at": self.now - timedelta(minutes=5),
                "sent_at": self.now,
                **values,
            }
        )

    def outcome(
        self, stop_id: int, kind: OutcomeKind = OutcomeKind.HANDED_OVER, **values: Any
    ) -> PhoneEvent:
        """What happened at a door."""
        return self.event(EventKind.OUTCOME, stop_id=stop_id, outcome=kind, **values)

    def offered(self, stop_id: int, **values: Any) -> UUID:
        """小周 offers a stop; the offer's id."""
        event = self.event(EventKind.OFFERED, stop_id=stop_id, **values)
        assert self.tell(event).reason == ""
        return event.id


def make_walk(day: date = TODAY) -> Walk:
    """Published lunch of a day."""
    site_id = make_site()
    zhangjie = make_zhangjie(site_id)
    unit = make_unit()
    make_programme(site_id)
    chen = make_chen(site_id, unit_id=unit)
    li = make_resident(
        "李秀兰", site_id=site_id, birthday=date(1939, 1, 2), unit_id=unit, room="302",
        tags=("tekun",), phone="13800000303", phone_tail="0303", id_number_last4="4321",
    )  # fmt: skip
    make_need(chen, site_id)
    make_need(li, site_id)
    xiaozhou = make_xiaozhou(site_id, unit)
    tellers = [Teller(volunteer_id=xiaozhou, site_id=site_id, staff_id=_staff("xiaozhou"))]
    tellers += [
        _colleague(site_id, one, name) for one, name in (("laowu", "老吴"), ("lin", "小林"))
    ]
    roster_id = publish(site_id, zhangjie, day=day)
    doors = [one.id for one in stops(roster_id)]
    return Walk(site_id, zhangjie, chen, li, *tellers, roster_id, doors)


def _staff(username: str) -> int:
    with transaction() as session:
        return session.scalars(select(Staff.id).where(Staff.username == username)).one()


def _colleague(site_id: int, username: str, name: str) -> Teller:
    staff_id = make_staff(username, Role.VOLUNTEER, site_id=site_id, name=name)
    volunteer_id = make_volunteer(site_id, name, staff_id=staff_id)
    make_accepted(volunteer_id, staff_id)
    return Teller(volunteer_id=volunteer_id, site_id=site_id, staff_id=staff_id)
