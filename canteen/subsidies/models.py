"""Funders, and policies as dated documents. A published version is never edited."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
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
