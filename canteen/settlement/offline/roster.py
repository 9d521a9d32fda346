"""What a counter takes with it into a time without network: everybody's card and price of today.

No name beyond how the diner is addressed, no ID number, address, phone, tag or diet. A card is
told by a hash of its whole code, so that the roster makes no cards; the key that makes them
stays on the server.
"""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.cards.models import Card, CardState
from canteen.cards.standing import path_of
from canteen.cards.tokens import make_token
from canteen.ledger.models import Account
from canteen.residents.models import Household, Resident, ResidentTag, Status, TagState
from canteen.settlement.facts import past_meal
from canteen.settlement.models import Meal, PaidBy
from canteen.settlement.offline.amounts import (
    AmountOffer,
    Effects,
    addition_offers,
    amount_offers,
)
from canteen.settlement.offline.likeness import counts_since, likeness
from canteen.settlement.offline.quotes import Offer, SetOffered, asked_by, offers_for
from canteen.settlement.rules import Diner, PastMeal, SaleFacts, title_on
from canteen.sites import queries as sites
from canteen.sites.models import DayKind, Site
from canteen.subsidies.models import ResidentPass
from canteen.subsidies.policy import Policy
from canteen.subsidies.queries import policies_at

_Priced = tuple[tuple[Offer, ...], tuple[AmountOffer, ...], tuple[AmountOffer, ...]]

RECENT = timedelta(days=60)
"""Who ate here within this time may come again, wherever they are registered."""

NAMED_FOR = timedelta(days=400)
"""How long a card that was lost or replaced is named as such; after that it is unknown."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One card that pays. `eaten` are today's periods with the local time of the meal."""

    code_hashes: tuple[str, ...]
    """Of the card's code under every key that still reads cards."""
    number: str
    title: str
    resident_id: int
    balance_fen: int
    spent_fen: int
    eaten: Mapping[str, str]
    offers: tuple[Offer, ...]
    amounts: tuple[AmountOffer, ...] = ()
    """Of trays without a set, where the canteen sells them."""
    additions: tuple[AmountOffer, ...] = ()
    """Of what is added to a set."""


@dataclass(frozen=True, kw_only=True)
class Roster:
    """All that a counter decides by on one day of one site. `ended` maps hashes of codes that
    no longer pay to lost, replaced or closed."""

    site_id: int
    day: date
    made_at: datetime
    salt: str
    daily_card_limit_fen: int
    periods: tuple[str, ...]
    """In the order of the day."""
    sets: tuple[SetOffered, ...]
    entries: tuple[Entry, ...]
    ended: Mapping[str, str]
    history: bool = False
    """Whether what was eaten earlier today can change a price."""
    starts: tuple[int, ...] = ()
    """The minute of the day at which each period begins."""
    funders: frozenset[str] = frozenset()
    """Codes of all that pay a part of any quote."""


def code_hash(code: str, salt: str) -> str:
    """A card's 22 digits as the roster names them: 24 hex digits of SHA-256 over salt and code."""
    return hashlib.sha256(f"{salt}:{code}".encode()).hexdigest()[:24]


