"""Who stands at a counter, and the mark that tells whose tray one is."""

import hashlib
import hmac
from typing import Any

from canteen.blueprints.context import now, site_id_here, staff_id
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.staff.queries import with_pin
from canteen.staff.rules import Role

MANAGING = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""Who may let a meal through, void one, take a subsidy back."""


def colleagues() -> list[dict[str, Any]]:
    """Who may come to the counter by PIN."""
    return [
        {"id": one.id, "name": one.name} for one in with_pin(db.session(), site_id=site_id_here())
    ]


def managers_here() -> list[dict[str, Any]]:
    """Who may let a meal through by PIN at somebody else's counter."""
    site_id = site_id_here()
    return [
        {"id": one.id, "name": one.name}
        for one in with_pin(db.session(), site_id=site_id)
        if one.roles_at(site_id) & MANAGING
    ]


def clerk_facts(person_id: int, name: str, *, has_pin: bool) -> dict[str, Any]:
    """Who is at the counter, since when, and the mark that their trays carry."""
    return {
        "id": person_id,
        "name": name,
        "mark": _mark(person_id, site_id_here()),
        "has_pin": has_pin,
        "at": now().isoformat(),
    }


def clerk_of(mark: str, *, site_id: int | None = None) -> int:
    """Whose tray it is: its mark says so where it waited through a change; else who is here.

    `site_id` is the site at which it was served, if that is not the one of this session.
    """
    number, _dot, _rest = mark.partition(".")
    if number.isascii() and number.isdigit() and len(number) < 10:
        known = _mark(int(number), site_id or site_id_here())
        if hmac.compare_digest(known.encode(), mark.encode()):
            return int(number)
    return staff_id()


def _mark(person_id: int, site_id: int) -> str:
    """A person at a site, signed: a tray cannot be booked under somebody who was never there."""
    text = f"canteen clerk {person_id} {site_id}".encode()
    proof = hmac.new(storage.keys().session.encode(), text, hashlib.sha256).hexdigest()[:32]
    return f"{person_id}.{proof}"
