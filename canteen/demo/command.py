"""What `canteen demo` says and does in the terminal."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic

import click
from flask import Flask, url_for

from canteen.demo import database
from canteen.demo.build import steps
from canteen.demo.database import Place, State
from canteen.demo.ground import PASSWORD, PEOPLE
from canteen.demo.size import FULL
from canteen.demo.trial import Trial, card_to_try
from canteen.demo.world import Tell
from canteen.foundation.codes import terminal_lines
from canteen.secure import Ports, check_address, serve_securely

_ROLES = {
    "clerk": "窗口 / clerk",
    "kitchen": "后厨 / kitchen",
    "manager": "负责人 / manager",
    "community": "社区 / community worker",
    "volunteer": "志愿者 / volunteer",
    "administrator": "管理员 / administrator",
}


def run(
    *,
    host: str,
    port: int,
    serve: bool,
    keep: bool,
    scale: int,
    jobs: bool = True,
    secured: Ports | None = None,
) -> int:
    """Make or reuse the demo, say how to look at it, serve it. The exit code.

    With `secured` it is served over HTTPS there instead of plain at `host` and `port`.
    """
    _let_any_terminal_print()
    if serve and secured is None:
        check_address(host, port)
    place, now = database.place_of(), datetime.now(UTC)
    with database.building_turn(place):
        state = database.state_of(place, now=now)
        if state is State.FOREIGN:
            return _fail(
                "CANTEEN_DATABASE_URL 指向的数据库里已有真实的食堂，演示不会动它；"
                "请给一个空的数据库",
                "the database in CANTEEN_DATABASE_URL holds a real canteen and is left alone; "
                "name an empty one",
            )
        if _must_be_made(state, keep):
            _make(place, now=now, scale=scale)
        else:
            database.bring_up_to_date(place)
            click.echo("使用现有的演示数据 / using the demo that is there")
    with database.opened(place.folder, place.url) as app:
        _introduce(app, base=_base(host, port, secured), now=now)
    if serve and secured is not None:
        serve_securely(secured, data=place.folder, jobs=jobs, environ=place.environ)
    elif serve:
        _serve(place, host=host, port=port, jobs=jobs)
    return 0


def _must_be_made(state: State, keep: bool) -> bool:
    if state is State.OLD:
        if not keep:
            click.echo(
                "演示数据是以前的，按今天重做 / the demo is of an earlier day: making it anew"
            )
        return not keep
    if state is State.HALF:
        click.echo("上次没有做完，重新来 / the last build was cut short: beginning anew")
    return state in (State.EMPTY, State.HALF)


def _make(place: Place, *, now: datetime, scale: int) -> None:
    started = monotonic()
    with _progress(steps(FULL, scale)) as tell:
        database.make(place, now=now, tell=tell, communities=scale)
    seconds = monotonic() - started
    click.echo(f"演示社区建好了，用时 {seconds:.1f} 秒 / demo made in {seconds:.1f} s")


@contextmanager
def _progress(length: int) -> Iterator[Tell]:
    """A bar in the terminal whose label says what is being made."""
    with click.progressbar(length=length, label="准备 / preparing", width=28) as bar:

        def tell(what: str, done: int) -> None:
            bar.label = what
            bar.update(min(done, length - bar.pos))

        yield tell
        bar.update(length - bar.pos)


def _base(host: str, port: int, secured: Ports | None) -> str:
    """The address of the first page, as it is written for somebody at this machine."""
    if secured is None:
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    here = "localhost" if secured.host in ("0.0.0.0", "::", "127.0.0.1") else secured.host
    return f"https://{here}:{secured.https}"


def _introduce(app: Flask, *, base: str, now: datetime) -> None:
    """Addresses, sign-ins, a card and what it will say."""
    with app.test_request_context(base_url=base):
        addresses = (
            ("首页 / start", f"{base}/"),
            ("收费窗口 / counter", url_for("settlement.till", _external=True)),
            ("公开菜单 / public menu", url_for("menus.current_menu", _external=True)),
        )
        trial = card_to_try(now=now)
    click.echo()
    for label, address in addresses:
        click.echo(f"  {label:<24} {address}")
    click.echo(f"\n  演示密码（所有人）/ password of everybody in the demo:  {PASSWORD}")
    for username, name, role in PEOPLE:
        click.echo(f"  {username:<12} {_ROLES[role]}（{name}）")
    if trial is not None:
        _show_card(trial)
    click.echo()


def _show_card(trial: Trial) -> None:
    click.echo(f"\n  试一张卡 / a card to scan: {trial.title} / {trial.title_en}   {trial.token}")
    click.echo(f"  {trial.expected_zh}\n  {trial.expected_en}\n")
    for line in terminal_lines(trial.token):
        click.secho(line, fg="bright_white", bg="black")


def _serve(place: Place, *, host: str, port: int, jobs: bool) -> None:
    from canteen.serving import serve_application

    click.echo("按 Ctrl+C 停止 / press Ctrl+C to stop")
    serve_application(host=host, port=port, environ=place.environ, jobs=jobs)


def _fail(zh: str, en: str) -> int:
    click.echo(f"{zh} / {en}", err=True)
    return 1


def _let_any_terminal_print() -> None:
    """A terminal without Chinese shows question marks instead of stopping the demo."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
