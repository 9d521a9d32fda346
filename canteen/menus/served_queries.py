"""What a kitchen really cooks: the published week, with the last substitution of each place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.menus.models import Dish, MenuEntry, MenuWeek
from canteen.menus.plan_models import MenuSubstitution


@dataclass(frozen=True, kw_only=True)
class ServedDish:
    """A dish of a published place as it is served. `published_name` differs if it was swapped."""

    entry_id: int
    day: date
    period: str
    slot: str
    position: int
    dish_id: int
    name: str
    published_name: str
    name_en: str = ""

    @property
    def swapped(self) -> bool:
        """Whether something else is served than the menu says."""
        return self.name != self.published_name


def served_dishes(
    session: Session, *, site_id: int, first: date, last: date
) -> Sequence[ServedDish]:
    """The dishes served from one day to another, in menu order; three queries."""
    query = (
        select(MenuEntry)
        .join(MenuWeek, MenuWeek.id == MenuEntry.week_id)
        .where(
            MenuWeek.site_id == site_id,
            MenuWeek.state == "published",
            MenuEntry.service_date.between(first, last),
        )
        .order_by(MenuEntry.service_date, MenuEntry.period_code, MenuEntry.slot_code)
        .order_by(MenuEntry.position)
    )
    entries = session.scalars(query).all()
    swaps = _last_substitutions(session, [entry.id for entry in entries])
    shown = {entry.dish_id for entry in entries} | {swap.dish_id for swap in swaps.values()}
    english = {
        row.id: row.name_en
        for row in session.execute(select(Dish.id, Dish.name_en).where(Dish.id.in_(shown)))
    }
    found = []
    for entry in entries:
        swap = swaps.get(entry.id)
        found.append(
            ServedDish(
                entry_id=entry.id,
                day=entry.service_date,
                period=entry.period_code,
                slot=entry.slot_code,
                position=entry.position,
                dish_id=swap.dish_id if swap else entry.dish_id,
                name=swap.dish_name if swap else entry.dish_name,
                published_name=entry.dish_name,
                name_en=english.get(swap.dish_id if swap else entry.dish_id, ""),
            )
        )
    return found


def _last_substitutions(session: Session, entry_ids: Sequence[int]) -> dict[int, MenuSubstitution]:
    last = (
        select(func.max(MenuSubstitution.id))
        .where(MenuSubstitution.entry_id.in_(entry_ids))
        .group_by(MenuSubstitution.entry_id)
    )
    rows = session.scalars(select(MenuSubstitution).where(MenuSubstitution.id.in_(last)))
    return {row.entry_id: row for row in rows}
