"""Inviting a tablet, pairing it, showing it something, sending it away."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from canteen.foundation import audit, storage
from canteen.foundation.database import broke, retried, transaction
from canteen.foundation.prepared import Prepared, reading
from canteen.foundation.wording import Refusal
from canteen.settlement.screens.models import DinerScreen
from canteen.settlement.screens.rules import CODE_LASTS, token_hash
from canteen.sites.models import Device

_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Six digits that one tablet exchanges for its token. They are stored nowhere."""

    screen_id: int
    code: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """What a tablet takes away: `token` proves it from now on, and is stored nowhere."""

    screen_id: int
    token: str


@retried
def invite_screen(*, device_id: int, site_id: int, now: datetime, by: int) -> Invitation | Refusal:
    """A code for one more tablet at a counter. Codes of old that nobody took are let go.

    Code: screen_device_unknown.
    """
    for _ in range(_TRIES):
        try:
            return _invite(device_id=device_id, site_id=site_id, now=now, by=by)
        except IntegrityError as error:
            if not broke(error, "uq_diner_screens_code_hash", "diner_screens.code_hash"):
                raise
    raise AssertionError("no free code in many tries")


def _invite(*, device_id: int, site_id: int, now: datetime, by: int) -> Invitation | Refusal:
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction() as session:
        device = session.get(Device, device_id)
        if device is None or device.site_id != site_id or device.retired_at is not None:
            return Refusal("screen_device_unknown")
        session.execute(
            delete(DinerScreen).where(
                DinerScreen.code_hash.is_not(None), DinerScreen.code_until <= now
            )
        )
        screen = DinerScreen(
            site_id=site_id,
            device_id=device_id,
            invited_by=by,
            code_hash=_code_hash(code),
            code_until=now + CODE_LASTS,
        )
        session.add(screen)
        session.flush()
        audit.record(
            session,
            at=now,
            staff_id=by,
            action="invited_screen",
            subject="diner_screen",
            subject_id=screen.id,
        )
        return Invitation(screen_id=screen.id, code=code, until=screen.code_until)


@retried
def pair_screen(*, code: str, now: datetime) -> Pairing | Refusal:
    """Exchange a code for a token, once. Code: screen_code_wrong."""
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        screen_id = session.scalar(
            update(DinerScreen)
            .where(DinerScreen.code_hash == _code_hash(code), DinerScreen.code_until > now)
            .values(code_hash=None, token_hash=token_hash(token), paired_at=now)
            .returning(DinerScreen.id)
        )
        if screen_id is None:
            return Refusal("screen_code_wrong")
        return Pairing(screen_id=screen_id, token=token)


@retried
def end_screen(*, screen_id: int, site_id: int, now: datetime, by: int) -> bool:
    """Send a tablet away: it reads nothing more. Harmless twice; False for none of this site."""
    with transaction() as session:
        screen = session.get(DinerScreen, screen_id)
        if screen is None or screen.site_id != site_id:
            return False
        if screen.ended_at is None:
            screen.ended_at, screen.shown, screen.code_hash = now, "", None
            audit.record(
                session,
                at=now,
                staff_id=by,
                action="ended_screen",
                subject="diner_screen",
                subject_id=screen_id,
            )
        return True


@retried
def show_diner(*, device_id: int, site_id: int, shown: str, now: datetime) -> bool:
    """Put `shown` on every tablet of a counter; False where there is none, and then nothing
    was written: a counter without one costs one read."""
    with reading() as connection:
        if _HAS_SCREEN.one(connection, {"device_id": device_id}) is None:
            return False
    with transaction() as session:
        session.execute(
            update(DinerScreen)
            .where(
                DinerScreen.device_id == device_id,
                DinerScreen.site_id == site_id,
                DinerScreen.token_hash.is_not(None),
                DinerScreen.ended_at.is_(None),
            )
            .values(shown=shown, shown_at=now, turn=DinerScreen.turn + 1)
        )
    return True


def _code_hash(code: str) -> str:
    return storage.keys().lookup_hash(f"diner screen {code}")


_HAS_SCREEN = Prepared(
    lambda _dialect: (
        select(DinerScreen.id)
        .where(
            DinerScreen.device_id == bindparam("device_id", type_=Integer()),
            DinerScreen.token_hash.is_not(None),
            DinerScreen.ended_at.is_(None),
        )
        .limit(1)
    )
)
