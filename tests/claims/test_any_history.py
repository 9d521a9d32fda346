"""Whatever is sold, voided and closed, the claims add up to the funder's entries."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from canteen import create_app
from canteen.claims.models import ClaimLine
from canteen.claims.queries import receivables
from canteen.claims.rules import month_of, quarter_of
from canteen.claims.verify import verify_claims
from canteen.foundation.database import db
from canteen.foundation.prepared import let_go
from canteen.ledger.verify import balances
from tests.claims.ground import at, close, eat, publish, void
from tests.conftest import FAST
from tests.databases import Databases
from tests.people import make_chen, make_site, make_zhangjie

FIRST = date(2026, 4, 1)
DAYS = 120
TODAY = date(2026, 9, 1)


@dataclass(frozen=True)
class Sell:
    """A meal of a day, booked some days later."""

    day: int
    fen: int
    site: int


@dataclass(frozen=True)
class Void:
    """The n-th meal so far is taken back, if it stands."""

    nth: int


@dataclass(frozen=True)
class Close:
    """The month or quarter of a day is closed at some sites, if it may be."""

    day: int
    quarter: bool
    sites: frozenset[int]


STEPS = st.one_of(
    st.builds(Sell, day=st.integers(0, DAYS), fen=st.integers(1, 999), site=st.integers(0, 1)),
    st.builds(Sell, day=st.integers(0, DAYS), fen=st.integers(1, 999), site=st.integers(0, 1)),
    st.builds(Void, nth=st.integers(0, 12)),
    st.builds(
        Close,
        day=st.integers(0, DAYS),
        quarter=st.booleans(),
        sites=st.frozensets(st.integers(0, 1), min_size=1),
    ),
)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_the_claims_are_the_funders_entries_each_once(
    databases: Databases, tmp_path: Path, steps: list[Sell | Void | Close]
) -> None:
    folder = tmp_path / f"{next(_NUMBERS)}"
    folder.mkdir()
    url = databases.fresh(folder)
    app = create_app(DATA=folder, SQLALCHEMY_DATABASE_URI=url, **FAST)
    with app.app_context():
        live(steps)
        db.session.remove()
        let_go()
        db.engine.dispose()
    databases.drop(url)


def live(steps: list[Sell | Void | Close]) -> None:
    """Do all of it, close the rest, and compare with the ledger."""
    publish()
    sites = [make_site("one"), make_site("two")]
    chen, zhangjie = make_chen(sites[0]), make_zhangjie(sites[0])
    meals: list[tuple[UUID, int]] = []
    clock = at(FIRST)
    for number, step in enumerate(steps):
        clock += timedelta(hours=7)
        if isinstance(step, Sell):
            parts = [("city", "helpings/age", step.fen)]
            meal = eat(
                chen, FIRST + timedelta(days=step.day), site_id=sites[step.site], parts=parts,
                period=f"m{number}", now=clock,
            )  # fmt: skip
            meals.append((meal, sites[step.site]))
        elif isinstance(step, Void):
            if step.nth < len(meals):
                meal, site = meals[step.nth]
                void(meal, site_id=site, by=zhangjie, now=clock)
        else:
            day = FIRST + timedelta(days=step.day)
            span = quarter_of(day) if step.quarter else month_of(day)
            chosen = [sites[number] for number in sorted(step.sites)]
            close(span.first_day, span.last_day, *chosen, today=TODAY, now=clock)
        db.session.rollback()
        assert list(verify_claims(db.session())) == []
    check(sites)
    close(date(2026, 8, 1), date(2026, 8, 31), *sites, today=TODAY, now=clock)
    check(sites, all_claimed=True)


def check(sites: list[int], *, all_claimed: bool = False) -> None:
    """Claimed and still to be claimed are what the funder's account says."""
    db.session.rollback()
    session = db.session()
    claimed = int(session.scalar(select(func.coalesce(func.sum(ClaimLine.amount_fen), 0))) or 0)
    found = {one.funder_code: one for one in receivables(session, site_ids=sites, today=TODAY)}
    waiting = found["city"].unclaimed_fen if "city" in found else 0
    assert claimed + waiting == -balances(session)["funder:city"]
    if all_claimed:
        assert waiting == 0
    assert list(verify_claims(session)) == []


_NUMBERS = count(1)
