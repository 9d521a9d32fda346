"""Keeping what the kitchen expects."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from canteen.foundation.database import retried, transaction
from canteen.foundation.wording import Refusal
from canteen.kitchen.models import DishShare, ExpectedPortions
from canteen.kitchen.rules import MOST_PERCENT, MOST_PORTIONS
from canteen.menus.models import MenuEntry, MenuWeek
from canteen.sites.models import Site


@retried
def save_portions(
    *,
    site_id: int,
    portions: Mapping[tuple[date, str], int | None],
    now: datetime,
    by: int | None,
) -> Refusal | None:
    """Say how many are expected at meals, by day and period; None takes a number back.

    Codes: portions_count.
    """
    for value in portions.values():
        if value is not None and not 0 <= value <= MOST_PORTIONS:
            return Refusal("portions_count", {"value": value, "limit": MOST_PORTIONS})
    with transaction() as session:
        _take_turns(session, site_id)
        for (day, period), value in portions.items():
            row = session.get(ExpectedPortions, (site_id, day, period))
            if value is None:
                if row is not None:
                    session.delete(row)
                continue
            if row is not None and row.portions == value:
                continue
            row = row or ExpectedPortions(site_id=site_id, service_date=day, period_code=period)
            row.portions, row.changed_at, row.changed_by = value, now, by
            session.add(row)
        return None


@retried
def save_shares(
    *, site_id: int, percents: Mapping[int, int | None], now: datetime, by: int | None
) -> Refusal | None:
    """Say how many of a hundred diners take the dish of a place; None shares evenly again.

    Codes: share_percent, share_place (a place of no published week of this site).
    """
    for value in percents.values():
        if value is not None and not 0 <= value <= MOST_PERCENT:
            return Refusal("share_percent", {"value": value, "limit": MOST_PERCENT})
    with transaction() as session:
        _take_turns(session, site_id)
        own = (
            select(MenuEntry.id)
            .join(MenuWeek, MenuWeek.id == MenuEntry.week_id)
            .where(MenuWeek.site_id == site_id, MenuWeek.state == "published")
            .where(MenuEntry.id.in_(percents))
        )
        if set(session.scalars(own)) != set(percents):
            return Refusal("share_place", {})
        gone = [entry_id for entry_id, value in percents.items() if value is None]
        session.execute(delete(DishShare).where(DishShare.entry_id.in_(gone)))
        for entry_id, value in percents.items():
            if value is None:
                continue
            row = session.get(DishShare, entry_id) or DishShare(entry_id=entry_id)
            row.percent, row.changed_at, row.changed_by = value, now, by
            session.add(row)
        return None


def _take_turns(session: Session, site_id: int) -> None:
    """The site's row, so that two who save at once follow each other."""
    session.execute(select(Site.id).where(Site.id == site_id).with_for_update())
