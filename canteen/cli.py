"""The `canteen` command."""

import errno
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from canteen import create_app
from canteen.backup_command import backup
from canteen.claims.commands import claims, ledger
from canteen.config import data_folder, settings
from canteen.delivery.rounds.commands import rounds
from canteen.foundation import storage
from canteen.foundation.crypto import KeysDamaged, KeysMissing
from canteen.foundation.database_address import (
    AddressWrong,
    lacks_a_table,
    why_unusable,
    without_password,
)
from canteen.foundation.terminal import stop
from canteen.foundation.wording import Refusal
from canteen.https_commands import https as https_group
from canteen.keys_commands import keys
from canteen.ledger.founding import found_site
from canteen.menus.commands import menus
from canteen.menus.name_renewal import renew_names
from canteen.secure import HTTPS_PORT, PLAIN_PORT, Ports, check_address, serve_securely
from canteen.settlement.voice.commands import make_if_missing
from canteen.settlement.voice.commands import voice as voice_group
from canteen.staff import actions as staff
from canteen.staff.rules import Role
from canteen.statistics.commands import statistics
from canteen.subsidies.commands import policies


class _Commands(click.Group):
    """Commands that say what is wrong with keys or database instead of showing a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeysMissing as error:
            raise click.ClickException(
                f"密钥文件不见了：{error}。数据库里已有资料，请从备份放回这个文件再启动。\n"
                "The key file is gone, and the database holds what only it can open: "
                "put the file back from your backup and start again."
            ) from error
        except KeysDamaged as error:
            raise click.ClickException(
                f"密钥文件读不懂：{error}。请从备份放回这个文件再启动。\n"
                "The key file cannot be read: put it back from your backup and start again."
            ) from error
        except AddressWrong as error:
            raise click.ClickException(str(error)) from error
        except DBAPIError as error:
            what_to_do = _about_the_database(error)
            if what_to_do is None:
                raise
            raise click.ClickException(what_to_do) from error
        except OSError as error:
            what_to_do = _about_the_disk(error)
            if what_to_do is None:
                raise
            raise click.ClickException(what_to_do) from error


_DISK_FULL = (
    "磁盘满了。请腾出空间，再来一次；没有写完的都没有留下\n"
    "The disk is full. Make room and try again; nothing half written was kept"
)


def _about_the_disk(error: OSError) -> str | None:
    """What an operator can do about a file that cannot be written; None for other errors."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _DISK_FULL
    if error.filename is None or error.errno not in _NOT_WRITABLE:
        return None
    return (
        f"用不了 {error.filename}（{error.strerror}）。请看它的权限；"
        "数据文件夹可以用 CANTEEN_DATA 另指一个\n"
        f"{error.filename} cannot be used: look at its permissions; "
        "CANTEEN_DATA names another data folder"
    )


_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)


def _about_the_database(error: DBAPIError) -> str | None:
    """What an operator can do about it; None for what is no matter of installing."""
    if lacks_a_table(error):
        return (
            "还没有数据库，或者没有更新：canteen upgrade\n"
            "There is no database yet, or it is not up to date: canteen upgrade"
        )
    reason = why_unusable(error)
    if reason is None:
        return None
    if "disk is full" in reason:
        return _DISK_FULL
    address = without_password(settings()["SQLALCHEMY_DATABASE_URI"])
    return (
        f"用不了数据库 {address}：请看数据库开了没有，地址、用户和密码对不对，磁盘满不满\n"
        "The database cannot be used: is it running, are address, user and password "
        f"right, is there room on the disk?\n{reason}"
    )


@click.group(cls=_Commands)
def main() -> None:
    """社区食堂 / community canteens for old people."""


