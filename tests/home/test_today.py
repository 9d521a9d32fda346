"""The first page, and what every page carries: the way to work, the room one is in, the demo."""

from flask import Flask
from flask.testing import FlaskClient

from tests.people import make_administrator, make_site, make_xiaoli, make_zhangjie, sign_in


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
