"""Staff and their roles per site."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from canteen.foundation.database import Base, UtcDateTime, one_of
from canteen.staff.rules import Role


class Staff(UserMixin, Base):
    """Somebody who signs in. `active` false keeps the history and closes the door."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(255))
    session_stamp: Mapped[str] = mapped_column(String(32))
    """Changes with the password, and every open session ends."""
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pin_hash: Mapped[str] = mapped_column(String(255), default="", server_default="")
    """Of the PIN by which they change over at a counter; "" for none."""
    pin_failures: Mapped[int] = mapped_column(default=0, server_default="0")
    """Wrong tries since the last right one."""
    pin_locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    roles: Mapped[list["StaffRole"]] = relationship(
        back_populates="staff", cascade="all, delete-orphan", lazy="joined"
    )

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return f"{self.id}.{self.session_stamp}"

    def roles_at(self, site_id: int) -> frozenset[Role]:
        """What this person may be at a site; an administrator is one everywhere."""
        return frozenset(
            Role(held.role)
            for held in self.roles
            if held.site_id == site_id or held.site_id is None
        )


class StaffRole(Base):
    """One role of one person at one site; without a site, at every one (administrators)."""

    __tablename__ = "staff_roles"
    __table_args__ = (
        one_of("role", Role),
        Index("uq_staff_roles_held", "staff_id", "site_id", "role", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    role: Mapped[str] = mapped_column(String(20))

    staff: Mapped[Staff] = relationship(back_populates="roles")
