"""What residents asked for lately, and who did it."""

import random
from datetime import time, timedelta

from canteen.delivery.requests.kinds import SHIPPED
from canteen.delivery.requests.models import HelpRequest, RequestState
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
