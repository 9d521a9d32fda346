"""What one request is about: which site, which day, whose roles."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, abort, current_app, g, request, session
from flask_login import current_user
from sqlalchemy import Integer, bindparam, func, select

from canteen.foundation.calendar import service_date
from canteen.foundation.database import db
from canteen.foundation.prepared import Prepared, reading
from canteen.sites.models import Site
from canteen.staff.queries import SignedIn
from canteen.staff.rules import Role

_ZONE_SECONDS = 10.0
DEVICE_COOKIE = "canteen_device"


@dataclass(frozen=True)
class Here:
    """Who is signed in, at which site (None before there is one), and as what there."""

    person: SignedIn
    site_id: int | None
    roles: frozenset[Role]


def install(app: Flask) -> None:
    """Give every template the site and the day."""
    app.extensions["canteen_time_zones"] = {}
    app.context_processor(_for_templates)


def now() -> datetime:
    """The clock, read at the edge; nothing below a view reads it."""
    return datetime.now(UTC)


def here() -> Here | None:
    """Who asks and where, found once a request; None for a stranger."""
    found: Here | None = g.get("here")
    if found is None:
        person = current_user._get_current_object()
        if person.is_authenticated:
            site_id = _choose_site(person)
            found = g.here = Here(person, site_id, person.roles_at(site_id or -1))
    return found


def current_site() -> Site:
    """The site the signed-in person works at in this session; 404 before there is one."""
    if "site" not in g:
        g.site = _read_site()
    site: Site | None = g.site
    if site is None:
        abort(404)
    return site


def today() -> date:
    """The canteen's day at the current site."""
    return service_date(now(), time_zone_here())


def site_id_here() -> int:
    """The id of the current site, without reading the site; 404 before there is one."""
    site_id = _site_id()
    if site_id is None:
        abort(404)
    return site_id


def time_zone_here() -> str:
    """The current site's time zone. It hardly ever changes: one read lasts ten seconds."""
    if g.get("site") is not None:
        return current_site().time_zone
    zones: dict[int, tuple[float, str]] = current_app.extensions["canteen_time_zones"]
    key = site_id_here()
    read_at, zone = zones.get(key, (float("-inf"), ""))
    if time.monotonic() - read_at > _ZONE_SECONDS:
        zone = current_site().time_zone
        zones[key] = (time.monotonic(), zone)
    return zone


def roles_here() -> frozenset[Role]:
    """What the signed-in person may be at the current site."""
    found = here()
    return found.roles if found else frozenset()


def staff_id() -> int:
    """The id of the signed-in person."""
    found = here()
    assert found is not None, "only views of people who are signed in ask"
    return found.person.id


def device_here() -> int | None:
    """The counter that this browser was last opened as, if it ever was: a cookie of its own."""
    text = request.cookies.get(DEVICE_COOKIE, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def own_sites() -> list[Site]:
    """Every site at which the signed-in person has a role."""
    if "own_sites" not in g:
        everywhere = db.session.scalars(select(Site).order_by(Site.id)).all()
        g.own_sites = [site for site in everywhere if current_user.roles_at(site.id)]
    sites: list[Site] = g.own_sites
    return sites


def _site_id() -> int | None:
    found = here()
    return found.site_id if found else None


def _choose_site(person: SignedIn) -> int | None:
    """The site picked in this session if the person works there, else their first."""
    picked = session.get("site_id")
    if isinstance(picked, int) and person.roles_at(picked):
        return picked
    if person.site_ids is None:  # an administrator, who works everywhere
        return db.session.scalar(select(func.min(Site.id)))
    return person.site_ids[0] if person.site_ids else None


def _read_site() -> Site | None:
    """The current site, bound to no session: a writing transaction need not read it again."""
    site_id = _site_id()
    if site_id is None:
        return None
    with reading() as connection:
        row = _SITE.one(connection, {"site_id": site_id})
    return Site(**row._asdict()) if row else None


_SITE = Prepared(
    lambda _dialect: select(Site.__table__).where(
        Site.__table__.c.id == bindparam("site_id", type_=Integer())
    )
)


def _for_templates() -> dict[str, Any]:
    site = current_site() if _site_id() is not None else None
    return {"site": site, "my_roles": roles_here()}
