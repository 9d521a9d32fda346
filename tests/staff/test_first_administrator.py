"""The first administrator is made by a command: never a default password, and no odd names."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.cli import main
from canteen.foundation.database import db
from canteen.staff.models import Staff
from tests.people import make_site

GOOD = "nine-lives-and-more"


@pytest.fixture
def terminal(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    monkeypatch.setenv("CANTEEN_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])
    return CliRunner()


def usernames() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Staff.username)))


def test_whoever_the_command_made_signs_in(terminal: CliRunner, client: FlaskClient) -> None:
    make_site()
    typed = f"张伟\n{GOOD}\n{GOOD}\n"
    done = terminal.invoke(main, ["add-administrator", "zhang.wei"], input=typed)
    assert done.exit_code == 0, done.output
    assert GOOD not in done.output
    answer = client.post("/sign-in", data={"username": "zhang.wei", "password": GOOD})
    assert answer.status_code == 302
    assert client.get("/staff").status_code == 200


@pytest.mark.parametrize(
    ("username", "name", "password", "says"),
    [
        ("zhang", "张伟", "short", "密码太短"),
        ("zhang", "张伟", "zhang-zhang-zhang", "密码里不能有用户名"),
        ("zhang", "", GOOD, "姓名“”不能用"),
        ("zhang", "张" * 41, GOOD, "请填 1 到 40 个字"),
        ("zhang wei", "张伟", GOOD, "用户名“zhang wei”不能用"),
        ("z", "张伟", GOOD, "2 到 40 个文字"),
        ("z" * 41, "张伟", GOOD, "2 到 40 个文字"),
    ],
)
def test_what_a_form_would_refuse_a_command_refuses_too(
    terminal: CliRunner, username: str, name: str, password: str, says: str
) -> None:
    arguments = ["add-administrator", username, "--name", name, "--password", password]
    done = terminal.invoke(main, arguments)
    assert done.exit_code == 1
    assert says in done.output
    assert usernames() == []


def test_nobody_is_made_twice(terminal: CliRunner) -> None:
    arguments = ["add-administrator", "zhang", "--name", "张伟", "--password", GOOD]
    assert terminal.invoke(main, arguments).exit_code == 0
    done = terminal.invoke(main, arguments)
    assert (done.exit_code, usernames()) == (1, ["zhang"])
    assert "已有人用" in done.output
