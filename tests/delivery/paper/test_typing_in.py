"""A sheet typed in at once: every door or none, twice is once, and its code leads to it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import travel

from canteen.delivery.actions import reassign_stop
from canteen.delivery.models import OutcomeKind, StopOutcome
from canteen.delivery.paper.models import TypedRound
from canteen.delivery.volunteering.credits import credits_between
from canteen.foundation.database import db
from canteen.settlement.models import Meal
from canteen.staff.rules import Role
from tests.delivery.paper.rounds import DOORS, Round
from tests.delivery.people import say_of
from tests.lunches import run_at_once
from tests.people import NOW, TODAY, make_staff, sign_in


@pytest.fixture(autouse=True)
def lunch_time() -> Iterator[None]:
    with travel(NOW, tick=True):
        yield


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_sheet_of_twelve_doors_is_typed_in_and_its_meals_are_paid(app: Flask) -> None:
    lunch = Round()
    kinds = dict.fromkeys(lunch.stops, "handed_over") | {lunch.stops[3]: "nobody_answers"}
    sheet = lunch.sheet(kinds)
    assert [lunch.type_in(sheet), lunch.type_in(sheet)] == [None, None]
    assert (count(StopOutcome), count(Meal), count(TypedRound)) == (12, 11, 1)
    row = db.session.scalars(select(TypedRound)).one()
    assert (row.doors, row.back_at) == (12, NOW - timedelta(minutes=5))


def credited(lunch: Round) -> list[tuple[int, int, bool]]:
    db.session.rollback()
    found = credits_between(db.session(), site_id=lunch.site_id, first=TODAY, last=TODAY)
    return [(one.doors, one.minutes, one.by_themselves) for one in found]


def test_hours_of_a_round_typed_in_in_two_parts_are_those_on_the_sheet(app: Flask) -> None:
    lunch = Round()
    morning, rest = dict.fromkeys(lunch.stops[:5], "handed_over"), lunch.stops[5:]
    back = NOW - timedelta(minutes=30)
    assert lunch.type_in(lunch.sheet(morning, back_at=back, planned_minutes=40)) is None
    assert credited(lunch) == [(5, 45, False)]
    sheet = lunch.sheet(dict.fromkeys(rest, "refused"), left_at=NOW - timedelta(minutes=80))
    assert lunch.type_in(sheet) is None
    assert credited(lunch) == [(12, 75, False)], "from leaving to the later of both ends"


def test_a_round_that_left_after_it_was_back_is_not_stored(app: Flask) -> None:
    lunch = Round()
    wrong = lunch.sheet(left_at=NOW - timedelta(minutes=5), back_at=NOW - timedelta(minutes=5))
    assert lunch.type_in(wrong) == ("left_after_back", None)
    assert (count(StopOutcome), count(TypedRound)) == (0, 0)


def test_if_one_door_cannot_be_recorded_none_is(app: Flask) -> None:
    lunch = Round()
    said_of = lunch.stops[7]
    say_of(said_of, OutcomeKind.REFUSED, lunch.zhangjie)
    assert lunch.type_in(lunch.sheet()) == ("outcome_changed_meanwhile", said_of)
    left = lunch.sheet({lunch.stops[0]: "handed_over", lunch.stops[1]: "left_at_door"})
    assert lunch.type_in(left) == ("no_permission_to_leave", lunch.stops[1])
    assert (count(StopOutcome), count(Meal), count(TypedRound)) == (1, 0, 0)


def test_what_is_on_another_sheet_by_now_or_nothing_at_all_is_refused(app: Flask) -> None:
    lunch = Round()
    gone = lunch.stops[2]
    refused = reassign_stop(
        site_id=lunch.site_id, stop_id=gone, volunteer_id=lunch.laowu, by=lunch.zhangjie, now=NOW
    )
    assert refused is None
    assert lunch.type_in(lunch.sheet()) == ("not_on_this_sheet", gone)
    assert lunch.type_in(lunch.sheet(reports=())) == ("nothing_typed", None)
    later = lunch.sheet(back_at=NOW + timedelta(minutes=1))
    assert lunch.type_in(later) == ("back_too_late", None)
    assert count(StopOutcome) == 0


def test_of_two_who_type_the_same_sheet_at_once_one_is_recorded_whole(app: Flask) -> None:
    lunch = Round(doors=4)
    sheets = [lunch.sheet(dict.fromkeys(lunch.stops, kind)) for kind in ("handed_over", "refused")]
    sheets += [sheets[0]]
    answers = run_at_once(app, [partial(lunch.type_in, one) for one in sheets])
    db.session.rollback()
    assert None in answers
    kinds = set(db.session.scalars(select(StopOutcome.kind)))
    assert len(kinds) == 1, "a sheet is never mixed with another"
    assert (count(StopOutcome), count(TypedRound)) == (4, 1)


def fields(page: str) -> dict[str, str]:
    """What the page would post as it is: its hidden fields."""
    form = page.partition("data-typing>")[2].partition("</form>")[0]
    return dict(re.findall(r'name="((?:id|follows)-\d+|sheet_id)" value="([^"]*)"', form))


def test_the_page_takes_all_doors_at_once_and_then_only_corrections(client: FlaskClient) -> None:
    lunch = Round()
    sign_in(client, "zhangjie")
    page = client.get(lunch.address).text
    assert page.count("data-line") == DOORS
    posted = fields(page) | {f"kind-{one}": "handed_over" for one in lunch.stops}
    posted |= {f"kind-{lunch.stops[5]}": "in_hospital", f"note-{lunch.stops[5]}": "女儿说的"}
    early = client.post(f"{lunch.address}/entries", data=posted)
    assert early.status_code == 422, "the time is asked for"
    assert early.text.count(" checked") == DOORS, "what was typed is kept"
    assert "女儿说的" in early.text
    posted["back_at"] = "1120"
    for _twice in range(2):
        assert client.post(f"{lunch.address}/entries", data=posted).status_code == 302
    assert count(StopOutcome) == DOORS
    page = client.get(lunch.address).text
    assert "已记过 12 户" in page
    right = {f"kind-{lunch.stops[5]}": "handed_over", f"kind-{lunch.stops[6]}": "handed_over"}
    client.post(f"{lunch.address}/entries", data=fields(page) | right | {"back_at": "11:20"})
    assert count(StopOutcome) == DOORS + 1, "saying again what stands is no correction"
    assert count(Meal) == DOORS


def test_a_colleague_was_quicker_at_one_door_and_the_page_says_at_which(
    client: FlaskClient,
) -> None:
    lunch = Round()
    sign_in(client, "zhangjie")
    posted = fields(client.get(lunch.address).text) | {"back_at": "11:20"}
    posted |= {f"kind-{one}": "handed_over" for one in lunch.stops}
    say_of(lunch.stops[3], OutcomeKind.NOBODY_ANSWERS, lunch.zhangjie)
    answer = client.post(f"{lunch.address}/entries", data=posted)
    assert answer.status_code == 409
    assert "没有保存：第 4 户 陈桂英。刚才已有别人记了这一户" in answer.text
    assert (count(StopOutcome), count(TypedRound)) == (1, 0)
    again = fields(answer.text) | {"back_at": "11:20"}
    again |= {f"kind-{one}": "handed_over" for one in lunch.stops if one != lunch.stops[3]}
    assert client.post(f"{lunch.address}/entries", data=again).status_code == 302
    assert count(StopOutcome) == DOORS


def sheet_code(client: FlaskClient, lunch: Round) -> str:
    """The digits in the code of 小周's sheet."""
    import canteen.blueprints.delivery.paper.sheets as sheets_pages

    seen: list[str] = []
    real = sheets_pages.printed_address
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets_pages, "printed_address", lambda path: seen.append(path) or real(path))
        client.get(f"/delivery/rosters/{lunch.roster_id}/sheets?volunteer={lunch.xiaozhou}")
    return seen[0].removeprefix("/sheets/")


