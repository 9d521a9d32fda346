"""What meals that were eaten would have cost under another version of a policy."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from canteen.cards.standing import path_of
from canteen.settlement import repricing_reads as reads
from canteen.settlement.histories import Histories
from canteen.settlement.repricing_sums import BandCost, Cost, Repricing, Shift, Sums
from canteen.settlement.rules import passes_under
from canteen.settlement.trays import A_LA_CARTE, DISH
from canteen.sites.models import Site
from canteen.subsidies.facts import MealFacts, history_since, span_start
from canteen.subsidies.policy import Policy
from canteen.subsidies.queries import policies_at
from canteen.subsidies.rules import age_on, price_meal

__all__ = ["BandCost", "Cost", "Progress", "Repricing", "Shift", "reprice"]


class Progress(Protocol):
    """Who wants to hear how far it is: a job's progress has this shape."""

    def say(self, done: int, total: int) -> None: ...


def reprice(
    session: Session,
    *,
    site_id: int,
    first_day: date,
    last_day: date,
    instead: Policy,
    progress: Progress,
) -> Repricing:
    """Price the meals of a site anew as if `instead` had been in force on every day.

    It takes the place of the version of the same code, or stands last where the site has not
    adopted that code; its own first and last day are not asked. Every other policy is the one
    of each day. Standing meals of residents are priced in the order in which they were booked,
    with what each diner had before under the new policy; extra meals count as meals eaten and
    stay without subsidy; meals at other sites, meals before the span, free-meal programmes and
    withdrawn subsidies count as they were booked.

    Age, tags, household registration, channel, price and time are those the meal keeps.
    What a meal does not keep is read as it is today: the day of the birthday, where the
    person is registered as a diner (and so their place of residence), whether they live in
    an institution, their passes by date; the site's place and traits; the class of the set
    of that code.

    Reads one day at a time; holds counters per diner, never the meals. `progress.say` is
    called after each day with days done and days in all, and may raise to stop.
    """
    meals = reads.Meals(session, site_id=site_id, first_day=first_day, last_day=last_day)
    run = _Run(session, meals, site_id=site_id, instead=instead)
    total = (last_day - first_day).days + 1
    day = run.since(first_day, last_day)
    while day < first_day:
        run.remember(day)
        day += timedelta(days=1)
    for done in range(total):
        run.price(first_day + timedelta(days=done))
        progress.say(done + 1, total)
    return run.sums.result(site_id, first_day, last_day, instead)


class _Run:
    """One pass over the days. Reads a day, prices it, keeps counters only."""

    def __init__(
        self, session: Session, meals: reads.Meals, *, site_id: int, instead: Policy
    ) -> None:
        self.session, self.meals = session, meals
        self.site = session.get_one(Site, site_id)
        self.zone = ZoneInfo(self.site.time_zone)
        self.instead = replace(instead, valid_from=date.min, valid_until=None)
        self.past = Histories()
        self.sums = Sums()
        self.classes = reads.item_classes(session, site_id)

    def since(self, first_day: date, last_day: date) -> date:
        """The first day whose meals any policy in question counts on the span's first day."""
        policies = [*self._policies(first_day), *self._policies(last_day)]
        counted = history_since(policies, first_day)
        return min(counted, span_start("week", first_day), span_start("month", first_day))

    def remember(self, day: date) -> None:
        """Count a day's meals as they were booked."""
        self.past.begin(day)
        for meal in self.meals.of(day):
            self._count_as_booked(meal)

    def price(self, day: date) -> None:
        """Price a day's meals of the site anew, in the order in which they were booked."""
        self.past.begin(day)
        policies = self._policies(day)
        ground = reads.ground_of(self.session, self.site.id, day)
        for meal in self.meals.of(day):
            if meal.site_id != self.site.id or meal.extra:
                self._count_as_booked(meal)
            elif meal.is_programme or meal.withdrawn:
                self.sums.left_alone += 1
                self._count_as_booked(meal)
            else:
                priced = price_meal(
                    policies=policies, facts=self._facts(meal, day, ground, policies)
                )
                self.sums.add(meal, priced, ground.grants.get(meal.id, ()))
                self.past.add(meal.resident_id, meal.period_code, priced.parts)

    def _count_as_booked(self, meal: reads.BookedMeal) -> None:
        parts = () if meal.withdrawn else meal.parts
        self.past.add(meal.resident_id, meal.period_code, parts)

    def _policies(self, day: date) -> list[Policy]:
        """Those of the day, the new version in its old one's place or after all others."""
        found = policies_at(self.session, site_id=self.site.id, service_date=day)
        if all(policy.code != self.instead.code for policy in found):
            return [*found, self.instead]
        return [self.instead if policy.code == self.instead.code else policy for policy in found]

    def _facts(
        self, meal: reads.BookedMeal, day: date, ground: reads.Ground, policies: list[Policy]
    ) -> MealFacts:
        person = ground.people[meal.resident_id]
        return MealFacts(
            service_date=day,
            local_time=meal.created_at.astimezone(self.zone).time(),
            period=meal.period_code,
            channel=meal.channel,
            price_fen=meal.price_fen,
            item_class=self._class_of(meal),
            beside=meal.beside,
            is_workday=ground.is_workday,
            is_public_holiday=ground.is_public_holiday,
            birthday=_birthday(meal.age, person.birthday, day),
            tags=meal.tags,
            hukou_path=meal.hukou_path,
            residence_path=person.residence_path,
            site_path=path_of(self.site.city, self.site.district, self.site.town),
            in_institution=person.in_institution,
            registered_here=person.site_id == self.site.id,
            site_traits=frozenset(self.site.traits.split()),
            passes=passes_under(ground.passes.get(meal.resident_id, ()), policies),
            history=self.past.of(meal.resident_id, meal.period_code),
        )

    def _class_of(self, meal: reads.BookedMeal) -> str:
        if meal.set_code == A_LA_CARTE or meal.beside:
            return DISH
        return self.classes.get((meal.period_code, meal.set_code), "set")


def _birthday(age: int | None, known: date | None, day: date) -> date | None:
    """The person's, unless it was another when the meal was priced: then one of that age."""
    if age is None or age_on(known, day) == age:
        return None if age is None else known
    return date(day.year - age, 1, 1)
