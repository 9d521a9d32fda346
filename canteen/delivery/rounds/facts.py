"""An event as a phone tells it, who tells it, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from canteen.cards.tokens import CardClaim
from canteen.delivery.models import OutcomeKind
from canteen.delivery.rounds.models import EventKind


@dataclass(frozen=True, kw_only=True)
class PhoneEvent:
    """One thing that happened on a round. The phone made the id.

    `device_at` and `sent_at` are what the phone's clock showed when it happened and when it was
    sent. `stop_id` belongs to outcomes and offers, `offer_id` to what is accepted.
    """

    id: UUID
    kind: EventKind
    roster_id: int
    device_at: datetime
    sent_at: datetime
    stop_id: int | None = None
    outcome: OutcomeKind | None = None
    follows: UUID | None = None
    note: str = ""
    scanned: bool = False
    """Whether a card was scanned; `card` is None where its code is none of ours."""
    card: CardClaim | None = None
    to_id: int | None = None
    offer_id: UUID | None = None
    body: Mapping[str, object] = field(default_factory=dict)
    """What belongs to the kind and is only kept: counts, boxes, a reason."""


@dataclass(frozen=True, kw_only=True)
class Teller:
    """The volunteer who is signed in on the phone."""

    volunteer_id: int
    site_id: int
    staff_id: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of an event: ``taken`` and ``duplicate`` may leave the phone's queue, ``later``
    is tried again, ``refused`` stays on the phone for a person to look at."""

    id: UUID
    outcome: Literal["taken", "duplicate", "later", "refused"]
    reason: str = ""
