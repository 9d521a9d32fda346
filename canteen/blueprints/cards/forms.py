"""Forms of the cards' pages."""

from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from canteen.blueprints.fields import MoneyField, PostedForm


def is_uuid(_form: PostedForm, field: HiddenField) -> None:
    """That an id made with the form came back as it was."""
    try:
        UUID(field.data or "")
    except ValueError as error:
        raise ValidationError(_l("页面已过期，请刷新后再填")) from error


class PassForm(PostedForm):
    """Which pass is sold."""

    request_id = HiddenField(validators=[is_uuid])
    policy_code = HiddenField(validators=[DataRequired(), Length(max=40)])
    pass_code = HiddenField(validators=[DataRequired(), Length(max=40)])


class CashForm(PostedForm):
    """Cash over the counter. The id is made with the form: a double press is one booking."""

    request_id = HiddenField(validators=[is_uuid])
    amount_fen = MoneyField(
        _l("金额（元）"),
        [InputRequired(_l("请填写金额"))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )

    def fresh_id(self) -> None:
        """Make the id of a form that is shown for the first time, or after a refusal."""
        self.request_id.data = str(uuid4())

    def id_sent(self) -> UUID:
        """The id that came with the form."""
        return UUID(self.request_id.data)

    def validate_amount_fen(self, field: MoneyField) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(_l("金额要大于 0"))


class AliasForm(PostedForm):
    """The number that a reader types for something a person carries."""

    code = StringField(
        _l("读卡器打出的号码"),
        [DataRequired(_l("点一下框，再把卡放到读卡器上")), Length(max=60)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class RefundForm(CashForm):
    """Cash back, with a reason."""

    reason = StringField(_l("原因"), [DataRequired(_l("请写一句为什么")), Length(max=200)])
