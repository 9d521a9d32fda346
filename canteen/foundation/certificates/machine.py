"""What this machine is called on the network, found without asking anybody."""

import ipaddress
import re
import socket
import struct
import sys
from collections.abc import Iterator

from canteen.foundation.certificates.authority import Address, Names

_LABELS = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_LOOPBACK = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))
_SIOCGIFADDR = 0x8915


def own_names() -> Names:
    """Host name, the same under .local and .lan, localhost; every address, the usual one first."""
    host = host_name()
    short = host.partition(".")[0]
    dns = [host, f"{short}.local", f"{short}.lan"] if host and host != "localhost" else []
    return Names(
        dns=tuple(dict.fromkeys([*dns, "localhost"])),
        addresses=(*lan_addresses(), *_LOOPBACK),
    )


def host_name() -> str:
    """The machine's name in lower case; "" for one that can stand in no address (小李的电脑)."""
    name = socket.gethostname().lower().rstrip(".")
    return name if is_host_name(name) else ""


def is_host_name(name: str) -> bool:
    """Whether a text is a host name in plain letters, digits and hyphens."""
    return len(name) <= 253 and _LABELS.fullmatch(name) is not None


def lan_addresses() -> tuple[Address, ...]:
    """IPv4 addresses of this machine that others may reach, the usual one first.

    Nothing is sent: a datagram socket that is "connected" only looks up its own end.
    """
    found = [*_towards_neighbours(), *_of_interfaces(), *_of_the_host_name()]
    return tuple(
        address
        for address in dict.fromkeys(map(ipaddress.ip_address, found))
        if not address.is_loopback and not address.is_unspecified
    )


def _towards_neighbours() -> Iterator[str]:
    for there in ("192.168.255.254", "10.255.255.254", "172.31.255.254"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((there, 9))
            except OSError:  # no way to such a network
                continue
            yield probe.getsockname()[0]


def _of_interfaces() -> Iterator[str]:
    """Linux tells each card's address, also where no gateway leads out."""
    if not sys.platform.startswith("linux"):
        return
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _number, card in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(
                    asked.fileno(), _SIOCGIFADDR, struct.pack("256s", card.encode()[:15])
                )
            except OSError:  # a card without an address
                continue
            yield socket.inet_ntoa(answer[20:24])


def _of_the_host_name() -> Iterator[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        return
    yield from sorted({str(entry[4][0]) for entry in found})
