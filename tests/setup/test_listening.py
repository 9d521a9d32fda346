"""Where a server may listen is looked at before it begins, and said in words."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from canteen.cli import main


@pytest.mark.looks
@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_never_shared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = CliRunner().invoke(main, [command, "--port", str(other.getsockname()[1])])
    assert done.exit_code == 1
    assert "已被占用，请用 --port 换一个" in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.looks
@pytest.mark.parametrize(
    ("option", "value", "says", "code"),
    [
        ("--host", "203.0.113.7", "“203.0.113.7”不是这台机器的地址", 1),
        ("--port", "99999", "1<=x<=65535", 2),
        ("--port", "0", "1<=x<=65535", 2),
    ],
)
@pytest.mark.parametrize("command", ["serve", "demo"])
def test_what_is_no_address_is_told(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: str,
    option: str,
    value: str,
    says: str,
    code: int,
) -> None:
    monkeypatch.setenv("CANTEEN_DATA", str(tmp_path))
    done = CliRunner().invoke(main, [command, option, value])
    assert done.exit_code == code
    assert says in done.output