def read_roster(
    session: Session,
    *,
    site_id: int,
    day: date,
    now: datetime,
    salt: str,
    card_keys: Sequence[bytes],
) -> Roster:
    """The roster of a site's day. About a dozen queries, however many cards there are."""
    site = session.get_one(Site, site_id)
    policies = policies_at(session, site_id=site_id, service_date=day)
    facts = _facts(session, site, day, policies)
    offered = _sets(session, site_id)
    periods = {
        one.code: one.starts.hour * 60 + one.starts.minute
        for one in sites.periods(session, site_id)
    }
    asked = asked_by(policies)
    since = counts_since(policies, day, history=asked.history)
    effects = Effects(facts, site.tray_limit_fen)
    trays = list(periods) if site.sells_dishes or site.sells_amounts else ()
    topped = offered if trays and site.sells_sets else ()
    priced: dict[Hashable, _Priced] = {}
    entries = []
    for number, issue, diner in _diners(session, site, day, since or day):
        alike = likeness(diner, day=day, since=since)
        if alike not in priced:
            priced[alike] = (
                tuple(offers_for(diner, facts=facts, sets=offered, periods=periods, asked=asked)),
                tuple(amount_offers(diner, effects=effects, periods=trays, asked=asked)),
                tuple(addition_offers(diner, effects=effects, sets=topped, asked=asked)),
            )
        today = [meal for meal in diner.meals if meal.service_date == day]
        entries.append(
            Entry(
                code_hashes=_hashes(number, issue, salt, card_keys),
                number=number,
                title=title_on(diner, day),
                resident_id=diner.resident_id,
                balance_fen=diner.balance_fen,
                spent_fen=sum(m.paid_fen for m in today if m.paid_by == PaidBy.WALLET),
                eaten={meal.period_code: meal.local_at for meal in today if not meal.extra},
                offers=priced[alike][0],
                amounts=priced[alike][1],
                additions=priced[alike][2],
            )
        )
    return Roster(
        site_id=site_id,
        day=day,
        made_at=now,
        salt=salt,
        daily_card_limit_fen=site.daily_card_limit_fen,
        periods=tuple(periods),
        starts=tuple(periods.values()),
        sets=tuple(offered),
        entries=tuple(entries),
        ended=_ended(session, now, salt, card_keys),
        history=asked.history,
        funders=frozenset(
            funder
            for offers, *_amounts in priced.values()
            for one in offers
            for funder, _fen in one.quote.parts
        ),
    )


def _facts(session: Session, site: Site, day: date, policies: Sequence[Policy]) -> SaleFacts:
    kind = sites.day_kind(session, day)
    return SaleFacts(
        service_date=day,
        local_time=datetime.min.time(),
        is_workday=sites.is_workday(kind),
        is_public_holiday=kind == DayKind.HOLIDAY,
        site_path=path_of(site.city, site.district, site.town),
        set_name=None,
        price_fen=None,
        site_traits=frozenset(site.traits.split()),
        menu_published=True,
        menu_required=False,
        daily_card_limit_fen=site.daily_card_limit_fen,
        diner=None,
        policies=policies,
    )


def _sets(session: Session, site_id: int) -> list[SetOffered]:
    return [
        SetOffered(
            period=row.period_code,
            code=row.code,
            name=row.name,
            price_fen=row.price_fen,
            item_class=row.item_class,
        )
        for row in sites.meal_sets(session, site_id)
    ]


def _diners(
    session: Session, site: Site, day: date, since: date
) -> Iterator[tuple[str, int, Diner]]:
    """Number, issue and holder of every card that pays: who is registered here or came lately.

    Columns, not rows of the session: of twenty thousand people nothing is changed.
    """
    home = aliased(Site)
    came = select(Meal.resident_id).where(
        Meal.site_id == site.id, Meal.service_date >= day - RECENT, Meal.resident_id.is_not(None)
    )
    holders = (
        select(Card.resident_id)
        .join(Resident, Resident.id == Card.resident_id)
        .where(
            Card.state == CardState.ACTIVE,
            or_(Resident.status == Status.ACTIVE, Resident.ended_on > day),
            or_(Resident.site_id == site.id, Resident.id.in_(came)),
        )
    )
    query = (
        select(
            *(Card.id, Card.number, Card.issue, Card.state),
            *(getattr(Resident, name) for name in _OF_A_PERSON),
            *(home.city, home.district, home.town),
            *(Household.unit_id, Account.balance_fen, Account.turn),
        )
        .join(Resident, Resident.id == Card.resident_id)
        .join(home, home.id == Resident.site_id)
        .outerjoin(Household, Household.id == Resident.household_id)
        .outerjoin(Account, Account.resident_id == Resident.id)
        .where(Card.state == CardState.ACTIVE, Card.resident_id.in_(holders))
        .order_by(Card.number)
    )
    tags = _tags(session, holders, day)
    passes = _passes(session, holders, day)
    meals = _meals(session, holders, since, ZoneInfo(site.time_zone))
    for (
        card_id,
        number,
        issue,
        state,
        *person,
        city,
        district,
        town,
        unit_id,
        balance,
        turn,
    ) in session.execute(query):
        one = dict(zip(_OF_A_PERSON, person, strict=True))
        hukou = (one.pop("hukou_city"), one.pop("hukou_district"), one.pop("hukou_town"))
        resident_id = one.pop("id")
        yield (
            number,
            issue,
            Diner(
                resident_id=resident_id,
                registered_here=one.pop("site_id") == site.id,
                tags=frozenset(tags.get(resident_id, ())),
                hukou_path=path_of(*hukou),
                residence_path=path_of(city, district, town),
                grid_node_id=unit_id,
                balance_fen=balance or 0,
                turn=turn or 0,
                card_id=card_id,
                card_state=state,
                passes=frozenset(passes.get(resident_id, ())),
                meals=tuple(meals.get(resident_id, ())),
                **one,
            ),
        )


