"""A volunteer does not come, comes after all, or somebody goes instead."""

from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from canteen.delivery import rules
from canteen.delivery.models import Roster, RosterStop, StopOutcome, Volunteer
from canteen.delivery.needs import queries as needs
from canteen.delivery.needs.rules import cancelling_ends
from canteen.delivery.volunteering.models import VolunteerAbsence
from canteen.foundation import audit
from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal


@retried
def report_absence(
    *,
    volunteer_id: int,
    day: date,
    period_code: str,
    reason: str,
    by_link: bool,
    today: date,
    by: int | None,
    now: datetime,
) -> Refusal | None:
    """Remember that a volunteer does not come; their open stops turn red at once.

    Harmless twice. By their own link only before the cut-off; the office at any time.
    Codes: absence_day_over, cancel_too_late (`phone`), volunteer_elsewhere.
    """
    with transaction() as session:
        volunteer = session.get(Volunteer, volunteer_id, with_for_update=True)
        if volunteer is None or not volunteer.active:
            return Refusal("volunteer_elsewhere")
        if _find(session, volunteer_id, day, period_code) is not None:
            return None
        refusal = _check_moment(
            session, volunteer.site_id, day, period_code, by_link=by_link, today=today, now=now
        )
        if refusal:
            return refusal
        session.add(
            VolunteerAbsence(
                volunteer_id=volunteer_id,
                service_date=day,
                period_code=period_code,
                reason=reason,
                by_link=by_link,
                recorded_by=by,
                recorded_at=now,
            )
        )
        session.flush()
        for stop in _open_stops(session, volunteer, day, period_code):
            _turn_red(session, stop, volunteer_id)
        _note(session, "reported_absence", volunteer_id, day, period_code, now=now, by=by)
        return None


@retried
def take_absence_back(
    *,
    volunteer_id: int,
    day: date,
    period_code: str,
    by_link: bool,
    today: date,
    by: int | None,
    now: datetime,
) -> Refusal | None:
    """They come after all: stops nobody has taken are theirs again. Harmless twice.

    Codes: absence_day_over, cancel_too_late, substitute_named (the office decides then).
    """
    with transaction() as session:
        volunteer = session.get_one(Volunteer, volunteer_id, with_for_update=True)
        absence = _find(session, volunteer_id, day, period_code)
        if absence is None:
            return None
        refusal = _check_moment(
            session, volunteer.site_id, day, period_code, by_link=by_link, today=today, now=now
        )
        if refusal is None and by_link and absence.substitute_id is not None:
            refusal = Refusal("substitute_named")
        if refusal:
            return refusal
        session.delete(absence)
        for stop in _waiting_stops(session, volunteer, day, period_code):
            _hand(session, stop, volunteer_id)
        _note(session, "took_absence_back", volunteer_id, day, period_code, now=now, by=by)
        return None


@retried
def name_substitute(
    *,
    site_id: int,
    volunteer_id: int,
    day: date,
    period_code: str,
    substitute_id: int,
    by: int,
    now: datetime,
) -> Refusal | None:
    """Let somebody go instead; the stops that wait go to the end of their round, in order.

    Harmless twice. Codes: absence_gone, volunteer_elsewhere, substitute_away.
    """
    with transaction() as session:
        absent = session.get(Volunteer, volunteer_id, with_for_update=True)
        absence = _find(session, volunteer_id, day, period_code)
        if absent is None or absent.site_id != site_id or absence is None:
            return Refusal("absence_gone")
        goes = session.get(Volunteer, substitute_id)
        if goes is None or goes.site_id != site_id or not goes.active or goes.id == absent.id:
            return Refusal("volunteer_elsewhere")
        if _find(session, substitute_id, day, period_code) is not None:
            return Refusal("substitute_away")
        former = absence.substitute_id
        absence.substitute_id = substitute_id
        moved = _waiting_stops(session, absent, day, period_code)
        if former is not None and former != substitute_id:
            moved += _open_stops(session, absent, day, period_code, carried_by=former)
        for stop in moved:
            _hand(session, stop, substitute_id)
        _note(session, "named_substitute", volunteer_id, day, period_code, now=now, by=by)
        return None


