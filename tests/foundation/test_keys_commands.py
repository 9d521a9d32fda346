"""`canteen keys`: turned over while people stay findable, ended anywhere, old ones kept in use."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, update
from time_machine import travel

from canteen.cards.models import Card
from canteen.cli import main
from canteen.foundation.audit import AuditEntry
from canteen.foundation.crypto import load_keys
from canteen.foundation.database import db, transaction
from canteen.residents import resealing
from canteen.residents.models import Resident
from canteen.settlement.offline.actions import ServedMeal
from canteen.settlement.offline.models import UnbookedMeal
from canteen.settlement.offline.rules import Shown
from canteen.settlement.offline.sealing import opened
from canteen.settlement.offline.unbooked import keep_unbooked
from tests.lunches import lunch
from tests.people import NOW, make_chen, make_resident, make_site, make_xiaoli

Command = Callable[..., Result]
NUMBERS = tuple(f"11010119440301{number:03d}" for number in (2, 4, 6, 8, 10))


@pytest.fixture
def canteen(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, as an operator types it beside this test's database and keys."""
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    monkeypatch.setenv("CANTEEN_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])

    def run(*words: str, answer: str = "") -> Result:
        db.session.remove()
        with travel(NOW, tick=False):
            return CliRunner().invoke(main, ["keys", *words], input=answer)

    return run


def put_people(tmp_path: Path, numbers: tuple[str, ...] = NUMBERS) -> None:
    """People of 幸福里 with ID numbers, under the keys of now."""
    held, site_id = load_keys(tmp_path / "keys.json"), make_site()
    for number in numbers:
        resident_id = make_resident(f"老人{number[-3:]}", site_id=site_id, birthday=None)
        with transaction() as session:
            person = session.get_one(Resident, resident_id)
            person.id_number_encrypted = held.encrypt(number)
            person.id_number_hash = held.lookup_hash(number)


def read_with_newest(tmp_path: Path) -> set[str]:
    """The numbers that the newest keys alone read and find."""
    db.session.rollback()
    newest = load_keys(tmp_path / "keys.json").newest_alone()
    people = db.session.scalars(select(Resident).where(Resident.id_number_hash.is_not(None)))
    numbers = set()
    for person in people:
        assert person.id_number_encrypted is not None
        number = newest.decrypt(person.id_number_encrypted)
        assert person.id_number_hash == newest.lookup_hash(number)
        numbers.add(number)
    return numbers


def test_both_keys_of_id_numbers_are_turned_over_and_the_old_ones_dropped(
    canteen: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "BATCH", 2)
    put_people(tmp_path)
    for purpose in ("encrypt", "lookup"):
        assert canteen("rotate", purpose).exit_code == 0
        early = canteen("drop-old", purpose, "--void")
        assert early.exit_code == 1
        assert "身份证号 5 个" in early.output
        assert "没有丢" in early.output
    assert "5 ID numbers" in canteen("list").output

    done = canteen("re-encrypt", answer="y\n")
    assert done.exit_code == 0, done.output
    assert "5/5" in done.output
    assert "身份证号 5 个改用新密钥" in done.output
    assert "身份证号 0 个改用新密钥" in canteen("re-encrypt", "--yes").output
    assert "ID numbers:" not in canteen("list").output

    for purpose in ("encrypt", "lookup"):
        assert canteen("drop-old", purpose).exit_code == 0
    assert read_with_newest(tmp_path) == set(NUMBERS)
    noted = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "keys"))
    assert set(noted) == {"rotated_key", "resealed_id_numbers", "dropped_old_keys"}


