"""Proves that each entry about a meal stands where the meal does, and with the funder it names.

Sums are proved in `verify`; here are entries that keep the sum right and are wrong all the
same: another day or canteen, another funder or policy, a meal that is gone.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.ledger import booking
from canteen.ledger.booking import POLICY_LENGTH, WITHDRAWN
from canteen.ledger.models import Account, Transfer, TransferKind
from canteen.ledger.verify import Finding
from canteen.settlement.models import Meal
from canteen.settlement.repricing_reads import PROGRAMME


def verify_entries(session: Session) -> Iterator[Finding]:
    """Every entry about a meal that does not say what the meal says."""
    yield from _where_the_meal_is(session)
    yield from _as_the_meal_splits_it(session)


def _where_the_meal_is(session: Session) -> Iterator[Finding]:
    """An entry counts for its meal's day and canteen: claims and statistics go by them."""
    query = (
        select(Transfer.id, Transfer.meal_id, Meal.id, Transfer.service_date, Transfer.site_id)
        .outerjoin(Meal, Meal.id == Transfer.meal_id)
        .where(
            Transfer.meal_id.is_not(None),
            or_(
                Meal.id.is_(None),
                Transfer.service_date != Meal.service_date,
                Transfer.site_id != Meal.site_id,
            ),
        )
        .order_by(Transfer.id)
    )
    for transfer_id, named, meal_id, day, site_id in session.execute(query):
        found = "is gone" if meal_id is None else f"is not of {day} at site {site_id}"
        yield Finding("entry_of_its_meal", f"transfer {transfer_id}", f"meal {named} {found}")


def _as_the_meal_splits_it(session: Session) -> Iterator[Finding]:
    """Who pays which part by which policy is what the meal keeps: that record is the claim.

    Equal meals are read once, so that a year costs little more than one reading of it.
    """
    payer, kind = aliased(Account), cast(Transfer.kind, String)
    same = (Meal.parts, kind, Transfer.policy, payer.code, Transfer.amount_fen)
    query = (
        select(*same, func.min(Transfer.id))
        .join(Meal, Meal.id == Transfer.meal_id)
        .join(payer, payer.id == Transfer.debit_account_id)
        .where(
            Transfer.kind.in_((TransferKind.MEAL_SUBSIDY, TransferKind.MEAL_FREE)),
            ~Transfer.policy.startswith(WITHDRAWN, autoescape=True),
        )
        .group_by(*same)
        .order_by(func.min(Transfer.id))
    )
    for parts, booked, policy, code, fen, first_id in session.execute(query):
        programme = policy.startswith(f"{PROGRAMME}/")
        if programme != (booked == TransferKind.MEAL_FREE) or (policy, code, fen) not in _split(
            parts
        ):
            yield Finding(
                "split_as_said", f"transfer {first_id}", f"{booked}: {policy}, {fen} fen of {code}"
            )


def _split(parts: str) -> set[tuple[str, str, int]]:
    """A meal's parts as their entries have them."""
    kept: list[dict[str, Any]] = json.loads(parts or "[]")
    return {
        (
            f"{part['policy']}/{part['rule']}"[:POLICY_LENGTH],
            booking.funder(part["funder"]),
            part["amount_fen"],
        )
        for part in kept
    }
