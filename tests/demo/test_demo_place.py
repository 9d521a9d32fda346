"""The demo keeps to its own place: it never touches a real canteen and never stays half made."""

from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from canteen.cli import main
from canteen.demo import database
from canteen.demo.database import Place, State
from canteen.demo.size import SMALL
from canteen.foundation.database import db, transaction
from canteen.residents.models import Resident
from canteen.sites.models import Site
from tests.databases import Databases
from tests.people import NOW, make_site


def quiet(what: str, done: int) -> None:
    """Somebody who watches and says nothing."""


def cut(what: str, done: int) -> None:
    """The power goes when the first people move in."""
    if "居民" in what:
        raise KeyboardInterrupt


def people_in(place: Place) -> int:
    with database.opened(place.folder, place.url):
        return db.session.scalar(select(func.count(Resident.id))) or 0


def test_without_a_named_database_the_demo_has_a_folder_of_its_own(tmp_path: Path) -> None:
    place = database.place_of({"CANTEEN_DATA": str(tmp_path)})
    assert (place.folder, place.url) == (tmp_path / "demo", None)
    assert database.state_of(place, now=NOW) is State.EMPTY
    database.make(place, now=NOW, tell=quiet, size=SMALL)
    assert database.state_of(place, now=NOW) is State.FRESH
    assert database.state_of(place, now=NOW + timedelta(days=1)) is State.OLD
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo"]


def test_a_build_that_was_cut_short_leaves_the_demo_that_was_there(tmp_path: Path) -> None:
    place = Place(tmp_path / "demo", None)
    with pytest.raises(KeyboardInterrupt):
        database.make(place, now=NOW, tell=cut, size=SMALL)
    assert database.state_of(place, now=NOW) is State.EMPTY
    database.make(place, now=NOW, tell=quiet, size=SMALL)
    with pytest.raises(KeyboardInterrupt):
        database.make(place, now=NOW + timedelta(days=1), tell=cut, size=SMALL)
    assert people_in(place) == SMALL.people
    assert sorted(path.name for path in place.folder.iterdir()) == ["canteen.sqlite", "keys.json"]


def test_a_named_database_that_was_left_half_made_is_made_anew(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.fresh(tmp_path)
    place = Place(tmp_path, url)
    with pytest.raises(KeyboardInterrupt):
        database.make(place, now=NOW, tell=cut, size=SMALL)
    assert database.state_of(place, now=NOW) is State.HALF
    database.make(place, now=NOW, tell=quiet, size=SMALL)
    assert database.state_of(place, now=NOW) is State.FRESH
    assert people_in(place) == SMALL.people
    databases.drop(url)


def test_a_real_canteen_is_refused_and_stays_as_it_is(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_site()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    monkeypatch.setenv("CANTEEN_DATABASE_URL", url)
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path / "data"))
    said = CliRunner().invoke(main, ["demo", "--no-serve"])
    assert said.exit_code == 1
    assert "真实的食堂" in said.output
    assert "real canteen" in said.output
    assert db.session.scalar(select(func.count(Resident.id))) == 0


def test_a_site_of_somebodys_own_keeps_a_demo_from_being_made_anew(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.fresh(tmp_path)
    place = Place(tmp_path, url)
    database.make(place, now=NOW, tell=quiet, size=SMALL)
    with database.opened(place.folder, url):
        make_site()
    assert database.state_of(place, now=NOW + timedelta(days=3)) is State.OWN
    databases.drop(url)


def test_new_rows_after_the_demo_get_numbers_of_their_own(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.fresh(tmp_path)
    place = Place(tmp_path, url)
    database.make(place, now=NOW, tell=quiet, size=SMALL)
    with database.opened(place.folder, url), transaction() as session:
        site_id = session.scalars(select(Site.id)).one()
        last = session.scalar(select(func.max(Resident.id))) or 0
        person = Resident(site_id=site_id, name="新人", sort_name="xin ren", created_at=NOW)
        session.add(person)
        session.flush()
        assert person.id == last + 1
    databases.drop(url)


@pytest.mark.looks
def test_what_a_killed_build_left_goes_with_the_next(tmp_path: Path) -> None:
    left = tmp_path / "building-killed"
    left.mkdir()
    (left / "canteen.sqlite").write_bytes(b"half")
    (tmp_path / "building.turn").touch()
    database.make(Place(tmp_path, None), now=NOW, tell=quiet, size=SMALL)
    assert not left.exists()
    assert {one.name for one in tmp_path.iterdir()} >= {"canteen.sqlite", "building.turn"}


@pytest.mark.looks
def test_a_second_demo_waits_for_the_first_to_be_made(tmp_path: Path) -> None:
    """Two at once on an empty place: the second would put its own in place of what is served."""
    place = Place(tmp_path / "demo", None)
    found: list[State] = []

    def come_second() -> None:
        with database.building_turn(place):
            found.append(database.state_of(place, now=NOW))

    second = Thread(target=come_second)
    with database.building_turn(place):
        second.start()
        second.join(timeout=0.2)
        assert found == []
        database.make(place, now=NOW, tell=quiet, size=SMALL)
    second.join()
    assert found == [State.FRESH]