def test_killed_in_the_middle_it_is_done_by_asking_again(
    app: Flask, canteen: Command, tmp_path: Path
) -> None:
    put_people(tmp_path)
    canteen("rotate", "encrypt")
    canteen("rotate", "lookup")
    db.session.remove()
    slowly = (
        "from canteen.residents import resealing; resealing.BATCH = 1\n"
        "from canteen import keys_commands\n"
        "keys_commands.click.echo = lambda text: (print(text, flush=True), input())\n"
        "keys_commands.re_encrypt(['--yes'])\n"
    )
    running = subprocess.Popen(  # it waits for a line after every batch: killed after the second
        [sys.executable, "-c", slowly], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert running.stdin
    assert running.stdout
    assert running.stdout.readline() == "1/5\n"
    running.stdin.write("\n")
    running.stdin.flush()
    assert running.stdout.readline() == "2/5\n"
    running.kill()
    running.communicate()

    with app.app_context():
        assert resealing.count_under_older(
            db.session(), keys=load_keys(tmp_path / "keys.json")
        ) == (3, 3)
    again = canteen("re-encrypt", "--yes")
    assert "身份证号 3 个改用新密钥" in again.output
    assert read_with_newest(tmp_path) == set(NUMBERS)


def test_what_no_key_opens_is_named_and_left_and_the_rest_is_done(
    canteen: Command, tmp_path: Path
) -> None:
    put_people(tmp_path)
    with transaction() as session:
        torn = session.scalars(select(Resident).order_by(Resident.id)).first()
        assert torn is not None
        torn_id, torn.id_number_encrypted = torn.id, "not a token"
    canteen("rotate", "encrypt")
    done = canteen("re-encrypt", "--yes")
    assert done.exit_code == 1
    assert f"/residents/{torn_id}" in done.output
    assert "身份证号 4 个改用新密钥" in done.output
    assert canteen("drop-old", "encrypt").exit_code == 1
    db.session.rollback()
    assert db.session.get_one(Resident, torn_id).id_number_encrypted == "not a token"


def test_what_is_kept_of_meals_that_could_not_be_booked_goes_along(
    canteen: Command, tmp_path: Path
) -> None:
    site_id = make_site()
    clerk = make_xiaoli(site_id)
    meal = ServedMeal(
        order=lunch(site_id, clerk),
        shown=Shown(set_name="标准餐", title="", price_fen=1300, subsidy_fen=0, paid_fen=1300),
        device_at=NOW,
        sequence=1,
    )
    held = load_keys(tmp_path / "keys.json")
    keep_unbooked(meal, kind="ValueError", complete=True, keys=held, by=clerk, now=NOW)
    canteen("rotate", "encrypt")
    early = canteen("drop-old", "encrypt")
    assert early.exit_code == 1
    assert "没记上的餐 1 份" in early.output
    done = canteen("re-encrypt", "--yes")
    assert (done.exit_code, "没记上的餐 1 份改用新密钥" in done.output) == (0, True)
    assert canteen("drop-old", "encrypt").exit_code == 0
    db.session.rollback()
    token = db.session.scalars(select(UnbookedMeal.sealed)).one()
    assert opened(token, load_keys(tmp_path / "keys.json")) == meal
    with transaction() as session:
        session.execute(update(UnbookedMeal).values(sealed="torn"))
    canteen("rotate", "encrypt")
    torn = canteen("re-encrypt", "--yes")
    assert (torn.exit_code, "kept meals no key opens: 1" in torn.output) == (1, True)


def test_a_cards_old_key_is_kept_until_every_card_is_new_or_all_are_made_void(
    canteen: Command, tmp_path: Path
) -> None:
    person = make_chen(make_site())
    with transaction() as session:
        session.add(
            Card(number="10000001", issue=0, resident_id=person, issued_at=NOW - timedelta(days=9))
        )
    before = load_keys(tmp_path / "keys.json")
    canteen("rotate", "card")
    kept = canteen("drop-old", "card")
    assert (kept.exit_code, load_keys(tmp_path / "keys.json").card[1]) == (1, before.card[0])
    assert "以前印的饭卡 1 张：换发新卡" in kept.output
    assert canteen("drop-old", "card", "--void", answer="n\n").exit_code == 1
    assert len(load_keys(tmp_path / "keys.json").card) == 2
    assert canteen("drop-old", "card", "--void", answer="y\n").exit_code == 0
    assert before.card[0] not in load_keys(tmp_path / "keys.json").card


def test_old_sign_ins_are_waited_for(canteen: Command, tmp_path: Path) -> None:
    canteen("rotate", "session")
    assert "等到 2026-12-24" in canteen("drop-old", "session").output
    with travel(datetime(2026, 12, 25, tzinfo=UTC), tick=False):
        late = CliRunner().invoke(main, ["keys", "drop-old", "session"])
    assert late.exit_code == 0, late.output
    (key,) = load_keys(tmp_path / "keys.json").versions["session"]
    assert (key.id, key.made_at) == ("session-2", NOW)


def test_an_unknown_purpose_is_told_what_there_is(canteen: Command) -> None:
    said = canteen("rotate", "cookies")
    assert said.exit_code == 2
    assert "'encrypt', 'lookup', 'card', 'session', 'paper'" in said.output


def test_without_a_database_nothing_is_turned_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    monkeypatch.delenv("CANTEEN_DATABASE_URL", raising=False)
    said = CliRunner().invoke(main, ["keys", "rotate", "card"])
    assert said.exit_code == 1
    assert "canteen upgrade" in said.output
    assert len(load_keys(tmp_path / "keys.json").card) == 1
