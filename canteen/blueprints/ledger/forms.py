"""Forms of the ledger's pages."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from canteen.blueprints.cards.forms import CashForm
from canteen.blueprints.context import today
from canteen.blueprints.fields import DayField, SelectField


class GrantForm(CashForm):
    """A funder pays in advance."""

    funder = SelectField(_l("出资方"))
    received_on = DayField(_l("到账日期"), [InputRequired(_l("请填写日期"))])
    note = StringField(_l("说明"), [Length(max=200)])

    def validate_received_on(self, field: DayField) -> None:
        if field.data and field.data > today():
            raise ValidationError(_l("还没到的日子不能记到账"))
