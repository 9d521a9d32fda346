"""Asking, offering, taking, giving back, doing, confirming. One volunteer holds a request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.delivery.models import Volunteer
from canteen.delivery.requests.kinds import kind_of
from canteen.delivery.requests.models import HelpRequest, RequestDecline, RequestState
from canteen.delivery.volunteering.models import VolunteerTeam
from canteen.foundation import audit
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.residents.models import Resident, Status


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asks for. `id` is made by the page, so that sent twice it is one."""

    id: UUID
    resident_id: int
    kind: str
    details: str
    asked_by: str
    asked_name: str = ""
    team_id: int | None = None


@retried
def ask_for_help(*, site_id: int, wish: Wish, by: int, now: datetime) -> Refusal | None:
    """Offer a request to a team, or to every volunteer. Harmless twice.

    Codes: request_kind_unknown, team_elsewhere, resident_gone.
    """
    try:
        with transaction() as session:
            return ask_in(session, site_id=site_id, wish=wish, by=by, now=now)
    except IntegrityError as error:
        if broke(error, "pk_help_requests", "help_requests.id"):
            return None  # its twin was quicker
        raise


def ask_in(
    session: Session, *, site_id: int, wish: Wish, by: int, now: datetime
) -> Refusal | None:  # fmt: skip
    """`ask_for_help` inside a transaction of the caller's."""
    if session.get(HelpRequest, wish.id) is not None:
        return None
    kind = kind_of(session, site_id=site_id, code=wish.kind)
    if kind is None:
        return Refusal("request_kind_unknown")
    resident = session.get_one(Resident, wish.resident_id)
    if resident.status != Status.ACTIVE:
        return Refusal("resident_gone")
    if not _own_team(session, site_id, wish.team_id):
        return Refusal("team_elsewhere")
    session.add(
        HelpRequest(
            id=wish.id,
            site_id=site_id,
            resident_id=wish.resident_id,
            kind=wish.kind,
            details=wish.details,
            asked_by=wish.asked_by,
            asked_name=wish.asked_name,
            team_id=wish.team_id,
            state=RequestState.OPEN,
            answer_by=now + timedelta(minutes=kind.answer_minutes),
            created_by=by,
            created_at=now,
        )
    )
    _note(session, "asked_for_help", wish.id, now=now, by=by)
    return None


