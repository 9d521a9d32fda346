"""Eight teams of volunteers: who carries, who stands by, who is away and who goes instead."""

import random
from datetime import date, time, timedelta

from sqlalchemy import select

from canteen.delivery.models import Volunteer, VolunteerArea
from canteen.delivery.volunteering.agreements import SHIPPED_VERSION
from canteen.delivery.volunteering.models import (
    AgreementAcceptance,
    UsualStop,
    VolunteerAbsence,
    VolunteerTeam,
)
from canteen.demo import names
from canteen.demo.places import phone
from canteen.demo.world import Carrying, Community, World
from canteen.residents.models import GridNode

TEAMS = (
    ("东区党支部送餐队", "party_branch"),
    ("西区党支部送餐队", "party_branch"),
    ("新苑党支部送餐队", "party_branch"),
    ("退役军人送餐队", "party_branch"),
    ("东区邻里帮", "neighbours"),
    ("西区邻里帮", "neighbours"),
    ("新苑邻里帮", "neighbours"),
    ("爱心商家联盟", "merchants"),
)
_MERCHANTS = ("老街面馆（示例）", "惠民超市（示例）", "康乐药房（示例）", "小桥水果店（示例）")
_REASONS = ("家里有事", "身体不舒服", "要去医院复查", "孩子家长会")


def found_teams(world: World, community: Community) -> None:
    """The eight teams, each with its leader."""
    rng = _dice(community, "teams")
    for name, kind in TEAMS:
        leader = names.surname(rng) + names.given(rng, gender="female", age=55)
        number = world.rows.add(
            VolunteerTeam,
            site_id=community.site_id,
            name=name,
            kind=kind,
            leader_name=leader,
            leader_phone=phone(80_000 + len(community.team_ids)),
            active=True,
        )
        community.team_ids.append(number)


def team_of(community: Community, volunteer_id: int) -> int:
    """The team of a volunteer who carries: never the merchants'."""
    own = community.team_ids[:-1]
    return own[volunteer_id % len(own)]


def join(world: World, community: Community, since: date) -> None:
    """Those who stand by, usual households, the agreement, and days off."""
    carriers = list(community.carriers)
    stand_by = _stand_by(world, community)
    _usual_households(world, community, carriers)
    _accept(world, community, [*(one.id for one in carriers), *stand_by], since)
    _days_off(world, community, carriers)


def _stand_by(world: World, community: Community) -> list[int]:
    """Neighbours and merchants who look after a compound and come once or twice a week.

    A building's own volunteer goes before them: they carry what is left over.
    """
    rng = _dice(community, "stand-by")
    world.rows.flush()
    buildings = {door.building_id for door in community.doors}
    parents = select(GridNode.parent_id).where(GridNode.id.in_(buildings)).distinct()
    compounds = sorted(one for one in world.session.scalars(parents) if one)
    wanted = max(0, world.size.volunteers - len(community.carriers))
    found = []
    for place in range(wanted):
        number = world.rows.number(Volunteer)
        merchant = place % 17 == 0
        age, gender = rng.randint(24, 72), rng.choice(("female", "male"))
        world.rows.add(
            Volunteer,
            id=number,
            site_id=community.site_id,
            staff_id=None,
            name=names.surname(rng) + names.given(rng, gender=gender, age=age),
            phone=phone(60_000 + number),
            box_capacity=16 if merchant else rng.choice((6, 8, 10)),
            weekdays="".join(sorted(rng.sample("1234567", rng.choice((1, 1, 2))))),
            transport="bike" if merchant else rng.choice(("foot", "foot", "bike", "car")),
            leaves_at=time(10, 45) if merchant else None,
            back_by=time(12, 0) if merchant else None,
            kind="merchant" if merchant else "neighbour",
            company=rng.choice(_MERCHANTS) if merchant else "",
            team_id=community.team_ids[-1] if merchant else team_of(community, number),
            leads_team=False,
            active=place % 29 != 28,
        )
        world.rows.add(
            VolunteerArea, volunteer_id=number, grid_node_id=compounds[place % len(compounds)]
        )
        found.append(number)
    return found


def _usual_households(world: World, community: Community, carriers: list[Carrying]) -> None:
    """Whoever carries in one building usually goes to its doors."""
    by_building = {one.areas[0]: one.id for one in carriers if len(one.areas) == 1}
    for person in community.needing:
        volunteer_id = by_building.get(person.door.building_id)
        if volunteer_id:
            world.rows.add(
                UsualStop, resident_id=person.id, period_code="lunch", volunteer_id=volunteer_id
            )


def _accept(world: World, community: Community, volunteer_ids: list[int], since: date) -> None:
    """Nearly everybody has signed; the newest have not yet."""
    signs_in = {one.id: one.staff_id for one in community.carriers}
    for volunteer_id in volunteer_ids[: len(volunteer_ids) - max(1, len(volunteer_ids) // 30)]:
        world.rows.add(
            AgreementAcceptance,
            volunteer_id=volunteer_id,
            version=SHIPPED_VERSION,
            words_hash="",
            on_paper=signs_in.get(volunteer_id) is None,
            accepted_at=world.past(since, time(9, 30)),
            recorded_by=signs_in.get(volunteer_id) or community.crew.community,
        )


def _days_off(world: World, community: Community, carriers: list[Carrying]) -> None:
    """Two were away lately, two will be: for one of them nobody goes instead yet."""
    weekday = [one for one in carriers if one.weekdays == "12345" and len(one.areas) == 1]
    spare = next((one for one in carriers if len(one.areas) > 1 and "1" in one.weekdays), None)
    days = (-9, -3, 1, 2)
    for place, (one, ahead) in enumerate(zip(weekday[1:], days, strict=False)):
        day = _workday(world.today + timedelta(days=ahead), -1 if ahead < 0 else 1)
        named = spare is not None and place != 3
        world.rows.add(
            VolunteerAbsence,
            volunteer_id=one.id,
            service_date=day,
            period_code="lunch",
            reason="" if place % 2 else _REASONS[place],
            by_link=place % 2 == 1,
            substitute_id=spare.id if named and spare else None,
            recorded_by=None if place % 2 else community.crew.community,
            recorded_at=world.past(day - timedelta(days=1), time(17, 20)),
        )


def _workday(day: date, step: int) -> date:
    while day.isoweekday() > 5:
        day += timedelta(days=step)
    return day


def _dice(community: Community, what: str) -> random.Random:
    """Dice of their own, so that a longer list here moves nothing elsewhere."""
    return random.Random(f"{what}-{community.number}")
