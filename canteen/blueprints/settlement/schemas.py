"""What the counter sends, and what it gets back, as JSON."""

from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Response, jsonify, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from canteen.blueprints.access import may_open
from canteen.blueprints.filters import is_english
from canteen.foundation.wording import Refusal, say
from canteen.settlement.actions import Declined, Receipt, Reversed
from canteen.settlement.models import PaidBy
from canteen.settlement.rules import Diner
from canteen.settlement.speech import said_receipt, said_reversal
from canteen.settlement.trays import AskedTray
from canteen.subsidies.wording import funder_name


class Strict(BaseModel):
    """No unknown fields, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ManagerSchema(Strict):
    """A manager who lets a meal through at somebody else's counter: by PIN, or by password."""

    staff_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    pin: str = Field(default="", max_length=6)
    username: str = Field(default="", max_length=40)
    password: str = Field(default="", max_length=200)


class TrayDishSchema(Strict):
    """A dish that was tapped, and how often."""

    id: int = Field(ge=1, le=2**31 - 1)
    count: int = Field(ge=1, le=999)


class TraySchema(Strict):
    """Dishes, an amount, or both; and the sum that the counter showed, in fen."""

    dishes: list[TrayDishSchema] = Field(default_factory=list, max_length=60)
    amount_fen: int | None = Field(default=None, ge=0, le=100_000_000)
    shown_fen: int = Field(ge=0, le=100_000_000)

    def asked(self) -> AskedTray:
        """As the rules take it; one dish named twice is that many portions."""
        counts: dict[int, int] = {}
        for one in self.dishes:
            counts[one.id] = counts.get(one.id, 0) + one.count
        return AskedTray(
            dishes=tuple(counts.items()), amount_fen=self.amount_fen, shown_fen=self.shown_fen
        )


MOST_SCANNED = 200


def _as_far_as_it_counts(scan: Any) -> Any:
    """A scan so long is some other code, whatever follows: it is answered as one of those, and
    what it says about somebody is not shown."""
    return scan[:MOST_SCANNED] if isinstance(scan, str) else scan


class MealSchema(Strict):
    """One tray. The page makes the id; exactly one of token, resident_id, guest says for whom."""

    id: UUID = Field(strict=False)
    token: Annotated[str | None, BeforeValidator(_as_far_as_it_counts)] = None
    resident_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    guest: bool = False
    period: str = Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")
    set: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,19}$")
    tray: TraySchema | None = None
    device_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    channel: Literal["dine_in", "takeaway"] = "dine_in"
    pay_by: Literal["wallet", "cash"] = "wallet"
    extra: bool = False
    reason: str = Field(default="", max_length=200)
    manager: ManagerSchema | None = None
    clerk: str = Field(default="", max_length=60)
    """The mark of whoever served it: the counter may be handed over before it is sent."""

    @model_validator(mode="after")
    def for_one_diner(self) -> "MealSchema":
        named = (self.token is not None, self.resident_id is not None, self.guest)
        if sum(named) != 1:
            raise ValueError("exactly one of token, resident_id and guest")
        if self.set is None and self.tray is None:
            raise ValueError("a set, a tray, or both")
        return self


def invalid(error: ValidationError) -> tuple[Response, int]:
    """422 that names the first field that is wrong, its value and what is expected."""
    first = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "body"
    secret = any(word in field for word in ("password", "pin")) or not first["loc"]
    value = "" if secret else str(first.get("input"))[:60]
    text = _("%(field)s 不对：%(value)s", field=field, value=value)
    return jsonify(code="invalid", field=field, text=text, expected=first["msg"]), 422


def receipt_json(receipt: Receipt) -> Any:
    """What the screen shows and the voice says."""
    english = is_english()
    return {
        "id": str(receipt.meal_id),
        "resident_id": receipt.resident_id,
        "title": receipt.title,
        "set_name": receipt.set_name,
        "price_fen": receipt.price_fen,
        "subsidy_fen": receipt.subsidy_fen,
        "parts": [
            {
                "funder": part.funder,
                "name": funder_name(part.funder)[english],
                "amount_fen": part.amount_fen,
            }
            for part in receipt.parts
        ],
        "paid_fen": receipt.paid_fen,
        "paid_by": receipt.paid_by,
        "balance_fen": receipt.balance_fen,
        "reason": receipt.reason_en if english else receipt.reason_zh,
        "spoken": said_receipt(
            title=receipt.title,
            paid_fen=receipt.paid_fen,
            balance_fen=receipt.balance_fen,
            cash=receipt.paid_by is PaidBy.CASH,
        ),
        "at": receipt.at.isoformat(),
        "undo_seconds": receipt.undo_seconds,
        "repeat": receipt.repeat,
    }  # fmt: skip


_STEPS = {
    "balance_too_low": "cash",
    "daily_limit": "cash",
    "resident_ended": "cash",
    "already_eaten": "override",
    "no_menu": "override",
    "card_lost": "replace_card",
    "card_replaced": "rescan",
    "card_closed": "find",
    "card_unknown": "find",
    "token_tampered": "find",
    "alias_unknown": "find",
    "token_foreign": "find",
    "resident_unknown": "find",
    "no_set": "menu",
    "shift_needed": "shift",
    "shift_needed_for_cash": "shift",
    "manager_needed": "override",
    "reason_needed": "override",
    "pin_wrong": "override",
    "pin_locked": "override",
    "pin_none": "override",
    "pin_form": "override",
    "offline_price_unknown": "guest",
    "tray_changed": "reload",
    "tray_dish": "reload",
    "tray_not_sold": "reload",
}
"""The one sensible next step of each refusal; the rest is "rescan"."""


def declined_json(declined: Declined) -> Any:
    """A refusal as its own screen: what, why, the next step, and whom it concerns."""
    refusal, diner = declined.refusal, declined.diner
    said = say(refusal)
    return {
        "code": said.code,
        "text": said.text,
        "next_step": said.next_step,
        "step": _STEPS.get(refusal.code, "rescan"),
        "title": refusal.facts.get("title"),
        "due_fen": refusal.facts.get("due_fen"),
        "balance_fen": refusal.facts.get("balance_fen"),
        "resident_id": diner.resident_id if diner else None,
        "links": _links(refusal, diner),
    }


def reversed_json(done: Reversed) -> Any:
    """What an undone meal gives back."""
    return {
        "id": str(done.meal_id),
        "title": done.title,
        "back_fen": done.back_fen,
        "balance_fen": done.balance_fen,
        "cash": done.cash,
        "spoken": said_reversal(title=done.title, back_fen=done.back_fen, cash=done.cash),
    }


def refusal_json(refusal: Refusal) -> Any:
    """A refusal that concerns nobody in particular."""
    return declined_json(Declined(refusal))


def body() -> Any:
    """The JSON of the request as text, for pydantic to parse."""
    return request.get_data(cache=True)


def _links(refusal: Refusal, diner: Diner | None) -> dict[str, str]:
    links = {}
    if diner is not None and may_open("cards.person"):
        links["card"] = url_for("cards.person", resident_id=diner.resident_id)
    if refusal.code == "no_set" and may_open("sites.periods"):
        links["menu"] = url_for("sites.periods")
    if refusal.code in ("shift_needed", "shift_needed_for_cash") and may_open("shifts.opening"):
        links["shift"] = url_for("shifts.opening")
    if refusal.code == "no_menu" and may_open("menus.this_week"):
        links["menu"] = url_for("menus.this_week")
    return links
