"""How long a round was planned to take: for hours where nobody noted when it left."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery import queries
from canteen.delivery.models import Roster, RosterStop
from canteen.delivery.routes.reading import shown
from canteen.delivery.routing.scheduling import scheduled
from canteen.delivery.standing import wanted
from canteen.foundation.wording import Refusal


def planned_minutes(session: Session, *, roster: Roster, volunteer_id: int) -> int | None:
    """From leaving to being back, for the doors of this round as they are walked; rounded up.

    None where no plan was taken for that day, or it knows nothing of this volunteer or a door.
    """
    document = queries.taken_route(
        session,
        site_id=roster.site_id,
        day=roster.service_date,
        period_code=roster.period_code,
    )
    found = shown(session, document) if document else None
    if found is None or isinstance(found, Refusal):
        return None
    couriers = {one.courier_id: one for one in found.table.question.couriers}
    order = _walked(session, roster, volunteer_id)
    if not order or volunteer_id not in couriers or not set(order) <= found.table.place_of.keys():
        return None
    return -(-scheduled(found.table, couriers[volunteer_id], order).seconds // 60)


def _walked(session: Session, roster: Roster, volunteer_id: int) -> list[int]:
    query = select(RosterStop.resident_id).where(
        RosterStop.roster_id == roster.id,
        RosterStop.volunteer_id == volunteer_id,
        wanted(),
    )
    return list(session.scalars(query.order_by(RosterStop.position)))