@retried
def take_request(*, request_id: UUID, volunteer_id: int, by: int, now: datetime) -> Refusal | None:
    """A volunteer takes a request; of two at once one holds it. Harmless twice.

    One conditional update decides, on either database. Codes: request_gone,
    request_taken, request_for_others.
    """
    with transaction() as session:
        volunteer = session.get_one(Volunteer, volunteer_id)
        request = session.get(HelpRequest, request_id)
        if request is None or request.site_id != volunteer.site_id or not volunteer.active:
            return Refusal("request_gone")
        if session.get_one(Resident, request.resident_id).status != Status.ACTIVE:
            return Refusal("request_gone")
        if request.team_id not in (None, volunteer.team_id):
            return Refusal("request_for_others")
        taken = session.execute(
            update(HelpRequest)
            .where(HelpRequest.id == request_id, HelpRequest.state == RequestState.OPEN)
            .values(state=RequestState.HELD, volunteer_id=volunteer_id, accepted_at=now)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            _note(session, "took_request", request_id, now=now, by=by)
            return None
        session.refresh(request)
        return None if request.volunteer_id == volunteer_id else Refusal("request_taken")


@retried
def give_back(*, request_id: UUID, volunteer_id: int, by: int, now: datetime) -> Refusal | None:
    """A volunteer does not take it, or gives back what they hold: then it is open again.

    Harmless twice. Codes: request_gone, request_done_already.
    """
    with transaction() as session:
        request = _locked(session, request_id)
        volunteer = session.get_one(Volunteer, volunteer_id)
        if request is None or request.site_id != volunteer.site_id:
            return Refusal("request_gone")
        if request.volunteer_id == volunteer_id:
            if request.state != RequestState.HELD:
                return Refusal("request_done_already")
            request.state, request.volunteer_id, request.accepted_at = RequestState.OPEN, None, None
        if session.get(RequestDecline, (request_id, volunteer_id)) is None:
            session.add(
                RequestDecline(request_id=request_id, volunteer_id=volunteer_id, declined_at=now)
            )
            _note(session, "declined_request", request_id, now=now, by=by)
        return None


@retried
def finish_request(
    *, request_id: UUID, volunteer_id: int, by: int, now: datetime
) -> Refusal | None:
    """Whoever holds it says that it is done. Harmless twice. Codes: request_not_yours."""
    with transaction() as session:
        request = _locked(session, request_id)
        if request is None or request.volunteer_id != volunteer_id:
            return Refusal("request_not_yours")
        if request.state == RequestState.HELD:
            request.state, request.done_at = RequestState.DONE, now
            _note(session, "finished_request", request_id, now=now, by=by)
        return None


@retried
def confirm_request(
    *, site_id: int, request_id: UUID, happened: bool, by: int, now: datetime
) -> Refusal | None:
    """Whoever asked says whether it was done; if not, it is offered anew.

    Harmless twice. Codes: request_gone, request_not_done.
    """
    with transaction() as session:
        request = _locked(session, request_id)
        if request is None or request.site_id != site_id:
            return Refusal("request_gone")
        if request.state == RequestState.CONFIRMED and happened:
            return None
        if request.state != RequestState.DONE:
            return Refusal("request_not_done")
        if happened:
            request.state, request.confirmed_at = RequestState.CONFIRMED, now
        else:
            _open_again(session, request, request.team_id, now)
        _note(session, "confirmed" if happened else "reopened", request_id, now=now, by=by)
        return None


@retried
def offer_anew(
    *, site_id: int, request_id: UUID, team_id: int | None, by: int, now: datetime
) -> Refusal | None:
    """Offer a request to another team or to everybody, also one that somebody holds too long.

    Codes: request_gone, request_done_already, team_elsewhere.
    """
    with transaction() as session:
        request = _locked(session, request_id)
        if request is None or request.site_id != site_id:
            return Refusal("request_gone")
        if request.state not in (RequestState.OPEN, RequestState.HELD):
            return Refusal("request_done_already")
        if not _own_team(session, site_id, team_id):
            return Refusal("team_elsewhere")
        _open_again(session, request, team_id, now)
        _note(session, "offered_request", request_id, now=now, by=by)
        return None


@retried
def withdraw_request(*, site_id: int, request_id: UUID, by: int, now: datetime) -> Refusal | None:
    """It is no longer wanted. Harmless twice. Codes: request_gone, request_done_already."""
    with transaction() as session:
        request = _locked(session, request_id)
        if request is None or request.site_id != site_id:
            return Refusal("request_gone")
        if request.state in (RequestState.DONE, RequestState.CONFIRMED):
            return Refusal("request_done_already")
        request.state, request.volunteer_id = RequestState.WITHDRAWN, None
        _note(session, "withdrew_request", request_id, now=now, by=by)
        return None


def _open_again(session: Session, request: HelpRequest, team_id: int | None, now: datetime) -> None:
    kind = kind_of(session, site_id=request.site_id, code=request.kind)
    minutes = kind.answer_minutes if kind else 60
    request.state, request.volunteer_id, request.team_id = RequestState.OPEN, None, team_id
    request.accepted_at, request.done_at = None, None
    request.answer_by = now + timedelta(minutes=minutes)


def _own_team(session: Session, site_id: int, team_id: int | None) -> bool:
    if team_id is None:
        return True
    team = session.get(VolunteerTeam, team_id)
    return team is not None and team.site_id == site_id and team.active


def _locked(session: Session, request_id: UUID) -> HelpRequest | None:
    return session.get(HelpRequest, request_id, with_for_update=True, populate_existing=True)


def _note(session: Session, action: str, request_id: UUID, *, now: datetime, by: int) -> None:
    audit.record(
        session, at=now, staff_id=by, action=action, subject="help_request",
        subject_id=str(request_id),
    )  # fmt: skip
