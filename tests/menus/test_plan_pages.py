"""The pages of the planning desk through a client without a screen."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.foundation.database import db
from canteen.foundation.jobs import run_waiting
from canteen.menus import actions, plan_queries
from canteen.menus.plan_facts import settings_of
from canteen.staff.rules import Role
from tests.menus.desk import SECONDS, answer_of, ask, planned, proposals
from tests.menus.kitchen import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    dish_id,
    fill,
    make_kitchen,
    put,
    week,
)
from tests.people import NOW, make_site, make_staff, make_xiaoli, sign_in

pytestmark = pytest.mark.usefixtures("quick")


HERE = {"day": "2026-11-23", "period": "lunch", "slot": "meat", "position": "0"}
ALTERNATIVES = "/alternatives?day=2026-11-23&period=lunch&slot=meat&position=0"


@pytest.fixture
def desk(app: Flask, client: FlaskClient) -> FlaskClient:
    """王师傅 signed in at 金牛食堂, with the whole library."""
    make_kitchen()
    sign_in(client, "wangshifu")
    return client


@pytest.fixture
def office(app: Flask, client: FlaskClient) -> FlaskClient:
    """张姐 signed in."""
    site = make_kitchen()
    make_staff("zhangjie", Role.MANAGER, site_id=site, name="张姐")
    sign_in(client, "zhangjie")
    return client


def fields_of(page: str) -> dict[str, str]:
    """Every field of the rules page as a browser would send it."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            found[name[1]] = value[1] if value else ""
    return found


def test_the_week_leads_to_the_desk_and_answers_at_once(app: Flask, desk: FlaskClient) -> None:
    assert f"/menus/{WEEK}/plans" in desk.get(f"/menus/{WEEK}").text
    asked = {"weeks": "1", "periods": ["dinner"], "keep": "keep", "seconds": str(SECONDS)}
    answer = desk.post(f"/menus/{WEEK}/plans", data=asked)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/jobs/1")
    assert proposals() == []  # nothing was planned yet
    run_waiting(app)
    page = desk.get("/menus/proposals/1").text
    assert "7 天 35 道，没有重复：已核对" in page
    assert "采用" in page
    assert "新排 35 格" in page
    assert "有方案待看" in desk.get(f"/menus/{WEEK}").text


def test_an_offer_is_taken_with_one_post(app: Flask, desk: FlaskClient) -> None:
    planned(app, 1, periods=("dinner",))
    answer = desk.post("/menus/proposals/1/adoption")
    assert answer.headers["Location"] == f"/menus/{WEEK}"
    assert len(week(1).dishes) == 35
    assert "已采用" in desk.get("/menus/proposals/1").text


def test_what_changed_meanwhile_is_said_on_the_offer(app: Flask, desk: FlaskClient) -> None:
    planned(app, 1, periods=("dinner",))
    put(1, MONDAY, "米饭", period="dinner", slot="meat")
    answer = desk.post("/menus/proposals/1/adoption")
    assert answer.status_code == 409
    assert "有人改了11月23日 周一晚餐 大荤，现在是“米饭”" in answer.text
    assert len(week(1).dishes) == 1


