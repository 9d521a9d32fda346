"""Plans of rounds that are kept: one of a site, the one of a day, as its page shows it."""

import json
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery.routes.documents import from_json
from canteen.delivery.routes.models import RoutePlan
from canteen.delivery.routes.reading import Shown, shown
from canteen.foundation.wording import Refusal


def plan_at_site(session: Session, *, site_id: int, plan_id: int) -> RoutePlan | None:
    """A plan, if it is of this site."""
    query = select(RoutePlan).where(RoutePlan.id == plan_id, RoutePlan.site_id == site_id)
    return session.scalars(query).one_or_none()


def plan_in_use(session: Session, *, site_id: int, day: date, period_code: str) -> RoutePlan | None:
    """The plan taken for a day, or the one on offer."""
    query = select(RoutePlan).where(
        RoutePlan.site_id == site_id,
        RoutePlan.service_date == day,
        RoutePlan.period_code == period_code,
        RoutePlan.state != "discarded",
    )
    return session.scalars(query.order_by(RoutePlan.id.desc()).limit(1)).one_or_none()


def shown_plan(session: Session, row: RoutePlan) -> Shown | Refusal:
    """A plan as its page shows it, by the doors and volunteers of now."""
    return shown(session, from_json(json.loads(row.document)))
