"""The facts of a trial meal: from a resident's file, or as somebody invents them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.blueprints.subsidies.forms import BenchForm
from canteen.residents import queries as residents
from canteen.residents.models import Resident
from canteen.settlement.models import Meal
from canteen.sites.models import CalendarDay, DayKind, Site
from canteen.subsidies.facts import (
    MealFacts,
    PastPart,
    Tally,
    history_of,
    history_since,
    stated_history,
)
from canteen.subsidies.models import ResidentPass
from canteen.subsidies.policy import Place, Policy

SPANS = ("day", "week", "month", "year")


@dataclass(frozen=True)
class Diner:
    """Who eats: what the engine asks of a person."""

    birthday: date | None
    tags: frozenset[str] = frozenset()
    hukou_path: Place = ()
    residence_path: Place = ()
    in_institution: bool = False
    registered_here: bool = True
    passes: frozenset[str] = frozenset()
    past: tuple[PastPart, ...] = ()
    meals_today: int = 0


def day_kind(session: Session, day: date) -> str:
    """What the calendar says of a day: ``workday``, ``rest_day`` or ``public_holiday``."""
    row = session.get(CalendarDay, day)
    kind = row.kind if row else DayKind.WEEKEND if day.isoweekday() > 5 else DayKind.WORKDAY
    if kind == DayKind.HOLIDAY:
        return "public_holiday"
    return "workday" if kind in (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY) else "rest_day"


def diner_from_file(
    session: Session, person: Resident, *, site: Site, day: date, policies: Sequence[Policy]
) -> Diner:
    """A resident as they stand on a day, with what they received in the spans that count."""
    since = min(history_since(policies, day), day)
    home = session.get(Site, person.site_id)
    codes = {policy.code for policy in policies}
    held = select(ResidentPass.policy_code, ResidentPass.pass_code).where(
        ResidentPass.resident_id == person.id,
        ResidentPass.valid_from <= day,
        ResidentPass.valid_until >= day,
    )
    meals = _meals(session, person.id, since)
    return Diner(
        birthday=person.birthday,
        tags=frozenset(residents.tags_of(session, [person.id], day).get(person.id, ())),
        hukou_path=path_of(person.hukou_city, person.hukou_district, person.hukou_town),
        residence_path=path_of(home.city, home.district, home.town) if home else (),
        in_institution=person.in_institution,
        registered_here=person.site_id == site.id,
        passes=frozenset(code for policy, code in session.execute(held) if policy in codes),
        past=tuple(part for _day, parts in meals for part in parts),
        meals_today=sum(eaten == day for eaten, _parts in meals),
    )


def _meals(session: Session, resident_id: int, since: date) -> list[tuple[date, list[PastPart]]]:
    query = select(Meal.id, Meal.service_date, Meal.period_code, Meal.parts).where(
        Meal.resident_id == resident_id, Meal.service_date >= since, Meal.voided_at.is_(None)
    )
    return [
        (day, [_past(str(meal_id), day, period, part) for part in json.loads(parts or "[]")])
        for meal_id, day, period, parts in session.execute(query)
    ]


def _past(meal: str, day: date, period: str, part: dict[str, Any]) -> PastPart:
    return PastPart(
        meal, day, period, part["policy"], part["rule"], part["funder"], part["amount_fen"]
    )


def invented_diner(form: BenchForm, day: date) -> Diner:
    """A diner as the form tells it; nobody's data."""
    birthday = form.birthday.data
    if birthday is None and form.age.data is not None:
        birthday = birthday_for(form.age.data, day)
    return Diner(
        birthday=birthday,
        tags=frozenset(form.tags.data or ()),
        hukou_path=typed_path(form.hukou.data),
        residence_path=typed_path(form.residence.data),
        in_institution=bool(form.in_institution.data),
        registered_here=bool(form.registered_here.data),
        passes=frozenset(form.passes.data or ()),
    )


def birthday_for(age: int, day: date) -> date:
    """The birthday of somebody who turns `age` on `day`."""
    year = day.year - age
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February in a common year
        return date(year, 2, 28)


def path_of(*names: str) -> Place:
    """City, district, town, as far as they are known from the top."""
    known: list[str] = []
    for name in names:
        if not name:
            break
        known.append(name)
    return tuple(known)


def typed_path(text: str | None) -> Place:
    """``广州市/增城区`` as a path."""
    return tuple(step.strip() for step in (text or "").split("/") if step.strip())


@dataclass(frozen=True)
class Trial:
    """A meal to price: who, and everything else the form says."""

    diner: Diner
    site: Site
    day: date
    day_kind: str
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
            is_workday=self.day_kind == "workday",
            is_public_holiday=self.day_kind == "public_holiday",
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

    def _history(self, policies: Sequence[Policy]) -> Any:
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


def stated_tallies(form: BenchForm) -> dict[str, Tally]:
    """What the form says was received; a shorter span is part of every longer one."""
    meals = fen = 0
    found = {}
    for span in SPANS:
        meals = max(meals, getattr(form, f"{span}_meals").data or 0)
        fen = max(fen, getattr(form, f"{span}_fen").data or 0)
        if meals or fen:
            found[span] = Tally(meals, fen)
    return found


def on_every_day(policy: Policy) -> Policy:
    """The policy without its first and last day: a draft is tried on any day."""
    return replace(policy, valid_from=date.min, valid_until=None)
