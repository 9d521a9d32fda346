"""Hardship and care, each with its paper and its days; and who eats where because of it."""

from datetime import date, time, timedelta

from canteen.demo.world import Community, HeldTag, Human, World
from canteen.residents.models import ResidentTag, TagState

_HARDSHIP = {"dibao": 42, "dibao_edge": 30, "low_income": 18, "tekun": 10}
_PAPERS = {
    "tekun": "特困供养证 {year}-{number:03d}，示范区民政局",
    "dibao": "低保证 {year}-{number:03d}，示范区民政局",
    "dibao_edge": "低保边缘认定书 {year}-{number:03d}，示范区民政局",
    "low_income": "低收入家庭认定 {year}-{number:03d}，幸福里街道",
    "care_mild": "能力评估报告 {year}-{number:03d}，街道评估组",
    "care_moderate": "能力评估报告 {year}-{number:03d}，街道评估组",
    "care_severe": "能力评估报告 {year}-{number:03d}，街道评估组",
    "disabled_1_2": "残疾证 {year}-{number:03d}，区残联",
    "living_alone": "网格入户登记 {year}-{number:03d}",
    "empty_nest": "网格入户登记 {year}-{number:03d}",
    "very_old": "高龄津贴发放表 {year}-{number:03d}",
    "visited": "探访名册 {year}-{number:03d}，社区居委会",
    "veteran_family": "优抚证 {year}-{number:03d}，区退役军人事务局",
    "bereaved_only_child": "计生特殊家庭证 {year}-{number:03d}，区卫健委",
}
_TEN, _THREE = time(10), time(15)
_LIFELONG = ("living_alone", "empty_nest", "very_old", "visited", "veteran_family", "disabled_1_2")


def give_tags(world: World, community: Community) -> None:
    """One person of each hardship household carries its tag; then who needs lunch brought.

    Exactly as many households as the size says hold a valid hardship tag today, eight of
    them not for long; the lapsed ones held theirs until lately.
    """
    heads = _heads_of_households(world, community)
    poor = heads[: world.size.hardship]
    lapsed = heads[world.size.hardship :][: world.size.lapsed]
    for place, person in enumerate(poor):
        _give_hardship(world, person, until=_until(world, place))
    for place, person in enumerate(lapsed):
        _give_hardship(world, person, until=world.today - timedelta(days=4 + 9 * place))
    _choose_eaters(world, community, poor, lapsed)
    in_hardship = {person.id for person in poor}
    for person in community.elders:
        alone = person.door.household_id in community.alone
        _give_care(world, person, alone=alone, poor=person.id in in_hardship)
    _propose(world, community, poor, lapsed)


def write_tags(world: World, community: Community) -> None:
    """The papers of everybody who has any; their holders are written before."""
    for person in community.elders:
        _write(world, community, person)


def _heads_of_households(world: World, community: Community) -> list[Human]:
    """One elder of each household, those who live alone likelier first, the cast in front."""
    by_door: dict[int, list[Human]] = {}
    for person in community.elders:
        by_door.setdefault(person.door.household_id, []).append(person)
    alone = community.alone
    heads = [people[0] for people in by_door.values() if not any(one.part for one in people)]
    world.rng.shuffle(heads)
    heads.sort(key=lambda one: world.rng.random() + (0 if one.door.household_id in alone else 0.45))
    return [one for one in community.elders if one.part == "chen"] + heads


