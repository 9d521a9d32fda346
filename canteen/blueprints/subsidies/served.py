"""Whether meals were already served from a day on: a question the policies' room cannot ask."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.settlement.models import Meal


def first_served(session: Session, site_ids: Collection[int], day: date) -> date | None:
    """The first day from `day` on with a meal that stands at one of the sites."""
    query = (
        select(Meal.service_date)
        .where(Meal.site_id.in_(site_ids), Meal.service_date >= day, Meal.voided_at.is_(None))
        .order_by(Meal.service_date)
        .limit(1)
    )
    return session.scalars(query).one_or_none() if site_ids else None
