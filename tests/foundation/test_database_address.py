"""The address of the database: every form people write, and a sentence for every other."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from canteen.cli import main
from canteen.config import settings
from canteen.foundation.database_address import AddressWrong, read_address, without_password

HERE = "postgresql+psycopg://li:geheim@127.0.0.1:5432/canteen"


@pytest.mark.parametrize(
    "scheme",
    ["postgres", "postgresql", "POSTGRES", "postgresql+psycopg", "postgresql+psycopg2"],
)
def test_postgresql_is_written_in_many_ways(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", ModuleType("psycopg"))
    assert read_address(f" {scheme}://li:geheim@127.0.0.1:5432/canteen\n") == HERE
    assert "geheim" not in without_password(HERE)


def test_a_missing_driver_is_told_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(AddressWrong, match=r"pip install .*\[postgres\]"):
        read_address("postgresql://127.0.0.1/canteen")


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_address_is_none(tmp_path: Path, empty: str) -> None:
    found = settings({"CANTEEN_DATABASE_URL": empty, "CANTEEN_DATA": str(tmp_path)})
    assert found["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path}/canteen.sqlite"


@pytest.mark.parametrize(
    "wrong",
    [
        "mysql://li:geheim@host/canteen",
        "li:geheim@host/canteen",
        "/srv/canteen.sqlite",
        "canteen",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://li:geheim@host:abc/canteen",
    ],
)
def test_what_is_no_address_is_told_without_its_password(wrong: str) -> None:
    with pytest.raises(AddressWrong) as caught:
        read_address(wrong)
    said = str(caught.value)
    assert "CANTEEN_DATABASE_URL" in said
    assert "应为 postgresql://" in said
    assert "expected postgresql://" in said
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("mysql://li:geheim@host/canteen", "不是数据库地址"),
        ("sqlite:////nowhere/at/all/canteen.sqlite", "用不了数据库 sqlite:////nowhere"),
    ],
)
def test_a_command_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str, says: str
) -> None:
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    monkeypatch.setenv("CANTEEN_DATABASE_URL", address)
    done = CliRunner().invoke(main, ["upgrade"])
    assert done.exit_code == 1
    assert says in done.output
    assert "geheim" not in done.output
    assert "Traceback" not in done.output
