"""Clocks of phones, cards at doors, where a round stands, map links; with literals."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.delivery.rounds import rules
from canteen.delivery.rounds.maps import map_links
from canteen.delivery.rounds.models import EventKind
from canteen.delivery.rounds.rules import Holding, Leg, Scanned, Told
from canteen.foundation.geography import Point

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("device_at", "sent_at", "happened", "wrong"),
    [
        (NOON - 30 * MINUTE, NOON, NOON - 30 * MINUTE, False),
        (NOON, NOON + MINUTE, NOON, False),  # a little ahead: within what is allowed
        (NOON + 60 * MINUTE, NOON + 90 * MINUTE, NOON - 30 * MINUTE, True),  # 90 minutes ahead
        (NOON - 150 * MINUTE, NOON - 120 * MINUTE, NOON - 30 * MINUTE, True),  # two hours behind
        (NOON + 60 * MINUTE, NOON, NOON, True),  # set back since: nobody knows when
        (NOON - timedelta(days=40), NOON, NOON, True),
    ],
)
def test_a_phones_clock_is_held_against_the_servers(
    device_at: datetime, sent_at: datetime, happened: datetime, wrong: bool
) -> None:
    found = rules.believed(device_at=device_at, sent_at=sent_at, now=NOON)
    assert found == (happened, wrong)


def test_what_was_said_at_a_door_is_listed_where_the_books_judge_otherwise() -> None:
    mine = Holding(mine=True, was_mine=False, called_off=False)
    cut_short = Holding(mine=False, was_mine=True, called_off=False)
    elsewhere = Holding(mine=False, was_mine=False, called_off=False)
    off = Holding(mine=True, was_mine=False, called_off=True)
    assert rules.reasons(holding=mine, refused="", proof="card_ok") == ""
    assert rules.reasons(holding=cut_short, refused="", proof="") == ""
    assert rules.reasons(holding=elsewhere, refused="", proof="") == "stop_elsewhere"
    assert rules.reasons(holding=off, refused="", proof="card_other") == "called_off;card_other"
    changed = "outcome_changed_meanwhile"
    assert rules.reasons(holding=mine, refused=changed, proof="") == changed


def test_a_card_proves_whose_door_it_was() -> None:
    def proof(scanned: Scanned | None, readable: bool = True) -> str:
        return rules.proof_of(scanned=scanned, readable=readable, resident_id=7)

    assert proof(Scanned(resident_id=7, active=True)) == "card_ok"
    assert proof(Scanned(resident_id=7, active=False)) == "card_ended"
    assert proof(Scanned(resident_id=8, active=True)) == "card_other"
    assert proof(None) == "card_unknown"
    assert proof(None, readable=False) == "card_unread"


def told(number: int, kind: EventKind, minutes: int, **body: object) -> Told:
    return Told(id=UUID(int=number), kind=kind, happened_at=NOON + minutes * MINUTE, body=body)


DAY = (
    told(1, EventKind.PICKED_UP, 0, counts=[["", 3, 2], ["soft", 1, 1]], bags=2, note="少一份"),
    told(2, EventKind.PICKED_UP, 2, counts=[["", 3, 3], ["soft", 1, 1]], bags=2),
    told(3, EventKind.LEFT, 5),
    told(4, EventKind.LEFT, 6),
    told(5, EventKind.CANNOT_FINISH, 50, note="脚扭了"),
    told(6, EventKind.RETURNED, 70, bags=1, out=2, note="一只在 302"),
)


@settings(max_examples=30, deadline=None)
@given(st.permutations(DAY), st.lists(st.sampled_from(DAY), max_size=4))
def test_where_a_round_stands_does_not_depend_on_the_order_in_which_it_was_told(
    order: list[Told], repeats: list[Told]
) -> None:
    assert rules.leg_of([*order, *repeats]) == Leg(
        picked_up_at=NOON + 2 * MINUTE,
        counts=(("", 3, 3), ("soft", 1, 1)),
        count_note="",
        bags_out=2,
        left_at=NOON + 5 * MINUTE,
        ended_at=NOON + 50 * MINUTE,
        end="cannot_finish",
        end_reason="脚扭了",
        bags_back=1,
        back_note="一只在 302",
    )


def test_differences_of_boxes_are_looked_at() -> None:
    short, whole = [["", 3, 2], ["soft", 1, 2]], [["", 3, 3]]
    assert rules.look_at(EventKind.PICKED_UP, {"counts": short}) == "boxes_differ"
    assert rules.look_at(EventKind.PICKED_UP, {"counts": whole}) == ""
    assert rules.look_at(EventKind.RETURNED, {"bags": 1, "out": 2}) == "boxes_missing"
    assert rules.look_at(EventKind.RETURNED, {"bags": 2, "out": 2}) == ""
    assert rules.look_at(EventKind.CANNOT_FINISH, {}) == "cannot_finish"
    assert rules.look_at(EventKind.LEFT, {}) == ""


def test_a_round_is_over_with_its_last_outcome() -> None:
    assert rules.over_at(outcomes=[NOON, None], ended_at=NOON) is None
    assert rules.over_at(outcomes=[NOON, NOON + MINUTE], ended_at=None) == NOON + MINUTE
    assert rules.over_at(outcomes=[NOON], ended_at=NOON + 9 * MINUTE) == NOON + 9 * MINUTE
    assert rules.over_at(outcomes=[], ended_at=None) is None


def test_each_map_app_gets_the_building_as_it_writes_places() -> None:
    links = {(one.app, one.on): one.address for one in map_links(Point(28.68, 115.89))}
    assert links["geo", "any"] == "geo:28.68000,115.89000"
    gcj = "28.67663"
    assert f"dlat={gcj}" in links["amap", "android"]
    assert f"dlat={gcj}" in links["amap", "ios"]
    assert links["google", "android"].startswith(f"google.navigation:q={gcj},")
    assert "coord_type=bd09ll" in links["baidu", "any"]
    assert gcj not in links["baidu", "any"]
    assert not any(address.startswith("http") for address in links.values())
