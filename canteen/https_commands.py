"""`canteen https`: the certificate of a canteen whose network has no internet."""

from datetime import UTC, datetime

import click

from canteen.config import data_folder
from canteen.foundation.certificates import CannotVouch, Names, Shelf, machine
from canteen.foundation.certificates.authority import names_of, permitted
from canteen.foundation.certificates.shelf import fingerprint
from canteen.secure import names_among, ready_certificate, tell_made


@click.group()
def https() -> None:
    """HTTPS on a network without internet, for cameras and for working offline."""


@https.command()
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


@https.command()
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
        click.echo("  下次启动时更新（地址变了或快到期）/ renewed at the next start")
