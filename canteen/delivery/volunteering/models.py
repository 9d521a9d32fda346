"""Teams, usual households, absences, and the agreement volunteers accept."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.foundation.database import Base, UtcDateTime, one_of


class TeamKind(StrEnum):
    """Who stands behind a team."""

    PARTY_BRANCH = "party_branch"
    NEIGHBOURS = "neighbours"
    MERCHANTS = "merchants"


class VolunteerTeam(Base):
    """A team of volunteers: of a party branch, of neighbours (邻里帮), of merchants."""

    __tablename__ = "volunteer_teams"
    __table_args__ = (one_of("kind", TeamKind), UniqueConstraint("site_id", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    leader_name: Mapped[str] = mapped_column(String(40), default="")
    leader_phone: Mapped[str] = mapped_column(String(30), default="")
    active: Mapped[bool] = mapped_column(default=True)


class UsualStop(Base):
    """Whom somebody's meal of a period is usually brought by: an ongoing assignment."""

    __tablename__ = "usual_stops"
    __table_args__ = (Index("ix_usual_stops_volunteer_id", "volunteer_id"),)

    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), primary_key=True)
    period_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id", ondelete="CASCADE"))


class VolunteerAbsence(Base):
    """That a volunteer does not come to one period of one day, and who goes instead."""

    __tablename__ = "volunteer_absences"
    __table_args__ = (
        CheckConstraint("substitute_id <> volunteer_id", name="somebody_else"),
        Index("ix_volunteer_absences_day", "service_date", "period_code"),
    )

    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteers.id", ondelete="CASCADE"), primary_key=True
    )
    service_date: Mapped[date] = mapped_column(Date, primary_key=True)
    period_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    reason: Mapped[str] = mapped_column(String(100), default="")
    by_link: Mapped[bool] = mapped_column(default=False)
    """Whether the volunteer said so by their own link."""
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConfidentialityAgreement(Base):
    """A site's own text, from a day on; its date is its version."""

    __tablename__ = "confidentiality_agreements"
    __table_args__ = (UniqueConstraint("site_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgreementAcceptance(Base):
    """That a volunteer accepted one version of the agreement, at which instant and how."""

    __tablename__ = "agreement_acceptances"

    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteers.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[str] = mapped_column(String(20), primary_key=True)
    words_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the very words, so that a text changed under its date shows."""
    on_paper: Mapped[bool] = mapped_column(default=False)
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
