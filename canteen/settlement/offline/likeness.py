"""Who pays alike: people of whom the engine sees the same are priced once. Pure.

A roster of twenty thousand cards has a few hundred kinds of people in it. Names, wallets and
cards play no part in a price; of a birthday only what `eligibility` asks of it does.
"""

from collections.abc import Hashable, Sequence
from datetime import date, timedelta

from canteen.settlement.rules import Diner
from canteen.subsidies.policy import Policy
from canteen.subsidies.rules import age_on, history_since


def likeness(diner: Diner, *, day: date, since: date | None) -> Hashable:
    """What the engine sees of a person on a day; equal for two, their prices are equal.

    `since` is the first day whose meals count; None where what was eaten counts for nothing.
    """
    born = diner.birthday
    age = age_on(born, day)
    return (
        age,
        age != age_on(born, day - timedelta(days=1)),
        born is not None and born.month == day.month,
        diner.tags,
        diner.hukou_path,
        diner.residence_path,
        diner.in_institution,
        diner.registered_here,
        diner.passes,
        () if since is None else _eaten(diner, day, since),
    )


def counts_since(policies: Sequence[Policy], day: date, *, history: bool) -> date | None:
    """The first day whose meals can change a price of `day`; None where none can."""
    return history_since(policies, day) if history else None


def _eaten(diner: Diner, day: date, since: date) -> tuple[Hashable, ...]:
    """Meals that count: today's by their number, earlier and later ones by what was paid."""
    return tuple(
        sorted(
            (meal.service_date, meal.period_code, meal.parts)
            for meal in diner.meals
            if meal.service_date == day or (meal.service_date >= since and meal.parts)
        )
    )
