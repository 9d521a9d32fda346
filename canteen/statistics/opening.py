"""What a canteen still lacks before its first meal, for the first page of whoever sets it up."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from canteen.cards.models import Card
from canteen.menus.models import MenuWeek
from canteen.residents.models import Resident
from canteen.settlement.models import Meal
from canteen.sites.models import MealSet
from canteen.staff.models import StaffRole
from canteen.subsidies.models import SitePolicy


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Each step of setting up, and whether it is done; `served`: the canteen runs already."""

    served: bool
    priced: bool
    staffed: bool
    menu: bool
    residents: bool
    cards: bool
    policy: bool

    @property
    def steps(self) -> dict[str, bool]:
        """The steps by name, in the order in which one takes them."""
        return {
            "priced": self.priced,
            "menu": self.menu,
            "residents": self.residents,
            "cards": self.cards,
            "policy": self.policy,
            "staffed": self.staffed,
        }


def opening(session: Session, *, site_id: int) -> Opening:
    """How far the canteen is, in one query; nothing is counted, only looked for."""
    of_site = Resident.site_id == site_id
    looked_for: dict[str, ColumnElement[bool]] = {
        "served": exists().where(Meal.site_id == site_id),
        "priced": exists().where(MealSet.site_id == site_id, MealSet.active),
        "staffed": exists().where(StaffRole.site_id == site_id),
        "menu": exists().where(MenuWeek.site_id == site_id, MenuWeek.state == "published"),
        "residents": exists().where(of_site),
        "cards": exists().where(Card.resident_id == Resident.id, of_site),
        "policy": exists().where(SitePolicy.site_id == site_id),
    }
    found = session.execute(select(*(one.label(name) for name, one in looked_for.items()))).one()
    return Opening(**{name: bool(value) for name, value in found._mapping.items()})