def leave_rounds(session: Session, *, volunteer: Volunteer, today: date) -> None:
    """Somebody carries meals no more: what they have not told of yet turns red, on every
    roster from today on. No stop stays with a person who does not come."""
    periods = (
        select(Roster.service_date, Roster.period_code)
        .join(RosterStop, RosterStop.roster_id == Roster.id)
        .where(
            Roster.site_id == volunteer.site_id,
            Roster.service_date >= today,
            RosterStop.volunteer_id == volunteer.id,
        )
        .distinct()
        .order_by(Roster.service_date, Roster.period_code)
    )
    for day, period_code in session.execute(periods).all():
        for stop in _open_stops(session, volunteer, day, period_code):
            _turn_red(session, stop, volunteer.id)


def _check_moment(
    session: Session,
    site_id: int,
    day: date,
    period_code: str,
    *,
    by_link: bool,
    today: date,
    now: datetime,
) -> Refusal | None:
    if day < today:
        return Refusal("absence_day_over", {"day": day.isoformat()})
    if not by_link:
        return None
    terms = needs.terms_of(session, site_id=site_id)
    if period_code not in terms:
        return Refusal("absence_gone")
    ends = cancelling_ends(terms[period_code], day, needs.zone_of(session, site_id))
    return Refusal("cancel_too_late") if ends <= now else None


def _find(
    session: Session, volunteer_id: int, day: date, period_code: str
) -> VolunteerAbsence | None:
    return session.get(VolunteerAbsence, (volunteer_id, day, period_code), populate_existing=True)


def _open_stops(
    session: Session,
    absent: Volunteer,
    day: date,
    period_code: str,
    *,
    carried_by: int | None = None,
) -> list[RosterStop]:
    """Stops nobody has said anything of: the absent's own, or those handed to somebody."""
    whose = (
        RosterStop.volunteer_id == absent.id
        if carried_by is None
        else (RosterStop.volunteer_id == carried_by) & (RosterStop.was_with == absent.id)
    )
    return _stops(session, absent.site_id, day, period_code, whose)


def _waiting_stops(
    session: Session, absent: Volunteer, day: date, period_code: str
) -> list[RosterStop]:
    whose = (RosterStop.was_with == absent.id) & (RosterStop.problem == rules.CARRIER_AWAY)
    return _stops(session, absent.site_id, day, period_code, whose)


def _stops(
    session: Session, site_id: int, day: date, period_code: str, whose: object
) -> list[RosterStop]:
    query = (
        select(RosterStop)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .where(
            Roster.site_id == site_id,
            Roster.service_date == day,
            Roster.period_code == period_code,
            whose,  # type: ignore[arg-type]
            ~exists().where(StopOutcome.stop_id == RosterStop.id),
        )
        .order_by(RosterStop.position, RosterStop.id)
        .with_for_update(of=RosterStop)
    )
    return list(session.scalars(query))


def _turn_red(session: Session, stop: RosterStop, volunteer_id: int) -> None:
    stop.position = _last(session, stop.roster_id, None) + 1
    stop.volunteer_id, stop.problem, stop.was_with = None, rules.CARRIER_AWAY, volunteer_id
    session.flush()


def _hand(session: Session, stop: RosterStop, volunteer_id: int) -> None:
    stop.position = _last(session, stop.roster_id, volunteer_id) + 1
    stop.volunteer_id, stop.problem = volunteer_id, ""
    session.flush()


def _last(session: Session, roster_id: int, volunteer_id: int | None) -> int:
    whose = (
        RosterStop.volunteer_id.is_(None)
        if volunteer_id is None
        else RosterStop.volunteer_id == volunteer_id
    )
    query = select(func.max(RosterStop.position)).where(RosterStop.roster_id == roster_id, whose)
    return session.scalar(query) or 0


def _note(
    session: Session,
    action: str,
    volunteer_id: int,
    day: date,
    period_code: str,
    *,
    now: datetime,
    by: int | None,
) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action,
        subject="volunteer", subject_id=volunteer_id, note=f"{day.isoformat()} {period_code}",
    )  # fmt: skip