def _addresses(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say where to listen, the same for `serve` and `demo`."""
    for option in (
        click.option("--plain-whole", is_flag=True, help="With --https: all on plain http too."),
        click.option(
            "--plain-port",
            default=8080,
            show_default=True,
            type=click.IntRange(0, 65535),
            help="With --https: where tablets get the certificate; 0 for nowhere.",
        ),
        click.option("--https", is_flag=True, help="HTTPS with a certificate of its own."),
        click.option(
            "--port",
            type=click.IntRange(1, 65535),
            help="Port to listen on.  [default: 8080, HTTPS 8443]",
        ),
        click.option("--host", help="Address to listen on.  [default: 127.0.0.1, HTTPS 0.0.0.0]"),
    ):
        command = option(command)
    return command


def _ports(
    host: str | None, port: int | None, https: bool, plain_port: int, plain_whole: bool
) -> Ports | None:
    """Where to listen with HTTPS; None for plain http."""
    if not https:
        return None
    return Ports(host or "0.0.0.0", port or HTTPS_PORT, plain_port or None, plain_whole)


@main.command(short_help="启动服务 / bring the database up to date and serve")
@_addresses
@click.option("--workers", type=int, help="Processes; two where there are two processors.")
@click.option("--no-worker", is_flag=True, help="Long work is done by a `canteen worker` apart.")
def serve(
    host: str | None,
    port: int | None,
    https: bool,
    plain_port: int,
    plain_whole: bool,
    workers: int | None,
    no_worker: bool,
) -> None:
    """Bring the database up to date and serve."""
    from canteen.serving import serve_application

    ports = _ports(host, port, https, plain_port, plain_whole)
    if ports is None:
        check_address(host or "127.0.0.1", port or PLAIN_PORT)
    with create_app().app_context():
        _bring_up_to_date()
    make_if_missing(data_folder())
    if ports is not None:
        serve_securely(ports, data=data_folder(), workers=workers, jobs=not no_worker)
        return
    serve_application(
        host=host or "127.0.0.1", port=port or PLAIN_PORT, workers=workers, jobs=not no_worker
    )


@main.command(hidden=True)
@click.option("--host", required=True)
@click.option("--port", required=True, type=click.IntRange(1, 65535))
@click.option("--whole", is_flag=True)
def door(host: str, port: int, whole: bool) -> None:
    """The plain http port beside HTTPS. `canteen serve --https` brings it."""
    from canteen.door import run

    sys.exit(run(host=host, port=port, whole=whole))


@main.command(short_help="单独做长活 / do long work beside the server")
@click.option("--beside-server", is_flag=True, hidden=True)
def worker(beside_server: bool) -> None:
    """Do long work (claims, re-pricing) until interrupted. `canteen serve` brings its own."""
    from canteen.working import run

    sys.exit(run(beside_server=beside_server))


@main.command(short_help="更新数据库 / bring the database to the newest migration")
def upgrade() -> None:
    """Make the database, or bring it to the newest migration."""
    with create_app().app_context():
        _bring_up_to_date()
    click.echo("数据库已是最新 / database is up to date")


def _bring_up_to_date() -> None:
    """The newest migration, and what is kept of names as this version makes it."""
    storage.upgrade_database()
    renew_names()


@main.command("add-site", short_help="开一家食堂 / found a canteen")
@click.argument("code")
@click.argument("name")
def add_site(code: str, name: str) -> None:
    """Found a canteen: CODE is short and stays (xingfu), NAME is shown."""
    with create_app().app_context():
        storage.upgrade_database()
        made = found_site(code=code, name=name, now=datetime.now(UTC))
        if isinstance(made, Refusal):
            stop(made)
    click.echo(f"{name}（{code}）")


@main.command("add-administrator", short_help="第一位管理员 / a first administrator")
@click.argument("username")
@click.option("--name", prompt="姓名 / name", help="The person's name.")
@click.password_option(prompt="密码 / password", help="At least ten characters.")
def add_administrator(username: str, name: str, password: str) -> None:
    """Make a first administrator: nobody else can sign in before."""
    app = create_app()
    with app.app_context(), app.test_request_context():
        storage.upgrade_database()
        made = staff.add_staff(
            username=username,
            name=name,
            password=password,
            site_id=None,
            roles=[Role.ADMINISTRATOR],
            now=datetime.now(UTC),
            by=None,
        )
        if isinstance(made, Refusal):
            stop(made)
    click.echo(f"{username} 可以登录了 / may sign in")


@main.command(short_help="看样板 / look at a made-up community")
@_addresses
@click.option("--no-serve", is_flag=True, help="Make the demo and stop.")
@click.option("--keep", is_flag=True, help="Keep a demo of an earlier day as it is.")
@click.option("--no-worker", is_flag=True, help="Serve without a worker for long work.")
@click.option("--scale", default=1, type=click.IntRange(1, 2000), hidden=True)
def demo(
    host: str | None,
    port: int | None,
    https: bool,
    plain_port: int,
    plain_whole: bool,
    no_serve: bool,
    keep: bool,
    no_worker: bool,
    scale: int,
) -> None:
    """Look at a made-up community: its own database, never the real one."""
    from canteen.demo.command import run

    ports = _ports(host, port, https, plain_port, plain_whole)
    sys.exit(
        run(
            host=host or "127.0.0.1",
            port=port or PLAIN_PORT,
            serve=not no_serve,
            keep=keep,
            jobs=not no_worker,
            scale=scale,
            secured=ports,
        )
    )


main.add_command(backup)
main.add_command(menus)
main.add_command(claims)
main.add_command(https_group)
main.add_command(keys)
main.add_command(ledger)
main.add_command(policies)
main.add_command(rounds)
main.add_command(statistics)
main.add_command(voice_group)
