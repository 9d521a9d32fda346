"""A canteen big enough to settle thousands of meals in: people, wallets, cards, a policy."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select

from canteen import create_app
from canteen.cards.models import Card
from canteen.cards.tokens import make_token
from canteen.foundation import storage
from canteen.foundation.database import db, transaction
from canteen.ledger.accounts import open_site_accounts
from canteen.ledger.models import Account
from canteen.residents.models import Resident, ResidentTag
from canteen.sites.models import Device, MealPeriod, MealSet, Site
from canteen.staff.actions import add_staff
from canteen.staff.rules import Role
from canteen.subsidies.actions import adopt_policy, publish_policy

PEOPLE = 6000
PERIODS = ("lunch", "dinner")
"""Those the policy pays for."""
PASSWORD = "measure twice cut once"
POLICY = Path(__file__).parents[1] / "canteen" / "subsidies" / "policies" / "nanchang.toml"


@dataclass(frozen=True)
class World:
    """What the clients need to know."""

    username: str
    tokens: tuple[str, ...]
    periods: tuple[str, ...]
    device_id: int


def build(data: Path, url: str, people: int = PEOPLE, *, varied: bool = False) -> World:
    """Make the database at `url` from nothing, and everybody in it.

    `varied` gives them birthdays and tags of many kinds, for what is priced by kind.
    """
    app = create_app(DATA=data, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        storage.upgrade_database()
        world = _fill(app, people, varied)
        db.session.remove()
        db.engine.dispose()
    return world


def _fill(app: Flask, people: int, varied: bool) -> World:
    now = datetime.now(UTC)
    periods = PERIODS
    site_id = _site(now, periods)
    code = publish_policy(document=POLICY.read_text("utf-8"), now=now, by=None)
    assert isinstance(code, str)
    adopt_policy(site_id=site_id, policy_code=code, valid_from=date(2025, 1, 1))
    with app.test_request_context():
        clerk = add_staff(
            username="clerk", name="clerk", password=PASSWORD, site_id=site_id,
            roles=[Role.CLERK], now=now, by=None,
        )  # fmt: skip
    assert isinstance(clerk, int)
    key = app.extensions["canteen_keys"].card[0]
    tokens = _people(site_id, now, key, people, varied)
    device_id = db.session.scalar(select(Device.id).order_by(Device.id))
    assert device_id is not None
    return World("clerk", tokens, periods, device_id)


def _site(now: datetime, periods: tuple[str, ...]) -> int:
    with transaction() as session:
        site = Site(
            code="bench", name="bench", city="南昌市", district="青云谱区", town="金牛街道",
            menu_required=False, daily_card_limit_fen=10_000_00,
        )  # fmt: skip
        session.add(site)
        session.flush()
        for position, code in enumerate(periods):
            session.add(
                MealPeriod(
                    site_id=site.id, code=code, name=code, starts=time(0), ends=time(23, 59),
                    position=position,
                )
            )  # fmt: skip
            session.add(
                MealSet(
                    site_id=site.id, period_code=code, code="standard", name="set", price_fen=1300
                )
            )
        session.add(Device(site_id=site.id, name="one", created_at=now))
        session.add(Device(site_id=site.id, name="two", created_at=now))
        open_site_accounts(session, site_id=site.id)
        return site.id


def _people(site_id: int, now: datetime, key: bytes, people: int, varied: bool) -> tuple[str, ...]:
    """So many diners of 82 with an allowance tag, 1,000 yuan and a card each."""
    numbers = [f"{10_000_000 + index:08d}" for index in range(people)]
    with transaction() as session:
        session.execute(
            insert(Resident),
            [
                {
                    "site_id": site_id, "name": "陈桂英", "sort_name": "chen gui ying",
                    "gender": "female", "birthday": _birthday(place, varied),
                    "hukou_city": "南昌市",
                    "hukou_district": "青云谱区", "hukou_town": "金牛街道", "created_at": now,
                }
                for place, _number in enumerate(numbers)
            ],
        )  # fmt: skip
        ids = session.scalars(select(Resident.id).order_by(Resident.id)).all()
        session.execute(
            insert(ResidentTag),
            [
                {"resident_id": resident_id, "tag": _tag(place, varied),
                 "valid_from": date(2026, 1, 1),
                 "evidence": "bench", "recorded_at": now, "state": "approved",
                 "decided_at": now}
                for place, resident_id in enumerate(ids)
            ],
        )  # fmt: skip
        session.execute(
            insert(Account),
            [
                {"kind": "wallet", "code": f"wallet:{resident_id}", "resident_id": resident_id,
                 "balance_fen": 100_000}
                for resident_id in ids
            ],
        )  # fmt: skip
        session.execute(
            insert(Card),
            [
                {"number": number, "issue": 0, "resident_id": resident_id, "issued_at": now}
                for number, resident_id in zip(numbers, ids, strict=True)
            ],
        )
    secrets.SystemRandom().shuffle(numbers)
    return tuple(make_token(number, 0, key) for number in numbers)


def _birthday(place: int, varied: bool) -> date:
    return date(1931 + place % 36, 1 + place % 12, 1 + place % 28) if varied else date(1944, 3, 5)


def _tag(place: int, varied: bool) -> str:
    return ("dibao", "tekun", "disability_1_2", "living_alone")[place % 4] if varied else "dibao"
