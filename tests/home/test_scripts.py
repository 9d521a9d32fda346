"""Scripts below their common mark: kept for good, and named ahead by the pages that need them."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.blueprints import scripts
from canteen.blueprints.filters import asset
from tests.people import make_site, make_xiaoli, sign_in

TILL = "js/settlement/till.js"


def address_of(app: Flask, name: str) -> str:
    """Where a page of this application finds a file."""
    with app.test_request_context():
        return asset(name)


def test_a_script_and_what_it_imports_are_kept_for_good(app: Flask, client: FlaskClient) -> None:
    answer = client.get(address_of(app, TILL), headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding", "the same whoever asks"
    assert not {"ETag", "Last-Modified", "Content-Disposition"} & set(answer.headers.keys())
    assert "/static/at/" in address_of(app, "js/shared/words.js")


def test_a_page_of_before_an_update_gets_todays_script_and_keeps_it_not(
    app: Flask, client: FlaskClient
) -> None:
    older = re.sub(r"/at/\w+/", "/at/0123456789/", address_of(app, TILL))
    answer = client.get(older)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert answer.data == scripts.without_remarks((scripts.STATIC / TILL).read_bytes())


@pytest.mark.parametrize("name", ["../css/tokens.css", "settlement/none.js", "..%2f..%2fcli.py"])
def test_nothing_but_a_script_lies_below_the_mark(
    app: Flask, client: FlaskClient, name: str
) -> None:
    folder = address_of(app, TILL).removesuffix("settlement/till.js")
    assert client.get(folder + name).status_code == 404


def test_every_import_of_every_script_is_found() -> None:
    for path in sorted((scripts.STATIC / "js").rglob("*.js")):
        name = path.relative_to(scripts.STATIC).as_posix()
        named = len(re.findall(r"^\s*(?:import\b|.*\bfrom \")", path.read_text("utf-8"), re.M))
        direct = list(scripts._named_in(name))
        assert len(direct) == named, name
        for each in direct:
            assert (scripts.STATIC / each).is_file(), f"{name} imports {each}"


def test_the_counter_names_all_its_scripts_ahead_and_its_worker_keeps_them(
    client: FlaskClient,
) -> None:
    make_xiaoli(make_site())
    sign_in(client, "xiaoli")
    page = client.get("/counter").text
    ahead = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)
    assert len(ahead) == len(set(ahead)) == len(scripts.modules_of(TILL)) - 1
    assert any(one.endswith("/settlement/offline/effects.js") for one in ahead), "far below"
    shown = {*ahead, *re.findall(r'<script type="module" src="([^"]+)"', page)}
    shown |= set(re.findall(r'<link rel="stylesheet" href="([^"]+)"', page))
    kept = client.get("/counter/sw.js").text
    assert [one for one in shown if f'"{one}"' not in kept] == []


@pytest.mark.parametrize("address", ["/counter/sw.js", "/round/sw.js"])
def test_what_a_worker_keeps_is_there(client: FlaskClient, address: str) -> None:
    listed = re.search(r"const KEPT = \[(.*)\];", client.get(address).text)
    assert listed
    kept = re.findall(r'"([^"]+)"', listed[1])
    assert len(kept) > 15
    for one in kept:
        answer = client.get(one)
        assert answer.status_code == 200, one
        assert "immutable" in answer.headers["Cache-Control"], one


def test_the_mark_changes_with_any_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "js").mkdir()
    monkeypatch.setattr(scripts, "STATIC", tmp_path)
    marks = set()
    for text in ("", "export const one = 1;", "export const one = 2;"):
        (tmp_path / "js" / "one.js").write_text(text)
        marks.add(scripts._mark.__wrapped__())
    (tmp_path / "js" / "two.js").write_text("")
    marks.add(scripts._mark.__wrapped__())
    assert len(marks) == 4


def test_a_script_leaves_without_the_remarks_that_have_lines_of_their_own() -> None:
    told = b"""/** What it is for. */
import { one } from "./one.js";

/**
 * Two * stars.
 */
  // a line
const address = "http://x"; // beside a line it stays
const much = 4 /* in it too */ * 2;
"""
    assert (
        scripts.without_remarks(told)
        == b"""import { one } from "./one.js";

const address = "http://x"; // beside a line it stays
const much = 4 /* in it too */ * 2;
"""
    )


def test_no_text_of_a_script_is_taken_for_a_remark() -> None:
    for path in sorted((scripts.STATIC / "js").rglob("*.js")):
        script = path.read_bytes()
        for remark in scripts.REMARK.finditer(script):
            ticks = script.count(b"`", 0, remark.start())
            assert ticks % 2 == 0, f"{path.name} has {remark[0]!r} in a text"


def test_a_script_comes_the_same_packed_and_plain(app: Flask, client: FlaskClient) -> None:
    address = address_of(app, TILL)
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert b"/**" not in plain.data
    assert int(plain.headers["Content-Length"]) == len(plain.data)
