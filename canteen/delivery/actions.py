"""Publishing a roster, handing a stop on, and what people say happened at a door."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.delivery import diet, queries, register, rules
from canteen.delivery.models import (
    FreeMealProgramme,
    OutcomeKind,
    Roster,
    RosterStop,
    StopOutcome,
    Volunteer,
)
from canteen.delivery.standing import why_not_wanted
from canteen.delivery.watching.opening import open_for_door
from canteen.foundation import audit
from canteen.foundation.database import broke, db, retried, transaction
from canteen.foundation.wording import Refusal
from canteen.settlement.free_meals import FreeMeal, Gift, book_free_meal, void_free_meal
from canteen.settlement.models import Meal

_VOID_REASON = "送餐结果已更正"
_TRIES = 5
_ONE_MEAL = ("meals.resident_id", "meals.service_date", "meals.period_code")


@dataclass(frozen=True)
class Report:
    """What somebody says happened at a door.

    `id` is made by the page, so that the same report sent twice is one. `follows` is the
    outcome the person was looking at, None for an open stop.
    """

    id: UUID
    stop_id: int
    kind: OutcomeKind
    follows: UUID | None
    note: str = ""


@retried
def publish_roster(
    *, site_id: int, day: date, period_code: str, today: date, by: int, now: datetime
) -> int | Refusal:
    """Fix who carries what where on a day, once. Returns the roster's id.

    A second publication, also at the same moment, changes nothing and returns the first
    one. Codes: day_is_over, no_programme, nothing_to_publish.
    """
    if day < today:
        return Refusal("day_is_over", {"day": day.isoformat()})
    try:
        with transaction() as session:
            return _publish(
                session, site_id=site_id, day=day, period_code=period_code, by=by, now=now
            )
    except IntegrityError as error:
        columns = ("rosters.site_id", "rosters.service_date", "rosters.period_code")
        if not broke(error, "uq_rosters_site_id_service_date_period_code", *columns):
            raise
        first = queries.roster_of(db.session(), site_id=site_id, day=day, period_code=period_code)
        assert first is not None
        return first.id


def _publish(
    session: Session, *, site_id: int, day: date, period_code: str, by: int, now: datetime
) -> int | Refusal:
    first = queries.roster_of(session, site_id=site_id, day=day, period_code=period_code)
    if first is not None:
        return first.id
    plan = queries.draft(session, site_id=site_id, day=day, period_code=period_code)
    if plan is None:
        return Refusal("no_programme")
    if not plan.stops:
        return Refusal("nothing_to_publish")
    roster = Roster(
        site_id=site_id,
        service_date=day,
        period_code=period_code,
        programme_id=plan.programme.id,
        published_at=now,
        published_by=by,
    )
    session.add(roster)
    session.flush()
    rows = [_stop_row(roster.id, stop, day) for stop in plan.stops]
    session.execute(insert(RosterStop), rows)
    audit.record(
        session, at=now, staff_id=by, action="published", subject="roster", subject_id=roster.id
    )
    return roster.id


def _stop_row(roster_id: int, stop: queries.DraftStop, day: date) -> dict[str, object]:
    entry = stop.entry
    return {
        "roster_id": roster_id,
        "volunteer_id": stop.plan.volunteer_id,
        "position": stop.plan.position,
        "problem": stop.plan.problem,
        "resident_id": entry.resident_id,
        "diner_name": entry.name,
        "diner_title": entry.title(day),
        "grid_node_id": entry.unit_id,
        "address": stop.address,
        "phone": entry.phone,
        "diet": diet.frozen(texture=entry.texture, diets=entry.diets, note=entry.diet_note),
        "door_note": entry.door_note,
        "may_leave_at_door": entry.may_leave_at_door,
        "boxes": entry.boxes,
    }


@retried
def reassign_stop(
    *, site_id: int, stop_id: int, volunteer_id: int, by: int, now: datetime
) -> Refusal | None:
    """Hand a stop, red or not, to a volunteer; it goes to the end of their round.

    A person decides this, also against capacity and area. Harmless twice. Codes:
    volunteer_elsewhere, stop_already_done, stop_called_off.
    """
    with transaction() as session:
        stop = session.get_one(RosterStop, stop_id, with_for_update=True)
        volunteer = session.get(Volunteer, volunteer_id)
        if volunteer is None or volunteer.site_id != site_id or not volunteer.active:
            return Refusal("volunteer_elsewhere")
        if stop.volunteer_id == volunteer_id:
            return None
        if queries.latest_outcome(session, stop_id=stop_id) is not None:
            return Refusal("stop_already_done")
        if why_not_wanted(session, stop):
            return Refusal("stop_called_off")
        former = stop.volunteer_id
        last = select(func.max(RosterStop.position)).where(
            RosterStop.roster_id == stop.roster_id, RosterStop.volunteer_id == volunteer_id
        )
        note = f"{former or stop.problem} -> {volunteer_id}"
        stop.position = (session.scalar(last) or 0) + 1
        stop.volunteer_id = volunteer_id
        stop.problem = ""
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="reassigned",
            subject="roster_stop",
            subject_id=stop_id,
            note=note,
        )
        return None


@retried
def record_outcome(*, report: Report, today: date, by: int, now: datetime) -> Refusal | None:
    """Remember what a person says happened at a door, and settle the meal if it was handed over.

    A correction follows the outcome that stands; of two at once one wins and the other is
    refused. The same report twice is one. If the meal cannot be settled the outcome is
    recorded all the same, with the reason. Nobody answers: people begin to look for the person,
    see `watching`. Codes: those of `rules.check_outcome` and outcome_id_used.
    """
    for _try in range(_TRIES):
        try:
            with transaction() as session:
                return record_in(session, report=report, today=today, by=by, now=now)
        except WalletBusy:
            continue  # a counter is settling for the same person: read again
        except IntegrityError as error:
            if broke(error, "uq_meals_one_per_period", *_ONE_MEAL):
                continue  # the diner was served somewhere else meanwhile
            if not outrun(error):
                raise
            earlier = db.session.get(StopOutcome, report.id)
            return _repeat(earlier, report) if earlier else Refusal("outcome_changed_meanwhile")
    return Refusal("busy")


class WalletBusy(Exception):
    """The diner's account changed between reading and booking."""


