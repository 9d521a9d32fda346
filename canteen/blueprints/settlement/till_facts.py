"""What the counter page knows before the first card of the day."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from flask import session as visit
from flask_login import current_user

from canteen.blueprints.context import roles_here, staff_id
from canteen.blueprints.filters import html_lang, named
from canteen.blueprints.settlement.clerks import clerk_facts, colleagues, managers_here
from canteen.blueprints.settlement.offline_schemas import said_offline
from canteen.blueprints.signin import LOCKED
from canteen.foundation import storage
from canteen.foundation.database import db
from canteen.menus.queries import todays_dishes
from canteen.settlement.offline.signing import public_key
from canteen.settlement.printing.queries import has_tickets
from canteen.settlement.queries import served_count
from canteen.settlement.trays import MOST_OF_ONE, TAPPED, TYPED, TYPED_EN
from canteen.settlement.voice.pack import mark_of
from canteen.sites import queries as sites
from canteen.sites.models import Device, Site
from canteen.staff.rules import Role


def till_facts(*, site: Site, day: date, now: datetime, device: str | None) -> dict[str, Any]:
    """Site, counter, periods, sets, today's dishes and addresses, for the page's script."""
    session = db.session()
    periods = sites.periods(session, site.id)
    local = now.astimezone(ZoneInfo(site.time_zone)).time()
    serving = sites.period_at(periods, local)
    devices = sites.devices(session, site.id)
    chosen = _chosen(list(devices), device)
    dishes = [
        {"id": dish.dish_id, "period": period.code, "slot": dish.slot_code, "name": named(dish),
         "name_zh": dish.name, "name_en": dish.name_en, "price_fen": dish.price_fen}
        for period in periods
        for dish in todays_dishes(
            session, site_id=site.id, service_date=day, period_code=period.code
        )
    ]  # fmt: skip
    period_code = serving.code if serving else ""
    return {
        "site": {"id": site.id, "name": named(site), "phone": site.phone},
        "device": {"id": chosen.id, "name": chosen.name} if chosen else {"id": None, "name": ""},
        "devices": [{"id": row.id, "name": row.name} for row in devices],
        "service_date": day.isoformat(),
        "time_zone": site.time_zone,
        "periods": [
            {"code": row.code, "name": named(row), "starts": row.starts.strftime("%H:%M"),
             "ends": row.ends.strftime("%H:%M")}
            for row in periods
        ],
        "period": period_code,
        "sets": [
            {"period": row.period_code, "code": row.code, "name": named(row),
             "price_fen": row.price_fen}
            for row in (sites.meal_sets(session, site.id) if site.sells_sets else ())
        ],
        "dishes": dishes,
        "sells": {"sets": site.sells_sets, "dishes": site.sells_dishes,
                  "amounts": site.sells_amounts, "limit_fen": site.tray_limit_fen,
                  "most_of_one": MOST_OF_ONE, "stored_names": [TAPPED, TYPED],
                  "typed_en": TYPED_EN},
        "tickets": has_tickets(session, site.id),
        "undo_seconds": site.undo_seconds,
        "diner": {"shows_balance": site.shows_balance},
        "is_manager": bool(roles_here() & {Role.MANAGER, Role.ADMINISTRATOR}),
        "served": served_count(
            session, site_id=site.id, service_date=day, period_code=period_code
        ),
        **_who_is_here(),
        "lock_minutes": site.lock_minutes,
        "locked": bool(visit.get(LOCKED)),
        "urls": {
            "meals": url_for("settlement.meal"),
            "diners": url_for("settlement.diners"),
            "frames": url_for("settlement.frame"),
            "decode": url_for("settlement.frame"),
            "roster": url_for("settlement.roster"),
            "offline_meals": url_for("settlement.offline_meals"),
            "worker": url_for("settlement.service_worker"),
            "lock": url_for("settlement.lock"),
            "switch": url_for("settlement.switch"),
            "voice": _voice(),
            "diner_scenes": url_for("settlement.diner_scene_shown"),
        },
        "offline": {"public_key": public_key(storage.keys().session), "refusals": said_offline()},
        "language": html_lang(),
    }  # fmt: skip


def _who_is_here() -> dict[str, Any]:
    """The clerk of this session, and who may take over by PIN."""
    others = colleagues()
    has_pin = any(one["id"] == staff_id() for one in others)
    return {
        "clerk": clerk_facts(staff_id(), current_user.name, has_pin=has_pin),
        "colleagues": others,
        "managers": managers_here(),
    }


def _voice() -> str | None:
    """Where the canteen's own sounds are, with a mark that changes when they do."""
    mark = mark_of(Path(current_app.config["DATA"]))
    return url_for("settlement.voice", v=mark) if mark else None


def _chosen(devices: list[Device], wanted: str | None) -> Device | None:
    """The counter this tablet was opened as, else the first."""
    named_one = [device for device in devices if str(device.id) == wanted]
    return named_one[0] if named_one else devices[0] if devices else None
