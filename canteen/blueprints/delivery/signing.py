"""What links and codes on paper are signed with, and the address they lead to from elsewhere."""

from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from flask import current_app

from canteen.blueprints.setup.views import address_abroad
from canteen.foundation import storage
from canteen.foundation.certificates.machine import lan_addresses


def paper_keys() -> tuple[bytes, ...]:
    """For codes that hang in a hall for years, newest first: signing everybody out keeps them."""
    return storage.keys().paper


def secrets() -> list[str]:
    """For links of a few days, newest first: those of the sign-in."""
    older = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    return [str(current_app.secret_key), *(str(one) for one in older)]


def printed_address(path: str) -> str:
    """The address of a page as it is printed: never this computer's own name for itself.

    Where the office opened the page as localhost and no certificate names the machine, its
    first address on the network stands instead; a server on loopback alone has only that.
    """
    parts = urlsplit(address_abroad(path))
    if current_app.config["LISTENS_ON"] or not _is_loopback(parts.hostname or ""):
        return parts.geturl()
    here = next((str(one) for one in lan_addresses()), parts.hostname or "")
    return urlunsplit(parts._replace(netloc=f"{here}:{parts.port}" if parts.port else here))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