def record_in(
    session: Session, *, report: Report, today: date, by: int, now: datetime
) -> Refusal | None:
    """`record_outcome` inside a transaction of the caller's, who answers for `WalletBusy`."""
    stop = session.get_one(RosterStop, report.stop_id, with_for_update=True)
    earlier = session.get(StopOutcome, report.id)  # after the lock: its twin may be just done
    if earlier is not None:
        return _repeat(earlier, report)
    roster = session.get_one(Roster, stop.roster_id)
    latest = queries.latest_outcome(session, stop_id=stop.id)
    refusal = rules.check_outcome(
        kind=report.kind,
        follows=report.follows,
        latest=latest.id if latest else None,
        may_leave_at_door=stop.may_leave_at_door,
        service_date=roster.service_date,
        today=today,
    )
    if refusal:
        return refusal
    meal_id, problem = _settle(session, roster, stop, latest, report, by, now)
    session.add(
        StopOutcome(
            id=report.id,
            stop_id=stop.id,
            follows_id=report.follows,
            kind=report.kind,
            note=report.note,
            meal_id=meal_id,
            meal_problem=problem,
            recorded_by=by,
            recorded_at=now,
        )
    )
    if report.kind is OutcomeKind.NOBODY_ANSWERS:
        open_for_door(session, roster=roster, stop=stop, outcome_id=report.id, by=by, now=now)
    return None


def _settle(
    session: Session,
    roster: Roster,
    stop: RosterStop,
    latest: StopOutcome | None,
    report: Report,
    by: int,
    now: datetime,
) -> tuple[UUID | None, str]:
    """Book, keep or take back the meal; returns its id, or why there is none."""
    standing = _standing_meal(session, latest)
    if report.kind not in rules.DELIVERED:
        if standing is not None:
            void_free_meal(session, meal_id=standing, reason=_VOID_REASON, by=by, now=now)
        return None, ""
    if standing is not None:
        return standing, ""
    programme = session.get_one(FreeMealProgramme, roster.programme_id)
    day = roster.service_date
    if not register.is_entitled(
        session, resident_id=stop.resident_id, day=day, programme=programme
    ):
        return None, "not_entitled"
    gift = Gift(
        programme_name=programme.name,
        funder_code=programme.funder_code,
        price_fen=programme.price_fen,
    )
    meal = FreeMeal(
        meal_id=report.id,
        site_id=roster.site_id,
        service_date=day,
        period_code=roster.period_code,
        resident_id=stop.resident_id,
        gift=gift,
    )
    refusal = book_free_meal(session, meal, by=by, now=now)
    if refusal is None:
        return report.id, ""
    if refusal.code == "busy":
        raise WalletBusy
    return None, refusal.code


def _standing_meal(session: Session, latest: StopOutcome | None) -> UUID | None:
    if latest is None or latest.meal_id is None:
        return None
    meal = session.get_one(Meal, latest.meal_id)
    return meal.id if meal.voided_at is None else None


def _repeat(earlier: StopOutcome, report: Report) -> Refusal | None:
    same = (earlier.stop_id, earlier.kind, earlier.follows_id) == (
        report.stop_id,
        report.kind,
        report.follows,
    )
    return None if same else Refusal("outcome_id_used")


def outrun(error: IntegrityError) -> bool:
    """Whether somebody else recorded an outcome of the same stop, or the same report, first."""
    return (
        broke(error, "uq_stop_outcomes_first", "stop_outcomes.stop_id")
        or broke(error, "uq_stop_outcomes_follows_id", "stop_outcomes.follows_id")
        or broke(error, "pk_stop_outcomes", "stop_outcomes.id")
        or broke(error, "pk_meals", "meals.id")
    )
