"""Until when a day can be changed, who may decide, who is next in line. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from canteen.foundation.wording import Refusal

PLACES = "places"
MONEY = "money"
_DAYS_OF_A_LONG_MONTH = 31
_USUAL_CHANGE = timedelta(minutes=90)
_USUAL_CANCEL = timedelta(hours=3)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Until when a period's deliveries can be changed, and until when a volunteer can cancel.

    Days before the service date, and the local clock on that day.
    """

    change_days_before: int = 0
    change_until: time
    cancel_days_before: int = 0
    cancel_until: time


def usual_terms(starts: time) -> Terms:
    """What holds where nobody has set anything: 90 minutes before the period begins for
    changes, three hours for volunteers; never before midnight of the same day."""
    return Terms(
        change_until=_earlier(starts, _USUAL_CHANGE), cancel_until=_earlier(starts, _USUAL_CANCEL)
    )


def changes_end(terms: Terms, day: date, zone: str) -> datetime:
    """The instant from which nothing of that day and period can be changed any more."""
    return _instant(day, terms.change_days_before, terms.change_until, zone)


def cancelling_ends(terms: Terms, day: date, zone: str) -> datetime:
    """The instant from which a volunteer can no longer cancel by themselves."""
    return _instant(day, terms.cancel_days_before, terms.cancel_until, zone)


def first_open_day(terms: Terms, *, now: datetime, today: date, zone: str) -> date:
    """The first day from today on of which this period can still be changed."""
    day = today
    while changes_end(terms, day, zone) <= now:
        day += timedelta(days=1)
    return day


def check_application(
    *, valid_from: date, valid_until: date | None, asked_by: str, asked_name: str, evidence: str
) -> Refusal | None:
    """Whether an application is complete.

    Codes: need_ends_first, need_evidence_missing, asker_missing (a relative has a name).
    """
    if valid_until is not None and valid_until < valid_from:
        facts = {"first": valid_from.isoformat(), "last": valid_until.isoformat()}
        return Refusal("need_ends_first", facts)
    if len(evidence.strip()) < 2:
        return Refusal("need_evidence_missing")
    if asked_by == "relative" and not asked_name.strip():
        return Refusal("asker_missing")
    return None


def may_decide(*, state: str, recorded_by: int | None, by: int) -> Refusal | None:
    """Whether somebody may decide on an application: never who recorded it.

    Codes: need_decided (somebody was quicker), need_own.
    """
    if state != "proposed":
        return Refusal("need_decided")
    if recorded_by is not None and recorded_by == by:
        return Refusal("need_own")
    return None


@dataclass(frozen=True, kw_only=True)
class Room:
    """What a programme can take, and what it takes already.

    `taken` people and `monthly_meals` of theirs in a month of 31 days; limits None: none.
    """

    price_fen: int
    places: int | None
    monthly_budget_fen: int | None
    taken: int
    monthly_meals: int


def monthly_meals(weekdays: str) -> int:
    """The most meals that ISO weekdays make in a month of 31 days, rounded up."""
    return -(-len(set(weekdays)) * _DAYS_OF_A_LONG_MONTH // 7)


def waits_for(room: Room, *, weekdays: str, new_person: bool) -> str:
    """Why one more need has to wait: `PLACES`, `MONEY`, or empty when there is room.

    A second period of somebody who has a place takes no other place.
    """
    if new_person and room.places is not None and room.taken >= room.places:
        return PLACES
    if room.monthly_budget_fen is not None:
        meals = room.monthly_meals + monthly_meals(weekdays)
        if meals * room.price_fen > room.monthly_budget_fen:
            return MONEY
    return ""


@dataclass(frozen=True, kw_only=True)
class InLine:
    """Somebody who waits."""

    need_id: int
    urgent: bool
    recorded_at: datetime


def in_order(waiting: Collection[InLine]) -> list[InLine]:
    """The line: the urgent first, then who asked first."""
    return sorted(waiting, key=lambda one: (not one.urgent, one.recorded_at, one.need_id))


def may_admit(line: Sequence[InLine], need_id: int, *, reason: str) -> Refusal | None:
    """Whether somebody may get the free place: the first in line, or anybody with a reason.

    Codes: need_not_waiting, not_first_in_line.
    """
    ids = [one.need_id for one in line]
    if need_id not in ids:
        return Refusal("need_not_waiting")
    if ids[0] != need_id and len(reason.strip()) < 2:
        return Refusal("not_first_in_line", {"place": ids.index(need_id) + 1})
    return None


def _instant(day: date, days_before: int, clock: time, zone: str) -> datetime:
    return datetime.combine(day - timedelta(days=days_before), clock, ZoneInfo(zone))


def _earlier(clock: time, by: timedelta) -> time:
    minutes = clock.hour * 60 + clock.minute - int(by.total_seconds()) // 60
    return time(max(minutes, 0) // 60, max(minutes, 0) % 60)
