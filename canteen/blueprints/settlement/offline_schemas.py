"""What a counter takes with it offline, and what it tells when it is back, as JSON."""

import hashlib
import json
from collections.abc import Mapping
from datetime import MAXYEAR, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from flask_babel import gettext as _
from pydantic import AwareDatetime, Field, model_validator

from canteen.blueprints.filters import is_english
from canteen.blueprints.settlement.schemas import Strict, refusal_json
from canteen.foundation.wording import Refusal
from canteen.settlement.offline.actions import Answer
from canteen.settlement.offline.amounts import AmountOffer
from canteen.settlement.offline.quotes import Offer, Quote
from canteen.settlement.offline.roster import Entry, Roster
from canteen.settlement.trays import A_LA_CARTE, TrayLine
from canteen.subsidies.amounts import UNITS
from canteen.subsidies.over_amounts import Effect

MOST_AT_ONCE = 50
FAILED = "failed"
"""The reason of a meal that a mistake of the system keeps from being booked, for now."""
_MOST_FEN = 1_000_000

_FACTS = ("title", "at", "due", "balance", "limit", "digits", "expected", "period")
_BLANKS = {name: f"%({name})s" for name in _FACTS}
_SAID_OFFLINE = (
    *("card_lost", "card_replaced", "card_closed", "already_eaten", "balance_too_low"),
    *("daily_limit", "no_set", "token_not_ours", "token_cut", "token_missing"),
    *("tray_dish", "offline_price_unknown", "offline_alias", "offline_card_unknown"),
    *("offline_card_limit", "offline_device_limit", "offline_no_roster"),
)
"""Refusals that a device says by itself. Their sentences go with the page, facts left blank."""


class LineSchema(Strict):
    """A line of a tray as it was served; `dish_id` is null for an amount that was typed."""

    dish_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    name: str = Field(min_length=1, max_length=40)
    name_en: str = Field(default="", max_length=120)
    quantity: int = Field(ge=1, le=999)
    unit_price_fen: int = Field(ge=0, le=_MOST_FEN)

    def served(self) -> TrayLine:
        """As the meal keeps it."""
        return TrayLine(**self.model_dump())


class ServedSchema(Strict):
    """One tray served offline. The device made the id; `token` or `guest` says for whom."""

    id: UUID = Field(strict=False)
    token: str | None = Field(default=None, max_length=200)
    guest: bool = False
    period: str = Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")
    set: str = Field(pattern=r"^([a-z][a-z0-9_]{0,19}|\*)$")
    lines: list[LineSchema] = Field(default_factory=list, max_length=60)
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
    doubtful: bool = False

    @model_validator(mode="after")
    def adds_up_for_one_diner(self) -> "ServedSchema":
        if (self.token is not None) == self.guest:
            raise ValueError("exactly one of token and guest")
        if not 1 < self.at.year < MAXYEAR:  # elsewhere on earth it may be no year at all
            raise ValueError("at is an instant of this age")
        if self.price_fen != self.subsidy_fen + self.paid_fen:
            raise ValueError("price_fen is subsidy_fen and paid_fen")
        if self.set == A_LA_CARTE and not self.lines:
            raise ValueError("a tray without a set has lines")
        if self.set != A_LA_CARTE and self.lines and not self.begins_with_a_set():
            raise ValueError("the first line is the set, more follow")
        if self.lines and self.price_fen != sum(
            line.quantity * line.unit_price_fen for line in self.lines
        ):
            raise ValueError("price_fen is what the lines cost together")
        return self

    def begins_with_a_set(self) -> bool:
        """Whether the lines are a set and something on top of it."""
        first = self.lines[0]
        return len(self.lines) > 1 and first.dish_id is None and first.quantity == 1


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
    """The roster as short as it can be: each price and each list of offers once, people as lists.

    `names` are the funders' (Chinese, English) by code. A person is [hashes, number, title,
    balance, spent today, eaten, number of their kind]; for each kind there are offers [period,
    set, channel, after, minute, number of the quote], amounts [period, channel, minute, number
    of the effect], and of what is added to a set additions [as amounts, set].
    """
    quotes: dict[Quote, int] = {}
    effects: dict[Any, int] = {}
    kinds: dict[Any, int] = {}
    known: dict[tuple[int, int, int], int] = {}  # who pays alike holds the very same lists
    people = []
    for entry in roster.entries:
        alike = (entry.offers, entry.amounts, entry.additions)
        same = (id(entry.offers), id(entry.amounts), id(entry.additions))
        kind = known.get(same)
        if kind is None:
            kind = known[same] = kinds.setdefault(alike, len(kinds))
        people.append(_person(entry, kind))
    offers = [[_offer(one, quotes) for one in each] for each, *_amounts in kinds]
    amounts = [[_amount(one, effects) for one in each] for _offers, each, _additions in kinds]
    additions = [
        [[*_amount(one, effects), one.set_code] for one in each]
        for _offers, _amounts, each in kinds
    ]
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
        "starts": list(roster.starts),
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
        "offers": offers,
        "amounts": amounts,
        "additions": additions,
        "effects": [effect_json(effect) for effect in effects],
        "history": roster.history,
        "people": people,
        "ended": dict(roster.ended),
    }


def effect_json(effect: Effect | None) -> list[Any] | None:
    """An effect as `offline/effects.js` reads it: lines of [from, fen, times, percentages]; a
    percentage is [basis points, unit, rounding, of what is paid, stage, of the rest, beyond]."""
    if effect is None:
        return None
    return [
        [
            line.from_fen,
            line.fen,
            line.times,
            [
                [
                    one.basis_points,
                    UNITS[one.terms.rounding_to],
                    one.terms.rounding,
                    int(one.terms.rounding_of == "pay"),
                    one.stage,
                    int(one.rest),
                    one.beyond_fen,
                ]
                for one in line.percents
            ],
        ]
        for line in effect
    ]


def _person(entry: Entry, kind: int) -> list[Any]:
    return [
        list(entry.code_hashes),
        entry.number,
        entry.title,
        entry.balance_fen,
        entry.spent_fen,
        dict(entry.eaten),
        kind,
    ]


def _offer(one: Offer, quotes: dict[Quote, int]) -> list[Any]:
    return [
        one.period,
        one.set_code,
        one.channel,
        "+".join(one.after),
        one.minute,
        quotes.setdefault(one.quote, len(quotes)),
    ]


def _amount(one: AmountOffer, effects: dict[Any, int]) -> list[Any]:
    number = effects.setdefault(one.effect, len(effects))
    return [one.period, one.channel, one.minute, number]


def roster_tag(document: Mapping[str, Any], *, now: datetime) -> str:
    """The ETag of a roster: of all it says, whenever it was made; a new one every hour, so that
    one in which nothing changes does not grow too old to go by."""
    lasting = {name: part for name, part in document.items() if name not in _OF_THE_MAKING}
    digest = hashlib.sha256(compact(lasting)).hexdigest()[:32]
    return f'"{digest}-{now:%Y%m%d%H}"'


_OF_THE_MAKING = ("id", "made_at", "good_until")


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


def failed_json(meal_id: UUID) -> dict[str, Any]:
    """A meal at which the system fails: the device keeps it, says so, and tells it again."""
    text = _("系统出错，这一份还没记上")
    return {"id": str(meal_id), "outcome": "refused", "reason": FAILED, "text": text}


def busy_json(meal: Mapping[str, Any]) -> dict[str, Any]:
    """Not now: it waits behind another."""
    answer = {"outcome": "refused", "reason": "busy", "text": ""}
    return {"id": str(meal.get("id", ""))[:40], **answer}
