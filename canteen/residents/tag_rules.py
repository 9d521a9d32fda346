"""Tags: whether one can be recorded, how it stands on a day, who may decide on it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from canteen.foundation.wording import Refusal
from canteen.residents import vocabulary

EXPIRES_SOON_DAYS = 30
"""So long before its last day, and so long after it, a tag asks for a renewal."""

Validity = Literal["coming", "valid", "expiring", "ended"]


def validity(valid_from: date, valid_until: date | None, today: date) -> Validity:
    """How a tag stands on a day; `valid_until` is the last day it holds."""
    if valid_from > today:
        return "coming"
    if valid_until is None:
        return "valid"
    left = (valid_until - today).days
    if left < 0:
        return "ended"
    return "expiring" if left <= EXPIRES_SOON_DAYS else "valid"


def check_tag(
    *, tag: str, valid_from: date, valid_until: date | None, evidence: str, birthday: date | None
) -> Refusal | None:
    """Whether a tag can be recorded.

    Codes: tag_unknown, tag_ends_first, evidence_missing, text_too_long, tag_before_birth.
    """
    if vocabulary.tag_of(tag) != tag:
        return Refusal("tag_unknown", {"value": tag[:20]})
    if valid_until is not None and valid_until < valid_from:
        return Refusal(
            "tag_ends_first",
            {"first": valid_from.isoformat(), "last": valid_until.isoformat()},
        )
    if not evidence:
        return Refusal("evidence_missing")
    if len(evidence) > 200:
        return Refusal("text_too_long", {"length": len(evidence), "limit": 200})
    if birthday is not None and valid_from < birthday:
        return Refusal("tag_before_birth", {"birthday": birthday.isoformat()})
    return None


def overlap(
    held: Collection[tuple[date, date | None]], valid_from: date, valid_until: date | None
) -> bool:
    """Whether a stretch of days touches one that is held already."""
    return any(
        (until is None or valid_from <= until) and (valid_until is None or since <= valid_until)
        for since, until in held
    )


Standing = Literal["proposed", "declined", "coming", "valid", "expiring", "ended"]


def standing(state: str, valid_from: date, valid_until: date | None, today: date) -> Standing:
    """How a tag stands for the eye: what was decided first, then its days."""
    if state in ("proposed", "declined"):
        return state  # type: ignore[return-value]
    return validity(valid_from, valid_until, today)


def may_decide(*, state: str, recorded_by: int | None, by: int) -> Refusal | None:
    """Whether somebody may approve or decline a proposal: never the one who made it.

    Codes: tag_decided (somebody was quicker), tag_own.
    """
    if state != "proposed":
        return Refusal("tag_decided")
    if recorded_by is not None and recorded_by == by:
        return Refusal("tag_own")
    return None


def check_end(*, valid_from: date, valid_until: date | None, last_day: date) -> Refusal | None:
    """Whether one person may let a tag end on a day: it only ever takes away.

    Codes: tag_ends_first, tag_would_grow (`until`).
    """
    if last_day < valid_from:
        facts = {"first": valid_from.isoformat(), "last": last_day.isoformat()}
        return Refusal("tag_ends_first", facts)
    if valid_until is not None and last_day > valid_until:
        return Refusal("tag_would_grow", {"until": valid_until.isoformat()})
    return None


@dataclass(frozen=True)
class Renewal:
    """What the form for a renewal is filled with: the same tag from the day after."""

    tag: str
    valid_from: date
    valid_until: date


def renewal_of(tag: str, valid_until: date) -> Renewal:
    """A year more from the day after; 1 March where the year has no 29 February."""
    since = valid_until + timedelta(days=1)
    try:
        after = since.replace(year=since.year + 1)
    except ValueError:
        after = date(since.year + 1, 3, 1)
    return Renewal(tag, since, after - timedelta(days=1))
