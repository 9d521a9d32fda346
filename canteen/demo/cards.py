"""A card for everybody who eats; two of them lost and replaced."""

from datetime import datetime, time, timedelta

from canteen.cards.models import Card, CardState
from canteen.demo.world import Community, Human, World

_NINE = time(9)


def issue_cards(world: World, community: Community) -> None:
    """A card for everybody who eats, up to the number of the demo; two of them replaced."""
    first = sorted(community.diners + community.needing, key=lambda one: not one.part)
    holders = first[: world.size.cards]
    clerk = community.crew.clerk
    issued_at = world.at(world.days[0] - timedelta(days=40), _NINE)
    for place, person in enumerate(holders):
        person.card_number = _free_number(world)
        if place in (5, 9):  # lost in the first week; the new one bears the next issue
            lost_at = world.at(world.days[0], _NINE)
            _card(world, person, clerk, issued_at, CardState.REPLACED, lost_at)
            person.card_issue = 1
            person.card_id = _card(world, person, clerk, lost_at, CardState.ACTIVE, None)
            continue
        ended_at = world.at(person.ended_on, _NINE) if person.ended_on else None
        state = CardState.CLOSED if ended_at else CardState.ACTIVE
        person.card_id = _card(world, person, clerk, issued_at, state, ended_at)


def _card(
    world: World,
    person: Human,
    clerk: int,
    issued_at: datetime,
    state: CardState,
    ended_at: datetime | None,
) -> int:
    return world.rows.add(
        Card,
        number=person.card_number,
        issue=person.card_issue,
        resident_id=person.id,
        state=state,
        issued_at=issued_at,
        issued_by=clerk,
        printed_at=issued_at,
        ended_at=ended_at,
        ended_by=clerk if ended_at else None,
    )


def _free_number(world: World) -> str:
    while True:
        number = f"{world.rng.randrange(10_000_000, 100_000_000)}"
        if number not in world.card_numbers:
            world.card_numbers.add(number)
            return number
