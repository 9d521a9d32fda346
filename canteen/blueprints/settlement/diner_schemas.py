"""What a counter may put before a diner's eyes: these fields and no others.

A tablet that anybody can look at gets nothing that is not named here, whatever a page sends.
"""

from typing import Annotated, Literal

from pydantic import Field

from canteen.blueprints.settlement.schemas import Strict

_FEN = Annotated[int, Field(ge=0, le=1_000_000)]
_LEFT = Annotated[int, Field(ge=-1_000_000, le=100_000_000)]
_TITLE = Annotated[str, Field(max_length=40)]
_NAME = Annotated[str, Field(max_length=60)]


class PartShown(Strict):
    """Who pays a part."""

    name: _NAME
    amount_fen: _FEN


class ReceiptShown(Strict):
    """What it costs, who pays, what the diner pays, what is left."""

    kind: Literal["receipt"]
    title: _TITLE
    set: _NAME
    price_fen: _FEN
    parts: list[PartShown] = Field(max_length=12)
    paid_fen: _FEN
    cash: bool
    balance_fen: _LEFT | None


class UndoneShown(Strict):
    """The last meal was taken back."""

    kind: Literal["undone"]
    title: _TITLE
    balance_fen: _LEFT | None


class RefusalShown(Strict):
    """Somebody has to look; the page has kind words for `code`."""

    kind: Literal["refusal"]
    code: str = Field(pattern=r"^[a-z_]{1,40}$")
    title: _TITLE
    due_fen: _FEN | None
    balance_fen: _LEFT | None


class IdleShown(Strict):
    """Nobody there: today's meal."""

    kind: Literal["idle"]
    period: _NAME
    set: _NAME
    price_fen: _FEN | None
    dishes: list[_NAME] = Field(max_length=30)


class ShownSchema(Strict):
    """What one counter shows now. `scene` is None where nobody stands there."""

    device_id: int = Field(ge=1, le=2**31 - 1)
    idle: IdleShown
    scene: Annotated[ReceiptShown | UndoneShown | RefusalShown, Field(discriminator="kind")] | None


class CodeSchema(Strict):
    """What somebody typed on a tablet."""

    code: str = Field(max_length=20)
