"""Making the demo: everything in one order, deterministic but for the moment it is made for."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from canteen.demo import carriers, claims, deliveries, ground, line, meals, searches, wishes
from canteen.demo.dining import Dining
from canteen.demo.money import Money
from canteen.demo.people import settle_people
from canteen.demo.places import lay_grid
from canteen.demo.rows import Rows
from canteen.demo.size import FULL, Size
from canteen.demo.weeks import plan_weeks, write_weeks
from canteen.demo.world import ZONE, Community, Crew, Tell, World
from canteen.foundation import audit
from canteen.foundation.calendar import service_date
from canteen.foundation.crypto import Keys
from canteen.foundation.database import transaction
from canteen.menus.actions import load_shipped_library
from canteen.sites.actions import seed_calendar
from canteen.statistics.actions import fold_meals
from canteen.subsidies.actions import publish_policy

SEED = 20_200_101
BUILT = "built_demo"
"""The action of the audit entry that closes a build: without it, a build was cut short."""


@dataclass
class Making:
    """What goes from one community to the next: dice, menus, numbers."""

    now: datetime
    keys: Keys
    size: Size
    tell: Tell
    rng: random.Random
    card_numbers: set[str] = field(default_factory=set)


def steps(size: Size, communities: int) -> int:
    """How much `tell` will count in all, about."""
    menu_rows = 20 * 7 * (size.days // 7 + 2)
    meals_about = size.days * (size.counter_diners + size.delivery_needs)
    return communities * (size.people + menu_rows + meals_about)


def build(
    *,
    now: datetime,
    keys: Keys,
    tell: Tell,
    size: Size = FULL,
    communities: int = 1,
) -> None:
    """Fill an empty, migrated database. Each community is one transaction.

    The last thing written is an audit entry `BUILT`: until then the database is half a demo.
    """
    making = Making(now=now, keys=keys, size=size, tell=tell, rng=random.Random(SEED))
    crew: Crew | None = None
    plans = None
    site_ids: list[int] = []
    for number in range(1, communities + 1):
        with transaction() as session:
            site_id = ground.found_site(_world(making, session), number)
        if crew is None:
            crew = ground.hire(site_id, now)
            _prepare(making)
        with transaction() as session:
            world = _world(making, session)
            plans = plans or plan_weeks(world)
            community = Community(number=number, site_id=site_id, crew=crew)
            ground.equip(world, community)
            write_weeks(world, community, plans)
            _live(world, community)
            world.rows.finish()
            searches.look_for_people(world, community)
        site_ids.append(site_id)
    if crew is not None:
        _claim(making, crew, site_ids)
    for site_id in site_ids:
        fold_meals(site_id=site_id)
    with transaction() as session:
        today = service_date(now, ZONE.key).isoformat()
        audit.record(session, at=now, staff_id=None, action=BUILT, subject="demo", subject_id=today)


def _prepare(making: Making) -> None:
    """The holidays of the years concerned, the dish library, the policy."""
    for year in sorted({making.now.year - 1, making.now.year, making.now.year + 1}):
        seed_calendar(year)
    load_shipped_library()
    before = making.now - timedelta(days=making.size.days + 40)
    publish_policy(document=ground.policy_document(), now=before, by=None)


def _live(world: World, community: Community) -> None:
    """People move in, and then one day after the other passes."""
    lay_grid(world, community)
    settle_people(world, community)
    carriers.prepare(world, community)
    line.form_line(world, community)
    wishes.ask_for_help(world, community)
    wishes.hand_out_cards(world, community)
    money = Money(world, community)
    dining = Dining(world, community, money)
    habits = meals.habits_of(world, community)
    deliveries.receive_grant(world, dining)
    meals.first_money(world, dining)
    for day in world.days:
        if day == world.today:
            meals.round_up_the_card(world, dining)
        served = deliveries.carry_day(world, dining, day)
        served += meals.serve_day(world, dining, habits, day)
        world.tell("用餐与送餐 / meals", served)
    world.rows.flush()
    money.settle_balances()


def _claim(making: Making, crew: Crew, site_ids: list[int]) -> None:
    """The canteen's own money comes back, month by month."""
    today = service_date(making.now, ZONE.key)
    claims.claim_the_past(
        site_ids=site_ids,
        crew=crew,
        first_day=today - timedelta(days=making.size.days - 1),
        now=making.now,
        seed=SEED,
    )


def _world(making: Making, session: object) -> World:
    return World(
        session=session,  # type: ignore[arg-type]
        rows=Rows(session),  # type: ignore[arg-type]
        rng=making.rng,
        now=making.now,
        today=service_date(making.now, ZONE.key),
        size=making.size,
        keys=making.keys,
        tell=making.tell,
        card_numbers=making.card_numbers,
    )
