"""What a counter takes with it offline, and what it tells when it is back, as JSON."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from flask_babel import gettext as _
from pydantic import AwareDatetime, Field, model_validator

from canteen.blueprints.filters import is_english
from canteen.blueprints.settlement.schemas import Strict, refusal_json
from canteen.foundation.wording import Refusal
from canteen.settlement.offline.actions import Answer
from canteen.settlement.offline.roster import Entry, Roster

MOST_AT_ONCE = 50
_MOST_FEN = 1_000_000

_FACTS = ("title", "at", "due", "balance", "limit", "digits", "expected", "period")
_BLANKS = {name: f"%({name})s" for name in _FACTS}
_SAID_OFFLINE = (
    *("card_lost", "card_replaced", "card_closed", "already_eaten", "balance_too_low"),
    *("daily_limit", "no_set", "token_not_ours", "token_cut", "token_missing"),
    *("offline_alias", "offline_card_unknown"),
    *("offline_card_limit", "offline_device_limit", "offline_no_roster"),
)
"""Refusals that a device says by itself. Their sentences go with the page, facts left blank."""


class ServedSchema(Strict):
    """One tray served offline. The device made the id; `token` or `guest` says for whom."""

    id: UUID = Field(strict=False)
    token: str | None = Field(default=None, max_length=200)
    guest: bool = False
    period: str = Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")
    set: str = Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")
    device_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    channel: Literal["dine_in", "takeaway"] = "dine_in"
    pay_by: Literal["wallet", "cash"] = "wallet"
    at: AwareDatetime = Field(strict=False)
    sequence: int = Field(ge=0, le=2**31 - 1)
    set_name: str = Field(min_length=1, max_length=40)
    title: str = Field(default="", max_length=40)
    price_fen: int = Field(ge=0, le=_MOST_FEN)
    subsidy_fen: int = Field(ge=0, le=_MOST_FEN)
    paid_fen: int = Field(ge=0, le=_MOST_FEN)
    undone: bool = False
    clerk: str = Field(default="", max_length=60)

    @model_validator(mode="after")
    def adds_up_for_one_diner(self) -> "ServedSchema":
        if (self.token is not None) == self.guest:
            raise ValueError("exactly one of token and guest")
        if self.price_fen != self.subsidy_fen + self.paid_fen:
            raise ValueError("price_fen is subsidy_fen and paid_fen")
        return self


class QueueSchema(Strict):
    """What a device served, in order. Each is read by itself: one that is wrong stops no other."""

    meals: list[dict[str, Any]] = Field(max_length=MOST_AT_ONCE)


def roster_json(
    roster: Roster,
    *,
    roster_id: str,
    hours: int,
    limits: Mapping[str, int],
    names: Mapping[str, Any],
) -> dict[str, Any]:
    """The roster as short as it can be: each price once, people as lists.

    `names` are the funders' (Chinese, English) by code. A person is [hashes, number, title,
    balance, spent today, eaten, offers]; an offer is [period, set, channel, after, minute,
    number of the quote].
    """
    quotes: dict[Any, int] = {}
    people = [_person(entry, quotes) for entry in roster.entries]
    english = is_english()
    return {
        "id": roster_id,
        "site_id": roster.site_id,
        "day": roster.day.isoformat(),
        "made_at": roster.made_at.isoformat(),
        "good_until": (roster.made_at + timedelta(hours=hours)).isoformat(),
        "salt": roster.salt,
        "limits": {"card_day_fen": roster.daily_card_limit_fen, **limits},
        "periods": list(roster.periods),
        "sets": [[one.period, one.code, one.name, one.price_fen] for one in roster.sets],
        "quotes": [
            [
                quote.price_fen,
                quote.subsidy_fen,
                quote.paid_fen,
                [
                    [names.get(funder, (funder, funder))[english], fen]
                    for funder, fen in quote.parts
                ],
                quote.reason_en if english else quote.reason_zh,
            ]
            for quote in quotes
        ],
        "people": people,
        "ended": dict(roster.ended),
    }


def _person(entry: Entry, quotes: dict[Any, int]) -> list[Any]:
    offers = [
        [
            one.period,
            one.set_code,
            one.channel,
            "+".join(one.after),
            one.minute,
            quotes.setdefault(one.quote, len(quotes)),
        ]
        for one in entry.offers
    ]
    return [
        list(entry.code_hashes),
        entry.number,
        entry.title,
        entry.balance_fen,
        entry.spent_fen,
        dict(entry.eaten),
        offers,
    ]


def compact(document: Mapping[str, Any]) -> bytes:
    """JSON as it is signed: UTF-8 without spaces."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def said_offline() -> dict[str, Any]:
    """The refusals a device says by itself, by code, with blanks for their facts."""
    return {code: refusal_json(Refusal(code, _BLANKS)) for code in _SAID_OFFLINE}


def answer_json(answer: Answer) -> dict[str, Any]:
    """What became of one meal."""
    said = refusal_json(answer.refusal)["text"] if answer.refusal else ""
    return {
        "id": str(answer.meal_id),
        "outcome": answer.outcome,
        "reason": answer.reason,
        "text": said,
    }


def unread_json(meal: Mapping[str, Any], why: str) -> dict[str, Any]:
    """An entry that is no meal at all: it stays on the device, for a person to look at."""
    return {
        "id": str(meal.get("id", ""))[:40],
        "outcome": "refused",
        "reason": "invalid",
        "text": _("这一笔读不懂：%(why)s", why=why),
    }
