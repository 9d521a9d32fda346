"""A lost key file, or no database yet, is said and not papered over."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from canteen import create_app
from canteen.cli import main
from canteen.foundation.crypto import KeysMissing
from tests.people import make_site, make_xiaoli


def test_an_empty_database_gets_keys_of_its_own(app: Flask, tmp_path: Path) -> None:
    assert (tmp_path / "keys.json").exists()


def test_no_new_keys_are_made_beside_people(app: Flask, tmp_path: Path) -> None:
    make_xiaoli(make_site())
    (tmp_path / "keys.json").rename(tmp_path / "elsewhere.json")
    with pytest.raises(KeysMissing, match=r"keys\.json"):
        _start(app, tmp_path)
    assert not (tmp_path / "keys.json").exists()
    (tmp_path / "elsewhere.json").rename(tmp_path / "keys.json")
    assert _start(app, tmp_path).config["SECRET_KEY"] == app.config["SECRET_KEY"]


def test_a_command_says_where_the_file_is_missing(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_xiaoli(make_site())
    (tmp_path / "keys.json").unlink()
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    monkeypatch.setenv("CANTEEN_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])
    done = CliRunner().invoke(main, ["upgrade"])
    assert done.exit_code == 1
    assert "密钥文件不见了" in done.output
    assert "put the file back" in done.output


@pytest.mark.parametrize("command", ["ledger verify", "statistics fold", "rounds forget-photos"])
def test_a_command_before_there_is_a_database_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    monkeypatch.delenv("CANTEEN_DATABASE_URL", raising=False)
    done = CliRunner().invoke(main, command.split())
    assert done.exit_code == 1
    assert "canteen upgrade" in done.output


def _start(app: Flask, folder: Path) -> Flask:
    return create_app(DATA=folder, SQLALCHEMY_DATABASE_URI=app.config["SQLALCHEMY_DATABASE_URI"])
