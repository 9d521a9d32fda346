"""Kinds of help: those that come with the house, and a site's own."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.requests.models import RequestKind


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of help, and how many minutes an offer of it may wait."""

    code: str
    name: Any
    answer_minutes: int


SHIPPED = (
    Kind(code="meal_today", name=_l("今天要一份饭"), answer_minutes=30),
    Kind(code="errand", name=_l("代买代办"), answer_minutes=240),
    Kind(code="gas", name=_l("充煤气、换煤气"), answer_minutes=480),
    Kind(code="escort", name=_l("陪同看病"), answer_minutes=1440),
)


def kinds_of(session: Session, *, site_id: int) -> dict[str, Kind]:
    """By code: what can be asked for at a site."""
    query = select(RequestKind).where(RequestKind.site_id == site_id, RequestKind.active)
    own = [
        Kind(code=f"own-{row.id}", name=row.name, answer_minutes=row.answer_minutes)
        for row in session.scalars(query.order_by(RequestKind.id))
    ]
    return {kind.code: kind for kind in (*SHIPPED, *own)}


def kind_of(session: Session, *, site_id: int, code: str) -> Kind | None:
    """One kind of a site; None for none."""
    return kinds_of(session, site_id=site_id).get(code)


def names_of(session: Session, *, site_id: int) -> dict[str, Any]:
    """The name of every kind a site has or had, by code."""
    query = select(RequestKind).where(RequestKind.site_id == site_id)
    own = {f"own-{row.id}": row.name for row in session.scalars(query)}
    return {**{kind.code: kind.name for kind in SHIPPED}, **own}
