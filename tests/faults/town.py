"""The canteen that the faults befall: four counters with a clerk and an open shift each, and
people with a card and money, all of it booked, so that `canteen ledger verify` has a clean start.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select

from benchmarks import world
from canteen import create_app
from canteen.foundation.calendar import service_date
from canteen.foundation.database import db, transaction
from canteen.ledger import booking
from canteen.ledger.booking import Movement, Occasion
from canteen.ledger.models import Account, AccountKind, TransferKind
from canteen.ledger.shifts.actions import Opening, open_shift
from canteen.ledger.shifts.rules import Count
from canteen.sites.models import Device, Site
from canteen.staff.rules import Role
from tests.people import make_staff

PEOPLE = 1500
COUNTERS = 4
SHARED = 0.1
"""The part of cards that is shown at two counters in the same period."""


@dataclass(frozen=True)
class Town:
    """What counters need to know."""

    clerks: tuple[str, ...]
    devices: tuple[int, ...]
    tokens: tuple[str, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Tray:
    """What is put in front of a clerk: somebody's card, or a guest's (None)."""

    token: str | None
    period: str
    pay_by: str = "wallet"


def found(data: Path, url: str) -> Town:
    """Make the database at `url`, and everybody in it."""
    made = world.build(data, url, people=PEOPLE)
    app = create_app(DATA=data, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        now = datetime.now(UTC)
        site_id = db.session.scalars(select(Site.id)).one()
        clerks = tuple(f"clerk{number}" for number in range(COUNTERS))
        ids = [make_staff(name, Role.CLERK, site_id=site_id) for name in clerks]
        devices = _counters(site_id, now)
        _pay_in(site_id, now)
        for clerk, device in zip(ids, devices, strict=True):
            _open(site_id, device, clerk, now)
        db.session.remove()
        db.engine.dispose()
    return Town(clerks, devices, made.tokens, made.periods)


def deal(town: Town, *, seed: int) -> list[Iterator[Tray]]:
    """The trays of each counter. One in ten cards is shown at two counters, one after the other."""
    dice = random.Random(seed)
    orders = list(product(town.periods, town.tokens))
    dice.shuffle(orders)
    hands: list[list[Tray]] = [[] for _ in range(COUNTERS)]
    for number, (period, token) in enumerate(orders):
        pay_by = "cash" if dice.random() < 0.1 else "wallet"
        tray = Tray(token=token, period=period, pay_by=pay_by)
        hands[number % COUNTERS].append(tray)
        if dice.random() < SHARED:
            hands[(number + 1) % COUNTERS].append(tray)
        if dice.random() < 0.05:
            hands[number % COUNTERS].append(Tray(token=None, period=period, pay_by="cash"))
    return [iter(hand) for hand in hands]


def _counters(site_id: int, now: datetime) -> tuple[int, ...]:
    with transaction() as session:
        there = session.scalars(select(func.count()).select_from(Device)).one()
        for number in range(there, COUNTERS):
            session.add(Device(site_id=site_id, name=f"{number + 1}号窗口", created_at=now))
    return tuple(db.session.scalars(select(Device.id).order_by(Device.id)))


def _pay_in(site_id: int, now: datetime) -> None:
    """The wallets of `benchmarks.world` hold money that nobody paid in: here it is booked."""
    with transaction() as session:
        site = session.get_one(Site, site_id)
        wallets = session.scalars(select(Account).where(Account.kind == AccountKind.WALLET)).all()
        moved = [
            Movement(
                debit=booking.cash(site_id),
                credit=wallet.code,
                amount_fen=wallet.balance_fen or 0,
                kind=TransferKind.TOP_UP,
            )
            for wallet in wallets
        ]
        day = service_date(now, site.time_zone)
        booking.book(session, moved, Occasion(site_id=site_id, service_date=day, now=now, by=None))


def _open(site_id: int, device_id: int, clerk_id: int, now: datetime) -> None:
    opened = open_shift(
        Opening(
            site_id=site_id,
            device_id=device_id,
            by=clerk_id,
            count=Count(total_fen=200_00),
            request_id=uuid4(),
        ),
        now=now,
    )
    assert isinstance(opened, int), opened
