"""What residents asked for lately, who did it, and what came through their contact cards."""

import random
from datetime import time, timedelta

from canteen.delivery.contact.models import CardWish, ContactCard, ContactLines
from canteen.delivery.requests.kinds import SHIPPED
from canteen.delivery.requests.models import HelpRequest, RequestKind, RequestState
from canteen.demo.places import phone
from canteen.demo.world import Community, World

_DETAILS = {
    "meal_today": "女儿今天不来，想要一份午饭",
    "errand": "降压药一盒，医保卡在家",
    "gas": "煤气快没了",
    "escort": "周四上午去市二医院复查",
}


def ask_for_help(world: World, community: Community) -> None:
    """Two dozen of the last weeks, most of them confirmed; a few open, one of them late."""
    dice = random.Random(f"wishes-{community.number}")
    askers = [one for one in community.elders if not one.part and not one.ended_on]
    carriers = [one.id for one in community.carriers]
    for place in range(min(24, len(askers))):
        kind = SHIPPED[dice.choices(range(len(SHIPPED)), (5, 9, 4, 3))[0]]
        day = world.today - timedelta(days=place)
        asked = world.past(day, time(8 + dice.randint(0, 8), dice.randint(0, 59)))
        if place == 0:
            asked = world.now - timedelta(minutes=20)
        state = _state(place)
        taken = asked + timedelta(minutes=dice.randint(3, 25))
        done = taken + timedelta(minutes=dice.randint(25, 100))
        holds = state not in (RequestState.OPEN, RequestState.WITHDRAWN)
        finished = state in (RequestState.DONE, RequestState.CONFIRMED)
        world.rows.add(
            HelpRequest,
            id=world.uuid(),
            site_id=community.site_id,
            resident_id=askers[place * 7 % len(askers)].id,
            kind=kind.code,
            details=_DETAILS[kind.code],
            asked_by=("resident", "relative", "worker")[place % 3],
            asked_name="",
            state=state,
            team_id=community.team_ids[place % 7] if place % 2 else None,
            volunteer_id=dice.choice(carriers) if holds else None,
            answer_by=asked + timedelta(minutes=kind.answer_minutes),
            created_by=community.crew.community,
            created_at=asked,
            accepted_at=taken if holds else None,
            done_at=done if finished else None,
            confirmed_at=done + timedelta(hours=3) if state is RequestState.CONFIRMED else None,
        )


def _state(place: int) -> RequestState:
    """The newest are open, held or done; of the older ones all but two were confirmed."""
    newest = (RequestState.OPEN, RequestState.OPEN, RequestState.HELD, RequestState.DONE)
    if place < len(newest):
        return newest[place]
    return RequestState.WITHDRAWN if place in (9, 17) else RequestState.CONFIRMED


def hand_out_cards(world: World, community: Community) -> None:
    """Two kinds of the site's own, the lines of its cards, half of them printed, two wishes."""
    crew, site_id = community.crew, community.site_id
    own = (
        ("上门理发", "Haircut at home", 1440, community.team_ids[4]),
        ("修水电、换灯泡", "Plumbing and light bulbs", 480, community.team_ids[3]),
    )
    codes = [
        world.rows.add(
            RequestKind, site_id=site_id, code="", name=name, name_en=english,
            answer_minutes=minutes, team_id=team_id, active=True,
        )
        for name, english, minutes, team_id in own
    ]  # fmt: skip
    world.rows.add(
        ContactLines, site_id=site_id, office_name="社区居委会（示例）",
        office_name_en="Community office (example)", office_phone=phone(70_000 + site_id),
        help_with="送餐、理发、修水电、陪看病、代买药",
        help_with_en="Meals, haircuts, repairs, a walk to the doctor, medicine",
        changed_at=world.past(world.today - timedelta(days=40), time(10, 0)),
        changed_by=crew.manager,
    )  # fmt: skip
    homes = list(dict.fromkeys(one.door.household_id for one in community.needing))
    printed = world.past(world.today - timedelta(days=30), time(15, 0))
    for household_id in homes[: len(homes) // 2]:
        world.rows.add(
            ContactCard, household_id=household_id, issue=0, printed_at=printed,
            printed_by=crew.community,
        )  # fmt: skip
    asked = (
        ("today", "灯不亮了，厨房那盏", "resident"),
        ("week", "头发长了，腿脚不便", "relative"),
    )
    for place, (when, words, who) in enumerate(asked[: len(homes)]):
        world.rows.add(
            CardWish, id=world.uuid(), site_id=site_id, household_id=homes[place * 3 % len(homes)],
            kind=f"own-{codes[1 - place]}", wanted_when=when, details=words, asked_by=who,
            asked_at=world.now - timedelta(minutes=35 * (place + 1)), state="waiting",
            decided_by=None, decided_at=None,
        )  # fmt: skip
