"""The page that explains the certificate, the door in front of HTTPS, and the command."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from canteen import create_app
from canteen.blueprints.setup.steps import DEVICES, kind_of
from canteen.cli import main
from canteen.foundation.certificates import Names, Shelf
from canteen.foundation.database import db
from tests.conftest import FAST, Browser
from tests.people import PASSWORD, make_site, make_zhangjie

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)


def make_certificate(data: Path) -> Shelf:
    """A certificate for canteen-pc at 192.168.3.20."""
    from ipaddress import ip_address

    shelf = Shelf(data)
    addresses = (ip_address("192.168.3.20"), ip_address("127.0.0.1"))
    shelf.make_ready(own=Names(("canteen-pc", "localhost"), addresses), now=NOW)
    return shelf


@pytest.fixture
def secure(app: Flask, tmp_path: Path) -> Shelf:
    """The application as `canteen serve --https` starts it."""
    app.config.update(HTTPS_PORT=8443, HTTP_PORT=8080)
    return make_certificate(tmp_path)


@pytest.fixture
def door(app: Flask, secure: Shelf, tmp_path: Path) -> FlaskClient:
    """The plain port beside it, as a client of its own."""
    beside = create_app(
        DATA=tmp_path,
        SQLALCHEMY_DATABASE_URI=app.config["SQLALCHEMY_DATABASE_URI"],
        PLAIN_DOOR=True,
        HTTPS_PORT=8443,
        HTTP_PORT=8080,
        SESSION_COOKIE_NAME="canteen_plain",
        **FAST,
    )
    beside.test_client_class = Browser
    yield beside.test_client()  # type: ignore[misc]
    with beside.app_context():
        db.session.remove()
        db.engine.dispose()


def test_anybody_gets_the_certificate_and_never_a_key(client: FlaskClient, secure: Shelf) -> None:
    answer = client.get("/setup/https/ca.crt")
    assert answer.mimetype == "application/x-x509-ca-cert"
    assert answer.data == secure.authority_file.read_bytes()
    assert b"PRIVATE" not in answer.data


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_Hans_CN", ["证书信任设置", "安卓", "Windows", "Mac", "Linux", "断网时不能继续"]),
        ("en", ["Certificate Trust Settings", "Android", "Windows", "Mac", "Linux", "Not now"]),
    ],
)
def test_every_kind_of_device_is_explained(
    client: FlaskClient, secure: Shelf, language: str, words: list[str]
) -> None:
    client.set_cookie("canteen_language", language)
    page = client.get("/setup/https").text
    for word in words:
        assert word in page
    assert page.count("data-device=") == len(DEVICES)


def test_a_tablet_is_told_an_address_it_can_reach(client: FlaskClient, secure: Shelf) -> None:
    page = client.get("/setup/https", base_url="http://127.0.0.1:8080").text
    assert 'href="https://192.168.3.20:8443/"' in page
    assert 'aria-label="http://192.168.3.20:8080/setup/https"' in page
    assert "https://127.0.0.1" not in page
    named = client.get("/setup/https", base_url="http://canteen-pc:8080").text
    assert 'href="https://canteen-pc:8443/"' in named
    made_up = client.get("/setup/https", base_url="http://evil.example:8080").text
    assert "evil.example" not in made_up


def test_the_page_may_ask_its_own_https_and_nobody_else(client: FlaskClient, secure: Shelf) -> None:
    policy = client.get("/setup/https").headers["Content-Security-Policy"]
    assert policy.endswith("connect-src 'self' https://192.168.3.20:8443")


def test_before_there_is_a_certificate_the_page_says_how_to_get_one(client: FlaskClient) -> None:
    page = client.get("/setup/https")
    assert page.status_code == 200
    assert "canteen serve --https" in page.text
    assert client.get("/setup/https/ca.crt").status_code == 404


def test_a_certificate_without_https_is_said(client: FlaskClient, tmp_path: Path) -> None:
    make_certificate(tmp_path)
    page = client.get("/setup/https").text
    assert "现在没有用 HTTPS 启动" in page
    assert "data-probe" not in page
    assert "用 http 开头的网址也行" in page


def test_the_readers_own_device_stands_first(client: FlaskClient, secure: Shelf) -> None:
    for agent, key in (
        ("Mozilla/5.0 (Linux; Android 13; M40) Chrome/130", "android"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Safari", "ipad"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X)", "macos"),
        ("", "android"),
    ):
        page = client.get("/setup/https", headers={"User-Agent": agent}).text
        assert re.findall(r'data-device="(\w+)"', page)[0] == key
    assert kind_of("curl/8") == ""


def test_the_door_leads_everything_that_needs_signing_in_to_https(door: FlaskClient) -> None:
    make_site()
    for address in ("/", "/sign-in", "/counter", "/meals?day=2026-11-23"):
        answer = door.get(address)
        assert answer.status_code == 303, address
        assert answer.location.startswith("/setup/https?next=/")
    answer = door.post("/sign-in", data={"username": "zhangjie", "password": PASSWORD})
    assert answer.location == "/setup/https?next=/"
    assert door.post("/counter/meals", json={}).status_code == 303


def test_a_device_that_was_led_here_is_carried_on_to_where_it_wanted(door: FlaskClient) -> None:
    answer = door.get("/meals?day=2026-11-23", follow_redirects=True)
    assert 'href="https://192.168.3.20:8443/meals?day=2026-11-23" data-open data-forward' in (
        answer.text
    )
    outside = door.get("/setup/https?next=//evil.example/").text
    assert 'href="https://192.168.3.20:8443/" data-open' in outside
    assert "data-forward" not in outside


def test_the_door_shows_what_everybody_may_see(door: FlaskClient) -> None:
    make_site()
    assert door.get("/menu/jinniu").status_code == 200
    assert door.get("/setup/https").status_code == 200
    assert door.get("/static/css/setup.css").status_code == 200
    answer = door.post("/language", data={"language": "en", "next": "/setup/https"})
    assert answer.location == "/setup/https"


def test_without_a_door_plain_http_is_as_it_was(client: FlaskClient) -> None:
    make_zhangjie(make_site())
    assert client.get("/sign-in").status_code == 200


def canteen(data: Path, *words: str) -> tuple[int, str]:
    """A command of `canteen` on a data folder: exit code and what it said."""
    done = CliRunner().invoke(main, list(words), env={"CANTEEN_DATA": str(data)})
    return done.exit_code, done.output


def test_setup_makes_it_once_and_says_what_there_is(tmp_path: Path) -> None:
    assert "还没有证书" in canteen(tmp_path, "https", "status")[1]
    code, said = canteen(tmp_path, "https", "setup", "--name", "Canteen.local")
    assert code == 0
    assert "install it once on every tablet" in said
    assert "canteen.local" in said
    made = {path.name: path.read_bytes() for path in (tmp_path / "https").iterdir()}
    code, said = canteen(tmp_path, "https", "setup")
    assert code == 0
    assert "nothing changed" in said
    assert {path.name: path.read_bytes() for path in (tmp_path / "https").iterdir()} == made
    for secret in re.findall(r"[A-Za-z0-9+/]{40,}", (tmp_path / "https" / "ca.key").read_text()):
        assert secret not in said


@pytest.mark.parametrize("name", ["canteen.example.com", "8.8.8.8", "小李的电脑"])
def test_a_name_it_may_not_vouch_for_is_named_and_not_kept(tmp_path: Path, name: str) -> None:
    code, said = canteen(tmp_path, "https", "setup", "--name", name)
    assert code == 1
    assert name in said
    assert "Error" in said
    assert canteen(tmp_path, "https", "setup")[0] == 0


def test_without_granian_https_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "granian", None)
    code, said = canteen(tmp_path, "serve", "--https")
    assert code == 1
    assert "Caddy" in said
    assert not (tmp_path / "https").exists()
