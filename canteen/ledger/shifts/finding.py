"""Which shift a booking belongs to, asked inside the statement that books it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, literal, or_, select
from sqlalchemy.orm import Session

from canteen.ledger.shifts.models import Shift
from canteen.sites.models import Site

_SHIFTS: Any = Shift.__table__
_EARLIER: Any = _SHIFTS.alias("earlier")


def open_shift(site_id: Any, device_id: Any, by: Any) -> Any:
    """The open shift in which `by` works at a counter: their own, or the counter's shared one.

    Without a counter, their own at the site: cash that is taken at a desk. With neither, none.
    FOR SHARE: whoever closes the shift waits for this booking, or this booking sees it closed.
    """
    return which_shift(site_id, device_id, by).with_for_update(read=True)


def which_shift(site_id: Any, device_id: Any, by: Any) -> Any:
    """`open_shift` for who only wants to know: nothing is held."""
    here = (_SHIFTS.c.device_id == device_id) & (_SHIFTS.c.shared | (_SHIFTS.c.opened_by == by))
    return (
        select(_SHIFTS.c.id)
        .where(
            _SHIFTS.c.site_id == site_id,
            _SHIFTS.c.closed_at.is_(None),
            or_(here, device_id.is_(None) & (_SHIFTS.c.opened_by == by)),
        )
        .order_by(_SHIFTS.c.id)
        .limit(1)
    )


def parameter(name: str) -> Any:
    """A parameter of `open_shift`."""
    return bindparam(name, type_=Integer())


def still_open(shift_id: Any) -> Any:
    """A shift, if it is open."""
    return (
        select(_SHIFTS.c.id)
        .where(_SHIFTS.c.id == shift_id, _SHIFTS.c.closed_at.is_(None))
        .with_for_update(read=True)
    )


def shared_after(shift_id: Any) -> Any:
    """The shared shift that is open now at the counter of another one: the drawer there is
    everybody's, so that cash of the earlier shift goes back out of it, whoever gives it."""
    counter = select(_EARLIER.c.device_id).where(_EARLIER.c.id == shift_id).scalar_subquery()
    return (
        select(_SHIFTS.c.id)
        .where(_SHIFTS.c.device_id == counter, _SHIFTS.c.shared, _SHIFTS.c.closed_at.is_(None))
        .with_for_update(read=True)
    )


def no_shift_for_cash(
    session: Session, *, site_id: int, device_id: int | None, by: int, back_to: int | None = None
) -> bool:
    """Whether a site lets cash pass in an open shift only, and there is none for this.

    A shift that is found stays open until the transaction ends. `back_to` is the shift whose
    cash is given back: while it is open, that one will do, or the shared one after it.
    """
    if not session.get_one(Site, site_id).shift_required:
        return False
    if back_to is not None and (
        session.execute(still_open(literal(back_to))).first()
        or session.execute(shared_after(literal(back_to))).first()
    ):
        return False
    counter, person = literal(device_id, Integer()), literal(by, Integer())
    mine = open_shift(literal(site_id), counter, person)
    return session.execute(mine).first() is None


def shift_at(
    session: Session, *, site_id: int, device_id: int | None, by: int, at: datetime
) -> Shift | None:
    """The shift in which somebody served at a counter at an instant, open still or closed since.

    Held until the transaction ends: it is not closed meanwhile.
    """
    query = (
        select(Shift)
        .where(
            Shift.site_id == site_id,
            Shift.device_id == device_id,
            or_(Shift.shared, Shift.opened_by == by),
            Shift.opened_at <= at,
            or_(Shift.closed_at.is_(None), Shift.closed_at > at),
        )
        .order_by(Shift.id.desc())
        .limit(1)
        .with_for_update(read=True)
    )
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()
