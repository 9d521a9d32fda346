"""Volunteers, needs and pauses, the published roster, and what people said happened."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class OutcomeKind(StrEnum):
    """What a person says happened at a door."""

    HANDED_OVER = "handed_over"
    LEFT_AT_DOOR = "left_at_door"
    NOBODY_ANSWERS = "nobody_answers"
    REFUSED = "refused"
    MOVED = "moved"
    IN_HOSPITAL = "in_hospital"


class Transport(StrEnum):
    """How a volunteer gets from door to door."""

    FOOT = "foot"
    BIKE = "bike"
    CAR = "car"


class VolunteerKind(StrEnum):
    """A neighbour, or somebody a partner merchant sends."""

    NEIGHBOUR = "neighbour"
    MERCHANT = "merchant"


class NeedState(StrEnum):
    """Only an approved need brings meals; the one who approves never recorded it."""

    PROPOSED = "proposed"
    WAITING = "waiting"
    """A second person agreed, but all places are taken or the money is spoken for."""
    APPROVED = "approved"
    DECLINED = "declined"


class Volunteer(Base):
    """Somebody who carries meals; with a sign-in if they use the phone page."""

    __tablename__ = "volunteers"
    __table_args__ = (
        CheckConstraint("box_capacity BETWEEN 1 AND 200", name="box_capacity"),
        CheckConstraint("back_by > leaves_at", name="back_after_leaving"),
        CheckConstraint("(kind = 'merchant') = (company <> '')", name="merchants_have_a_company"),
        one_of("transport", Transport),
        one_of("kind", VolunteerKind),
        Index("ix_volunteers_team_id", "team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(30), default="")
    box_capacity: Mapped[int] = mapped_column(default=12)
    weekdays: Mapped[str] = mapped_column(String(7), default="1234567")
    """ISO weekdays on which they come, as digits."""
    transport: Mapped[str] = mapped_column(
        String(5), default=Transport.FOOT, server_default=Transport.FOOT
    )
    leaves_at: Mapped[time | None] = mapped_column(Time)
    """Local time before which they cannot leave the canteen; None: as soon as boxes are ready."""
    back_by: Mapped[time | None] = mapped_column(Time)
    """Local time by which their last door must be done; None: when the period ends."""
    kind: Mapped[str] = mapped_column(
        String(10), default=VolunteerKind.NEIGHBOUR, server_default=VolunteerKind.NEIGHBOUR
    )
    company: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The partner merchant whose courier this is."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer_teams.id"))
    leads_team: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether they lead that team: they see what its rounds told that somebody must look at."""
    active: Mapped[bool] = mapped_column(default=True)


class VolunteerArea(Base):
    """A part of the grid a volunteer looks after."""

    __tablename__ = "volunteer_areas"

    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteers.id", ondelete="CASCADE"), primary_key=True
    )
    grid_node_id: Mapped[int] = mapped_column(ForeignKey("grid_nodes.id"), primary_key=True)


class FreeMealProgramme(Base):
    """Who gives free meals, to holders of which tags, at what price, from and until when."""

    __tablename__ = "free_meal_programmes"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price"),
        CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name="ends_after_start"
        ),
        CheckConstraint("places > 0", name="places"),
        CheckConstraint("monthly_budget_fen > 0", name="monthly_budget"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    name: Mapped[str] = mapped_column(String(60))
    funder_code: Mapped[str] = mapped_column(ForeignKey("funders.code"))
    price_fen: Mapped[int]
    tags: Mapped[str] = mapped_column(String(300))
    """Tag codes, any of which entitles, joined by ``;``."""
    places: Mapped[int | None]
    """How many people it can take at most; who comes later waits. None: no limit."""
    monthly_budget_fen: Mapped[int | None]
    """What it can spend in a month of 31 days; who comes later waits. None: no limit."""
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)


