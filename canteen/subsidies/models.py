"""Funders, and policies as dated documents. A published version is never edited."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of
from canteen.subsidies.policy import FUNDERS

FUNDER_LEVELS = tuple(FUNDERS)
"""Who may pay: the codes that policies name their funders by."""


class Funder(Base):
    """Somebody who pays part of meals: a level of government, a charity, the operator."""

    __tablename__ = "funders"
    __table_args__ = (one_of("level", FUNDER_LEVELS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    level: Mapped[str] = mapped_column(String(10))


class PolicyVersion(Base):
    """One version of one policy: the TOML document as published, and when it holds."""

    __tablename__ = "policy_versions"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name="ends_after_start"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    document: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    longest_span: Mapped[str] = mapped_column(String(6), default="month", server_default="month")
    """``year`` if a cap or quota counts a year, else ``month``: how far back a sale reads."""


class PolicyDraft(Base):
    """A version in the making; it is deleted when it is published or given up."""

    __tablename__ = "policy_drafts"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changes: Mapped[int] = mapped_column(default=0)
    """How often it was saved: a form made from an older save is refused."""


class ResidentPass(Base):
    """A pass somebody holds; both days count."""

    __tablename__ = "resident_passes"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="ends_after_start"),
        CheckConstraint("price_fen >= 0", name="price"),
        UniqueConstraint("request_id"),
        Index("ix_resident_passes_resident_id", "resident_id", "valid_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    policy_code: Mapped[str] = mapped_column(String(40))
    pass_code: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    price_fen: Mapped[int]
    request_id: Mapped[UUID] = mapped_column(Uuid)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    sold_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    sold_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SitePolicy(Base):
    """That a site settles by a policy, from and until when (last day)."""

    __tablename__ = "site_policies"
    __table_args__ = (
        UniqueConstraint("site_id", "policy_code", "valid_from"),
        CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name="ends_after_start"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    policy_code: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
