"""Reading contact cards: whose there are, what stands on each, what was asked through them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from canteen.delivery import lists
from canteen.delivery.contact.links import CardLink
from canteen.delivery.contact.models import CardWish, ContactCard, ContactLines, WishState
from canteen.delivery.contact.rules import Leader, leaders_of, looks_after
from canteen.delivery.models import DeliveryNeed, NeedState, Volunteer, VolunteerArea
from canteen.delivery.rules import room_order
from canteen.delivery.volunteering.models import UsualStop, VolunteerTeam
from canteen.foundation.calendar import age_on
from canteen.residents.models import GridNode, Household, Level, Resident, Status
from canteen.residents.pinyin import title_of

MOST_AT_ONCE = 400
"""Cards on one page: forty sheets of paper."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One household's card. `titles` and `address` are for the list, never for the card."""

    link: CardLink
    number: str
    titles: tuple[str, ...]
    address: str
    volunteer: str
    team: str
    team_leader: str
    team_phone: str
    leaders: tuple[Leader, ...]
    printed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which households: those meals are brought to, or all; of a building, of a volunteer."""

    everybody: bool = False
    building_id: int | None = None
    volunteer_id: int | None = None
    unprinted: bool = False


def lines_of(session: Session, *, site_id: int) -> ContactLines | None:
    """The lines a site wrote itself; None before it did."""
    return session.get(ContactLines, site_id)


def number_of(household_id: int) -> str:
    """What somebody says on the telephone: "我家是 00123 号"."""
    return f"{household_id:05d}"


def cards(session: Session, *, site_id: int, choice: Choice, day: date) -> tuple[list[Card], int]:
    """The cards of a choice in grid order, at most `MOST_AT_ONCE`, and how many there are.

    Eight queries, however many cards.
    """
    homes = _homes(session, site_id, choice, day)
    carriers, held = _Carriers(session, site_id), _held(session, site_id)
    wanted = [
        one
        for one in homes
        if not (choice.unprinted and one.id in held and held[one.id].printed_at)
        and choice.volunteer_id in (None, carriers.of(one))
    ]
    shown = wanted[:MOST_AT_ONCE]
    paths = [one.path for one in shown]
    nodes, places = _nodes(session, paths), lists.place_names(session, paths)
    made = []
    for home in shown:
        card, volunteer = held.get(home.id), carriers.by_id.get(carriers.of(home) or 0)
        team = carriers.team_of(volunteer)
        made.append(
            Card(
                link=CardLink(
                    site_id=site_id, household_id=home.id, issue=card.issue if card else 0
                ),
                number=number_of(home.id),
                titles=tuple(_title(one, day) for one in home.people),
                address=f"{places.get(home.path, '')} {home.room}".strip(),
                volunteer=volunteer.name if volunteer else "",
                team=team.name if team else "",
                team_leader=team.leader_name if team else "",
                team_phone=team.leader_phone if team else "",
                leaders=_leaders(home.path, nodes),
                printed_at=card.printed_at if card else None,
            )
        )
    return made, len(wanted)


@dataclass(kw_only=True)
class _Home:
    """A door and who of the site lives behind it."""

    id: int
    room: str
    path: str
    sort_key: str
    people: list[Resident]


def _homes(session: Session, site_id: int, choice: Choice, day: date) -> list[_Home]:
    """The doors of a choice in grid order, room 202 before 1001."""
    homes: dict[int, _Home] = {}
    for person, door, node in session.execute(_people(site_id, choice, day)):
        if door.id not in homes:
            homes[door.id] = _Home(
                id=door.id, room=door.room, path=node.path, sort_key=node.sort_key, people=[]
            )
        homes[door.id].people.append(person)
    return sorted(homes.values(), key=lambda one: (one.sort_key, room_order(one.room), one.id))


def _leaders(path: str, nodes: dict[int, GridNode]) -> tuple[Leader, ...]:
    around = [nodes[int(one)] for one in reversed(path.split("/")) if one]
    return leaders_of(
        [Leader(level=one.level, name=one.leader_name, phone=one.leader_phone) for one in around]
    )


def without_door(session: Session, *, site_id: int, day: date) -> list[str]:
    """Names of those meals are brought to who have no door registered: no card for them."""
    query = select(Resident.name).where(
        Resident.site_id == site_id,
        Resident.status == Status.ACTIVE,
        Resident.household_id.is_(None),
        _needs(day),
    )
    return list(session.scalars(query.order_by(Resident.sort_name)))


def buildings(session: Session, *, site_id: int) -> list[tuple[int, str]]:
    """Buildings in which somebody of a site lives, in grid order: id and name with compound."""
    units = (
        select(GridNode.parent_id)
        .join(Household, Household.unit_id == GridNode.id)
        .join(Resident, Resident.household_id == Household.id)
        .where(Resident.site_id == site_id, Resident.status == Status.ACTIVE)
    )
    query = select(GridNode).where(GridNode.id.in_(units)).order_by(GridNode.sort_key)
    nodes = session.scalars(query).all()
    places = lists.place_names(session, [one.path for one in nodes])
    return [(one.id, places[one.path]) for one in nodes if one.level == Level.BUILDING]


def card_is_good(session: Session, link: CardLink) -> bool:
    """Whether a card's code still opens: its issue stands, and somebody of the site lives there."""
    card = session.get(ContactCard, link.household_id)
    if link.issue != (card.issue if card else 0):
        return False
    lives = exists().where(
        Resident.household_id == link.household_id,
        Resident.site_id == link.site_id,
        Resident.status == Status.ACTIVE,
    )
    return bool(session.scalar(select(lives)))


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A wish that came through a card, and who lives behind that door."""

    wish: CardWish
    number: str
    people: tuple[tuple[int, str, str], ...]
    """Resident, title and telephone of each."""


def waiting(session: Session, *, site_id: int, day: date, most: int = 50) -> list[Waiting]:
    """What nobody has looked at yet, the oldest first; two queries."""
    query = select(CardWish).where(CardWish.site_id == site_id, CardWish.state == WishState.WAITING)
    found = session.scalars(query.order_by(CardWish.asked_at, CardWish.id).limit(most)).all()
    people: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    residents = select(Resident).where(
        Resident.household_id.in_({one.household_id for one in found}),
        Resident.site_id == site_id,
        Resident.status == Status.ACTIVE,
    )
    for one in session.scalars(residents.order_by(Resident.birthday, Resident.id)):
        people[one.household_id or 0].append((one.id, _title(one, day), one.phone))
    return [
        Waiting(
            wish=one, number=number_of(one.household_id), people=tuple(people[one.household_id])
        )
        for one in found
    ]


def waiting_of(session: Session, *, household_id: int) -> int:
    """How many wishes of one card wait."""
    query = select(func.count()).select_from(CardWish)
    return session.scalar(
        query.where(CardWish.household_id == household_id, CardWish.state == WishState.WAITING)
    ) or 0  # fmt: skip


class _Carriers:
    """Who looks after which door, and their teams; three queries."""

    def __init__(self, session: Session, site_id: int) -> None:
        here = Volunteer.site_id == site_id, Volunteer.active
        self.by_id = {one.id: one for one in session.scalars(select(Volunteer).where(*here))}
        self._teams = {
            one.id: one
            for one in session.scalars(
                select(VolunteerTeam).filter_by(site_id=site_id, active=True)
            )
        }
        areas = select(VolunteerArea.volunteer_id, GridNode.path).join(
            GridNode, GridNode.id == VolunteerArea.grid_node_id
        )
        self._areas: dict[int, list[str]] = defaultdict(list)
        for volunteer_id, path in session.execute(areas):
            if volunteer_id in self.by_id:
                self._areas[volunteer_id].append(path)
        usual = select(UsualStop.resident_id, UsualStop.volunteer_id)
        self._usual = {
            resident_id: volunteer_id
            for resident_id, volunteer_id in session.execute(
                usual.order_by(UsualStop.period_code.desc())  # lunch before dinner, read last
            )
            if volunteer_id in self.by_id
        }

    def of(self, home: _Home) -> int | None:
        usual = next((self._usual[one.id] for one in home.people if one.id in self._usual), None)
        return looks_after(path=home.path, usual=usual, areas=self._areas)

    def team_of(self, volunteer: Volunteer | None) -> VolunteerTeam | None:
        return self._teams.get(volunteer.team_id or 0) if volunteer else None


def _people(
    site_id: int, choice: Choice, day: date
) -> Select[Resident, Household, GridNode]:  # fmt: skip
    query = (
        select(Resident, Household, GridNode)
        .join(Household, Household.id == Resident.household_id)
        .join(GridNode, GridNode.id == Household.unit_id)
        .where(Resident.site_id == site_id, Resident.status == Status.ACTIVE)
        .order_by(Resident.birthday, Resident.id)
    )
    if not choice.everybody:
        query = query.where(_needs(day))
    if choice.building_id:
        query = query.where(GridNode.parent_id == choice.building_id)
    return query


def _needs(day: date) -> exists:  # type: ignore[valid-type]
    """Somebody meals are brought to, today or later."""
    return exists().where(
        DeliveryNeed.resident_id == Resident.id,
        DeliveryNeed.state == NeedState.APPROVED,
        or_(DeliveryNeed.valid_until.is_(None), DeliveryNeed.valid_until >= day),
    )


def _held(session: Session, site_id: int) -> dict[int, ContactCard]:
    here = select(Resident.household_id).where(Resident.site_id == site_id)
    query = select(ContactCard).where(ContactCard.household_id.in_(here))
    return {one.household_id: one for one in session.scalars(query)}


def _nodes(session: Session, paths: Sequence[str]) -> dict[int, GridNode]:
    ids = {int(one) for path in paths for one in path.split("/") if one}
    query = select(GridNode).where(GridNode.id.in_(ids))
    return {one.id: one for one in session.scalars(query)}


def _title(person: Resident, day: date) -> str:
    age = age_on(person.birthday, day) if person.birthday else None
    return title_of(person.name, person.gender, age)[0]
