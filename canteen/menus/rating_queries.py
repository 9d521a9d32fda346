"""Reading what diners thought."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.menus.library_models import DishRating
from canteen.menus.ratings import Tally


def ratings(session: Session, site_id: int) -> dict[int, int]:
    """Each judged dish's rating at a site in hundredths of a point, 100 to 500; one query.

    Shrunk towards 3.5 while votes are few (see `canteen.menus.ratings.Tally.shrunk`); a dish
    without a vote is not in it.
    """
    return {
        dish_id: tally.shrunk for dish_id, tally in tallies(session, site_id).items() if tally.votes
    }


def tallies(
    session: Session, site_id: int, dish_ids: Collection[int] | None = None
) -> dict[int, Tally]:
    """All votes at a site by dish; one query."""
    query = (
        select(
            DishRating.dish_id,
            func.sum(DishRating.good),
            func.sum(DishRating.fair),
            func.sum(DishRating.poor),
        )
        .where(DishRating.site_id == site_id)
        .group_by(DishRating.dish_id)
    )
    if dish_ids is not None:
        query = query.where(DishRating.dish_id.in_(dish_ids))
    return {
        dish_id: Tally(good=int(good), fair=int(fair), poor=int(poor))
        for dish_id, good, fair, poor in session.execute(query)
    }


def tallies_of_day(session: Session, site_id: int, service_date: date) -> dict[int, Tally]:
    """The votes of one day by dish; one query."""
    query = select(DishRating).where(
        DishRating.site_id == site_id, DishRating.service_date == service_date
    )
    return {
        row.dish_id: Tally(good=row.good, fair=row.fair, poor=row.poor)
        for row in session.scalars(query)
    }
