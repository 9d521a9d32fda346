"""A trial meal: a diner as they stand on a day, priced by any policies and never sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time

from sqlalchemy.orm import Session

from canteen.cards.standing import path_of, standing_of
from canteen.settlement.past import meals_since
from canteen.sites.models import Site
from canteen.subsidies.conditions import Place
from canteen.subsidies.facts import (
    History,
    MealFacts,
    PastPart,
    Tally,
    history_of,
    history_since,
    stated_history,
)
from canteen.subsidies.policy import Policy


@dataclass(frozen=True, kw_only=True)
class TrialDiner:
    """Who eats: what the engine asks of a person, registered or invented."""

    birthday: date | None
    tags: frozenset[str] = frozenset()
    hukou_path: Place = ()
    residence_path: Place = ()
    in_institution: bool = False
    registered_here: bool = True
    passes: frozenset[str] = frozenset()
    past: tuple[PastPart, ...] = ()
    meals_today: int = 0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A meal to price: who eats, what, when and where; and what is said of earlier meals."""

    diner: TrialDiner
    site: Site
    day: date
    is_workday: bool
    is_public_holiday: bool
    at: time
    period: str
    channel: str
    item_class: str
    price_fen: int
    delivery_fee_fen: int
    stated: Mapping[str, Tally] = field(default_factory=dict)
    meals_today: int | None = None
    quota_left_fen: int | None = None

    def facts(self, policies: Sequence[Policy]) -> MealFacts:
        """What the engine is told; history is counted as these policies count it."""
        diner = self.diner
        return MealFacts(
            service_date=self.day,
            local_time=self.at,
            period=self.period,
            channel=self.channel,
            price_fen=self.price_fen,
            delivery_fee_fen=self.delivery_fee_fen if self.channel == "delivery" else 0,
            item_class=self.item_class,
            is_workday=self.is_workday,
            is_public_holiday=self.is_public_holiday,
            birthday=diner.birthday,
            tags=diner.tags,
            hukou_path=diner.hukou_path,
            residence_path=diner.residence_path,
            site_path=path_of(self.site.city, self.site.district, self.site.town),
            in_institution=diner.in_institution,
            registered_here=diner.registered_here,
            site_traits=frozenset(self.site.traits.split()),
            passes=diner.passes,
            history=self._history(policies),
        )

    def _history(self, policies: Sequence[Policy]) -> History:
        """What was typed stands for itself; where nothing was, the file's meals are counted."""
        quotas = {}
        if self.quota_left_fen is not None:
            quotas = {
                f"{policy.code}/{code}": self.quota_left_fen
                for policy in policies
                for code in policy.quota_by_code
            }
        eaten = self.diner.meals_today if self.meals_today is None else self.meals_today
        if self.stated:
            eaten = max(eaten, self.stated.get("day", Tally()).meals)
            return stated_history(
                policies, meals_today=eaten, spans=self.stated, quota_left_fen=quotas
            )
        return history_of(
            self.diner.past,
            service_date=self.day,
            period=self.period,
            meals_today=eaten,
            quota_left_fen=quotas,
        )


def diner_on_file(
    session: Session, *, resident_id: int, site: Site, day: date, policies: Sequence[Policy]
) -> TrialDiner:
    """A resident as they stand on a day, with what they received in the spans that count."""
    standing = standing_of(session, resident_id=resident_id, day=day)
    since = min(history_since(policies, day), day)
    meals = meals_since(session, resident_id=resident_id, since=since)
    return TrialDiner(
        birthday=standing.birthday,
        tags=standing.tags,
        hukou_path=standing.hukou_path,
        residence_path=standing.residence_path,
        in_institution=standing.in_institution,
        registered_here=standing.site_id == site.id,
        passes=standing.passes_under(frozenset(policy.code for policy in policies)),
        past=tuple(part for meal in meals for part in meal.parts),
        meals_today=sum(meal.service_date == day for meal in meals),
    )


def on_every_day(policy: Policy) -> Policy:
    """The policy without its first and last day: a draft is tried on any day."""
    return replace(policy, valid_from=date.min, valid_until=None)
