"""Finding somebody who knows the route of a volunteer who is away."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from canteen.delivery.models import Roster, RosterStop, StopOutcome, Volunteer, VolunteerArea
from canteen.delivery.rules import DELIVERED
from canteen.delivery.standing import wanted
from canteen.delivery.volunteering import rules
from canteen.delivery.volunteering.models import UsualStop, VolunteerAbsence
from canteen.residents.models import GridNode, Household, Resident


@dataclass(frozen=True, kw_only=True)
class Substitutes:
    """The doors somebody would have to take over, and who could, the best first."""

    doors: int
    boxes: int
    ranked: list[rules.Candidate]
    volunteers: dict[int, Volunteer]


def substitutes_for(
    session: Session, *, volunteer: Volunteer, day: date, period_code: str
) -> Substitutes:
    """Everybody active who is not away themselves, ranked; seven queries."""
    doors = _doors(session, volunteer, day, period_code)
    boxes = sum(doors.values())
    people = _others(session, volunteer, day, period_code)
    ids = [one.id for one in people]
    delivered = _delivered(session, doors, day)
    covers = _covered(session, doors, ids)
    load = _load(session, volunteer.site_id, day, period_code)
    found = [
        rules.Candidate(
            volunteer_id=one.id,
            delivered=delivered[one.id],
            covers=covers[one.id],
            room=one.box_capacity - load[one.id],
            comes=str(day.isoweekday()) in one.weekdays,
        )
        for one in people
    ]
    return Substitutes(
        doors=len(doors),
        boxes=boxes,
        ranked=rules.rank(found, boxes=boxes),
        volunteers={one.id: one for one in people},
    )


def _doors(session: Session, volunteer: Volunteer, day: date, period_code: str) -> dict[int, int]:
    """Residents with their boxes: of the published round, else usual and latest ones."""
    published = (
        select(RosterStop.resident_id, RosterStop.boxes)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .where(
            Roster.site_id == volunteer.site_id,
            Roster.service_date == day,
            Roster.period_code == period_code,
            (RosterStop.volunteer_id == volunteer.id) | (RosterStop.was_with == volunteer.id),
            wanted(),
        )
    )
    found = dict(session.execute(published).all())
    if found:
        return found
    usual = select(UsualStop.resident_id).where(
        UsualStop.volunteer_id == volunteer.id, UsualStop.period_code == period_code
    )
    latest = (
        select(func.max(Roster.service_date))
        .join(RosterStop, RosterStop.roster_id == Roster.id)
        .where(RosterStop.volunteer_id == volunteer.id, Roster.period_code == period_code)
    )
    before = (
        select(RosterStop.resident_id)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .where(
            RosterStop.volunteer_id == volunteer.id,
            Roster.period_code == period_code,
            Roster.service_date == latest.scalar_subquery(),
        )
    )
    return dict.fromkeys(session.scalars(usual.union(before)), 1)


def _others(session: Session, volunteer: Volunteer, day: date, period_code: str) -> list[Volunteer]:
    away = exists().where(
        VolunteerAbsence.volunteer_id == Volunteer.id,
        VolunteerAbsence.service_date == day,
        VolunteerAbsence.period_code == period_code,
    )
    query = select(Volunteer).where(
        Volunteer.site_id == volunteer.site_id,
        Volunteer.active,
        Volunteer.id != volunteer.id,
        ~away,
    )
    return list(session.scalars(query.order_by(Volunteer.id)))


def _delivered(session: Session, doors: Collection[int], day: date) -> Counter[int]:
    """How often each volunteer delivered at these doors in the last weeks."""
    follower = aliased(StopOutcome)
    query = (
        select(RosterStop.volunteer_id, func.count())
        .join(Roster, Roster.id == RosterStop.roster_id)
        .join(StopOutcome, StopOutcome.stop_id == RosterStop.id)
        .where(
            RosterStop.resident_id.in_(sorted(doors)),
            Roster.service_date.between(day - timedelta(weeks=rules.WEEKS_LOOKED_AT), day),
            StopOutcome.kind.in_(DELIVERED),
            ~exists().where(follower.follows_id == StopOutcome.id),
            RosterStop.volunteer_id.is_not(None),
        )
        .group_by(RosterStop.volunteer_id)
    )
    return Counter({one: count for one, count in session.execute(query) if one})


def _covered(
    session: Session, doors: Collection[int], volunteer_ids: Collection[int]
) -> Counter[int]:
    """How many of the doors lie in each volunteer's area."""
    paths = session.scalars(
        select(GridNode.path)
        .join(Household, Household.unit_id == GridNode.id)
        .join(Resident, Resident.household_id == Household.id)
        .where(Resident.id.in_(sorted(doors)))
    ).all()
    areas = session.execute(
        select(VolunteerArea.volunteer_id, GridNode.path)
        .join(GridNode, GridNode.id == VolunteerArea.grid_node_id)
        .join(Volunteer, Volunteer.id == VolunteerArea.volunteer_id)
        .where(Volunteer.active)
    ).all()
    held: dict[int, list[str]] = {one: [] for one in volunteer_ids}
    for one, area in areas:
        if one in held:
            held[one].append(area)
    return Counter(
        {
            one: sum(any(path.startswith(area) for area in own) for path in paths)
            for one, own in held.items()
        }
    )


def _load(session: Session, site_id: int, day: date, period_code: str) -> Counter[int]:
    """The boxes each volunteer carries that day: of the published round, else the usual ones."""
    published = (
        select(RosterStop.volunteer_id, func.sum(RosterStop.boxes))
        .join(Roster, Roster.id == RosterStop.roster_id)
        .where(
            Roster.site_id == site_id,
            Roster.service_date == day,
            Roster.period_code == period_code,
            wanted(),
            RosterStop.volunteer_id.is_not(None),
        )
        .group_by(RosterStop.volunteer_id)
    )
    found = Counter({one: int(boxes) for one, boxes in session.execute(published) if one})
    if found:
        return found
    usual = (
        select(UsualStop.volunteer_id, func.count())
        .where(UsualStop.period_code == period_code)
        .group_by(UsualStop.volunteer_id)
    )
    return Counter(dict(session.execute(usual).all()))
