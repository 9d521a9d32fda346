"""The form of a counter's printer."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from canteen.blueprints.fields import PostedForm, RadioField, SelectField
from canteen.blueprints.flashes import in_one_line
from canteen.foundation.wording import Refusal, say
from canteen.settlement.printing.models import Connection, Tickets
from canteen.settlement.printing.rules import checked_address


class PrinterForm(PostedForm):
    """Where the printer is, how wide its paper is, and what it prints."""

    connection = RadioField(
        _l("怎么连"),
        choices=[
            (Connection.NETWORK.value, _l("网络")),
            (Connection.USB.value, _l("USB")),
            (Connection.FILE.value, _l("设备文件")),
        ],
        default=Connection.NETWORK.value,
    )
    address = StringField(_l("地址"), [InputRequired(_l("请填写")), Length(max=100)])
    paper_mm = RadioField(
        _l("纸宽"),
        choices=[("58", _l("58 毫米")), ("80", _l("80 毫米"))],
        default="80",
    )
    receipts = BooleanField(_l("每一餐打用餐小票，作废时打作废单"), default=True)
    tickets = SelectField(
        _l("外带的餐，打单给后厨"),
        choices=[
            (Tickets.NONE.value, _l("不打")),
            (Tickets.OWN.value, _l("打这个窗口的")),
            (Tickets.SITE.value, _l("打所有窗口的（打印机在后厨）")),
        ],
        default=Tickets.NONE.value,
    )

    def validate_address(self, field: Field) -> None:
        if self.connection.data not in set(Connection):
            return  # that field says so itself
        checked = checked_address(Connection(self.connection.data), field.data or "")
        if isinstance(checked, Refusal):
            raise ValidationError(in_one_line(say(checked)))
        field.data = checked

    def values(self) -> dict[str, Any]:
        """What is kept of it."""
        return {
            "connection": self.connection.data,
            "address": self.address.data,
            "paper_mm": int(self.paper_mm.data),
            "receipts": bool(self.receipts.data),
            "tickets": self.tickets.data,
        }
