"""Forms of the claims pages."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from canteen.blueprints.cards.forms import CashForm
from canteen.blueprints.context import today
from canteen.blueprints.fields import DayField, PostedForm


class ClosingForm(PostedForm):
    """Closing a claim. Which one stands in the form's hidden words.

    The reason is only needed where lines have problems; the job knows that for certain.
    """

    reason = TextAreaField(_l("为什么照常关账"), [Length(max=200)], render_kw={"rows": 2})


class PaymentForm(CashForm):
    """Money that came for a claim."""

    received_on = DayField(_l("到账日期"), [InputRequired(_l("请填写日期"))])
    note = StringField(_l("说明"), [Length(max=200)])

    def validate_received_on(self, field: DayField) -> None:
        if field.data and field.data > today():
            raise ValidationError(_l("还没到的日子不能记到账"))
