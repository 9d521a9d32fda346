"""Who carries lunches, who needs one brought, who is away: what a roster is made from."""

from datetime import datetime, time, timedelta

from canteen.delivery.models import (
    DeliveryNeed,
    DeliveryPause,
    FreeMealProgramme,
    NeedState,
    Volunteer,
    VolunteerArea,
)
from canteen.demo import names, teams
from canteen.demo.ground import CHARITY
from canteen.demo.places import phone
from canteen.demo.world import Carrying, Community, Human, World

PROGRAMME = "红心食堂免费午餐"
PRICE_FEN = 13_00
TAGS = "tekun;dibao;dibao_edge;low_income"
LUNCH = "lunch"


def prepare(world: World, community: Community) -> None:
    """The programme, who carries, who needs a meal brought, who is away."""
    before = world.days[0] - timedelta(days=60)
    community.programme_id = world.rows.add(
        FreeMealProgramme,
        site_id=community.site_id,
        name=PROGRAMME,
        funder_code=CHARITY,
        price_fen=PRICE_FEN,
        tags=TAGS,
        places=max(1, len(community.needing)),
        monthly_budget_fen=None,
        valid_from=before,
        valid_until=None,
    )
    teams.found_teams(world, community)
    _volunteers(world, community)
    teams.join(world, community, before)
    for person in community.needing:
        every_day = person.part == "chen" or world.rng.random() < 0.45
        add_need(
            world,
            community,
            person,
            weekdays="1234567" if every_day else "12345",
            recorded_at=world.at(before, time(10)),
            state=NeedState.APPROVED,
        )
    _pauses(world, community)
    world.rows.flush()


_EVIDENCE = (
    "失能评估 {year}-{number:03d}，中度",
    "网格入户走访 {year}-{number:03d}，独居，下楼不便",
    "出院小结 {year}-{number:03d}，市二医院",
    "残疾证 {year}-{number:03d}，肢体二级",
)
_ASKERS = ("worker", "worker", "relative", "resident")


def add_need(
    world: World,
    community: Community,
    person: Human,
    *,
    weekdays: str,
    recorded_at: datetime,
    state: NeedState,
    urgent_reason: str = "",
) -> None:
    """Somebody asked, the community worker wrote it down, the manager decided."""
    decided = state is not NeedState.PROPOSED
    asker = _ASKERS[person.id % len(_ASKERS)]
    paper = _EVIDENCE[person.id % len(_EVIDENCE)]
    world.rows.add(
        DeliveryNeed,
        site_id=community.site_id,
        resident_id=person.id,
        period_code=LUNCH,
        weekdays=weekdays,
        valid_from=recorded_at.date(),
        valid_until=None,
        recorded_by=community.crew.community,
        recorded_at=recorded_at,
        asked_by=asker,
        asked_name=f"女儿{person.name[0]}丽" if asker == "relative" else "",
        evidence=paper.format(year=recorded_at.year, number=person.id % 1000),
        state=state,
        decided_by=community.crew.manager if decided else None,
        decided_at=recorded_at + timedelta(hours=5) if decided else None,
        waits_for="places" if state is NeedState.WAITING else "",
        urgent_reason=urgent_reason,
    )


def _volunteers(world: World, community: Community) -> None:
    """One for each building on weekdays, and a team of each compound for weekends and overflow.

    小周 has a sign-in and carries every day in the building where 陈奶奶 lives.
    """
    buildings = {door.building: door for door in community.doors}
    compounds: dict[int, int] = {}
    for number, door in buildings.items():
        compounds.setdefault(door.compound, door.building_id)
        zhou = community.number == 1 and number == 2
        staff_id = community.crew.volunteer if zhou else None
        _volunteer(
            world,
            community,
            areas=[door.building_id],
            name="小周" if zhou else "",
            staff_id=staff_id,
            capacity=14 if zhou else 12,
            weekdays="1234567" if zhou else "12345",
        )
    for place in compounds:
        inside = sorted({one.building_id for one in buildings.values() if one.compound == place})
        _volunteer(world, community, areas=inside, capacity=24, weekdays="67")
    everything = sorted({one.building_id for one in buildings.values()})
    for weekdays in ("12345", "67"):
        _volunteer(world, community, areas=everything, capacity=20, weekdays=weekdays)


def _volunteer(
    world: World,
    community: Community,
    *,
    areas: list[int],
    capacity: int,
    weekdays: str,
    name: str = "",
    staff_id: int | None = None,
) -> None:
    rng = world.rng
    age, gender = rng.randint(28, 70), rng.choice(("female", "male"))
    number = world.rows.number(Volunteer)
    community.carriers.append(Carrying(number, tuple(areas), weekdays, staff_id))
    world.rows.add(
        Volunteer,
        id=number,
        site_id=community.site_id,
        staff_id=staff_id,
        name=name or names.surname(rng) + names.given(rng, gender=gender, age=age),
        phone=phone(90_000 + number),
        box_capacity=capacity,
        weekdays=weekdays,
        transport="car" if capacity >= 20 else ("foot", "foot", "bike")[number % 3],
        leaves_at=time(10, 40) if capacity >= 20 else None,
        back_by=time(12, 30) if capacity >= 20 else None,
        kind="neighbour",
        company="",
        team_id=teams.team_of(community, number),
        leads_team=staff_id is not None,
        active=True,
    )
    for node_id in areas:
        world.rows.add(VolunteerArea, volunteer_id=number, grid_node_id=node_id)


def _pauses(world: World, community: Community) -> None:
    """A few are away for some days: past, present and to come."""
    reasons = ("住院", "去女儿家小住", "回老家探亲", "住院", "去儿子家过周末")
    away = [one for one in community.needing if not one.part][3 : 3 + len(reasons)]
    for place, (person, reason) in enumerate(zip(away, reasons, strict=False)):
        since = world.today - timedelta(days=min(20 - 5 * place, world.size.days - 1))
        world.rows.add(
            DeliveryPause,
            resident_id=person.id,
            since=since,
            until=since + timedelta(days=5 + place),
            reason=reason,
            recorded_by=community.crew.community,
            recorded_at=world.past(since - timedelta(days=1), time(16)),
        )
