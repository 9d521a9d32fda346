"""A site's ladder, whom it watches, and alarms with what was done at each of their steps."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from canteen.delivery.watching.rules import Cause, EndingKind, StepKind, StepResult
from canteen.foundation.database import Base, UtcDateTime, one_of

_OPEN = text("ended_at IS NULL")
_MISSED = text("cause = 'missed'")


class LadderStep(Base):
    """One step of a site's own ladder; a site without rows uses `ladder.SHIPPED`."""

    __tablename__ = "welfare_steps"
    __table_args__ = (
        one_of("kind", StepKind),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        UniqueConstraint("site_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(14))
    minutes: Mapped[int]
    """So long somebody has, from the moment on which it is this step's turn."""
    who_name: Mapped[str] = mapped_column(String(40), default="")
    """Whoever is always asked at this step; empty: found from the records of the person."""
    who_phone: Mapped[str] = mapped_column(String(30), default="")


class WatchTerms(Base):
    """What a site says of its watching: the community's office, the usual days of absence."""

    __tablename__ = "welfare_terms"
    __table_args__ = (CheckConstraint("missed_days BETWEEN 1 AND 30", name="missed_days"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    office_name: Mapped[str] = mapped_column(String(40), default="")
    office_phone: Mapped[str] = mapped_column(String(30), default="")
    missed_days: Mapped[int | None]
    """Suggested where a person is watched; it watches nobody by itself."""


class WatchedDiner(Base):
    """Of one person: after how many days away somebody looks, and which neighbour to ask."""

    __tablename__ = "welfare_watches"
    __table_args__ = (
        CheckConstraint("missed_days BETWEEN 1 AND 30", name="missed_days"),
        CheckConstraint("(missed_days IS NULL) = (since IS NULL)", name="watched_since"),
    )

    resident_id: Mapped[int] = mapped_column(
        ForeignKey("residents.id"), primary_key=True, autoincrement=False
    )
    missed_days: Mapped[int | None]
    """Days on which the canteen serves; None: not watched, as everybody at first."""
    since: Mapped[date | None] = mapped_column(Date)
    """The day on which it was set: nothing before it counts."""
    neighbour_name: Mapped[str] = mapped_column(String(40), default="")
    neighbour_phone: Mapped[str] = mapped_column(String(30), default="")
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Alarm(Base):
    """Somebody is looked for. Open until a person says how it ended; at most one of a person.

    Name and address are as they were, so that what happened can be read years later.
    """

    __tablename__ = "welfare_alarms"
    __table_args__ = (
        one_of("cause", Cause),
        one_of("ending", ("", *EndingKind)),
        CheckConstraint("(ended_at IS NULL) = (ending = '')", name="ended_by_an_ending"),
        CheckConstraint("ended_at IS NULL OR ended_by IS NOT NULL", name="ended_by_a_person"),
        CheckConstraint("(cause = 'missed') = (missed_days > 0)", name="missed_days"),
        Index(
            "uq_welfare_alarms_open",
            "site_id",
            "resident_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "uq_welfare_alarms_missed",
            "resident_id",
            "service_date",
            unique=True,
            sqlite_where=_MISSED,
            postgresql_where=_MISSED,
        ),
        Index("ix_welfare_alarms_resident_id", "resident_id"),
        Index("ix_welfare_alarms_opened_at", "site_id", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    cause: Mapped[str] = mapped_column(String(8))
    service_date: Mapped[date] = mapped_column(Date)
    """The day of the shut door, or the day on which the absence was too long."""
    missed_days: Mapped[int] = mapped_column(default=0)
    diner_name: Mapped[str] = mapped_column(String(40))
    diner_title: Mapped[str] = mapped_column(String(40))
    """How a screen on the wall calls them: 陈奶奶."""
    address: Mapped[str] = mapped_column(String(200), default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """None: the worker found the absence."""
    ending: Mapped[str] = mapped_column(String(18), default="")
    ending_note: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class AlarmDoor(Base):
    """A door at which nobody answered, as told by an outcome; the first began the alarm."""

    __tablename__ = "welfare_alarm_doors"
    __table_args__ = (Index("ix_welfare_alarm_doors_alarm_id", "alarm_id"),)

    outcome_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("stop_outcomes.id"), primary_key=True, autoincrement=False
    )
    alarm_id: Mapped[int] = mapped_column(ForeignKey("welfare_alarms.id"))


class AlarmStep(Base):
    """One step of an alarm, as the ladder stood when it began, and what was done at it."""

    __tablename__ = "welfare_alarm_steps"
    __table_args__ = (
        one_of("kind", StepKind),
        one_of("result", ("", *StepResult)),
        UniqueConstraint("alarm_id", "position"),
        CheckConstraint("(done_at IS NULL) = (result = '')", name="done_with_a_result"),
        CheckConstraint("done_at IS NULL OR done_by IS NOT NULL", name="done_by_a_person"),
        Index("ix_welfare_alarm_steps_volunteer_id", "volunteer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alarm_id: Mapped[int] = mapped_column(ForeignKey("welfare_alarms.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(14))
    minutes: Mapped[int]
    who_name: Mapped[str] = mapped_column(String(80), default="")
    """Whom to ask, or who goes; empty where nobody is on record."""
    who_phone: Mapped[str] = mapped_column(String(30), default="")
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    """The volunteer whose step it is: they see it, and no other."""
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("roster_stops.id"))
    result: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
