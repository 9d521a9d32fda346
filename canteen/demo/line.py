"""Who asks for meals and waits: applications to approve, a waiting list, days that differ."""

from datetime import time, timedelta

from canteen.delivery.models import NeedState
from canteen.delivery.needs.models import DeliverySpecial
from canteen.demo.carriers import LUNCH, add_need
from canteen.demo.world import Community, Human, World

_URGENT = "刚出院，家里没人做饭"
_WAITING, _PROPOSED = 3, 3


def form_line(world: World, community: Community) -> None:
    """The places are taken: some wait, one of them before the others; three are to decide."""
    hoping = _hoping(community)
    for place, person in enumerate(hoping[:_WAITING]):
        asked = world.past(world.today - timedelta(days=12 - 3 * place), time(10, 15))
        add_need(
            world,
            community,
            person,
            weekdays="12345",
            recorded_at=asked,
            state=NeedState.WAITING,
            urgent_reason=_URGENT if place == 2 else "",
        )
    for place, person in enumerate(hoping[_WAITING : _WAITING + _PROPOSED]):
        asked = world.past(world.today - timedelta(days=2 - place), time(9, 20 + 10 * place))
        add_need(
            world,
            community,
            person,
            weekdays="1234567",
            recorded_at=asked,
            state=NeedState.PROPOSED,
        )
    _different_days(world, community)


def _hoping(community: Community) -> list[Human]:
    """People in hardship to whom nothing is brought yet, the oldest first."""
    needing = {one.id for one in community.needing}
    found = [
        one
        for one in community.elders
        if one.tags and one.id not in needing and not one.part and not one.ended_on
    ]
    return sorted(found, key=lambda one: (one.birthday, one.id))


def _different_days(world: World, community: Community) -> None:
    """Tomorrow and the day after: one less, one more."""
    usual = [one for one in community.needing if not one.part and not one.ended_on]
    days = (
        (usual[-1:], 1, "none", 0, "女儿来吃饭"),
        (usual[-2:-1], 1, "more", 1, "妹妹来看他，多一份"),
        (usual[-3:-2], 2, "none", 0, "上午去医院复查"),
    )
    for people, ahead, kind, more, reason in days:
        for person in people:
            world.rows.add(
                DeliverySpecial,
                site_id=community.site_id,
                resident_id=person.id,
                service_date=world.today + timedelta(days=ahead),
                period_code=LUNCH,
                kind=kind,
                more=more,
                other_period="",
                reason=reason,
                recorded_by=community.crew.community,
                recorded_at=world.past(world.today - timedelta(days=1), time(15, 30)),
            )
