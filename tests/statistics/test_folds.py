"""Folded counts always equal a plain scan, whatever happens in between."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from canteen.foundation.database import db
from canteen.settlement.models import Meal
from canteen.settlement.offline.actions import ServedMeal, book_served_meal
from canteen.settlement.offline.rules import Shown
from canteen.statistics import queries
from canteen.statistics.actions import fold_meals
from canteen.statistics.every_few_minutes import fold_days_that_are_over
from canteen.statistics.models import MealChange, MealCount
from canteen.statistics.rules import Dimension, agrees, summed
from canteen.statistics.spans import Span
from tests.lunches import adopt, give, lunch
from tests.people import (
    NOW,
    TODAY,
    make_chen,
    make_funder,
    make_site,
    make_unit,
    make_xiaoli,
    make_zhangjie,
)
from tests.statistics.meals import make_meal, void_meal

SPAN = Span(TODAY - timedelta(days=9), TODAY)
BY_COLUMN = {
    Dimension.PERIOD: "period_code",
    Dimension.CHANNEL: "channel",
    Dimension.AGE_BAND: "age_band",
    Dimension.PAID_BY: "paid_by",
    Dimension.GRID: "grid_node_id",
}


def plain_scan(site_id: int, dimension: Dimension) -> dict[tuple[date, str], list[int]]:
    """Every meal of the site, one by one, added up in the simplest way there is."""
    sums: defaultdict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for meal in db.session.scalars(select(Meal).where(Meal.site_id == site_id)):
        if dimension is Dimension.TAG:
            codes = [code for code in meal.tags.split(";") if code] or [""]
        else:
            value = getattr(meal, BY_COLUMN[dimension])
            codes = ["" if value is None else str(value)]
        for code in codes:
            row = sums[(meal.service_date, code)]
            if meal.voided_at is not None:
                row[1] += 1
                continue
            row[0] += 1
            row[2] += meal.price_fen
            row[3] += meal.subsidy_fen
            row[4] += meal.paid_fen
    return dict(sums)


def shown(site_id: int, dimension: Dimension) -> dict[tuple[date, str], list[int]]:
    """What the page would show of one side."""
    db.session.rollback()
    found = queries.figures(db.session(), site_id=site_id, span=SPAN, dimensions=[dimension])
    assert agrees(found.ledger), found.ledger
    return {
        (key.service_date, key.code): [
            one.meals, one.voided, one.price_fen, one.subsidy_fen, one.paid_fen,
        ]
        for key, one in found.counts.items()
        if key.dimension is dimension
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_sales_voids_and_folds_the_page_equals_the_scan(app: Flask, seed: int) -> None:
    chance = random.Random(seed)
    site_id, other = make_site(), make_site("qingyun")
    manager = make_zhangjie(site_id)
    make_funder("district")
    make_funder("charity", "charity", "慈善会")
    units = [make_unit(unit=f"{number}单元") for number in (1, 2)]
    chen = make_chen(site_id)
    standing = []
    for _ in range(60):
        what = chance.random()
        if what < 0.15:
            fold_meals()
        elif what < 0.3 and standing:
            void_meal(standing.pop(chance.randrange(len(standing))), by=manager)
        else:
            parts = {} if chance.random() < 0.6 else {"district": 300, "charity": 200}
            resident = chen if parts else None
            standing.append(
                make_meal(
                    chance.choice((site_id, other)),
                    day=TODAY - timedelta(days=chance.randrange(8)),
                    parts=parts,
                    resident_id=resident,
                    period=f"p{len(standing)}_{chance.randrange(10**6)}" if resident else "lunch",
                    channel=chance.choice(("dine_in", "takeaway", "delivery")),
                    age_band=chance.choice(("80-84", "60-64", "unknown")),
                    tags=chance.choice(("", ";dibao;", ";dibao;living_alone;")),
                    grid_node_id=chance.choice((*units, None)),
                )
            )
        if chance.random() < 0.2:
            side = chance.choice([*BY_COLUMN, Dimension.TAG])
            assert shown(site_id, side) == plain_scan(site_id, side)
    for _ in ("before the fold", "after the fold"):
        for side in (*BY_COLUMN, Dimension.TAG):
            for place in (site_id, other):
                assert shown(place, side) == plain_scan(place, side)
        fold_meals()
    assert db.session.scalar(select(func.count()).select_from(MealChange)) == 0


def test_folding_twice_changes_nothing(app: Flask) -> None:
    site_id = make_site()
    make_meal(site_id)
    assert fold_meals() == 1
    first = db.session.execute(select(*MealCount.__table__.columns)).all()
    assert first
    assert fold_meals() == 0
    assert db.session.execute(select(*MealCount.__table__.columns)).all() == first


def test_the_worker_counts_days_that_are_over_where_the_site_is(app: Flask) -> None:
    site_id, west = make_site(), make_site("west", time_zone="America/New_York")
    for place in (site_id, west):
        for back in (0, 1, 2):
            make_meal(place, day=TODAY - timedelta(days=back))
    assert fold_days_that_are_over(now=NOW, is_ending=lambda: True) == 0
    assert fold_days_that_are_over(now=NOW) == 3  # 22:30 of the 22nd in New York
    left = {(one.site_id, one.service_date) for one in db.session.scalars(select(MealChange))}
    assert left == {(site_id, TODAY), (west, TODAY), (west, TODAY - timedelta(days=1))}
    make_meal(site_id, day=TODAY - timedelta(days=2))  # an offline counter comes home late
    assert fold_days_that_are_over(now=NOW) == 1
    assert fold_days_that_are_over(now=NOW) == 0


def test_a_folded_day_is_read_without_its_meals(app: Flask) -> None:
    site_id = make_site()
    make_meal(site_id)
    fold_meals()
    with db.session.no_autoflush:
        db.session.execute(MealCount.__table__.update().values(meals=41))
        found = queries.figures(db.session(), site_id=site_id, span=SPAN, dimensions=[])
        assert summed(found.counts, Dimension.TOTAL)[""].meals == 41
        db.session.rollback()


def test_a_meal_that_comes_late_to_a_folded_day_is_counted(app: Flask) -> None:
    site_id = make_site()
    long_ago = TODAY - timedelta(days=5)
    make_meal(site_id, day=long_ago)
    fold_meals()
    make_meal(site_id, day=long_ago, price_fen=1200)
    counted = shown(site_id, Dimension.PERIOD)
    assert counted == {(long_ago, "lunch"): [2, 0, 2500, 0, 2500]}


def test_meals_served_alone_around_midnight_count_on_their_own_day_in_shanghai(app: Flask) -> None:
    site_id = make_site()
    adopt(site_id, "nanchang")
    chen, clerk = make_chen(site_id), make_xiaoli(site_id)
    give(chen, site_id, 50_00)
    midnight = datetime(2026, 11, 23, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
    told = midnight + timedelta(hours=9)
    make_meal(site_id, day=TODAY - timedelta(days=1), price_fen=100)
    assert fold_days_that_are_over(now=told) == 1, "yesterday is counted before it is told"
    for number, (diner, at) in enumerate(
        ((chen, midnight - timedelta(minutes=1)), (chen, midnight), (None, midnight))
    ):
        order = lunch(site_id, clerk, diner)
        price = Shown(set_name="标准餐", title="", price_fen=1300, subsidy_fen=0, paid_fen=1300)
        served = ServedMeal(order=order, shown=price, device_at=at, sequence=number)
        assert book_served_meal(served, now=told).outcome == "booked"
    days = {day: count[0] for (day, _), count in shown(site_id, Dimension.TOTAL).items()}
    assert days == {TODAY - timedelta(days=1): 2, TODAY: 2}


def test_voiding_a_meal_of_a_folded_day_takes_its_money_away(app: Flask) -> None:
    site_id = make_site()
    meal_id = make_meal(site_id)
    fold_meals()
    void_meal(meal_id, by=make_zhangjie(site_id))
    assert shown(site_id, Dimension.CHANNEL) == {(TODAY, "dine_in"): [0, 1, 0, 0, 0]}
    fold_meals()
    assert shown(site_id, Dimension.CHANNEL) == {(TODAY, "dine_in"): [0, 1, 0, 0, 0]}


def test_a_sale_that_is_not_committed_while_its_day_is_folded_is_counted(app: Flask) -> None:
    site_id = make_site()
    make_meal(site_id)
    sale = insert(Meal).values(
        id=uuid4(), site_id=site_id, service_date=TODAY, period_code="lunch", channel="dine_in",
        set_name="标准餐", price_fen=1300, paid_fen=1300, paid_by="cash", created_at=NOW,
    )  # fmt: skip
    with db.engine.connect() as till:
        if db.engine.dialect.name == "postgresql":  # SQLite has one writer: the sale comes after
            till.execute(sale)
        assert fold_meals() == 1
        if db.engine.dialect.name == "sqlite":
            till.execute(sale)
        till.commit()
    db.session.rollback()
    found = queries.figures(db.session(), site_id=site_id, span=SPAN, dimensions=[])
    assert summed(found.counts, Dimension.TOTAL)[""].meals == 2
