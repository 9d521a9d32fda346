"""What is remembered of people: where they live, who they are, what they are entitled to."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Date,
    Double,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from canteen.foundation.database import Base, UtcDateTime, one_of, prefix_text


class Level(StrEnum):
    """The four levels of the grid: 社区, 小区, 楼栋, 单元."""

    COMMUNITY = "community"
    COMPOUND = "compound"
    BUILDING = "building"
    UNIT = "unit"


class Status(StrEnum):
    """Whether somebody still eats here; the dead and the moved get no subsidy."""

    ACTIVE = "active"
    MOVED = "moved"
    DECEASED = "deceased"


class Mobility(StrEnum):
    """How far a person can walk; it suggests dine-in or delivery."""

    WALKS = "walks"
    STAIRS_HARD = "stairs_hard"
    HOMEBOUND = "homebound"


class Texture(StrEnum):
    """How soft food must be."""

    NORMAL = "normal"
    SOFT = "soft"
    PUREED = "pureed"


class TagState(StrEnum):
    """Only an approved tag counts; the one who approves is never the one who proposed."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"


class GridNode(Base):
    """A place in the four-level grid, with the person who answers for it.

    `path` is the ids from the top, ``/1/4/17/``: everything below a node begins with its
    path. `sort_key` puts 2栋 before 10栋.
    """

    __tablename__ = "grid_nodes"
    __table_args__ = (
        one_of("level", Level),
        UniqueConstraint("parent_id", "name"),
        Index("ix_grid_nodes_path", "path"),
        Index("ix_grid_nodes_name", "name"),
        CheckConstraint("(level = 'community') = (parent_id IS NULL)", name="only_top_has_none"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("grid_nodes.id"))
    level: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(prefix_text(80))
    sort_key: Mapped[str] = mapped_column(prefix_text(160), default="")
    leader_name: Mapped[str] = mapped_column(String(40), default="")
    leader_phone: Mapped[str] = mapped_column(String(30), default="")
    has_lift: Mapped[bool | None]
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    """Where it is, WGS-84 degrees; both or neither."""

    parent: Mapped["GridNode | None"] = relationship(remote_side=[id])


class Household(Base):
    """A door: a unit of the grid and a room number."""

    __tablename__ = "households"
    __table_args__ = (UniqueConstraint("unit_id", "room"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("grid_nodes.id"))
    room: Mapped[str] = mapped_column(String(20))
    door_note: Mapped[str] = mapped_column(String(200), default="")

    unit: Mapped[GridNode] = relationship()


class Resident(Base):
    """A person. The ID number is encrypted; the keyed hash finds it again; four digits show."""

    __tablename__ = "residents"
    __table_args__ = (
        one_of("status", Status),
        one_of("mobility", Mobility),
        one_of("texture", Texture),
        one_of("gender", ("female", "male", "unknown")),
        CheckConstraint("(status = 'active') = (ended_on IS NULL)", name="ended_when_not_active"),
        Index("ix_residents_sort_name", "sort_name", "id"),
        Index("ix_residents_listed", "site_id", "status", "sort_name", "id"),
        Index("uq_residents_request_id", "request_id", unique=True),
        Index("ix_residents_phone_tail", "phone_tail"),
        Index("ix_residents_household_id", "household_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    """Where the person is registered as a diner; they may eat at any site."""
    name: Mapped[str] = mapped_column(String(40))
    sort_name: Mapped[str] = mapped_column(prefix_text(200))
    gender: Mapped[str] = mapped_column(String(8), default="unknown")
    birthday: Mapped[date | None] = mapped_column(Date)
    id_number_encrypted: Mapped[str | None] = mapped_column(Text)
    id_number_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    id_number_last4: Mapped[str] = mapped_column(String(4), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    phone_tail: Mapped[str] = mapped_column(prefix_text(4), default="")
    hukou_city: Mapped[str] = mapped_column(String(40), default="")
    hukou_district: Mapped[str] = mapped_column(String(40), default="")
    hukou_town: Mapped[str] = mapped_column(String(40), default="")
    """Household registration (户籍); empty where it is elsewhere or unknown."""
    in_institution: Mapped[bool] = mapped_column(default=False)
    mobility: Mapped[str] = mapped_column(String(12), default=Mobility.WALKS)
    texture: Mapped[str] = mapped_column(String(8), default=Texture.NORMAL)
    diets: Mapped[str] = mapped_column(String(200), default="")
    """Codes of `canteen.residents.diets`, sorted, joined by ``;``."""
    diet_note: Mapped[str] = mapped_column(String(200), default="")
    may_leave_at_door: Mapped[bool] = mapped_column(default=False)
    """The diner's recorded permission; without it a meal is handed to the person."""
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    contact_relation: Mapped[str] = mapped_column(String(20), default="")
    contact_phone: Mapped[str] = mapped_column(String(30), default="")
    status: Mapped[str] = mapped_column(String(10), default=Status.ACTIVE)
    ended_on: Mapped[date | None] = mapped_column(Date)
    request_id: Mapped[str | None] = mapped_column(String(36))
    """Made with the form that registered the person: sent twice, it registers once."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    household: Mapped[Household | None] = relationship()
    tags: Mapped[list["ResidentTag"]] = relationship(
        back_populates="resident", order_by="ResidentTag.valid_from"
    )


class SearchKey(Base):
    """Something a clerk may type to find a person: name, pinyin, initials."""

    __tablename__ = "resident_search_keys"
    __table_args__ = (Index("ix_resident_search_keys_key", "key", "resident_id"),)

    resident_id: Mapped[int] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(prefix_text(80), primary_key=True)


class ResidentTag(Base):
    """A hardship or care tag of one person, with its evidence and its dates (until is the last
    day it holds)."""

    __tablename__ = "resident_tags"
    __table_args__ = (
        CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name="ends_after_start"
        ),
        CheckConstraint("evidence <> ''", name="has_evidence"),
        CheckConstraint("decided_by <> recorded_by", name="two_people"),
        one_of("state", TagState),
        Index("ix_resident_tags_state", "state", "valid_until"),
        Index("ix_resident_tags_resident_id_state", "resident_id", "state"),
        Index("ix_resident_tags_tag", "tag", "valid_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    tag: Mapped[str] = mapped_column(String(40))
    """A code of `canteen.residents.tags`."""
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(String(200))
    """Which paper, by whom, of which date: "低保证 2026-031，区民政局"."""
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(
        String(10), default=TagState.PROPOSED, server_default="proposed"
    )
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decline_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")

    resident: Mapped[Resident] = relationship(back_populates="tags")
