"""What a person gets at their canteen, read for the entitlement card (享优待)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen.cards.standing import path_of
from canteen.residents.models import Resident, ResidentTag, Status, TagState
from canteen.settlement.past import meals_since
from canteen.sites.models import MealPeriod, MealSet, Site
from canteen.subsidies.entitlement import Card, Holder, entitlement_card
from canteen.subsidies.entitlement_samples import ordinary_meal
from canteen.subsidies.facts import History, history_of, history_since
from canteen.subsidies.models import PolicyVersion, ResidentPass, SitePolicy
from canteen.subsidies.policy import Policy, in_force
from canteen.subsidies.queries import parsed_version

MOST_PRICES = 8
"""More prices than these do not fit the printed half sheet."""


@dataclass(frozen=True)
class OwnPrice:
    """What an ordinary meal costs the person: eaten in, on a workday, under every cap."""

    period: MealPeriod
    meal_set: MealSet
    pay_fen: int
    choice: bool
    """Whether the period has other sets too, so that this one must be named."""


@dataclass(frozen=True)
class Entitlements:
    """Everything the card page shows. `card` is None for people who have gone."""

    resident: Resident
    site: Site
    card: Card | None
    prices: Sequence[OwnPrice]


def entitlements_of(session: Session, *, resident: Resident, day: date) -> Entitlements:
    """The person's entitlements at the canteen they are registered at, on its day."""
    site = session.get_one(Site, resident.site_id)
    has_gone = resident.status != Status.ACTIVE and (
        resident.ended_on is None or resident.ended_on <= day
    )
    if has_gone:
        return Entitlements(resident, site, None, ())
    policies = _policies_from(session, site_id=site.id, day=day)
    holder = _holder(session, resident, site, day, {policy.code for policy in policies})
    card = entitlement_card(
        policies=policies,
        holder=holder,
        day=day,
        history=_history(session, resident.id, in_force(policies, day), day),
    )
    prices = _prices(session, policies=policies, holder=holder, site_id=site.id, day=day)
    return Entitlements(resident, site, card, prices)


def _policies_from(session: Session, *, site_id: int, day: date) -> list[Policy]:
    """What the site settles by on `day` or later, each only as long as the site does."""
    rows = session.execute(
        select(SitePolicy, PolicyVersion.id)
        .join(PolicyVersion, PolicyVersion.code == SitePolicy.policy_code)
        .where(
            SitePolicy.site_id == site_id,
            or_(SitePolicy.valid_until.is_(None), SitePolicy.valid_until >= day),
            or_(PolicyVersion.valid_until.is_(None), PolicyVersion.valid_until >= day),
        )
        .order_by(SitePolicy.id, PolicyVersion.version)
    ).all()
    return [_adopted(parsed_version(session, version_id), adopted) for adopted, version_id in rows]


def _adopted(policy: Policy, adopted: SitePolicy) -> Policy:
    ends = [day for day in (policy.valid_until, adopted.valid_until) if day is not None]
    begins = max(policy.valid_from, adopted.valid_from)
    return replace(policy, valid_from=begins, valid_until=min(ends, default=None))


def _holder(
    session: Session, resident: Resident, site: Site, day: date, policies: set[str]
) -> Holder:
    tags = session.execute(
        select(ResidentTag.tag, ResidentTag.valid_from, ResidentTag.valid_until).where(
            ResidentTag.resident_id == resident.id,
            ResidentTag.state == TagState.APPROVED,
            or_(ResidentTag.valid_until.is_(None), ResidentTag.valid_until >= day),
        )
    )
    passes = session.execute(
        select(ResidentPass.pass_code, ResidentPass.valid_from, ResidentPass.valid_until).where(
            ResidentPass.resident_id == resident.id,
            ResidentPass.valid_until >= day,
            ResidentPass.policy_code.in_(policies),
        )
    )
    place = path_of(site.city, site.district, site.town)
    return Holder(
        birthday=resident.birthday,
        tag_spans=tuple((tag, begins, until) for tag, begins, until in tags),
        pass_spans=tuple((code, begins, until) for code, begins, until in passes),
        hukou_path=path_of(resident.hukou_city, resident.hukou_district, resident.hukou_town),
        residence_path=place,
        site_path=place,
        in_institution=resident.in_institution,
        site_traits=frozenset(site.traits.split()),
    )


def _history(session: Session, resident_id: int, policies: Sequence[Policy], day: date) -> History:
    """What the person already had in the spans that caps and quotas count."""
    since = history_since(policies, day)
    meals = meals_since(session, resident_id=resident_id, since=since)
    past = [part for meal in meals for part in meal.parts]
    return history_of(past, service_date=day, period="", meals_today=0)


def _prices(
    session: Session, *, policies: Sequence[Policy], holder: Holder, site_id: int, day: date
) -> list[OwnPrice]:
    rows = session.execute(
        select(MealPeriod, MealSet)
        .join(
            MealSet,
            (MealSet.site_id == MealPeriod.site_id) & (MealSet.period_code == MealPeriod.code),
        )
        .where(MealPeriod.site_id == site_id, MealSet.active)
        .order_by(MealPeriod.position, MealPeriod.id, MealSet.position, MealSet.id)
        .limit(MOST_PRICES)
    ).all()
    return [
        OwnPrice(
            period,
            meal_set,
            ordinary_meal(
                policies,
                holder,
                day,
                period=period.code,
                at=_midway(period.starts, period.ends),
                price_fen=meal_set.price_fen,
                item_class=meal_set.item_class,
            ).pay_fen,
            sum(other.id == period.id for other, _ in rows) > 1,
        )
        for period, meal_set in rows
    ]


def _midway(starts: time, ends: time) -> time:
    first, last = (datetime.combine(date.min, each) for each in (starts, ends))
    return (first + (last - first) / 2).time() if last > first else starts
