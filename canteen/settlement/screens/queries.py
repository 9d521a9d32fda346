"""What a tablet reads, and which tablets a site has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import String, bindparam, select
from sqlalchemy.orm import Session

from canteen.foundation.prepared import Prepared, reading
from canteen.settlement.screens.models import DinerScreen
from canteen.settlement.screens.rules import STALE_AFTER, token_hash
from canteen.sites.models import Device


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a tablet may show: `shown` is JSON, "" for a counter that is silent."""

    turn: int
    shown: str


@dataclass(frozen=True, kw_only=True)
class Paired:
    """One tablet of a site."""

    id: int
    device_name: str
    paired_at: datetime


def seen_by(token: str, *, now: datetime) -> Seen | None:
    """What the tablet with this token may show now; None for a token that reads nothing."""
    with reading() as connection:
        row = _SEEN.one(connection, {"token_hash": token_hash(token)})
    if row is None:
        return None
    at = row.shown_at
    if isinstance(at, str):  # SQLite keeps UTC as text without saying so
        at = datetime.fromisoformat(at)
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    # Shown in the future: the clock was set back since, and the counter has said nothing more.
    fresh = at is not None and abs(now - at) < STALE_AFTER
    return Seen(turn=row.turn if fresh else 0, shown=row.shown if fresh else "")


def paired_screens(session: Session, site_id: int) -> Sequence[Paired]:
    """The tablets of a site that read still, by counter."""
    query = (
        select(DinerScreen.id, Device.name, DinerScreen.paired_at)
        .join(Device, Device.id == DinerScreen.device_id)
        .where(
            DinerScreen.site_id == site_id,
            DinerScreen.paired_at.is_not(None),
            DinerScreen.ended_at.is_(None),
        )
        .order_by(Device.id, DinerScreen.id)
    )
    return [
        Paired(id=screen_id, device_name=name, paired_at=paired_at)
        for screen_id, name, paired_at in session.execute(query)
        if paired_at is not None
    ]


_SEEN = Prepared(
    lambda _dialect: select(DinerScreen.turn, DinerScreen.shown, DinerScreen.shown_at).where(
        DinerScreen.token_hash == bindparam("token_hash", type_=String()),
        DinerScreen.ended_at.is_(None),
    )
)
