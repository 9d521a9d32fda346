"""Keys: made once, kept private, turned over without losing anything."""

import json
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from canteen.foundation.crypto import (
    PURPOSES,
    KeysDamaged,
    KeysMissing,
    WrongKeys,
    drop_old_keys,
    load_keys,
    make_keys,
    rotate_keys,
)

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
ID_NUMBER = "110101194403010021"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.json"


def test_keys_are_made_on_first_use_and_then_stay(path):
    assert load_keys(path) == load_keys(path)
    assert os.listdir(path.parent) == ["keys.json"]


def test_making_keys_twice_keeps_the_first(path):
    first = load_keys(path)
    make_keys(path)
    assert load_keys(path) == first


def test_servers_starting_at_once_agree_on_the_keys(path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: load_keys(path), range(8)))
    assert all(keys == found[0] for keys in found)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permission bits")
def test_only_the_owner_may_read_the_keys(path):
    load_keys(path)
    rotate_keys(path, "card", now=NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_missing_keys_are_told_apart_from_damaged_ones(path):
    with pytest.raises(KeysMissing):
        load_keys(path, make=False)
    assert not path.exists()
    load_keys(path)
    whole = json.loads(path.read_text())
    for damaged in ("", "{", "[]", "{}", json.dumps(whole | {"format": 9}), _short(whole)):
        path.write_text(damaged)
        with pytest.raises(KeysDamaged):
            load_keys(path)


def _short(document):
    document["keys"]["card"][0]["secret"] = "00"
    return json.dumps(document)


def test_a_secret_comes_back_and_never_looks_the_same_twice(path):
    keys = load_keys(path)
    token = keys.encrypt(ID_NUMBER)
    assert keys.decrypt(token) == ID_NUMBER
    assert ID_NUMBER not in token
    assert keys.encrypt(ID_NUMBER) != token


def test_another_installation_cannot_read_a_secret(path, tmp_path):
    token = load_keys(path).encrypt(ID_NUMBER)
    with pytest.raises(WrongKeys):
        load_keys(tmp_path / "other.json").decrypt(token)
    with pytest.raises(WrongKeys):
        load_keys(path).decrypt(token[:-4] + "AAAA")


def test_a_lookup_hash_is_the_same_every_time_and_other_with_other_keys(path, tmp_path):
    keys, other = load_keys(path), load_keys(tmp_path / "other.json")
    assert keys.lookup_hash(ID_NUMBER) == load_keys(path).lookup_hash(ID_NUMBER)
    assert keys.lookup_hash(ID_NUMBER) != other.lookup_hash(ID_NUMBER)
    assert len(keys.lookup_hash(ID_NUMBER)) == 64


@pytest.mark.parametrize("purpose", PURPOSES)
def test_after_rotation_the_new_key_leads_and_the_old_still_serves(path, purpose):
    before = load_keys(path)
    token, hashed = before.encrypt(ID_NUMBER), before.lookup_hash(ID_NUMBER)

    after = rotate_keys(path, purpose, now=NOW)

    assert after == load_keys(path)
    assert [key.id for key in after.versions[purpose]] == [f"{purpose}-2", f"{purpose}-1"]
    assert [key.made_at for key in after.versions[purpose]] == [NOW, None]
    assert after.decrypt(token) == ID_NUMBER
    assert hashed in after.lookup_hashes(ID_NUMBER)
    assert before.card[0] in after.card
    assert before.session in [after.session, *after.older_sessions]


def test_dropped_keys_read_nothing_any_more_and_their_names_are_not_used_again(path):
    token = load_keys(path).encrypt(ID_NUMBER)
    rotated = rotate_keys(path, "encrypt", now=NOW)
    kept = rotated.encrypt(rotated.decrypt(token))
    dropped = drop_old_keys(path, "encrypt")
    with pytest.raises(WrongKeys):
        dropped.decrypt(token)
    assert dropped.decrypt(kept) == ID_NUMBER
    assert rotate_keys(path, "encrypt", now=NOW).versions["encrypt"][0].id == "encrypt-3"


def test_a_file_from_before_paper_codes_gets_the_same_key_for_them_wherever_it_is_read(path):
    before = load_keys(path)
    document = json.loads(path.read_text())
    del document["keys"]["paper"]
    path.write_text(json.dumps(document))
    found = load_keys(path)
    assert found.paper == load_keys(path).paper != before.paper
    assert found.paper[0] not in found.card
    rotate_keys(path, "card", now=NOW)
    drop_old_keys(path, "card")
    assert load_keys(path).paper == found.paper


def test_an_unknown_purpose_is_a_mistake(path):
    load_keys(path)
    with pytest.raises(ValueError, match="cookies"):
        rotate_keys(path, "cookies", now=NOW)
    with pytest.raises(ValueError, match="cookies"):
        drop_old_keys(path, "cookies")


def test_keys_are_not_printed(path):
    keys = load_keys(path)
    assert repr(keys.card[0])[2:10] not in repr(keys)
