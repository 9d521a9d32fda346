"""A whole sheet typed in at once: every door of it, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.delivery.actions import Report, WalletBusy, outrun, record_in
from canteen.delivery.models import Roster, RosterStop
from canteen.delivery.paper.models import TypedRound
from canteen.foundation import audit
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.wording import Refusal

_TRIES = 5
_ONE_MEAL = ("meals.resident_id", "meals.service_date", "meals.period_code")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands ticked on one volunteer's sheet. `id` is made by the page.

    `back_at` is when the volunteer was back, as written on it, `left_at` when they left if that
    stands there; `planned_minutes` is how long a plan held it to last. `reports` are its doors.
    """

    id: UUID
    roster_id: int
    volunteer_id: int
    back_at: datetime
    reports: tuple[Report, ...]
    left_at: datetime | None = None
    planned_minutes: int | None = None


@retried
def record_sheet(
    *, site_id: int, sheet: Sheet, today: date, by: int, now: datetime
) -> tuple[Refusal, int | None] | None:
    """Remember every door of a sheet in one transaction; None, or why nothing was remembered.

    A refusal comes with the stop it is about, None for the sheet itself. The same sheet twice
    is one. Codes: those of `actions.record_outcome`, nothing_typed, back_too_late (`now`),
    left_after_back, not_on_this_sheet.
    """
    if not sheet.reports:
        return Refusal("nothing_typed"), None
    if sheet.back_at > now:
        return Refusal("back_too_late"), None
    if sheet.left_at is not None and sheet.left_at >= sheet.back_at:
        return Refusal("left_after_back"), None
    for _try in range(_TRIES):
        try:
            with transaction() as session:
                _record_all(session, site_id, sheet, today, by, now)
                return None
        except _Refused as refused:
            return refused.refusal, refused.stop_id
        except WalletBusy:
            continue  # a counter is settling for the same person: read all of it again
        except IntegrityError as error:
            if broke(error, "pk_typed_rounds", "typed_rounds.id"):
                return None  # its twin was quicker
            if not outrun(error) and not broke(error, "uq_meals_one_per_period", *_ONE_MEAL):
                raise
            continue  # somebody was quicker at one door: the next try says which
    return Refusal("busy"), None


class _Refused(Exception):
    """One door cannot be recorded: nothing of the sheet is."""

    def __init__(self, refusal: Refusal, stop_id: int) -> None:
        super().__init__(refusal.code)
        self.refusal, self.stop_id = refusal, stop_id


def _record_all(
    session: Session, site_id: int, sheet: Sheet, today: date, by: int, now: datetime
) -> None:
    if session.get(TypedRound, sheet.id) is not None:
        return
    roster = session.get_one(Roster, sheet.roster_id)
    assert roster.site_id == site_id
    for report in _in_order(sheet.reports):
        _check_place(session, sheet, report)
        refusal = record_in(session, report=report, today=today, by=by, now=now)
        if refusal:
            raise _Refused(refusal, report.stop_id)
    session.add(
        TypedRound(
            id=sheet.id, roster_id=sheet.roster_id, volunteer_id=sheet.volunteer_id,
            left_at=sheet.left_at, back_at=sheet.back_at, planned_minutes=sheet.planned_minutes,
            doors=len(sheet.reports), typed_by=by, typed_at=now,
        )
    )  # fmt: skip
    audit.record(
        session, at=now, staff_id=by, action="typed_in", subject="roster",
        subject_id=sheet.roster_id,
        note=f"volunteer {sheet.volunteer_id}, {len(sheet.reports)} doors",
    )  # fmt: skip


def _in_order(reports: Sequence[Report]) -> list[Report]:
    """By stop: two sheets typed in at once lock the same rows in the same order."""
    return sorted(reports, key=lambda one: one.stop_id)


def _check_place(session: Session, sheet: Sheet, report: Report) -> None:
    stop = session.get(RosterStop, report.stop_id, with_for_update=True, populate_existing=True)
    here = (sheet.roster_id, sheet.volunteer_id)
    if stop is None or (stop.roster_id, stop.volunteer_id) != here:
        raise _Refused(Refusal("not_on_this_sheet"), report.stop_id)
