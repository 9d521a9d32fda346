"""Forms of the shifts' pages: a counted drawer, cash to and from the bank."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from canteen.blueprints.cards.forms import CashForm, is_uuid
from canteen.blueprints.fields import MoneyField, PostedForm, RadioField, SelectField
from canteen.ledger.shifts.actions import Way
from canteen.ledger.shifts.rules import DENOMINATIONS, MOST_PIECES, count_drawer

_NAMES: Mapping[int, Any] = {
    100_00: _l("100 元"),
    50_00: _l("50 元"),
    20_00: _l("20 元"),
    10_00: _l("10 元"),
    5_00: _l("5 元"),
    1_00: _l("1 元"),
    50: _l("5 角"),
    10: _l("1 角"),
    1: _l("分币（共几分）"),
}
NUMBERS = {"inputmode": "numeric", "autocomplete": "off"}


_HOW_MANY = _l("请填 0 到 99999 的张数")


class PiecesField(IntegerField):
    """How many of a note or coin; what is no number is told in one sentence, not in two."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a whole number."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_HOW_MANY) from error

    def pre_validate(self, form: Any) -> None:
        """Nothing more is said of what could not be read; an empty field is left to its rules."""
        if self.process_errors and self.raw_data and self.raw_data[0].strip():
            raise StopValidation


def _pieces(fen: int) -> IntegerField:
    rules = [Optional(), NumberRange(0, MOST_PIECES, message=_HOW_MANY)]
    return PiecesField(_NAMES[fen], rules, render_kw={**NUMBERS, "data-fen": str(fen)})


class CountForm(PostedForm):
    """How many of each note and coin, or a quick total."""

    n10000, n5000, n2000, n1000 = (_pieces(fen) for fen in DENOMINATIONS[:4])
    n500, n100, n50, n10, n1 = (_pieces(fen) for fen in DENOMINATIONS[4:])
    total_fen = MoneyField(
        _l("或直接填总数（元）"),
        [Optional()],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )

    @property
    def pieces(self) -> list[IntegerField]:
        """The fields of the denominations, largest first."""
        return [self[f"n{fen}"] for fen in DENOMINATIONS]

    def counted(self) -> Any:
        """The count, or why there is none."""
        given = {fen: self[f"n{fen}"].data for fen in DENOMINATIONS}
        return count_drawer(given, self.total_fen.data)


class OpeningForm(CountForm):
    """At which counter, with what float. The id is made with the form."""

    request_id = HiddenField(validators=[is_uuid])
    device_id = SelectField(_l("窗口"), coerce=int)

    def fresh_id(self) -> None:
        """Make the id of a form that is shown for the first time."""
        self.request_id.data = str(uuid4())

    def id_sent(self) -> UUID:
        """The id that came with the form."""
        return UUID(self.request_id.data)


class ClosingForm(CountForm):
    """The drawer as it was counted, and why it is off if it is."""

    reason = StringField(_l("多或少的原因"), [Length(max=200, message=_l("最多 200 字"))])


class CashMoveForm(CashForm):
    """Change fetched, or cash brought to the bank."""

    way = RadioField(
        _l("钱往哪里走"),
        [InputRequired(_l("请选一个"))],
        choices=[(Way.IN.value, _l("放进钱箱")), (Way.OUT.value, _l("从钱箱拿出"))],
        default=Way.OUT.value,
    )
    reason = StringField(
        _l("为什么"),
        [InputRequired(_l("请写一句为什么")), Length(max=200, message=_l("最多 200 字"))],
        render_kw={"autocomplete": "off"},
    )
