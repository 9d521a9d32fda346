"""A proposal as it is kept: a JSON document, and the same as facts again. Pure.

What a page shows of a plan is computed once, when it is offered; what it compares with is what
stood when it was planned.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from types import MappingProxyType
from typing import Any

from canteen.foundation.wording import Refusal
from canteen.menus.plan_asked import (
    Asked,
    Place,
    from_json,
    place_from_json,
    place_to_json,
    to_json,
)
from canteen.menus.plan_facts import Read
from canteen.menus.plan_making import Made
from canteen.menus.plan_measures import (
    Amount,
    Certificate,
    Day,
    Measures,
    Money,
    Week,
    measures_of,
)
from canteen.menus.planning.checking import Broken
from canteen.menus.planning.demands import Conflict, Demand, Remedy
from canteen.menus.planning.facts import Placement


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A proposal read back.

    `places` is the plan, `stood` what stood in the planned places; `state` as the search ended,
    `points` and `bound` its score and how low it could be at best.
    """

    asked: Asked
    places: Mapping[Place, int] = field(default_factory=lambda: MappingProxyType({}))
    stood: Mapping[Place, int] = field(default_factory=lambda: MappingProxyType({}))
    grid: frozenset[Place] = frozenset()
    """Every place that was to be filled; the nearest plan may leave one empty."""
    released: frozenset[Place] = frozenset()
    revised: frozenset[Place] = frozenset()
    """Places in which a person has put another dish since."""
    problems: tuple[Refusal, ...] = ()
    state: str = ""
    points: int | None = None
    bound: int | None = None
    seconds: float = 0.0
    nearest: bool = False
    impossible: bool = False
    stopped: bool = False
    broken: tuple[Broken, ...] = ()
    conflict: Conflict | None = None
    measures: Measures | None = None
    goals: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """What the site aims at: foods_a_day, foods_a_week, fish_a_week, soy_days_a_week."""
    hit: frozenset[int] = frozenset()
    """Dishes that may not be served because of what was asked this once."""

    @property
    def plan(self) -> tuple[Placement, ...]:
        """The places as planning takes them."""
        return tuple(
            Placement(day=p[0], period=p[1], slot=p[2], position=p[3], dish_id=dish_id)
            for p, dish_id in self.places.items()
        )

    @property
    def gap(self) -> float | None:
        """By which part of its points the plan may be from the best; 0 is proven, None unknown."""
        if self.state == "optimal":
            return 0.0
        if self.points is None or self.bound is None:
            return None
        return (self.points - self.bound) / self.points if self.points > 0 else 0.0

    @property
    def changes(self) -> Mapping[Place, tuple[int | None, int]]:
        """The places that become different: what stood there (None: empty) and what is offered."""
        return {
            place: (self.stood.get(place), dish_id)
            for place, dish_id in self.places.items()
            if self.stood.get(place) != dish_id
        }


def offer_of(read: Read, made: Made) -> Offer:
    """What was made of what was read, to be kept and shown."""
    found = made.outcome
    plan = tuple(found.plan) if found is not None and found.plan is not None else ()
    places = {(one.day, one.period, one.slot, one.position): one.dish_id for one in plan}
    return Offer(
        asked=read.asked,
        places=dict(sorted(places.items())),
        stood=read.stood,
        grid=frozenset(
            (*cell.key, number) for cell in read.facts.cells for number in range(cell.places)
        ),
        released=read.released,
        problems=made.problems,
        state=found.state if found else "",
        points=found.score.total if found and found.score else None,
        bound=found.bound if found else None,
        seconds=round(found.seconds, 1) if found else 0.0,
        nearest=made.nearest,
        impossible=made.impossible,
        stopped=made.stopped,
        broken=made.broken,
        conflict=made.conflict,
        measures=measures_of(read.facts, plan, made.broken) if plan else None,
        goals={name: getattr(read.settings, name) for name in _GOALS},
        hit=frozenset(
            dish_id
            for dish_id in read.stood.values()
            if any(ban.mark in read.facts.by_id[dish_id].marks for ban in read.asked.bans)
        ),
    )


