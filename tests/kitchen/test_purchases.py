"""What a published week and the people expected mean for the market."""

import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from time_machine import travel

from canteen.foundation.database import db, transaction
from canteen.foundation.wording import Refusal
from canteen.kitchen import actions as kitchen
from canteen.kitchen import queries
from canteen.kitchen.queries import KitchenWeek
from canteen.kitchen.rules import Expected
from canteen.menus import actions
from canteen.menus import queries as menus
from canteen.menus.models import MenuEntry
from canteen.menus.plan_models import MenuSubstitution
from tests.counting import queries_of
from tests.lunches import lunch, served
from tests.menus.kitchen import MONDAY, TUESDAY, WEEK, dish_id, fill, make_kitchen, put
from tests.people import NOW, make_site, make_xiaoli, sign_in

PERIODS = ["breakfast", "lunch", "dinner"]
LUNCH = (MONDAY, "lunch")


def publish(site: int) -> None:
    assert actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None) is None


def seen(site: int, today: date = MONDAY) -> KitchenWeek:
    db.session.rollback()
    return queries.kitchen_week(
        db.session(), site_id=site, monday=MONDAY, today=today, periods=PERIODS
    )


def bought(site: int, *days: date) -> dict[str, int]:
    found = queries.purchases(db.session(), site_id=site, week=seen(site), days=days)
    return {line.ingredient: line.buy_grams for line in found.lines}


def expect(site: int, portions: int | None, meal: tuple[date, str] = LUNCH) -> Refusal | None:
    return kitchen.save_portions(site_id=site, portions={meal: portions}, now=NOW, by=None)


def entry_of(name: str) -> int:
    found = db.session.scalars(select(MenuEntry.id).where(MenuEntry.dish_name == name)).first()
    assert found is not None
    return found


def one_lunch(portions: int = 100) -> int:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    publish(site)
    expect(site, portions)
    return site


