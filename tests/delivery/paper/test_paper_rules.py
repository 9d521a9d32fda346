"""A round dealt out to pages, labels before and after a change, and the code on a sheet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.delivery.contact import links as card_links
from canteen.delivery.contact.rules import Leader, leaders_of, looks_after
from canteen.delivery.paper import links
from canteen.delivery.paper.rules import (
    Column,
    Face,
    by_diet,
    digest,
    face_of,
    lines_of,
    on_pages,
    reprint,
)

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECRETS = [b"a new secret of some length", b"an older secret of some length"]


def face(resident_id: int = 1, box: int = 1, **values: object) -> Face:
    """陈奶奶's box on 小周's round."""
    return Face(
        **{  # type: ignore[arg-type]
            "resident_id": resident_id, "box": box, "boxes": 1, "carrier": "小周", "position": 1,
            "address": "金牛小区 2栋 1单元 501", "name": "陈桂英", "diet": "soft｜不吃香菜",
            **values,
        }
    )  # fmt: skip


def test_a_long_address_takes_more_lines_and_latin_words_move_whole() -> None:
    def of(text: str) -> int:
        return lines_of([Column(texts=[text], width=15)])

    assert [of("金牛小区 2栋 1单元 501"), of("金" * 15), of("金" * 40), of("")] == [1, 2, 3, 0]
    assert of("mashed food only and nothing with salt in it at all, please") == 4
    two = [Column(texts=["金" * 20, "陈桂英"], width=15), Column(texts=["软"], width=12)]
    assert lines_of(two) == 3


def test_a_door_higher_than_what_is_left_begins_a_page() -> None:
    pages = on_pages("abcd", [40, 40, 30, 100], first=100, rest=90)
    assert pages == [["a", "b"], ["c"], ["d"]]
    assert on_pages([], [], first=1, rest=1) == []


@given(st.lists(st.floats(5, 120), max_size=40), st.floats(100, 300), st.floats(100, 300))
@settings(max_examples=40, deadline=None)
def test_every_door_stands_once_in_order_and_no_page_overflows(
    heights: list[float], first: float, rest: float
) -> None:
    doors = list(range(len(heights)))
    pages = on_pages(doors, heights, first=first, rest=rest)
    assert [door for page in pages for door in page] == doors
    for number, page in enumerate(pages):
        room = first if number == 0 else rest
        assert page
        assert len(page) == 1 or sum(heights[door] for door in page) <= room + 1e-6


def test_a_transfer_a_second_box_and_a_pause_ask_for_these_labels_only() -> None:
    chen, wang, li = face(1), face(2, position=2, name="王德福"), face(3, position=3, name="李秀兰")
    printed = {(one.resident_id, one.box): one.text for one in (chen, wang, li)}
    moved = replace(wang, carrier="老吴", position=9)
    twice = [replace(chen, boxes=2), replace(chen, boxes=2, box=2)]
    change = reprint(wanted=[*twice, moved], printed=printed)
    assert set(change.fresh) == {*twice, moved}
    assert set(change.torn) == {chen, wang, li}
    assert change.kept == 0
    assert not reprint(wanted=[chen, wang, li], printed=printed).changed
    assert face_of((1, 1), chen.text) == chen


FACES = st.lists(
    st.builds(
        face,
        st.integers(1, 6),
        st.just(1),
        carrier=st.sampled_from(("小周", "老吴", "")),
        position=st.integers(1, 3),
        diet=st.sampled_from(("", "soft", "low_salt")),
    ),
    unique_by=lambda one: one.resident_id,
    max_size=6,
)


@given(FACES, FACES)
@settings(max_examples=60, deadline=None)
def test_tearing_up_and_printing_leaves_one_label_on_each_box(
    before: list[Face], now: list[Face]
) -> None:
    printed = {(one.resident_id, one.box): one.text for one in before}
    change = reprint(wanted=now, printed=printed)
    hanging = (set(before) - set(change.torn)) | set(change.fresh)
    assert hanging == set(now)
    assert change.kept + len(change.fresh) == len(now)
    assert change.kept + len(change.torn) == len(before)
    assert sum(count for _diet, count in by_diet(now)) == len(now)
    assert (digest(before) == digest(now)) == (set(before) == set(now))


def sheet_link(**values: object) -> str:
    return links.make_link(
        **{  # type: ignore[arg-type]
            "roster_id": 57, "volunteer_id": 3, "ends": NOON, "secrets": SECRETS[1:], **values
        }
    )  # fmt: skip


def test_a_sheets_code_is_digits_and_says_when_the_round_is_over() -> None:
    code = sheet_link()
    assert code.isdigit()
    assert len(code) == links.DIGITS
    for now, over in ((NOON, True), (NOON - timedelta(seconds=1), False)):
        found = links.read_link(code, now=now, secrets=SECRETS)
        assert found == links.SheetLink(roster_id=57, volunteer_id=3, over=over)


@pytest.mark.parametrize("where", [0, 7, 15, 22, 23, 36])
def test_a_sheets_code_changed_anywhere_or_of_other_keys_opens_nothing(where: int) -> None:
    code = sheet_link()
    forged = code[:where] + str((int(code[where]) + 1) % 10) + code[where + 1 :]
    assert links.read_link(forged, now=NOON, secrets=SECRETS) is None
    assert links.read_link(code[:-1], now=NOON, secrets=SECRETS) is None
    assert links.read_link(code, now=NOON, secrets=[b"somebody else's secret"]) is None


def test_a_gun_types_the_whole_address_or_only_its_end() -> None:
    code = sheet_link()
    for typed in (f"http://192.168.1.20:8000/sheets/{code}", code, f"  {code}\r"):
        assert links.scanned(typed) == code
    assert links.scanned("0000123410000000000000") == ""


def test_a_cards_code_names_the_card_and_is_no_sheets_code() -> None:
    link = card_links.CardLink(site_id=10_417, household_id=417, issue=3)
    code = card_links.make_link(link, secrets=SECRETS)
    assert card_links.read_link(code, secrets=SECRETS) == link
    assert card_links.read_link(code, secrets=SECRETS[1:]) is None
    assert links.read_link(code, now=NOON, secrets=SECRETS) is None


def test_a_site_too_many_for_a_cards_code_is_said_and_opens_no_other_sites_page() -> None:
    last = card_links.CardLink(site_id=999_999, household_id=99_999_999, issue=99)
    assert (
        card_links.read_link(card_links.make_link(last, secrets=SECRETS), secrets=SECRETS) == last
    )
    for field, most in (("site_id", 999_999), ("household_id", 99_999_999)):
        with pytest.raises(ValueError, match=str(most + 1)):
            card_links.make_link(replace(last, **{field: most + 1}), secrets=SECRETS)


def test_the_team_on_a_card_is_the_usual_volunteers_or_that_of_the_smallest_area() -> None:
    areas = {7: ["/1/4/"], 9: ["/1/4/17/"], 5: ["/1/4/17/"]}
    assert looks_after(path="/1/4/17/30/", usual=7, areas=areas) == 7
    assert looks_after(path="/1/4/17/30/", usual=None, areas=areas) == 5
    assert looks_after(path="/1/4/18/31/", usual=None, areas=areas) == 7
    assert looks_after(path="/2/8/9/10/", usual=None, areas=areas) is None


def test_the_two_nearest_leaders_with_a_telephone_stand_on_a_card() -> None:
    unit = Leader(level="unit", name="刘姐", phone="")
    building = Leader(level="building", name="老赵", phone="13800000555")
    others = [
        Leader(level=one, name="甲", phone="13800000556") for one in ("compound", "community")
    ]
    assert leaders_of([unit, building, *others]) == (building, others[0])
