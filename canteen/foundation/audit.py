"""Who saw or changed what is sensitive, and when. Rows are added, never edited."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Index, String, Table, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from canteen.foundation.database import Base, UtcDateTime


class AuditEntry(Base):
    """One look at, or change of, something that needs an answer to "who was that?"."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(400), default="")


def record(
    session: Session,
    *,
    at: datetime,
    staff_id: int | None,
    action: str,
    subject: str,
    subject_id: int | str,
    note: str = "",
) -> None:
    """Add one entry inside the caller's transaction.

    `action` is a verb phrase such as ``saw_id_number``; `note` holds the reason a person
    gave and never the sensitive value itself.
    """
    session.add(
        AuditEntry(
            at=at,
            staff_id=staff_id,
            action=action,
            subject=subject,
            subject_id=str(subject_id),
            note=note[:400],
        )
    )


def record_each(
    session: Session,
    notes: Mapping[int, str],
    *,
    at: datetime,
    staff_id: int | None,
    action: str,
    subject: str,
) -> None:
    """The same of many subjects, each with its note, in one statement."""
    same = {"at": at, "staff_id": staff_id, "action": action, "subject": subject}
    rows = [{**same, "subject_id": str(one), "note": note[:400]} for one, note in notes.items()]
    if rows:
        session.execute(insert(cast(Table, AuditEntry.__table__)), rows)
