"""The certificate and the page that explains it: for tablets that do not trust us yet."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)

from canteen.blueprints.access import public
from canteen.blueprints.headers import CONTENT_SECURITY_POLICY
from canteen.blueprints.setup.steps import FILE, devices_for
from canteen.blueprints.staff.views import own_address
from canteen.foundation.certificates import CannotVouch, Shelf
from canteen.foundation.certificates.authority import names_of
from canteen.foundation.certificates.shelf import fingerprint
from canteen.foundation.codes import address_svg

blueprint = Blueprint("setup", __name__, url_prefix="/setup")


@blueprint.get("/https")
@public
def https() -> Any:
    """Download the certificate, install it, go on; printable on one A4 page."""
    shelf, authority = _shelf()
    port = current_app.config["HTTPS_PORT"]
    secure = f"https://{_host(shelf)}{_suffix(port, 443)}" if port else ""
    here = _own_page(shelf)
    page = make_response(
        render_template(
            "setup/https.html",
            authority=authority,
            fingerprint=fingerprint(authority) if authority else "",
            secure=secure,
            here=here,
            code=address_svg(here, label=here),
            devices=devices_for(request.user_agent.string),
            plain_works=not current_app.config["PLAIN_DOOR"] and not request.is_secure,
            wanted=own_address(request.args.get("next")),
        )
    )
    if secure:  # the page asks our own HTTPS whether this browser trusts it
        page.headers["Content-Security-Policy"] = (
            f"{CONTENT_SECURITY_POLICY}; connect-src 'self' {secure}"
        )
    return page


@blueprint.get("/https/ca.crt")
@public
def authority() -> Any:
    """The authority's certificate. It is public: it holds no key."""
    shelf, found = _shelf()
    if found is None:
        abort(404)
    return Response(
        shelf.authority_file.read_bytes(),
        mimetype="application/x-x509-ca-cert",
        headers={"Content-Disposition": f'attachment; filename="{FILE}"'},
    )


def _shelf() -> tuple[Shelf, x509.Certificate | None]:
    shelf = Shelf(Path(current_app.config["DATA"]))
    try:
        return shelf, shelf.authority()
    except CannotVouch:  # `canteen https status` says it to who can mend it
        return shelf, None


def address_abroad(path: str) -> str:
    """The address of a page for other devices on the network, over HTTPS where we serve it."""
    shelf, _authority = _shelf()
    port = current_app.config["HTTPS_PORT"]
    if port:
        return f"https://{_host(shelf)}{_suffix(port, 443)}{path}"
    return _as_asked(shelf, path)


def _own_page(shelf: Shelf) -> str:
    """This page's address for other devices: plain, because they do not trust us yet."""
    path = url_for("setup.https")
    port = current_app.config["HTTP_PORT"]
    if port:
        return f"http://{_host(shelf)}{_suffix(port, 80)}{path}"
    return _as_asked(shelf, path)


def _as_asked(shelf: Shelf, path: str) -> str:
    asked = urlsplit(request.host_url)
    default = 443 if request.is_secure else 80
    return f"{asked.scheme}://{_host(shelf)}{_suffix(asked.port or default, default)}{path}"


def _host(shelf: Shelf) -> str:
    """How others on the network call this machine: as it was asked for, if that is one of its
    names, but never loopback, which on a tablet is the tablet. A server that listens on one
    address alone has that one."""
    asked = urlsplit(request.host_url).hostname or ""
    if current_app.config["LISTENS_ON"]:
        return str(current_app.config["LISTENS_ON"])
    leaf = shelf.leaf()
    if leaf is None:
        return asked
    held = names_of(leaf)
    abroad = [str(one) for one in held.addresses if not one.is_loopback]
    known = {*held.dns, *abroad} - {"localhost"}
    return asked if asked in known or not abroad else abroad[0]


def _suffix(port: int, default: int) -> str:
    return "" if port == default else f":{port}"
