"""What every part of the demo is built with, and what the parts hand on to one another."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from canteen.demo.rows import Rows
from canteen.demo.size import Size
from canteen.foundation.calendar import age_on
from canteen.foundation.crypto import Keys

ZONE = ZoneInfo("Asia/Shanghai")
SITE_CODE = "demo-"
"""With this the codes of all demo sites begin; nothing else may live beside them."""

Tell = Callable[[str, int], None]
"""Called with what is being made (in both languages) and how much of it is done since."""


@dataclass
class World:
    """The moment the demo is made for, its dice, and the rows on their way."""

    session: Session
    rows: Rows
    rng: random.Random
    now: datetime
    today: date
    size: Size
    keys: Keys
    tell: Tell
    card_numbers: set[str] = field(default_factory=set)

    @property
    def days(self) -> list[date]:
        """The days of the demo up to today."""
        return [self.today - timedelta(days=back) for back in reversed(range(self.size.days))]

    def at(self, day: date, clock: time) -> datetime:
        """A moment of a day at the site."""
        return datetime.combine(day, clock, tzinfo=ZONE)

    def past(self, day: date, clock: time) -> datetime:
        """The same, never later than now."""
        return min(self.now, self.at(day, clock))

    def uuid(self) -> UUID:
        """An id as a device would make it, but the same on every build."""
        return UUID(int=self.rng.getrandbits(128), version=4)


@dataclass(slots=True)
class Door:
    """A household's place."""

    household_id: int
    unit_id: int
    building_id: int
    compound: int
    building: int
    unit: int
    room: str
    has_lift: bool

    @property
    def floor(self) -> int:
        return int(self.room[:-2])


@dataclass(slots=True)
class HeldTag:
    """A tag and its days, the last included."""

    code: str
    valid_from: date
    valid_until: date | None

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(slots=True)
class Human:
    """Somebody of the demo, as far as meals need to know them."""

    id: int
    name: str
    gender: str
    birthday: date
    door: Door
    phone: str
    hukou: tuple[str, ...] = ()
    """City, district, town; empty where it is elsewhere."""
    tags: list[HeldTag] = field(default_factory=list)
    """Those a second person has approved."""
    proposals: list[HeldTag] = field(default_factory=list)
    """Those that wait for a second person; they count for nothing yet."""
    mobility: str = "walks"
    status: str = "active"
    ended_on: date | None = None
    card_id: int | None = None
    card_number: str = ""
    card_issue: int = 0
    part: str = ""
    """The name of a role that only this person plays, such as ``chen``."""

    def age(self, day: date) -> int:
        return age_on(self.birthday, day)

    def tags_on(self, day: date) -> frozenset[str]:
        return frozenset(tag.code for tag in self.tags if tag.holds(day))

    def lives_on(self, day: date) -> bool:
        return self.ended_on is None or day < self.ended_on


@dataclass(frozen=True, kw_only=True)
class Crew:
    """Who works in the demo, by staff id."""

    administrator: int
    manager: int
    clerk: int
    kitchen: int
    community: int
    volunteer: int


@dataclass(frozen=True, slots=True)
class Carrying:
    """A volunteer who walks rounds in the demo: areas are grid nodes."""

    id: int
    areas: tuple[int, ...]
    weekdays: str
    staff_id: int | None


@dataclass
class Community:
    """One community while it is being made."""

    number: int
    site_id: int
    crew: Crew
    doors: list[Door] = field(default_factory=list)
    alone: set[int] = field(default_factory=set)
    """Households of one elder."""
    elders: list[Human] = field(default_factory=list)
    diners: list[Human] = field(default_factory=list)
    """Those who eat at the counter."""
    needing: list[Human] = field(default_factory=list)
    """Those to whom lunch is brought."""
    devices: list[int] = field(default_factory=list)
    programme_id: int = 0
    team_ids: list[int] = field(default_factory=list)
    carriers: list[Carrying] = field(default_factory=list)