def test_a_draft_asks_for_nothing_yet(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    expect(site, 100)
    assert (seen(site).dishes, seen(site).published) == ((), False)


def test_a_published_lunch_for_a_hundred(app: Flask) -> None:
    site = one_lunch()
    found = bought(site)
    recipe = {line.ingredient: line.grams for line in seen(site).dishes[0].recipe}
    assert found["五花肉"] == recipe["五花肉"] * 100
    assert found == bought(site, MONDAY)
    assert bought(site, TUESDAY) == {}


def test_prices_are_the_sites_own(app: Flask) -> None:
    site = one_lunch()
    pork = menus.ingredients(db.session(), text="五花肉").rows[0]
    actions.save_ingredient(
        site_id=site, ingredient_id=pork.id, values={"price_fen_per_kg": 2000}, source="",
        now=NOW, by=None,
    )  # fmt: skip
    found = queries.purchases(db.session(), site_id=site, week=seen(site))
    line = next(one for one in found.lines if one.ingredient == "五花肉")
    assert line.cost_fen == line.buy_grams * 2


def test_what_is_served_instead_is_bought_instead(app: Flask) -> None:
    site = one_lunch()
    entry = entry_of("红烧肉")
    with transaction() as session:
        for name in ("红烧狮子头", "白切鸡"):
            session.add(
                MenuSubstitution(
                    entry_id=entry, dish_id=dish_id(name), dish_name=name, reason="没到货",
                    made_at=NOW,
                )
            )  # fmt: skip
            session.flush()
    (dish,) = seen(site).dishes
    assert (dish.name, dish.published_name, dish.swapped) == ("白切鸡", "红烧肉", True)
    assert "五花肉" not in bought(site)


def test_dishes_of_a_slot_share_its_diners_until_somebody_says_otherwise(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    put(site, MONDAY, "白切鸡", position=1)
    publish(site)
    expect(site, 101)
    assert [dish.portions for dish in seen(site).dishes] == [51, 51]
    entry = entry_of("红烧肉")
    for _ in range(2):
        assert kitchen.save_shares(site_id=site, percents={entry: 70}, now=NOW, by=None) is None
        assert [dish.portions for dish in seen(site).dishes] == [71, 51]
    kitchen.save_shares(site_id=site, percents={entry: None}, now=NOW, by=None)
    assert [dish.portions for dish in seen(site).dishes] == [51, 51]


def test_numbers_that_cannot_be_are_refused(app: Flask) -> None:
    site = one_lunch()
    refused = expect(site, 20_001)
    assert refused is not None
    assert refused.code == "portions_count"
    for percents, code in (
        ({entry_of("红烧肉"): 301}, "share_percent"),
        ({999: 50}, "share_place"),
    ):
        refused = kitchen.save_shares(site_id=site, percents=percents, now=NOW, by=None)
        assert refused is not None
        assert refused.code == code
    assert kitchen.save_shares(site_id=site + 1, percents={1: 5}, now=NOW, by=None) is not None


def test_a_number_taken_back_leaves_the_suggestion(app: Flask) -> None:
    site = one_lunch(90)
    assert seen(site).expected[LUNCH] == Expected(typed=90)
    expect(site, None)
    expect(site, None)
    assert seen(site).expected[LUNCH] == Expected()


def test_the_suggestion_is_the_same_weekday_of_the_last_four_weeks(app: Flask) -> None:
    site = make_kitchen()
    clerk = make_xiaoli(site)
    for weeks, meals in ((1, 2), (2, 4), (4, 1), (5, 9)):
        for _ in range(meals):
            day = MONDAY - timedelta(days=7 * weeks)
            served(lunch(site, clerk), day, NOW - timedelta(days=7 * weeks))
    served(lunch(site, clerk))  # today's own first tray says nothing about today
    assert seen(site).expected[LUNCH].suggested == 2  # (2 + 4 + 1) / 3
    assert seen(site).expected[TUESDAY, "lunch"].suggested is None
    later = queries.kitchen_week(
        db.session(), site_id=site, monday=MONDAY + timedelta(days=14), today=TUESDAY,
        periods=PERIODS,
    )  # fmt: skip
    # Three weeks ahead the last Mondays that are over count: 23, 16, 9 November and 2 November.
    assert later.expected[MONDAY + timedelta(days=14), "lunch"].suggested == 2


def test_a_week_is_a_fixed_number_of_queries(app: Flask) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    publish(site)
    few, _week = queries_of(lambda: seen(site))
    other = make_kitchen_full(site)
    many, found = queries_of(lambda: seen(other))
    assert len(found.dishes) > 20
    assert len(few) == len(many) <= 11


def make_kitchen_full(site: int) -> int:
    """The demo's way to a full week would be long: every lunch slot of another site's week."""
    other = make_site("xingfu")
    actions.make_default_slots(site_id=other)
    fill(other)
    actions.publish_week(site_id=other, monday=MONDAY, now=NOW, by=None)
    return other


# --- Pages ------------------------------------------------------------------------------


@pytest.fixture
def cook(app: Flask, client: FlaskClient) -> Iterator[FlaskClient]:
    with travel(NOW, tick=False):
        one_lunch()
        sign_in(client, "wangshifu")
        yield client


def test_the_list_is_read_and_printed(cook: FlaskClient) -> None:
    page = cook.get(f"/kitchen/{WEEK}/purchases").text
    assert "五花肉" in page
    assert "畜肉" in page
    assert "没填份数" not in page
    assert "红烧肉" in cook.get(f"/kitchen/{WEEK}/purchases?day={MONDAY}").text
    assert "这一天没有要买的" in cook.get(f"/kitchen/{WEEK}/purchases?day={TUESDAY}").text
    assert "还没有公布" in cook.get("/kitchen/2026-W50/purchases").text
    assert cook.get("/kitchen/2026-W60/purchases").status_code == 404


def test_a_meal_without_a_number_is_said(cook: FlaskClient) -> None:
    expect(1, None)
    page = cook.get(f"/kitchen/{WEEK}/purchases").text
    assert "没填份数，没有算进去：周一午餐" in page


def test_the_workbook_has_a_sheet_for_the_week_and_each_day_with_numbers(
    cook: FlaskClient,
) -> None:
    answer = cook.get(f"/kitchen/{WEEK}/purchases.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["整周", "周一 11月23日", "每天用量", "每餐份数"]
    rows = list(book["整周"].iter_rows(values_only=True))
    assert rows[0][:4] == ("食物类", "食材", "要买（公斤）", "实际用量（公斤）")
    assert book["整周"].column_dimensions["A"].width < 20  # a long note is not a column's width
    assert (book["整周"]["C2"].number_format, book["整周"].freeze_panes) == ("0.000", "A2")
    pork = next(row for row in rows if row[1] == "五花肉")
    by_day = {row[0]: row[1:] for row in book["每天用量"].iter_rows(values_only=True)}
    assert by_day["五花肉"] == (pork[3], pork[3])
    portions = list(book["每餐份数"].iter_rows(values_only=True))
    assert portions[0][0] == "日期"
    assert 100 in portions[1]
    assert isinstance(pork[2], int | float)
    assert isinstance(pork[5], int | float)
    total = next(row for row in rows if row[0] == "合计")
    assert total[5] == pytest.approx(
        sum(row[5] for row in rows[1:] if isinstance(row[5], int | float) and row is not total)
    )


def test_a_workbook_of_a_week_without_dishes_says_so(cook: FlaskClient) -> None:
    book = load_workbook(io.BytesIO(cook.get("/kitchen/2026-W50/purchases.xlsx").data))
    assert book.sheetnames == ["整周"]
    assert book["整周"]["A2"].value == "没有要买的"


def test_portions_and_shares_are_typed(cook: FlaskClient) -> None:
    field = f"portions-{MONDAY}-lunch"
    cook.post(f"/kitchen/{WEEK}/portions", data={field: "120"})
    assert f'name="{field}" value="120"' in cook.get(f"/kitchen/{WEEK}/portions").text
    share = f"share-{entry_of('红烧肉')}"
    cook.post(f"/kitchen/{WEEK}/shares", data={share: "50", "day": str(MONDAY)})
    page = cook.get(f"/kitchen/{WEEK}/portions?day={MONDAY}").text
    assert f'name="{share}" value="50"' in page
    assert '<td class="number">60</td>' in page


@pytest.mark.parametrize("value", ["-5", "三十", "1.5", "20001", "999999999"])
def test_a_number_that_is_none_is_refused_and_kept_on_the_page(
    cook: FlaskClient, value: str
) -> None:
    field = f"portions-{MONDAY}-lunch"
    answer = cook.post(f"/kitchen/{WEEK}/portions", data={field: value})
    assert answer.status_code == 422
    assert f"份数“{value}”不对" in answer.text
    assert f'name="{field}" value="{value}"' in answer.text
    assert seen(1).expected[LUNCH].typed == 100


def test_a_clerk_does_not_shop(app: Flask, client: FlaskClient) -> None:
    make_xiaoli(one_lunch())
    sign_in(client, "xiaoli")
    assert client.get(f"/kitchen/{WEEK}/purchases").status_code == 403
    assert client.post(f"/kitchen/{WEEK}/portions").status_code == 403


def test_the_kitchen_opens_on_this_week_in_both_languages(cook: FlaskClient) -> None:
    assert cook.get("/kitchen").headers["Location"].endswith(f"/kitchen/{WEEK}/purchases")
    cook.post("/language", data={"language": "en", "next": "/"})
    page = cook.get(f"/kitchen/{WEEK}/purchases").text
    assert "Red meat" in page
    assert "pork belly" in page
