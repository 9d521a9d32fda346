"""How many boxes a round takes: one number for the kitchen, the labels, the stops, the claim.

Before publication it is read from the draft, after it from the stops that stand. Somebody
whose tag has run out gets no box until a person has handed the stop to a volunteer.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.delivery import diet, queries, register, rules
from canteen.delivery.models import Roster, Volunteer


@dataclass(frozen=True, kw_only=True)
class Box:
    """One stop of a round as the kitchen sees it: how many boxes with which food."""

    resident_id: int
    diner_name: str
    address: str
    diet: str
    """A frozen diet line, see `canteen.delivery.diet`."""
    boxes: int
    position: int
    carrier: str
    """The volunteer's name; empty while nobody has the stop."""
    claimable: bool = True
    """Whether one of the boxes is a meal its funder can pay."""


@dataclass(frozen=True, kw_only=True)
class Portions:
    """What one round takes. `published` is False for a draft."""

    published: bool
    stops: Sequence[Box]

    @property
    def boxes(self) -> int:
        return sum(one.boxes for one in self.stops)

    @property
    def claimable(self) -> int:
        """Meals a funder can pay: one for each entitled person, whatever their boxes."""
        return sum(one.claimable for one in self.stops)

    @property
    def extra(self) -> int:
        """Boxes nobody pays for: second boxes, and people without a valid tag."""
        return self.boxes - self.claimable

    @property
    def by_diet(self) -> list[tuple[str, int]]:
        """Boxes by diet, without a diet first, then the most frequent."""
        found: Counter[str] = Counter()
        for one in self.stops:
            found[one.diet] += one.boxes
        return sorted(found.items(), key=lambda one: (one[0] != "", -one[1], one[0]))


def portions_of(session: Session, *, site_id: int, day: date, period_code: str) -> Portions | None:
    """The boxes of a day and period as they stand now; None without a programme."""
    roster = queries.roster_of(session, site_id=site_id, day=day, period_code=period_code)
    if roster is not None:
        return Portions(published=True, stops=_of_roster(session, roster))
    draft = queries.draft(session, site_id=site_id, day=day, period_code=period_code)
    if draft is None:
        return None
    return Portions(published=False, stops=_of_draft(draft))


def labels(portions: Portions) -> list[tuple[Box, int]]:
    """One label for each box, in the order of the rounds: the stop and which box of it."""
    in_order = sorted(portions.stops, key=lambda one: (one.carrier, one.position))
    return [(one, number) for one in in_order for number in range(1, one.boxes + 1)]


def _of_draft(draft: queries.Draft) -> list[Box]:
    return [
        Box(
            resident_id=stop.entry.resident_id,
            diner_name=stop.entry.name,
            address=stop.address,
            diet=diet.frozen(
                texture=stop.entry.texture, diets=stop.entry.diets, note=stop.entry.diet_note
            ),
            boxes=stop.entry.boxes,
            position=stop.plan.position,
            carrier=_carrier(draft.volunteers, stop.plan.volunteer_id),
        )
        for stop in draft.stops
        if stop.plan.problem != rules.TAG_EXPIRED
    ]


def _carrier(volunteers: dict[int, Volunteer], volunteer_id: int | None) -> str:
    return volunteers[volunteer_id].name if volunteer_id is not None else ""


def _of_roster(session: Session, roster: Roster) -> list[Box]:
    states = [
        one
        for one in queries.stops_of(session, roster_id=roster.id)
        if one.stop.problem != rules.TAG_EXPIRED
    ]
    ids = {one.stop.volunteer_id for one in states}
    query = select(Volunteer.id, Volunteer.name).where(Volunteer.id.in_(ids))
    names = dict(session.execute(query).all())
    entitled = register.entitled_among(
        session, roster=roster, resident_ids=[one.stop.resident_id for one in states]
    )
    return [
        Box(
            resident_id=one.stop.resident_id,
            diner_name=one.stop.diner_name,
            address=one.stop.address,
            diet=one.stop.diet,
            boxes=one.stop.boxes,
            position=one.stop.position,
            carrier=names.get(one.stop.volunteer_id or 0, ""),
            claimable=one.stop.resident_id in entitled,
        )
        for one in states
    ]
