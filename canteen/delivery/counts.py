"""How a round stands, in figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from canteen.delivery.models import FreeMealProgramme, Roster, RosterStop, StopOutcome
from canteen.delivery.rules import DELIVERED
from canteen.delivery.standing import standing_outcome, stands
from canteen.residents.models import Resident, ResidentTag, Status, TagState
from canteen.settlement.models import Meal


@dataclass(frozen=True)
class RosterCounts:
    """Planned stops, how many stand red, and how many have which outcome."""

    planned: int = 0
    red: int = 0
    boxes: int = 0
    """Of the planned stops; more than them where somebody gets more than one."""
    by_kind: dict[str, int] = field(default_factory=dict)
    unsettled: int = 0
    """Delivered, but no meal was booked: for the manager to look at."""

    @property
    def delivered(self) -> int:
        return sum(self.by_kind.get(kind, 0) for kind in DELIVERED)

    @property
    def open(self) -> int:
        """Stops of which nobody has said anything yet."""
        return self.planned - sum(self.by_kind.values())


ROSTERS_ON_A_PAGE = 30


def latest_rosters(session: Session, *, site_id: int, page: int) -> Sequence[Roster]:
    """The rosters of a site, newest day first: one page of them and one more."""
    query = select(Roster).where(Roster.site_id == site_id)
    query = query.order_by(Roster.service_date.desc(), Roster.id.desc())
    return session.scalars(
        query.limit(ROSTERS_ON_A_PAGE + 1).offset((page - 1) * ROSTERS_ON_A_PAGE)
    ).all()


def of_rosters(session: Session, roster_ids: Sequence[int]) -> dict[int, RosterCounts]:
    """The figures of each roster: one query for all of them."""
    unsettled = case((StopOutcome.meal_problem > "", 1), else_=0)
    query = (
        select(
            RosterStop.roster_id,
            StopOutcome.kind,
            RosterStop.volunteer_id.is_(None),
            func.count(),
            func.sum(unsettled),
            func.sum(RosterStop.boxes),
        )
        .join(Roster, Roster.id == RosterStop.roster_id)
        .outerjoin(StopOutcome, and_(StopOutcome.stop_id == RosterStop.id, standing_outcome()))
        .where(RosterStop.roster_id.in_(roster_ids), stands())
        .group_by(RosterStop.roster_id, StopOutcome.kind, RosterStop.volunteer_id.is_(None))
    )
    planned = dict.fromkeys(roster_ids, 0)
    red = dict.fromkeys(roster_ids, 0)
    problems = dict.fromkeys(roster_ids, 0)
    boxes = dict.fromkeys(roster_ids, 0)
    kinds: dict[int, dict[str, int]] = {one: {} for one in roster_ids}
    for roster_id, kind, unrouted, count, missing, carried in session.execute(query):
        planned[roster_id] += count
        boxes[roster_id] += carried
        problems[roster_id] += missing
        if kind:
            kinds[roster_id][kind] = kinds[roster_id].get(kind, 0) + count
        elif unrouted:
            red[roster_id] += count
    return {
        one: RosterCounts(planned[one], red[one], boxes[one], kinds[one], problems[one])
        for one in roster_ids
    }


def coverage(session: Session, *, roster: Roster) -> tuple[int, int]:
    """Of the hardship register of that day: how many ate in that period, and how many there are.

    Registered: everybody of the site with a valid tag of the programme, alive and here.
    Served: those of them with a standing meal in the period, however it reached them.
    """
    day = roster.service_date
    programme = session.get_one(FreeMealProgramme, roster.programme_id)
    tagged = Resident.id.in_(  # not EXISTS: SQLite would walk through every resident
        select(ResidentTag.resident_id).where(
            ResidentTag.tag.in_(programme.tags.split(";")),
            ResidentTag.state == TagState.APPROVED,
            ResidentTag.valid_from <= day,
            or_(ResidentTag.valid_until.is_(None), ResidentTag.valid_until >= day),
        )
    )
    ate = exists().where(
        Meal.resident_id == Resident.id,
        Meal.service_date == day,
        Meal.period_code == roster.period_code,
        Meal.voided_at.is_(None),
    )
    query = select(func.coalesce(func.sum(case((ate, 1), else_=0)), 0), func.count()).where(
        Resident.site_id == roster.site_id,
        or_(Resident.status == Status.ACTIVE, Resident.ended_on > day),
        tagged,
    )
    served, registered = session.execute(query).one()
    return int(served), int(registered)
