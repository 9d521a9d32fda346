"""Keeping what diners thought, typed from a paper tally."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.menus.library_models import DishRating
from canteen.menus.models import MenuWeek
from canteen.menus.ratings import MOST_VOTES, Tally
from canteen.menus.served import served_between


@retried
def save_ratings(
    *, site_id: int, service_date: date, votes: Mapping[int, Tally], now: datetime, by: int | None
) -> int | Refusal:
    """Set a day's counts for dishes served on it; how many changed. The same again changes none.

    Codes: rating_not_served, rating_count.
    """
    for tally in votes.values():
        for count in (tally.good, tally.fair, tally.poor):
            if not 0 <= count <= MOST_VOTES:
                return Refusal("rating_count", {"value": count, "limit": MOST_VOTES})
    with transaction() as session:
        # The week's row, so that two who type at once take turns.
        monday = date.fromordinal(service_date.toordinal() - service_date.weekday())
        week = select(MenuWeek.id).where(MenuWeek.site_id == site_id, MenuWeek.monday == monday)
        session.execute(week.with_for_update())
        served = served_between(session, site_id=site_id, first=service_date, last=service_date)
        if not votes.keys() <= {dish.dish_id for dish in served}:
            return Refusal("rating_not_served", {})
        changed = 0
        for dish_id, tally in votes.items():
            row = session.get(DishRating, (site_id, dish_id, service_date))
            before = Tally(good=row.good, fair=row.fair, poor=row.poor) if row else Tally()
            if before == tally:
                continue
            changed += 1
            if not tally.votes:
                session.delete(row)
                continue
            row = row or DishRating(site_id=site_id, dish_id=dish_id, service_date=service_date)
            row.good, row.fair, row.poor = tally.good, tally.fair, tally.poor
            row.changed_at, row.changed_by = now, by
            session.add(row)
        return changed
