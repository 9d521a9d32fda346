"""What is kept of a meal that could not be booked: encrypted, and without the card's code.

It holds how the diner is addressed, the card's number and what was on the tray. Like ID numbers
it lies under the installation's `encrypt` key, and `canteen keys re-encrypt` takes it along.
"""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.foundation import audit
from canteen.foundation.crypto import Keys, WrongKeys
from canteen.foundation.database import retried, transaction
from canteen.settlement.models import Channel, PaidBy
from canteen.settlement.offline.actions import ServedMeal
from canteen.settlement.offline.models import UnbookedMeal
from canteen.settlement.offline.rules import Shown
from canteen.settlement.rules import Order
from canteen.settlement.trays import TrayLine


def sealed(served: ServedMeal, keys: Keys) -> str:
    """A meal as it was told, as a token that only `opened` reads."""
    order = served.order
    document = {
        "meal_id": str(order.meal_id),
        "site_id": order.site_id,
        "device_id": order.device_id,
        "clerk_id": order.clerk_id,
        "period_code": order.period_code,
        "set_code": order.set_code,
        "channel": order.channel,
        "pay_by": order.pay_by,
        "card": order.card,
        "resident_id": order.resident_id,
        "guest": order.guest,
        "shown": asdict(served.shown),
        "device_at": served.device_at.isoformat(),
        "sequence": served.sequence,
        "undone": served.undone,
        "doubtful": served.doubtful,
    }
    return keys.encrypt(json.dumps(document, ensure_ascii=False))


def opened(token: str, keys: Keys) -> ServedMeal | None:
    """The meal of a token; None where nothing is kept any more, or no key opens it."""
    if not token:
        return None
    try:
        document: dict[str, Any] = json.loads(keys.decrypt(token))
    except WrongKeys:
        return None
    shown = document["shown"]
    lines = tuple(TrayLine(**line) for line in shown["lines"])
    return ServedMeal(
        order=Order(
            meal_id=UUID(document["meal_id"]),
            site_id=document["site_id"],
            device_id=document["device_id"],
            clerk_id=document["clerk_id"],
            period_code=document["period_code"],
            set_code=document["set_code"],
            channel=Channel(document["channel"]),
            pay_by=PaidBy(document["pay_by"]),
            card=tuple(document["card"]) if document["card"] else None,
            resident_id=document["resident_id"],
            guest=document["guest"],
        ),
        shown=Shown(**{**shown, "lines": lines}),
        device_at=datetime.fromisoformat(document["device_at"]),
        sequence=document["sequence"],
        undone=document["undone"],
        doubtful=document["doubtful"],
    )


def count_kept_under_older(session: Session, *, keys: Keys) -> int:
    """How many kept meals the newest key does not open."""
    newest = keys.newest_alone()
    kept = select(UnbookedMeal.sealed).where(UnbookedMeal.sealed != "")
    return sum(not newest.opens(token) for token in session.scalars(kept))


@retried
def reseal_kept_meals(*, keys: Keys, now: datetime) -> tuple[int, tuple[UUID, ...]]:
    """Put all kept meals under the newest key: how many were not, and which no key opens."""
    newest, resealed, unreadable = keys.newest_alone(), 0, []
    with transaction() as session:
        kept = select(UnbookedMeal).where(UnbookedMeal.sealed != "").with_for_update()
        for row in session.scalars(kept):
            if newest.opens(row.sealed):
                continue
            if not keys.opens(row.sealed):
                unreadable.append(row.meal_id)
                continue
            row.sealed = keys.encrypt(keys.decrypt(row.sealed))
            resealed += 1
        if resealed:
            audit.record(
                session, at=now, staff_id=None, action="resealed_kept_meals",
                subject="keys", subject_id="encrypt", note=str(resealed),
            )  # fmt: skip
    return resealed, tuple(unreadable)
