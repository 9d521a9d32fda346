"""The certificate for this machine as it is called today, and what a person hears of it."""

from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

import click

from canteen.foundation.certificates import CannotVouch, Names, Shelf, machine
from canteen.foundation.certificates.shelf import Ready


def ready_certificate(
    data: Path, *, now: datetime, extra: tuple[str, ...] = (), anew: bool = False
) -> Ready:
    """The certificate for this machine as it is called today; made or renewed where needed.

    Raises ClickException for a name that cannot be one or is not of a local network.
    """
    shelf = Shelf(data)
    try:
        wanted = names_among((*shelf.extra_names(), *extra))
        ready = shelf.make_ready(own=machine.own_names(), extra=wanted, now=now, anew=anew)
    except CannotVouch as error:
        raise click.ClickException(str(error)) from error
    left = {*ready.left_out.dns, *map(str, ready.left_out.addresses)}
    outside = [name for name in extra if name in left]
    if outside:
        raise click.ClickException(
            f"“{'、'.join(outside)}”不是内网的名字或地址。可用：….local、….lan、….home.arpa，"
            "10.*、172.16–31.*、192.168.*\n"
            f"not of a local network: {', '.join(outside)}. May be: ….local, ….lan, "
            "….home.arpa, 10.*, 172.16–31.*, 192.168.*"
        )
    if extra:
        shelf.add_names(extra)
    return ready


def names_among(texts: tuple[str, ...]) -> Names:
    """What a person typed, as names and addresses. Raises ClickException for what is neither."""
    dns, addresses = [], []
    for text in texts:
        try:
            addresses.append(ip_address(text))
        except ValueError:
            if not machine.is_host_name(text):
                raise click.ClickException(
                    f"“{text}”不是主机名或 IP 地址，如 canteen.local、192.168.3.20\n"
                    f"“{text}” is neither a host name nor an address, such as canteen.local"
                ) from None
            dns.append(text)
    return Names(tuple(dns), tuple(addresses))


def tell_made(ready: Ready) -> None:
    """What was made, and what a person has to do because of it."""
    if ready.made_authority:
        click.echo("做好了本食堂自己的证书，每台平板装一次 / made this canteen's own certificate:")
        click.echo("  install it once on every tablet")
    elif ready.made_leaf:
        click.echo("服务器证书已更新，平板不用重装 / server certificate renewed, nothing to do")
    if ready.left_out.dns or ready.left_out.addresses:
        left = [*ready.left_out.dns, *map(str, ready.left_out.addresses)]
        click.echo(f"证书里没有这些名字（不是内网的） / not in the certificate: {', '.join(left)}")
