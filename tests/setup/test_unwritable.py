"""A folder that nobody may write to and a full disk: said in words, not as a traceback."""

import errno
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from canteen.cli import main
from canteen.demo import database

pytestmark = pytest.mark.looks


def run(monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    monkeypatch.setenv("CANTEEN_DATA", str(folder))
    monkeypatch.delenv("CANTEEN_DATABASE_URL", raising=False)
    said = CliRunner().invoke(main, ["demo", "--no-serve"])
    assert said.exit_code == 1
    assert isinstance(said.exception, SystemExit), said.exception
    return said.output


def test_a_data_folder_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    taken = tmp_path / "没有 权限"
    taken.write_text("a file", "ascii")
    said = run(monkeypatch, taken)
    assert f"用不了 {taken / 'demo'}" in said
    assert "CANTEEN_DATA names another" in said


@pytest.mark.parametrize(
    ("code", "expected"), [(errno.EACCES, "look at its permissions"), (errno.ENOSPC, "磁盘满了")]
)
def test_what_cannot_be_written_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int, expected: str
) -> None:
    def refused(*_arguments: Any) -> Any:
        raise OSError(code, "refused", str(tmp_path / "demo"))

    monkeypatch.setattr(database, "building_turn", refused)
    assert expected in run(monkeypatch, tmp_path)