def test_an_offer_is_put_away(app: Flask, desk: FlaskClient) -> None:
    planned(app, 1, periods=("dinner",))
    desk.post("/menus/proposals/1/discarding")
    assert proposals() == [(1, "discarded")]
    assert "有方案待看" not in desk.get(f"/menus/{WEEK}").text
    assert desk.post("/menus/proposals/1/adoption").status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"weeks": "9"}, {"seconds": "9999"}, {"seconds": "soon"}, {"periods": "tea"}]
)
def test_a_wrong_question_comes_back_with_what_is_expected(
    desk: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = desk.post(f"/menus/{WEEK}/plans", data={"weeks": "1", **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_rules_that_conflict_are_explained_in_words(app: Flask, office: FlaskClient) -> None:
    page = office.get("/menus/planning-rules").text
    office.post("/menus/planning-rules", data={**fields_of(page), "budget_fen.dinner": "0.50"})
    planned(app, 1, periods=("dinner",))
    page = office.get("/menus/proposals/1").text
    assert "规则凑不到一起" in page
    assert "每份不超过 0.5 元" in page
    assert "晚餐预算提到每份" in page
    assert "没有守住规则" in page


def test_every_dish_of_a_plan_has_the_mark_of_its_kind_and_says_it(
    app: Flask, desk: FlaskClient
) -> None:
    fill(1)
    page = desk.get(f"/menus/{WEEK}/changes").text
    marks = page.count('class="kind-mark" aria-hidden="true"')
    assert marks == page.count('<span class="kind') - page.count('<span class="kind-mark') > 0
    assert '<span class="kind visually-hidden">大荤</span>' in page
    assert 'class="kind-legend"' in page


def test_a_change_lists_old_new_and_why(app: Flask, desk: FlaskClient) -> None:
    fill(1)
    asked = {"without": "猪肉", "days": "2026-11-25", "reason": "猪肉没有送到"}
    answer = desk.post(f"/menus/{WEEK}/changes", data=asked)
    assert answer.headers["Location"] == "/jobs/1"
    run_waiting(app)
    _state, result = answer_of(1)
    page = desk.get(f"/menus/proposals/{result['values']['proposal_id']}").text
    assert "猪肉没有送到" in page
    found = plan_queries.proposal(db.session(), site_id=1, proposal_id=1)
    assert found is not None
    hit = [place for place, (old, _new) in found.offer.changes.items() if old in found.offer.hit]
    assert hit
    assert any(place[0] == WEDNESDAY for place in hit)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "还没有说要换什么"), ("独角兽", "没有叫“独角兽”"), ("猪肉、独角兽", "没有叫“独角兽”")],
)
def test_a_change_that_names_nothing_known_is_refused(
    desk: FlaskClient, typed: str, said: str
) -> None:
    put(1, MONDAY, "红烧肉")
    answer = desk.post(f"/menus/{WEEK}/changes", data={"without": typed})
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize(
    ("word", "mark"),
    [
        ("猪肉", "contains:pork"), ("Beef", "contains:beef"), ("豆腐", "food:豆腐"),
        ("西红柿", "food:番茄"), ("西红柿炒鸡蛋", "dish:番茄炒蛋"), ("独角兽", None),
    ],
)  # fmt: skip
def test_a_word_means_an_animal_an_ingredient_or_a_dish(
    app: Flask, word: str, mark: str | None
) -> None:
    make_kitchen()
    assert plan_queries.mark_of(db.session(), word) == mark


def test_alternatives_are_ranked_and_one_is_put_there_at_once(desk: FlaskClient) -> None:
    put(1, MONDAY, "红烧肉")
    page = desk.get(f"/menus/{WEEK}{ALTERNATIVES}").text
    assert "红烧肉" in page
    first = re.search(r'name="dish_id" value="(\d+)"', page)
    assert first is not None
    sent = {**HERE, "dish_id": first[1], "instead_of": str(dish_id("红烧肉"))}
    answer = desk.post(f"/menus/{WEEK}/alternatives", data=sent)
    assert answer.headers["Location"].startswith(f"/menus/{WEEK}/changes#p-2026-11-23-lunch")
    assert [one.dish_id for one in week(1).dishes] == [int(first[1])]


def test_an_alternative_to_a_dish_that_is_gone_shows_what_stands_there_now(
    desk: FlaskClient,
) -> None:
    put(1, MONDAY, "红烧肉")
    sent = {**HERE, "dish_id": str(dish_id("白切鸡")), "instead_of": str(dish_id("红烧肉"))}
    put(1, MONDAY, "土豆牛肉")
    page = desk.post(f"/menus/{WEEK}/alternatives", data=sent, follow_redirects=True).text
    assert "这一格刚刚换成了“土豆牛肉”，您选的没有放进去" in page
    assert f'name="instead_of" value="{dish_id("土豆牛肉")}"' in page
    assert [one.name for one in week(1).dishes] == ["土豆牛肉"]


def test_an_alternative_that_breaks_a_rule_says_so(desk: FlaskClient) -> None:
    put(1, MONDAY, "红烧肉")
    for number, row in enumerate(("白切鸡", "土豆牛肉")):
        put(1, TUESDAY, row, position=number)
    page = desk.get(f"/menus/{WEEK}{ALTERNATIVES}").text
    assert "一周里上了两次" in page or "换成白切鸡" not in page


def test_a_place_is_fixed_and_let_go_and_so_is_a_day(desk: FlaskClient) -> None:
    put(1, MONDAY, "红烧肉")
    desk.post(f"/menus/{WEEK}/fixed-places", data={**HERE, "pinned": "1"})
    assert [one.pinned for one in week(1).dishes] == [True]
    assert "不再固定" in desk.get(f"/menus/{WEEK}{ALTERNATIVES}").text
    desk.post(f"/menus/{WEEK}/fixed-places", data={"day": "2026-11-23", "pinned": "0"})
    assert [one.pinned for one in week(1).dishes] == [False]


