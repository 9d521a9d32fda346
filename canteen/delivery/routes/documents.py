"""What is kept of a plan of rounds, and what was asked for it. JSON; ids only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

Orders = dict[int, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which rounds, and the hours of the day in seconds after midnight."""

    site_id: int
    day: date
    period_code: str
    leaves_from: int
    back_by: int
    cooked_at: int
    hot_minutes: int
    fresh: bool = False
    """Whether to plan from nothing, else from the plan that is in use."""


@dataclass(frozen=True, kw_only=True)
class Streets:
    """What a route server measured, for the points it was asked about. By transport: metres and
    seconds."""

    points: tuple[tuple[float, float], ...] = ()
    tables: Mapping[str, Mapping[str, Sequence[Sequence[int]]]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RouteDocument:
    """Orders by volunteer, doors on no round with the reason, and who had each door before."""

    asked: Asked
    orders: Orders
    unserved: dict[int, str] = field(default_factory=dict)
    before: dict[int, int | None] = field(default_factory=dict)
    streets: Streets = field(default_factory=Streets)
    by_streets: str = "crow"
    """``streets``, ``crow`` (none is configured) or ``fallback`` (it did not answer)."""
    touched: bool = False
    """Whether a person moved something by hand."""

    def with_orders(self, orders: Orders, unserved: dict[int, str]) -> "RouteDocument":
        return replace(self, orders=orders, unserved=unserved, touched=True)


def asked_to_json(asked: Asked) -> dict[str, Any]:
    """For a job's arguments and for keeping."""
    return {**vars(asked), "day": asked.day.isoformat()}


def asked_from_json(data: Mapping[str, Any]) -> Asked:
    """The same back."""
    return Asked(**{**data, "day": date.fromisoformat(data["day"])})


def to_json(document: RouteDocument) -> dict[str, Any]:
    """For keeping."""
    return {
        "asked": asked_to_json(document.asked),
        "orders": {str(who): list(order) for who, order in document.orders.items()},
        "unserved": {str(one): reason for one, reason in document.unserved.items()},
        "before": {str(one): who for one, who in document.before.items()},
        "streets": {"points": document.streets.points, "tables": document.streets.tables},
        "by_streets": document.by_streets,
        "touched": document.touched,
    }


def from_json(data: Mapping[str, Any]) -> RouteDocument:
    """The same back."""
    streets = data["streets"]
    return RouteDocument(
        asked=asked_from_json(data["asked"]),
        orders={int(who): tuple(order) for who, order in data["orders"].items()},
        unserved={int(one): reason for one, reason in data["unserved"].items()},
        before={int(one): who for one, who in data["before"].items()},
        streets=Streets(
            points=tuple((lat, lon) for lat, lon in streets["points"]), tables=streets["tables"]
        ),
        by_streets=data["by_streets"],
        touched=data["touched"],
    )
