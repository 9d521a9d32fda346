"""`canteen https`: the certificate of a canteen whose network has no internet."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click
from cryptography import x509

from canteen.config import data_folder
from canteen.foundation.certificates import CannotVouch, Names, Shelf, machine
from canteen.foundation.certificates.authority import RENEW_BEFORE, names_of, permitted
from canteen.foundation.certificates.shelf import fingerprint
from canteen.readiness import names_among, ready_certificate, tell_made

AUTHORITY_WARNING = timedelta(days=180)
LEAF_WARNING = RENEW_BEFORE - timedelta(days=2)
"""A server that runs has renewed by then."""


@click.group(short_help="局域网 HTTPS / HTTPS without internet")
def https() -> None:
    """HTTPS on a network without internet, for cameras and for working offline."""


@https.command(short_help="做证书 / make or renew the certificates")
@click.option("--name", "names", multiple=True, help="One more host name or address; repeatable.")
@click.option(
    "--new-authority", is_flag=True, help="A new authority: every tablet installs it again."
)
def setup(names: tuple[str, ...], new_authority: bool) -> None:
    """Make the certificates, or renew what has to be. `canteen serve --https` does it too."""
    ready = ready_certificate(
        data_folder(),
        now=datetime.now(UTC),
        extra=tuple(name.lower() for name in names),
        anew=new_authority,
    )
    tell_made(ready)
    if not ready.made_authority and not ready.made_leaf:
        click.echo("证书都还好，没有改动 / everything is in order, nothing changed")
    _show()
    click.echo("\n下一步 / next:  canteen serve --https")


@https.command(short_help="证书到哪天 / which names, until when")
def status() -> None:
    """What there is, for which names, and until when."""
    _show()


def _show() -> None:
    shelf = Shelf(data_folder())
    try:
        authority, leaf = shelf.authority(), shelf.leaf()
    except CannotVouch as error:
        raise click.ClickException(str(error)) from error
    if authority is None:
        click.echo("还没有证书：canteen https setup / no certificate yet: canteen https setup")
        return
    now = datetime.now(UTC)
    click.echo(f"\n平板要装的证书 / for the tablets   {shelf.authority_file}")
    click.echo(f"  名称 / name         {authority.subject.rfc4514_string()}")
    click.echo(f"  到期 / until        {authority.not_valid_after_utc:%Y-%m-%d}")
    click.echo(f"  指纹 / SHA-256      {fingerprint(authority)}")
    if leaf is None:
        click.echo("没有服务器证书，启动时会做 / no server certificate, it is made at start")
        return
    held = names_of(leaf)
    click.echo("服务器证书 / server")
    click.echo(f"  到期 / until        {leaf.not_valid_after_utc:%Y-%m-%d}")
    click.echo(f"  名字 / names        {', '.join([*held.dns, *map(str, held.addresses)])}")
    own, extra = machine.own_names(), names_among(shelf.extra_names())
    both = Names((*own.dns, *extra.dns), (*own.addresses, *extra.addresses))
    wanted = permitted(both, authority)
    if shelf.leaf_is_due(names=wanted, now=now):
        click.echo("  地址变了或快到期，正在运行的服务一小时内自动更新，没运行就下次启动时更新")
        click.echo("  due: renewed within the hour while it serves, else at the next start")
    for sentence in _ahead(shelf, authority, leaf, now):
        click.secho(f"  ！{sentence}", fg="yellow")


def _ahead(
    shelf: Shelf, authority: x509.Certificate, leaf: x509.Certificate, now: datetime
) -> Iterator[str]:
    """What will stop one day unless somebody does something, said in time."""
    left = (authority.not_valid_after_utc - now).days
    if left < AUTHORITY_WARNING.days:
        yield (
            f"平板装的证书还有 {max(left, 0)} 天到期：找个空闲的日子运行 canteen https setup "
            "--new-authority，每台平板重装一次 / every tablet needs a new certificate by then"
        )
    try:
        shelf.prove_key()
    except CannotVouch as error:
        yield f"到期时更新不了：{error}"
        return
    left = (leaf.not_valid_after_utc - now).days
    if left < LEAF_WARNING.days <= (authority.not_valid_after_utc - now).days:
        yield (
            f"服务器证书还有 {max(left, 0)} 天到期，早该自动更新了：请启动或重启 "
            "canteen serve --https / it should have been renewed: start the server again"
        )