@pytest.mark.parametrize(
    "address",
    [
        "/menus/2026-W99/plans",
        f"/menus/{WEEK}/alternatives",
        f"/menus/{WEEK}/alternatives?day=2026-11-30&period=lunch&slot=meat&position=0",
        f"/menus/{WEEK}/alternatives?day=x&period=lunch&slot=meat&position=0",
        "/menus/proposals/99",
    ],
)
def test_what_does_not_exist_is_404(desk: FlaskClient, address: str) -> None:
    assert desk.get(address).status_code == 404


def test_an_offer_of_another_site_is_404(app: Flask, desk: FlaskClient) -> None:
    planned(app, 1, periods=("dinner",))
    other = make_site("other")
    make_staff("lisi", Role.KITCHEN, site_id=other)
    sign_in(desk, "lisi")
    for address in ("", "/adoption", "/discarding"):
        method = "POST" if address else "GET"
        answer = desk.open(f"/menus/proposals/1{address}", method=method)
        assert answer.status_code == 404


def test_the_counter_does_not_plan(app: Flask, client: FlaskClient) -> None:
    make_xiaoli(make_kitchen())
    sign_in(client, "xiaoli")
    assert client.get(f"/menus/{WEEK}/plans").status_code == 403
    assert "/plans" not in client.get(f"/menus/{WEEK}").text


def test_a_published_week_says_so_instead_of_planning(app: Flask, desk: FlaskClient) -> None:
    put(1, MONDAY, "红烧肉")
    ask(1)
    actions.publish_week(site_id=1, monday=MONDAY, now=NOW, by=None)
    assert "已公布，不能再改" in desk.get(f"/menus/{WEEK}/changes").text
    assert desk.get(f"/menus/{WEEK}{ALTERNATIVES}").status_code == 409
    asked = {"weeks": "1", "seconds": "2"}
    assert desk.post(f"/menus/{WEEK}/plans", data=asked).status_code == 422


def test_the_rules_page_saves_what_it_shows(office: FlaskClient) -> None:
    before = settings_of(db.session(), 1)
    fields = fields_of(office.get("/menus/planning-rules").text)
    assert office.post("/menus/planning-rules", data=fields).status_code == 302
    db.session.rollback()
    assert settings_of(db.session(), 1) == before


def test_the_rules_page_takes_changes_and_bans(office: FlaskClient) -> None:
    fields = fields_of(office.get("/menus/planning-rules").text)
    fields |= {
        "return_days.main_meat": "14", "budget_fen.lunch": "9.50", "importance.cost": "9",
        "capacity.lunch.wok": "4", "ban.0.what": "猪肉", "ban.0.weekday.2": "1",
        "ban.0.period.lunch": "1", "ban.0.reason": "回民日", "closed_weekdays.6": "1",
        "closed_days": "2027-02-06",
    }  # fmt: skip
    assert office.post("/menus/planning-rules", data=fields).status_code == 302
    db.session.rollback()
    saved = settings_of(db.session(), 1)
    (ban,) = saved.bans
    assert (ban.mark, ban.weekdays, ban.periods) == ("contains:pork", (2,), ("lunch",))
    assert (saved.return_days["main_meat"], saved.budget_fen["lunch"]) == (14, 950)
    assert (saved.capacity, saved.closed_weekdays) == ({"lunch": {"wok": 4}}, (6,))
    page = office.get("/menus/planning-rules").text
    assert 'value="猪肉"' in page
    assert 'value="9.50"' in page


def test_mistakes_stand_beside_their_fields_and_nothing_is_saved(office: FlaskClient) -> None:
    before = settings_of(db.session(), 1)
    fields = fields_of(office.get("/menus/planning-rules").text)
    fields |= {"return_days.main_meat": "多", "budget_fen.lunch": "一些", "ban.0.what": "独角兽"}
    answer = office.post("/menus/planning-rules", data=fields)
    assert answer.status_code == 422
    fields = {**fields, "budget_fen.lunch": "", "ban.0.what": ""}
    again = office.post("/menus/planning-rules", data=fields)
    assert "间隔天数 大荤：“多”不对" in again.text
    assert 'id="return_days.main_meat-mistake"' in again.text
    assert 'value="多"' in again.text
    db.session.rollback()
    assert settings_of(db.session(), 1) == before


def test_english_pages_have_english_names(app: Flask, desk: FlaskClient) -> None:
    put(1, MONDAY, "红烧肉")
    desk.set_cookie("canteen_language", "en")
    page = desk.get(f"/menus/{WEEK}{ALTERNATIVES}").text
    assert "What could stand here" in page
    assert dish_id("红烧肉") > 0
    assert not re.search(r"<h1>[^<]*[\u4e00-\u9fff]", page)
