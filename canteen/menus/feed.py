"""A calendar that phones and computers subscribe to: RFC 5545, one event for each meal. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_FOLD = 75
"""Octets of a line at most (RFC 5545, 3.1)."""


@dataclass(frozen=True, kw_only=True)
class FeedEvent:
    """A meal: `uid` never changes, `changed_at` is when its words last did. Instants are aware."""

    uid: str
    starts: datetime
    ends: datetime
    changed_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""


def calendar_text(*, name: str, time_zone: str, events: Iterable[FeedEvent]) -> str:
    """The file, with the line ends of the standard. Times are UTC, so that no zone is guessed."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//canteen//menus//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        f"X-WR-TIMEZONE:{_text(time_zone)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        *(line for event in events for line in _event(event)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(event: FeedEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_instant(event.changed_at)}"
    yield f"LAST-MODIFIED:{_instant(event.changed_at)}"
    yield f"DTSTART:{_instant(event.starts)}"
    yield f"DTEND:{_instant(event.ends)}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    if event.url:
        yield f"URL:{_plain(event.url)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """A value of the type TEXT (3.3.11)."""
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _plain(value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n"))


def _plain(value: str) -> str:
    """Without control characters, which no value may hold."""
    return "".join(sign for sign in value if sign >= " " and sign != "\x7f")


def _folded(line: str) -> str:
    """A long line in pieces of at most 75 octets; no character is cut in two."""
    pieces, piece, octets = [], "", 0
    for sign in line:
        size = len(sign.encode())
        if octets + size > _FOLD:
            pieces.append(piece)
            piece, octets = "", 1  # the space that marks the fold
        piece += sign
        octets += size
    return "\r\n ".join([*pieces, piece])
