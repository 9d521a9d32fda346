"""小周's lunch of many doors, and her sheet as it comes back."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from canteen.delivery.actions import Report, publish_roster
from canteen.delivery.models import OutcomeKind
from canteen.delivery.paper.entries import Sheet, record_sheet
from canteen.foundation.database import transaction
from canteen.sites.models import MealPeriod
from tests.delivery.people import (
    make_need,
    make_programme,
    make_volunteer,
    make_xiaozhou,
    stops,
)
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_resident,
    make_site,
    make_unit,
    make_zhangjie,
)

DOORS = 12
_HARD = (
    {"texture": "soft", "diet_note": "不吃香菜、不吃鱼、少放盐，汤另装一个盒子"},
    {"diets": "low_salt;low_sugar", "diet_note": "只吃清蒸的，牙不好，要切小块"},
    {"may_leave_at_door": True},
)


class Round:
    """小周's lunch of twelve doors of one unit, 陈奶奶's among them.

    `hard`: long names, notes and diets. On another `day` than TODAY lunch lasts all day.
    """

    def __init__(self, doors: int = DOORS, *, hard: bool = False, day: date = TODAY) -> None:
        self.day, self.now = day, NOW
        self.site_id = make_site()
        self.zhangjie = make_zhangjie(self.site_id)
        make_programme(self.site_id)
        unit = make_unit(compound="金牛湖畔花园三期东区" if hard else "金牛小区")
        people = [make_chen(self.site_id, unit_id=unit)]
        people += [
            make_resident(
                f"欧阳老人{number}" if hard else f"老人{number}",
                site_id=self.site_id,
                birthday=date(1940, 1, 1),
                unit_id=unit,
                room=f"{number + 1}02",
                tags=("dibao",),
                **(_HARD[number % 3] if hard else {}),
            )
            for number in range(1, doors)
        ]
        for person in people:
            make_need(person, self.site_id)
        self.people = people
        self.xiaozhou = make_xiaozhou(self.site_id, unit, box_capacity=60)
        self.laowu = make_volunteer(self.site_id, "老吴", box_capacity=60)
        if day != TODAY:
            self._all_day()
        found = publish_roster(
            site_id=self.site_id, day=day, period_code="lunch", today=day,
            by=self.zhangjie, now=NOW,
        )  # fmt: skip
        assert isinstance(found, int)
        self.roster_id = found
        self.stops = [one.id for one in stops(self.roster_id)]

    def _all_day(self) -> None:
        hours = {"starts": time(0, 0), "ends": time(23, 59)}
        with transaction() as session:
            session.execute(update(MealPeriod).filter_by(code="lunch").values(**hours))

    def sheet(self, kinds: dict[int, str] | None = None, **values: Any) -> Sheet:
        chosen = kinds or dict.fromkeys(self.stops, "handed_over")
        reports = tuple(
            Report(id=uuid4(), stop_id=one, kind=OutcomeKind(kind), follows=None)
            for one, kind in chosen.items()
        )
        return Sheet(
            **{
                "id": uuid4(), "roster_id": self.roster_id, "volunteer_id": self.xiaozhou,
                "back_at": NOW - timedelta(minutes=5), "reports": reports, **values,
            }
        )  # fmt: skip

    def type_in(self, sheet: Sheet, now: datetime = NOW) -> tuple[str, int | None] | None:
        found = record_sheet(
            site_id=self.site_id, sheet=sheet, today=TODAY, by=self.zhangjie, now=now
        )
        return (found[0].code, found[1]) if found else None

    @property
    def address(self) -> str:
        return f"/delivery/rosters/{self.roster_id}/rounds/{self.xiaozhou}"
