"""Who is priced as somebody else was pays what they would have paid by themselves."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from canteen.residents.models import Status
from canteen.settlement.offline.likeness import counts_since, likeness
from canteen.settlement.offline.quotes import SetOffered, asked_by, offers_for
from canteen.settlement.rules import Diner, PastMeal, SaleFacts
from canteen.subsidies.documents import parse_policy
from tests.lunches import OFF_THREE, POLICIES, policy_document

DAY = date(2026, 11, 24)
PLACE = ("南昌市", "青云谱区", "金牛街道")
SETS = tuple(
    SetOffered(period=period, code="standard", name="套餐", price_fen=1300, item_class="set")
    for period in ("lunch", "dinner")
)
PERIODS = {"lunch": 660, "dinner": 1020}
TWICE_A_WEEK = policy_document(
    OFF_THREE + '[[cap]]\ncode = "day"\nper = "week"\nmeals = 2\n'
)  # fmt: skip
POLICY_TEXTS = [
    *(path.read_text("utf-8") for path in sorted(POLICIES.glob("*.toml"))),
    TWICE_A_WEEK,
]

parts = st.tuples(st.just("test"), st.just("three"), st.just("city"), st.integers(100, 300))
meals = st.builds(
    PastMeal,
    meal_id=st.uuids().map(str),
    service_date=st.dates(date(2026, 11, 20), DAY),
    period_code=st.sampled_from(["lunch", "dinner"]),
    paid_fen=st.just(900),
    paid_by=st.just("wallet"),
    extra=st.just(False),
    local_at=st.just("11:30"),
    parts=st.lists(parts, max_size=1).map(tuple),
)
births = st.one_of(
    st.none(),
    st.dates(date(1930, 1, 1), date(1970, 12, 31)),
    st.sampled_from([date(1946, 11, 24), date(1946, 11, 25), date(1944, 2, 29)]),
)


def diners(number: int) -> Any:
    """People with what the engine looks at, and names and purses of their own."""
    return st.builds(
        Diner,
        resident_id=st.just(number),
        name=st.sampled_from(["陈桂英", "王建国"]),
        gender=st.sampled_from(["female", "male"]),
        birthday=births,
        status=st.just(Status.ACTIVE),
        ended_on=st.none(),
        tags=st.frozensets(st.sampled_from(["dibao", "tekun", "living_alone"]), max_size=1),
        hukou_path=st.sampled_from([PLACE, ("南昌市", "西湖区", ""), ()]),
        residence_path=st.just(PLACE),
        in_institution=st.booleans(),
        registered_here=st.booleans(),
        grid_node_id=st.none(),
        balance_fen=st.integers(0, 10_000),
        turn=st.integers(0, 9),
        meals=st.lists(meals, max_size=3).map(tuple),
    )


LOOKED_AT = ("birthday", "tags", "hukou_path", "in_institution", "registered_here", "meals", "name")


@given(
    one=diners(1),
    stranger=diners(2),
    taken=st.sets(st.sampled_from(LOOKED_AT), max_size=2),
    text=st.sampled_from(POLICY_TEXTS),
)
def test_two_who_look_alike_have_the_same_offers(
    one: Diner, stranger: Diner, taken: set[str], text: str
) -> None:
    """The other is the one with a trait or two of a stranger: often alike, often nearly."""
    other = replace(one, **{name: getattr(stranger, name) for name in taken})
    policies = [parse_policy(text)]
    asked = asked_by(policies)
    since = counts_since(policies, DAY, history=asked.history)
    kinds, offers = zip(
        *(
            (
                likeness(each, day=DAY, since=since),
                list(
                    offers_for(each, facts=facts(policies), sets=SETS, periods=PERIODS, asked=asked)
                ),
            )
            for each in (one, other)
        ),
        strict=True,
    )
    if kinds[0] == kinds[1]:
        assert offers[0] == offers[1]


def test_a_name_and_a_purse_make_nobody_different_and_a_birthday_does() -> None:
    one = Diner(
        resident_id=1, name="陈桂英", gender="female", birthday=date(1944, 3, 5),
        status=Status.ACTIVE, ended_on=None, tags=frozenset(), hukou_path=PLACE,
        residence_path=PLACE, in_institution=False, registered_here=True, grid_node_id=None,
        balance_fen=0, turn=0,
    )  # fmt: skip
    other = replace(one, resident_id=2, name="王建国", balance_fen=900, birthday=date(1944, 5, 1))
    today = replace(one, birthday=date(1944, 11, 24))
    kinds = [likeness(each, day=DAY, since=None) for each in (one, other, today)]
    assert kinds[0] == kinds[1] != kinds[2]


def facts(policies: Any) -> SaleFacts:
    """A workday at a site of the place."""
    return SaleFacts(
        service_date=DAY, local_time=time(0), is_workday=True, is_public_holiday=False,
        site_path=PLACE, set_name=None, price_fen=None, menu_published=True, menu_required=False,
        daily_card_limit_fen=100_000, diner=None, policies=policies,
    )  # fmt: skip
