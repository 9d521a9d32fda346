"""What one person had before: standing meals since a day, with what policies gave for each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.settlement.models import Meal
from canteen.subsidies.facts import PastPart


@dataclass(frozen=True)
class EatenMeal:
    """A meal that stands. `parts` is empty where nothing was given or it was withdrawn since."""

    service_date: date
    parts: tuple[PastPart, ...]


def meals_since(session: Session, *, resident_id: int, since: date) -> Sequence[EatenMeal]:
    """Somebody's meals of a day and later, at every site, as caps and quotas count them."""
    query = select(
        Meal.id, Meal.service_date, Meal.period_code, Meal.parts, Meal.withdrawn_at
    ).where(Meal.resident_id == resident_id, Meal.service_date >= since, Meal.voided_at.is_(None))
    return [
        EatenMeal(day, () if withdrawn_at else _parts(meal_id, day, period, parts))
        for meal_id, day, period, parts, withdrawn_at in session.execute(query)
    ]


def _parts(meal_id: UUID, day: date, period: str, text: str) -> tuple[PastPart, ...]:
    read: list[dict[str, Any]] = json.loads(text) if text else []
    return tuple(
        PastPart(
            str(meal_id), day, period, one["policy"], one["rule"], one["funder"], one["amount_fen"]
        )
        for one in read
    )
