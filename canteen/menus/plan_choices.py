"""Other dishes for one place of a week, each with what it would change, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from canteen.foundation.calendar import week_of
from canteen.foundation.money import spoken_yuan
from canteen.foundation.wording import Refusal
from canteen.menus import plan_queries
from canteen.menus.plan_asked import Asked, Place
from canteen.menus.plan_facts import Read, current_plan, let_go, read_facts
from canteen.menus.plan_settings import usual_amount
from canteen.menus.plan_words import Names, broken_words, category_words
from canteen.menus.planning.facts import Placement
from canteen.menus.planning.ranking import alternatives

_SHOWN = (("kcal", "kcal"), ("protein", "g"), ("sodium", "mg"))


@dataclass(frozen=True, kw_only=True)
class DishChoice:
    """One dish that could stand there instead. `better` is whether the week as a whole gains."""

    dish_id: int
    name: str
    category: str
    cost: str
    nutrition: tuple[str, ...]
    better: bool
    broken: tuple[str, ...]


def choices_for(read: Read, place: Place, names: Names, *, most: int = 12) -> list[DishChoice]:
    """The best dishes for a place first; KeyError for a place in which nothing stands."""
    day, period, slot, position = place
    here = Placement(
        day=day, period=period, slot=slot, position=position, dish_id=read.stood[place]
    )
    return [
        DishChoice(
            dish_id=one.dish_id,
            name=names.dish(one.dish_id),
            category=category_words(read.facts.by_id[one.dish_id].category),
            cost=_cost(one.cost_fen),
            nutrition=tuple(_nutrition(one.nutrients)),
            better=one.points < 0,
            broken=tuple(broken_words(broken, names) for broken in one.broken),
        )
        for one in alternatives(read.facts, current_plan(read), here, most=most)
    ]


def choices_on_the_day(
    session: Session, *, site_id: int, place: Place, most: int = 6
) -> list[DishChoice]:
    """The best dishes to serve instead in a published week, none of which breaks a rule that
    holds now; empty where the place is not planned, as on a closed day."""
    asked = Asked(site_id=site_id, monday=week_of(place[0])[0], kind="change")
    read = read_facts(session, asked, published_too=True)
    if isinstance(read, Refusal) or place not in read.stood:
        return []
    read = replace(read, facts=let_go(read.facts, place))
    found = choices_for(read, place, plan_queries.names_of(session, site_id), most=most)
    return [one for one in found if not one.broken]


def _cost(fen: int | None) -> str:
    if fen is None:
        return _("成本不知道")
    if fen == 0:
        return _("成本一样")
    money = spoken_yuan(abs(fen))
    return (
        _("每份省 %(money)s 元", money=money) if fen < 0 else _("每份贵 %(money)s 元", money=money)
    )


def _nutrition(changes: Mapping[str, int]) -> list[str]:
    words = {"kcal": _("热量"), "protein": _("蛋白质"), "sodium": _("钠")}
    found = []
    for code, unit in _SHOWN:
        amount = usual_amount(code, changes.get(code, 0))
        if abs(amount) >= 1:
            sign = "+" if amount > 0 else "−"
            found.append(f"{words[code]} {sign}{abs(amount):,.0f} {unit}")
    return found
