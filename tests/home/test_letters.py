"""Larger letters: who is offered them, and how a browser keeps them without any script."""

import pytest
from flask.testing import FlaskClient

from canteen.staff.rules import Role
from tests.people import make_site, make_staff, sign_in


def chosen(page: str) -> list[str]:
    """The sizes that a page shows as chosen."""
    buttons = [part.split(">")[0] for part in page.split("<button")[1:]]
    return [
        part.split('value="')[1].split('"')[0]
        for part in buttons
        if 'aria-pressed="true"' in part and "data-text-size" in part
    ]


def test_a_stranger_chooses_once_and_every_open_page_is_written_large(client: FlaskClient) -> None:
    make_site()
    page = client.get("/sign-in").text
    assert 'data-text="standard"' in page
    assert chosen(page) == ["standard"]
    answer = client.post("/letters", data={"letters": "largest", "next": "/menu"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/menu")
    assert "HttpOnly" not in answer.headers["Set-Cookie"]  # the page's script reads it
    for address in ("/sign-in", "/menu", "/diner", "/no-such-page"):
        page = client.get(address).text
        assert 'data-text="largest"' in page, address
        assert "css/letters.css" in page, address
    assert chosen(client.get("/menu").text) == ["largest"]


@pytest.mark.parametrize("size", ["", "huge", "大"])
def test_a_size_that_is_none_of_the_three_is_refused(client: FlaskClient, size: str) -> None:
    assert client.post("/letters", data={"letters": size}).status_code == 400


def test_a_cookie_from_elsewhere_means_the_ordinary_size(client: FlaskClient) -> None:
    client.set_cookie("canteen_letters", '"><script>')
    assert 'data-text="standard"' in client.get("/sign-in").text


def test_a_choice_leads_nowhere_outside(client: FlaskClient) -> None:
    make_site()
    answer = client.post("/letters", data={"letters": "large", "next": "https://example.org/"})
    assert answer.headers["Location"] == "/"


def test_a_volunteer_reads_every_page_large(client: FlaskClient) -> None:
    make_staff("zhou", Role.VOLUNTEER, site_id=make_site())
    client.set_cookie("canteen_letters", "large")
    sign_in(client, "zhou")
    for address in ("/", "/round", "/own-password"):
        assert 'data-text="large"' in client.get(address).text, address


def test_the_office_keeps_its_tables_but_turns_a_large_screen_to_the_diner(
    client: FlaskClient,
) -> None:
    make_staff("li", Role.CLERK, site_id=make_site())
    client.set_cookie("canteen_letters", "large")
    sign_in(client, "li")
    for address in ("/", "/residents", "/counter"):
        page = client.get(address).text
        assert "data-text=" not in page, address
        assert "css/letters.css" not in page, address
    assert 'data-text="large"' in client.get("/counter/diner").text
