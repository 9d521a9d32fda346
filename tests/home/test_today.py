"""The first page, and what every page carries: the way to work, the room one is in, the demo."""

from flask import Flask
from flask.testing import FlaskClient

from tests.lunches import lunch, served
from tests.people import (
    make_administrator,
    make_chen,
    make_site,
    make_xiaoli,
    make_zhangjie,
    sign_in,
)


def test_a_clerk_begins_at_the_counter(client: FlaskClient) -> None:
    site_id = make_site()
    make_xiaoli(site_id)
    sign_in(client, "xiaoli")
    assert "开始收银" in client.get("/").text


def test_a_page_below_a_room_marks_the_room(client: FlaskClient) -> None:
    make_zhangjie(make_site())
    sign_in(client, "zhangjie")
    for address, room in (("/grid", "/residents"), ("/funders", "/statistics")):
        assert f'href="{room}" aria-current="page"' in client.get(address).text


def test_a_demo_says_so_on_every_page_and_a_canteen_does_not(
    app: Flask, client: FlaskClient
) -> None:
    assert "演示 · Demo" not in client.get("/sign-in").text
    app.config["DEMO"] = True
    assert "演示 · Demo" in client.get("/sign-in").text


def test_the_page_of_a_person_has_their_roles_ticked(client: FlaskClient) -> None:
    site_id = make_site()
    person_id = make_xiaoli(site_id)
    make_administrator(site_id)
    sign_in(client, "guanliyuan")
    page = client.get(f"/staff/{person_id}").text
    assert page.count("checked") == 2  # clerk, and works here


def test_before_the_first_meal_the_first_page_is_a_list_of_steps(client: FlaskClient) -> None:
    site_id = make_site()
    make_zhangjie(site_id)
    make_xiaoli(site_id)
    sign_in(client, "zhangjie")
    page = client.get("/").text
    assert "开业前的几步" in page
    assert page.count("button primary") == 1  # one thing to do next
    assert "按餐次" not in page  # no table of noughts
    make_chen(site_id)
    assert page.count("已做") + 1 == client.get("/").text.count("已做")
    client.post("/sign-out")
    sign_in(client, "xiaoli")
    assert "开业前的几步" not in client.get("/").text


def test_a_canteen_that_has_served_a_meal_is_open(client: FlaskClient) -> None:
    site_id = make_site()
    make_zhangjie(site_id)
    served(lunch(site_id, make_xiaoli(site_id), guest=True))
    sign_in(client, "zhangjie")
    page = client.get("/").text
    assert "开业前的几步" not in page
    assert "按餐次" in page
