"""What the first page says of a day besides its meals: deliveries, and whether there is a menu."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from canteen.delivery.models import Roster, RosterStop, StopOutcome
from canteen.delivery.standing import standing_outcome, stands
from canteen.foundation.calendar import week_of
from canteen.menus.models import MenuWeek


@dataclass(frozen=True)
class Errands:
    """Doors on the day's published rosters: all, spoken for, and without a volunteer."""

    stops: int
    told: int
    unrouted: int
    menu_published: bool

    @property
    def waiting(self) -> int:
        """Doors of which nobody has said anything yet."""
        return self.stops - self.told


def errands(session: Session, *, site_id: int, service_date: date) -> Errands:
    """The day's doors that stand and its menu, in one query."""
    menu = exists().where(
        MenuWeek.site_id == site_id,
        MenuWeek.monday == week_of(service_date)[0],
        MenuWeek.state == "published",
    )
    query = (
        select(
            func.count(),
            func.count(StopOutcome.id),
            func.count().filter(RosterStop.volunteer_id.is_(None)),
            select(menu).scalar_subquery(),
        )
        .select_from(RosterStop)
        .join(Roster, Roster.id == RosterStop.roster_id)
        .outerjoin(StopOutcome, (StopOutcome.stop_id == RosterStop.id) & standing_outcome())
        .where(Roster.site_id == site_id, Roster.service_date == service_date, stands())
    )
    stops, spoken_for, unrouted, published = session.execute(query).one()
    return Errands(stops, spoken_for, unrouted, bool(published))
