"""What is still to be brought to people who have died or moved away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from canteen.delivery.models import DeliveryNeed, NeedState, Roster, RosterStop, StopOutcome

_AT_ONCE = 400


@dataclass(frozen=True)
class ToBring:
    """Delivery needs that end with the person, and stops on rosters published already."""

    needs: int = 0
    stops: int = 0


def still_to_bring(
    session: Session, *, since: Mapping[int, date], today: date
) -> dict[int, ToBring]:
    """By person: needs that would hold after their day, stops still open from today on."""
    needs: dict[int, int] = {}
    stops: dict[int, int] = {}
    ids = sorted(since)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        wanted = select(DeliveryNeed.resident_id, DeliveryNeed.valid_until).where(
            DeliveryNeed.resident_id.in_(some),
            DeliveryNeed.state == NeedState.APPROVED,
            or_(DeliveryNeed.valid_until.is_(None), DeliveryNeed.valid_until >= today),
        )
        for resident_id, _until in session.execute(wanted):
            needs[resident_id] = needs.get(resident_id, 0) + 1
        published = (
            select(RosterStop.resident_id)
            .join(Roster, Roster.id == RosterStop.roster_id)
            .where(
                RosterStop.resident_id.in_(some),
                Roster.service_date >= today,
                RosterStop.called_off == "",
                ~exists().where(StopOutcome.stop_id == RosterStop.id),
            )
        )
        for (resident_id,) in session.execute(published):
            stops[resident_id] = stops.get(resident_id, 0) + 1
    return {one: ToBring(needs.get(one, 0), stops.get(one, 0)) for one in {*needs, *stops}}
