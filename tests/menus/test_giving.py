"""What leaves the house: the picture, the calendar, the marks, the text; nothing personal."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import delete, event

from canteen.foundation.database import db, transaction
from canteen.foundation.fonts import chinese_font
from canteen.menus import actions
from canteen.menus.feed import FeedEvent, calendar_text
from canteen.menus.models import DishIngredient
from canteen.menus.posters import WIDTH, Poster, PosterDay, PosterMeal, draw_poster
from canteen.menus.substituting import Swap, substitute_dish
from tests.menus.kitchen import MONDAY, TUESDAY, WEEK, dish_id, fill, make_kitchen, put, week
from tests.people import NOW, make_chen, make_site

needs_font = pytest.mark.skipif(chinese_font() is None, reason="needs a Chinese font")


@pytest.fixture
def site(app: Flask, time_machine: Any) -> int:
    """金牛食堂 at Monday noon with a published week of few dishes."""
    time_machine.move_to(NOW, tick=False)
    number = make_kitchen()
    put(number, MONDAY, "红烧肉")
    put(number, MONDAY, "番茄炒蛋", slot="half_meat")
    put(number, TUESDAY, "土豆牛肉", period="dinner")
    assert actions.publish_week(site_id=number, monday=MONDAY, now=NOW, by=None) is None
    return number


def change(site_id: int, name: str = "白切鸡", *, now: datetime = NOW) -> None:
    """Serve a dish instead of Monday's 红烧肉."""
    place = next(one.entry_id for one in week(site_id).dishes if one.slot == "meat")
    assert place is not None
    refused = substitute_dish(
        Swap(
            entry_id=place, dish_id=dish_id(name), instead_of=dish_id("红烧肉"), reason="sold_out"
        ),
        site_id=site_id, monday=MONDAY, today=MONDAY, now=now, by=None,
    )  # fmt: skip
    assert refused is None


# --- The public page ------------------------------------------------------------------------


def test_todays_meals_come_first_with_marks_and_allergens_in_words(
    site: int, client: FlaskClient
) -> None:
    page = client.get(f"/menu/jinniu/{WEEK}").text
    today, rest = page.split("</textarea>")[1].split('class="week-title')
    assert "红烧肉" in today
    assert "土豆牛肉" not in today
    assert "土豆牛肉" in rest
    assert "含 蛋" in today


def test_a_dish_without_a_recipe_says_that_its_allergens_are_unknown(
    site: int, client: FlaskClient
) -> None:
    with transaction() as session:
        session.execute(delete(DishIngredient).where(DishIngredient.dish_id == dish_id("红烧肉")))
    page = client.get(f"/menu/jinniu/{WEEK}").text
    assert "过敏原不详" in page


def test_the_legend_explains_every_sign_of_the_sheet(site: int, client: FlaskClient) -> None:
    sheet = client.get(f"/menu/jinniu/{WEEK}").text.split('class="legend"')[1].split("</p>")[0]
    assert "豆=大豆" in sheet
    assert "花=花生" not in sheet


def test_nothing_of_a_person_is_on_what_everybody_reads(site: int, client: FlaskClient) -> None:
    make_chen(site)
    change(site)
    for address in (f"/menu/jinniu/{WEEK}", f"/menu/jinniu/{WEEK}/text", "/menu/jinniu.ics"):
        text = client.get(address).text
        assert "陈" not in text, address
        assert "王师傅" not in text, address
        assert "卖完了" not in text, address


def test_what_is_not_published_is_given_to_nobody(app: Flask, client: FlaskClient) -> None:
    site = make_kitchen()
    put(site, MONDAY, "红烧肉")
    assert client.get(f"/menu/jinniu/{WEEK}.png").status_code == 404
    assert client.get("/menu/nosuch.ics").status_code == 404
    assert "红烧肉" not in client.get("/menu/jinniu.ics").text


# --- The picture ----------------------------------------------------------------------------