def test_a_sheets_code_leads_each_to_their_own_page_and_names_nobody(client: FlaskClient) -> None:
    lunch = Round()
    make_staff("chufang", Role.KITCHEN, site_id=lunch.site_id)
    sign_in(client, "zhangjie")
    code = sheet_code(client, lunch)
    assert code.isdigit()
    assert client.get(f"/sheets/{code}").headers["Location"].endswith(lunch.address)
    for typed in (code, f"http://192.168.1.9:8000/sheets/{code}"):
        answer = client.post("/delivery/scanned-sheets", data={"code": typed})
        assert answer.headers["Location"].endswith(lunch.address)
    answer = client.post("/delivery/scanned-sheets", data={"code": "40"}, follow_redirects=True)
    assert "没认出这张送餐单的码" in answer.text
    client.post("/sign-out")
    assert "/sign-in?next=/sheets/" in client.get(f"/sheets/{code}").headers["Location"]
    sign_in(client, "xiaozhou")
    assert client.get(f"/sheets/{code}").headers["Location"].endswith("/round")
    sign_in(client, "chufang")
    assert client.get(f"/sheets/{code}").status_code == 403
    assert client.get(f"/sheets/{code[:-1]}0").status_code in (403, 404)


def test_after_the_round_its_code_says_so_and_the_office_still_types_it_in(
    client: FlaskClient,
) -> None:
    lunch = Round()
    sign_in(client, "zhangjie")
    code = sheet_code(client, lunch)
    with travel(NOW + timedelta(hours=6), tick=True):
        sign_in(client, "zhangjie")
        assert client.get(f"/sheets/{code}").headers["Location"].endswith(lunch.address)
        sign_in(client, "xiaozhou")
        assert "这一趟已经结束" in client.get(f"/sheets/{code}").text
        client.post("/sign-out")
        page = client.get(f"/sheets/{code}").text
        assert "这一趟已经结束" in page
        assert "小周" not in page