_GOALS = ("foods_a_day", "foods_a_week", "fish_a_week", "soy_days_a_week")


def document_of(offer: Offer) -> dict[str, Any]:
    """The offer as JSON takes it."""
    return {
        "asked": to_json(offer.asked),
        "places": [[*place_to_json(place), dish] for place, dish in offer.places.items()],
        "stood": [[*place_to_json(place), dish] for place, dish in offer.stood.items()],
        "grid": [place_to_json(place) for place in sorted(offer.grid)],
        "released": [place_to_json(place) for place in sorted(offer.released)],
        "revised": [place_to_json(place) for place in sorted(offer.revised)],
        "problems": [{"code": one.code, "facts": dict(one.facts)} for one in offer.problems],
        "conflict": _plain(asdict(offer.conflict)) if offer.conflict else None,
        "broken": [_plain(asdict(one)) for one in offer.broken],
        "measures": _plain(asdict(offer.measures)) if offer.measures else None,
        "goals": dict(offer.goals),
        "hit": sorted(offer.hit),
        **{name: getattr(offer, name) for name in _AS_IT_IS},
    }


def offer_from(document: Mapping[str, Any]) -> Offer:
    """The offer that `document_of` wrote."""
    return Offer(
        asked=from_json(document["asked"]),
        places=_places(document["places"]),
        stood=_places(document["stood"]),
        grid=frozenset(map(place_from_json, document["grid"])),
        released=frozenset(map(place_from_json, document["released"])),
        revised=frozenset(map(place_from_json, document.get("revised", ()))),
        problems=tuple(Refusal(one["code"], one["facts"]) for one in document["problems"]),
        conflict=_conflict(document["conflict"]),
        broken=tuple(_again(Broken, one) for one in document["broken"]),
        measures=_measures(document["measures"]),
        goals=document["goals"],
        hit=frozenset(document["hit"]),
        **{name: document[name] for name in _AS_IT_IS},
    )


_AS_IT_IS = ("state", "points", "bound", "seconds", "nearest", "impossible", "stopped")


def _places(stored: list[list[Any]]) -> dict[Place, int]:
    return {place_from_json(one[:4]): one[4] for one in stored}


def _conflict(stored: Mapping[str, Any] | None) -> Conflict | None:
    if stored is None:
        return None
    return Conflict(
        demands=tuple(_again(Demand, one) for one in stored["demands"]),
        remedies=tuple(map(_remedy, stored["remedies"])),
        smallest=stored.get("smallest", True),
    )


def _remedy(stored: Mapping[str, Any]) -> Remedy:
    return _again(Remedy, {**stored, "parts": list(map(_remedy, stored.get("parts", ())))})


def _measures(stored: Mapping[str, Any] | None) -> Measures | None:
    if stored is None:
        return None
    return Measures(
        money=tuple(_again(Money, one) for one in stored["money"]),
        days=tuple(
            _again(
                Day,
                {**one, "nutrients": {k: Amount(**v) for k, v in one["nutrients"].items()}},
            )
            for one in stored["days"]
        ),
        weeks=tuple(_again(Week, one) for one in stored["weeks"]),
        certificate=_again(Certificate, stored["certificate"]),
    )


def _again(kind: type[Any], stored: Mapping[str, Any]) -> Any:
    """A frozen fact from its JSON: days become dates, lists tuples. Fields of a later version
    that are not known here are left out."""
    known = {one.name for one in fields(kind)}
    return kind(**{name: _read(name, value) for name, value in stored.items() if name in known})


def _read(name: str, value: Any) -> Any:
    if name in ("day", "monday") and isinstance(value, str):
        return date.fromisoformat(value)
    if name == "days" and isinstance(value, list):
        return tuple(map(date.fromisoformat, value))
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Mapping():
            return {key: _plain(one) for key, one in value.items()}
        case tuple() | list() | frozenset():
            return [_plain(one) for one in value]
    return value
