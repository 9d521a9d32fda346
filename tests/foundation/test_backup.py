"""`canteen backup`: whole or not at all, and enough to go on from."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from canteen import create_app
from canteen.cli import main
from canteen.foundation.crypto import load_keys
from canteen.foundation.database import db, transaction
from canteen.residents.models import Resident
from tests.people import make_chen, make_site

NUMBER = "110101194403010021"


@pytest.fixture
def data(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a canteen with 陈奶奶, her ID number and a photo."""
    folder = Path(app.config["DATA"])
    monkeypatch.setenv("CANTEEN_DATA", str(folder))
    monkeypatch.setenv("CANTEEN_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])
    chen = make_chen(make_site())
    with transaction() as session:
        person = session.get_one(Resident, chen)
        person.id_number_encrypted = load_keys(folder / "keys.json").encrypt(NUMBER)
    (folder / "uploads" / "dishes").mkdir(parents=True)
    (folder / "uploads" / "dishes" / "one.jpg").write_bytes(b"picture")
    return folder


def test_a_register_that_waits_for_its_confirmation_is_not_copied(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    token = "0123456789abcdef" * 2
    (data / "uploads" / token).write_text("sealed", "ascii")
    (data / "uploads" / f"{token}.preview").write_text("sealed", "ascii")
    target = tmp_path_factory.mktemp("stick") / "monday"
    assert back_up(target).exit_code == 0
    assert [one.name for one in (target / "uploads").iterdir()] == ["dishes"]


def back_up(folder: Path) -> Result:
    return CliRunner().invoke(main, ["backup", str(folder)])


def test_a_copy_made_while_it_serves_is_gone_on_from(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = tmp_path_factory.mktemp("stick") / "monday"
    said = back_up(target)
    assert said.exit_code == 0, said.output
    assert (target / "uploads" / "dishes" / "one.jpg").read_bytes() == b"picture"
    assert load_keys(target / "keys.json") == load_keys(data / "keys.json")
    if db.engine.dialect.name != "sqlite":
        assert "pg_dump" in said.output
        assert not (target / "canteen.sqlite").exists()
        return
    assert {one.name for one in target.iterdir()} == {"canteen.sqlite", "keys.json", "uploads"}
    url = f"sqlite:///{target / 'canteen.sqlite'}"
    restored = create_app(DATA=target, SQLALCHEMY_DATABASE_URI=url)
    with restored.app_context():
        token = db.session.scalars(select(Resident.id_number_encrypted)).one()
        assert token is not None
        assert load_keys(target / "keys.json").decrypt(token) == NUMBER
        db.session.remove()
        db.engine.dispose()


def test_nothing_is_written_over_and_nothing_into_the_data_itself(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    there = tmp_path_factory.mktemp("stick")
    for wrong in (there, data / "copy"):
        said = back_up(wrong)
        assert said.exit_code == 2
        assert "要一个还没有的" in said.output
    assert list(there.iterdir()) == []
    assert not (data / "copy").exists()


def test_an_interrupted_copy_is_not_taken_for_one_and_the_next_is_whole(
    data: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path_factory.mktemp("stick") / "monday"
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", lambda *_args, **_rest: (_ for _ in ()).throw(OSError()))
        assert back_up(target).exit_code == 1
    assert not target.exists()
    assert back_up(target).exit_code == 0
    assert (target / "keys.json").exists()
    assert [one.name for one in target.parent.iterdir()] == ["monday"]