_OF_A_PERSON = (
    *("id", "site_id", "name", "gender", "birthday", "status", "ended_on", "in_institution"),
    *("hukou_city", "hukou_district", "hukou_town"),
)


def _tags(session: Session, holders: Select[Any], day: date) -> Mapping[int, set[str]]:
    query = select(ResidentTag.resident_id, ResidentTag.tag).where(
        ResidentTag.resident_id.in_(holders),
        ResidentTag.state == TagState.APPROVED,
        ResidentTag.valid_from <= day,
        or_(ResidentTag.valid_until.is_(None), ResidentTag.valid_until >= day),
    )
    found: defaultdict[int, set[str]] = defaultdict(set)
    for resident_id, tag in session.execute(query):
        found[resident_id].add(tag)
    return found


def _passes(
    session: Session, holders: Select[Any], day: date
) -> Mapping[int, set[tuple[str, str]]]:
    query = select(
        ResidentPass.resident_id, ResidentPass.policy_code, ResidentPass.pass_code
    ).where(
        ResidentPass.resident_id.in_(holders),
        ResidentPass.valid_from <= day,
        ResidentPass.valid_until >= day,
    )
    found: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    for resident_id, policy, code in session.execute(query):
        found[resident_id].add((policy, code))
    return found


def _meals(
    session: Session, holders: Select[Any], since: date, zone: ZoneInfo
) -> Mapping[int, list[PastMeal]]:
    """What they ate from `since` on: today's meals, and those that still count for a price."""
    query = select(
        Meal.resident_id,
        Meal.id,
        Meal.service_date,
        Meal.period_code,
        Meal.paid_fen,
        Meal.paid_by,
        Meal.extra,
        Meal.created_at,
        Meal.withdrawn_at,
        Meal.parts,
    ).where(Meal.resident_id.in_(holders), Meal.service_date >= since, Meal.voided_at.is_(None))
    found: defaultdict[int, list[PastMeal]] = defaultdict(list)
    for resident_id, meal_id, on, period, paid, by, extra, at, withdrawn, parts in session.execute(
        query
    ):
        assert resident_id is not None, "their meals were asked for"
        columns = [meal_id, on.isoformat(), period, paid, by, extra, at.isoformat()]
        found[resident_id].append(past_meal([*columns, "" if withdrawn else parts], zone))
    return found


def _ended(
    session: Session, now: datetime, salt: str, card_keys: Sequence[bytes]
) -> Mapping[str, str]:
    query = select(Card.number, Card.issue, Card.state).where(
        Card.state != CardState.ACTIVE, Card.ended_at >= now - NAMED_FOR
    )
    return {
        hashed: state
        for number, issue, state in session.execute(query)
        for hashed in _hashes(number, issue, salt, card_keys)
    }


def _hashes(number: str, issue: int, salt: str, card_keys: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(code_hash(make_token(number, issue, key), salt) for key in card_keys)