class DeliveryNeed(Base):
    """That a person needs meals brought: in which period, on which weekdays, from and until.

    It begins as an application: who asks, and what shows the need. A second person decides.
    """

    __tablename__ = "delivery_needs"
    __table_args__ = (
        one_of("state", NeedState),
        one_of("asked_by", ("resident", "relative", "worker")),
        CheckConstraint("decided_by <> recorded_by", name="two_people"),
        CheckConstraint("(state = 'waiting') = (waits_for <> '')", name="waits_for_something"),
        Index("ix_delivery_needs_state", "site_id", "state"),
        CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name="ends_after_start"
        ),
        Index("ix_delivery_needs_resident_id", "resident_id"),
        Index("ix_delivery_needs_site_id", "site_id", "period_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    period_code: Mapped[str] = mapped_column(String(20))
    weekdays: Mapped[str] = mapped_column(String(7), default="1234567")
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(10), default="worker", server_default="worker")
    asked_name: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Who asked where it was not the resident: "女儿陈丽"."""
    evidence: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """What shows that meals must be brought: "失能评估 2026-014，中度"."""
    state: Mapped[str] = mapped_column(
        String(10), default=NeedState.PROPOSED, server_default=NeedState.PROPOSED
    )
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decline_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    waits_for: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """``places`` or ``money`` while it waits."""
    urgent_reason: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """Why it stands before the others in the line; empty: in the order of arrival."""


class DeliveryPause(Base):
    """Days on which nothing is brought: hospital, a visit to the daughter."""

    __tablename__ = "delivery_pauses"
    __table_args__ = (
        CheckConstraint("until >= since", name="ends_after_start"),
        Index("ix_delivery_pauses_resident_id", "resident_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(100))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Roster(Base):
    """The published round of one date and period. It exists once and is then fixed."""

    __tablename__ = "rosters"
    __table_args__ = (UniqueConstraint("site_id", "service_date", "period_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    service_date: Mapped[date] = mapped_column(Date)
    period_code: Mapped[str] = mapped_column(String(20))
    programme_id: Mapped[int] = mapped_column(ForeignKey("free_meal_programmes.id"))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class RosterStop(Base):
    """One door of a roster, as it was when published.

    Without a volunteer there is a `problem` (a code): the stop stands in red and waits for
    a person, it is never dropped.
    """

    __tablename__ = "roster_stops"
    __table_args__ = (
        UniqueConstraint("roster_id", "resident_id"),
        CheckConstraint("(volunteer_id IS NULL) = (problem <> '')", name="routed_or_red"),
        CheckConstraint("boxes BETWEEN 1 AND 20", name="boxes"),
        Index("ix_roster_stops_volunteer_id", "volunteer_id", "roster_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"))
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    position: Mapped[int]
    """Order on the volunteer's round, from 1; for red stops, order among the red."""
    problem: Mapped[str] = mapped_column(String(30), default="")
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    diner_name: Mapped[str] = mapped_column(String(40))
    diner_title: Mapped[str] = mapped_column(String(40))
    grid_node_id: Mapped[int | None] = mapped_column(ForeignKey("grid_nodes.id"))
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    diet: Mapped[str] = mapped_column(String(300), default="")
    door_note: Mapped[str] = mapped_column(String(200), default="")
    may_leave_at_door: Mapped[bool] = mapped_column(default=False)
    boxes: Mapped[int] = mapped_column(default=1, server_default="1")
    called_off: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Why nothing is to be brought after all (a code); empty while the stop stands."""
    was_with: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    """Who had it and cancelled: their substitute takes it over."""


class StopOutcome(Base):
    """What a person said happened at a door. A correction is a new row that follows the old.

    The chain is linear by two unique indexes: one first outcome per stop, one follower per
    outcome. Handed over or left with permission, the meal is settled; if it could not be,
    `meal_problem` says why.
    """

    __tablename__ = "stop_outcomes"
    __table_args__ = (
        one_of("kind", OutcomeKind),
        Index("uq_stop_outcomes_follows_id", "follows_id", unique=True),
        Index(
            "uq_stop_outcomes_first",
            "stop_id",
            unique=True,
            sqlite_where=text("follows_id IS NULL"),
            postgresql_where=text("follows_id IS NULL"),
        ),
        Index("ix_stop_outcomes_stop_id", "stop_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    stop_id: Mapped[int] = mapped_column(ForeignKey("roster_stops.id"))
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("stop_outcomes.id"))
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    meal_id: Mapped[UUID | None] = mapped_column(ForeignKey("meals.id"))
    meal_problem: Mapped[str] = mapped_column(String(40), default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
