"""A canteen with two funders, meals of any day booked as a counter books them, and claims."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from canteen.claims.actions import Order
from canteen.claims.closing import Closed, close_claim
from canteen.claims.models import ClaimLine
from canteen.foundation.calendar import age_on
from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.ledger import booking
from canteen.ledger.booking import Movement, Occasion
from canteen.ledger.models import TransferKind
from canteen.residents.models import Resident, ResidentTag
from canteen.settlement.actions import void_meal
from canteen.settlement.models import Channel, Meal, PaidBy
from canteen.subsidies.actions import publish_policy
from tests.lunches import policy_document

POLICY = policy_document(
    """
[[rule]]
code = "age"
name = { zh = "高龄", en = "age" }
stage = 2
split = [{ funder = "city", yuan = 3 }, { funder = "district", rest = true }]
bands = [
  { age_from = 60, age_below = 80, effect = { kind = "off", yuan = 4 } },
  { age_from = 80, effect = { kind = "off", yuan = 5 } },
]

[[rule]]
code = "hardship"
name = { zh = "=困难", en = "hardship" }
stage = 2
funder = "city"
effect = { kind = "off", yuan = 1 }
who = [{ age_from = 60, tags_any = ["dibao"] }]
""",
    code="helpings",
    name=("助餐补贴", "Meal help"),
    funders='"city", "district"',
)


def at(day: date, hour: int = 4) -> datetime:
    """An instant of a day in Shanghai: noon, unless told otherwise."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def publish(text: str = POLICY, extra: str = "") -> None:
    """The policy of these tests; `extra` adds caps."""
    done = publish_policy(document=text + extra, now=at(date(2024, 1, 1)), by=None)
    assert isinstance(done, str), done


def approve(resident_id: int, tag: str, since: date, until: date | None = None) -> None:
    """A tag two people have seen to."""
    with transaction() as session:
        session.add(
            ResidentTag(
                resident_id=resident_id, tag=tag, valid_from=since, valid_until=until,
                evidence="低保证 2026-031，区民政局", recorded_at=at(since), state="approved",
            )
        )  # fmt: skip


def eat(
    resident_id: int,
    day: date,
    *,
    site_id: int,
    parts: Sequence[tuple[str, str, int]] = (("city", "helpings/age", 300),),
    period: str = "lunch",
    age: int | None = None,
    tags: str = "",
    policies: str = "helpings@1",
    by: int | None = None,
    price_fen: int = 1300,
    grants: Sequence[tuple[str, str, int]] = (),
    now: datetime | None = None,
    **values: Any,
) -> UUID:
    """A meal with its funders' parts, as they are booked; nothing of the wallet."""
    meal_id = uuid4()
    subsidy = sum(fen for _funder, _policy, fen in parts)
    with transaction() as session:
        birthday = session.get_one(Resident, resident_id).birthday
        if age is None and birthday is not None:
            age = age_on(birthday, day)
        session.execute(
            insert(Meal),
            {
                "id": meal_id, "site_id": site_id, "service_date": day, "period_code": period,
                "channel": Channel.DINE_IN, "resident_id": resident_id, "diner_title": "陈奶奶",
                "set_name": "标准餐", "price_fen": price_fen, "subsidy_fen": subsidy,
                "paid_fen": price_fen - subsidy, "paid_by": PaidBy.CASH, "age": age,
                "tags": tags, "policies": policies, "created_by": by, "parts": _split(parts),
                "created_at": now or at(day), **values,
            },
        )  # fmt: skip
        movements = [
            Movement(
                debit=booking.funder(funder), credit=booking.revenue(site_id), amount_fen=fen,
                kind=TransferKind.MEAL_SUBSIDY, policy=policy,
            )
            for funder, policy, fen in parts
        ] + [
            Movement(
                debit=booking.funder(funder), credit=booking.revenue(site_id), amount_fen=fen,
                kind=TransferKind.OPERATOR_GRANT, policy=policy,
            )
            for funder, policy, fen in grants
        ]  # fmt: skip
        if price_fen > subsidy:
            movements.append(
                Movement(
                    debit=booking.cash(site_id), credit=booking.revenue(site_id),
                    amount_fen=price_fen - subsidy, kind=TransferKind.MEAL_CASH,
                )
            )  # fmt: skip
        booking.book(
            session,
            movements,
            Occasion(site_id=site_id, service_date=day, now=now or at(day), by=by, meal_id=meal_id),
        )
    return meal_id


def _split(parts: Sequence[tuple[str, str, int]]) -> str:
    """A meal's split as its row keeps it."""
    return json.dumps(
        [
            {"funder": funder, "amount_fen": fen, "policy": entry.split("/")[0],
             "rule": entry.split("/")[-1]}
            for funder, entry, fen in parts
        ]
    )  # fmt: skip


def void(meal_id: UUID, *, site_id: int, by: int, now: datetime) -> None:
    """Void a meal as a manager does."""
    done = void_meal(meal_id=meal_id, site_id=site_id, reason="打错了", by=by, now=now)
    assert done is not None
    assert not isinstance(done, Refusal)


def close(
    first: date,
    last: date,
    *sites: int,
    funder: str = "city",
    today: date | None = None,
    reason: str = "",
    **values: Any,
) -> Closed | Refusal:
    """Close a claim a few days after its period."""
    day = today or date.fromordinal(last.toordinal() + 3)
    order = Order(funder_code=funder, first_day=first, last_day=last, site_ids=sites, reason=reason)
    return close_claim(order, today=day, by=None, now=values.pop("now", at(day)), **values)


def closed(*args: Any, **values: Any) -> Closed:
    """`close`, which must succeed."""
    done = close(*args, **values)
    assert isinstance(done, Closed), done
    return done


def lines_of(claim_id: int) -> list[ClaimLine]:
    """A claim's lines, by day and order."""
    db.session.rollback()
    query = select(ClaimLine).where(ClaimLine.claim_id == claim_id)
    return list(db.session.scalars(query.order_by(ClaimLine.service_date, ClaimLine.id)))


def amounts(claim_id: int) -> list[int]:
    """The amounts of a claim's lines."""
    return [line.amount_fen for line in lines_of(claim_id)]