@needs_font
def test_the_picture_is_as_wide_as_a_phone_shows_and_asked_for_once(
    site: int, client: FlaskClient
) -> None:
    answer = client.get(f"/menu/jinniu/{WEEK}.png")
    assert answer.mimetype == "image/png"
    picture = Image.open(io.BytesIO(answer.data))
    assert picture.width == WIDTH
    again = client.get(
        f"/menu/jinniu/{WEEK}.png", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert "Cookie" in answer.headers["Vary"]


@needs_font
def test_another_dish_on_the_day_is_another_picture(site: int, client: FlaskClient) -> None:
    before = client.get(f"/menu/jinniu/{WEEK}.png")
    change(site)
    after = client.get(f"/menu/jinniu/{WEEK}.png")
    assert before.headers["ETag"] != after.headers["ETag"]


@needs_font
def test_the_longest_names_stay_within_the_picture(app: Flask) -> None:
    font = chinese_font()
    assert font is not None
    dishes = ("很" * 40, "x" * 200, "菜", "Stir-fried " * 9)
    day = PosterDay("周一", "11月23日", (PosterMeal("早" * 20, dishes),))
    poster = Poster("名" * 40, "周", (day,), foot=("电话 " * 60,))
    picture = Image.open(io.BytesIO(draw_poster(poster, font))).convert("RGB")
    edge = {picture.getpixel((WIDTH - 10, y)) for y in range(picture.height)}
    assert len(edge) == 2, "beside the head's green and the paper something is drawn over the edge"


def test_a_machine_without_a_font_says_how_to_get_one(
    site: int, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canteen.foundation.fonts._FOLDERS", ())
    chinese_font.cache_clear()
    answer = client.get(f"/menu/jinniu/{WEEK}.png")
    page = client.get(f"/menu/jinniu/{WEEK}").text
    chinese_font.cache_clear()
    assert answer.status_code == 404
    assert "fonts-noto-cjk" in answer.text
    assert f"{WEEK}.png" not in page


def test_a_configured_font_that_is_none_falls_back(tmp_path: Any) -> None:
    wrong = tmp_path / "font.ttf"
    wrong.write_bytes(b"no font")
    assert chinese_font(str(wrong)) == chinese_font()


# --- The calendar ---------------------------------------------------------------------------


def event_of(**values: Any) -> FeedEvent:
    return FeedEvent(
        **{
            "uid": "2026-11-23-lunch-jinniu@menu.canteen",
            "starts": datetime(2026, 11, 23, 2, 45, tzinfo=UTC),
            "ends": datetime(2026, 11, 23, 5, 0, tzinfo=UTC),
            "changed_at": NOW,
            "summary": "午餐",
            **values,
        }
    )


def test_special_signs_are_escaped_as_the_standard_says() -> None:
    text = calendar_text(
        name="A;B", time_zone="Asia/Shanghai",
        events=[event_of(summary="a,b;c\\d\r\ne\x07", url="https://a/b,c;d")],
    )  # fmt: skip
    assert "X-WR-CALNAME:A\\;B\r\n" in text
    assert "SUMMARY:a\\,b\\;c\\\\d\\ne\r\n" in text
    assert "URL:https://a/b,c;d\r\n" in text


@pytest.mark.parametrize("sign", ["x", "é", "菜", "🍅"])
def test_long_lines_are_folded_within_75_octets_and_unfold_to_what_was_said(sign: str) -> None:
    for length in (60, 64, 65, 66, 67, 68, 200):
        text = calendar_text(name="x", time_zone="UTC", events=[event_of(summary=sign * length)])
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        assert f"SUMMARY:{sign * length}\r\n" in text.replace("\r\n ", "")
        assert "\n" not in text.replace("\r\n", "")


def test_an_instant_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar_text(name="x", time_zone="UTC", events=[event_of(starts=datetime(2026, 1, 1))])  # noqa: DTZ001


def lines(client: FlaskClient) -> list[str]:
    answer = client.get("/menu/jinniu.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    return answer.data.decode().replace("\r\n ", "").split("\r\n")


def test_each_meal_is_an_event_at_its_time_with_its_dishes(site: int, client: FlaskClient) -> None:
    found = lines(client)
    assert found.count("BEGIN:VEVENT") == found.count("END:VEVENT") == 2
    assert "DTSTART:20261123T024500Z" in found  # 10:45 in Shanghai
    assert "SUMMARY:午餐：红烧肉、番茄炒蛋" in found
    assert "UID:2026-11-23-lunch-jinniu@menu.canteen" in found
    assert len({line for line in found if line.startswith("UID:")}) == 2


def test_a_change_on_the_day_keeps_the_event_and_says_when(site: int, client: FlaskClient) -> None:
    before = lines(client)
    later = NOW + timedelta(minutes=20)
    change(site, now=later)
    after = lines(client)
    uids = [[line for line in feed if line.startswith("UID:")] for feed in (before, after)]
    assert uids[0] == uids[1]
    assert "DTSTAMP:20261123T035000Z" in after
    assert "SUMMARY:午餐：白切鸡（原定红烧肉）、番茄炒蛋" in after


def test_a_feed_of_a_full_week_takes_few_queries(
    app: Flask, client: FlaskClient, time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    site = make_kitchen()
    fill(site)
    actions.publish_week(site_id=site, monday=MONDAY, now=NOW, by=None)
    make_site("other", name="别处食堂")
    asked: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]) if "SELECT" in a[2] else 0
    )
    text = client.get("/menu/jinniu.ics").text
    assert text.count("BEGIN:VEVENT") == 21
    assert len(asked) <= 8, "\n".join(asked)