def _until(world: World, place: int) -> date | None:
    """When a tag of the register runs out: eight soon, a few never, the others in a year."""
    if 1 <= place <= min(8, world.size.hardship // 3):
        return world.today + timedelta(days=3 * place)
    if place % 9 == 0:
        return None
    return world.today + timedelta(days=world.rng.randint(45, 540))


def _give_hardship(world: World, person: Human, *, until: date | None) -> None:
    drawn = world.rng.choices(tuple(_HARDSHIP), tuple(_HARDSHIP.values()))[0]
    code = "dibao" if person.part == "chen" else drawn
    since = world.today - timedelta(days=world.rng.randint(120, 700))
    person.tags.append(HeldTag(code, since, until))


def _choose_eaters(
    world: World, community: Community, poor: list[Human], lapsed: list[Human]
) -> None:
    """Lunch is brought to the poor who can hardly leave the house; the others come."""
    rng, size = world.rng, world.size
    by_need = sorted(
        poor,
        key=lambda one: (
            one.part != "chen",
            rng.random() - one.age(world.today) / 60 - (not one.door.has_lift) * 0.3,
        ),
    )
    brought = by_need[: size.delivery_needs - len(lapsed)] + lapsed
    for person in brought:
        homebound = person.part == "chen" or rng.random() < 0.4
        person.mobility = "homebound" if homebound else "stairs_hard"
    community.needing = brought
    staying = {person.id for person in brought}
    others = [one for one in community.elders if one.id not in staying]
    poor_others = [one for one in poor if one.id not in staying]
    rest = [one for one in others if one not in poor_others]
    rng.shuffle(rest)
    rest.sort(key=lambda one: not one.part)
    community.diners = (poor_others + rest)[: size.counter_diners]
    for person, status, ago in zip(
        [one for one in reversed(community.diners) if not one.part and not one.tags][:2],
        ("deceased", "moved"),
        (5, 3),
        strict=False,
    ):
        person.status = status
        person.ended_on = world.today - timedelta(days=ago)


def _give_care(world: World, person: Human, *, alone: bool, poor: bool) -> None:
    rng, age = world.rng, person.age(world.today)
    codes = []
    if alone:
        codes.append("living_alone")
    if person.mobility == "homebound":
        codes.append(rng.choice(("care_mild", "care_moderate", "care_severe")))
    elif poor and rng.random() < 0.1:
        codes.append("disabled_1_2")
    if age >= 80:
        codes.append("very_old")
        if alone:
            codes.append("visited")
    if rng.random() < 0.012:
        codes.append("veteran_family")
    for code in codes:
        since = world.today - timedelta(days=rng.randint(100, 600))
        until = None if code in _LIFELONG else world.today + timedelta(days=rng.randint(40, 400))
        person.tags.append(HeldTag(code, since, until))


def _propose(world: World, community: Community, poor: list[Human], lapsed: list[Human]) -> None:
    """What waits for a second person: two renewals, a lapsed one anew, two first papers."""
    for person in (*poor[1:3], *lapsed[:1]):
        old = person.tags[0]
        since = max(old.valid_until + timedelta(days=1), world.today) if old.valid_until else None
        if since:
            person.proposals.append(HeldTag(old.code, since, since + timedelta(days=364)))
    untagged = [one for one in community.elders if not (one.tags or one.part or one.ended_on)]
    for person, code in zip(untagged[:2], ("dibao_edge", "disabled_1_2"), strict=False):
        since = world.today - timedelta(days=1)
        person.proposals.append(HeldTag(code, since, since + timedelta(days=364)))


def _write(world: World, community: Community, person: Human) -> None:
    """The community worker brings papers, the manager approves; of a few it is the other way."""
    crew = community.crew
    bringer, decider = crew.community, crew.manager
    for tag in (*person.tags, *person.proposals):
        approved = tag in person.tags
        if not approved and person.id % 3 == 0:
            bringer = crew.manager
        brought = tag.valid_from if approved else world.today - timedelta(days=1)
        paper = _PAPERS[tag.code].format(year=brought.year, number=person.id % 1000)
        world.rows.add(
            ResidentTag,
            resident_id=person.id,
            tag=tag.code,
            valid_from=tag.valid_from,
            valid_until=tag.valid_until,
            evidence=paper,
            recorded_by=bringer,
            recorded_at=world.past(brought, _TEN),
            state=TagState.APPROVED if approved else TagState.PROPOSED,
            decided_by=decider if approved else None,
            decided_at=world.past(brought, _THREE) if approved else None,
        )
