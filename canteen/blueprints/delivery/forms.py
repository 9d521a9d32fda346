"""Forms of the delivery room."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from canteen.blueprints.fields import DayField, MoneyField, PostedForm
from canteen.blueprints.row_ids import LARGEST
from canteen.delivery.actions import Report
from canteen.delivery.models import OutcomeKind
from canteen.delivery.wording import OUTCOMES
from canteen.foundation.wording import Refusal, say
from canteen.residents.identity import check_name, check_phone

WEEKDAYS = (
    ("1", _l("周一")),
    ("2", _l("周二")),
    ("3", _l("周三")),
    ("4", _l("周四")),
    ("5", _l("周五")),
    ("6", _l("周六")),
    ("7", _l("周日")),
)

_NEEDED = InputRequired(_l("请填写"))


def _day_needed(form: Any, field: Field) -> None:
    """Not DataRequired: that would forget that the day typed does not exist."""
    if field.data is None and not field.errors:
        raise ValidationError(_("请填日期"))


class TicksField(SelectMultipleField):
    """Choices as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WeekdaysField(TicksField):
    """ISO weekdays as tick boxes; `digits` is how they are stored: ``135``."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [DataRequired(_l("至少选一天"))], choices=list(WEEKDAYS), **kwargs)

    @property
    def digits(self) -> str:
        return "".join(sorted(self.data or []))


class NeedForm(PostedForm):
    """That somebody needs meals brought."""

    period_code = SelectField(_l("餐次"))
    weekdays = WeekdaysField(_l("星期几"), default=list("1234567"))
    valid_from = DayField(_l("从哪天起"), [_day_needed])
    valid_until = DayField(_l("到哪天为止（长期就空着）"))

    def validate_valid_until(self, field: Field) -> None:
        _not_before(self.valid_from, field)


class PauseForm(PostedForm):
    """Days on which nothing is brought."""

    since = DayField(_l("从哪天起不送"), [_day_needed])
    until = DayField(_l("到哪天为止（含）"), [_day_needed])
    reason = StringField(
        _l("原因，如住院、去女儿家"), [DataRequired(_l("请写原因")), Length(max=100)]
    )

    def validate_until(self, field: Field) -> None:
        _not_before(self.since, field)


class LastDayForm(PostedForm):
    """The last day of a need or a pause."""

    last_day = DayField(_l("最后一天"), [_day_needed])


class ProgrammeForm(PostedForm):
    """Who gives free meals, to whom, at what price, from and until when."""

    name = StringField(_l("项目名称"), [DataRequired(_l("请填写项目名称")), Length(max=60)])
    funder_code = SelectField(_l("谁出钱"))
    price_fen = MoneyField(_l("一餐价格（元）"), [_NEEDED])
    tags = TicksField(_l("哪些人可以享受（有其中一项就可以）"), [DataRequired(_l("至少选一项"))])
    valid_from = DayField(_l("从哪天起"), [_day_needed])
    valid_until = DayField(_l("到哪天为止（长期就空着）"))

    def validate_valid_until(self, field: Field) -> None:
        _not_before(self.valid_from, field)

    def validate_price_fen(self, field: Field) -> None:
        if not field.errors and not 0 < (field.data or 0) <= 200_00:
            raise ValidationError(_("一餐的价格在 0.01 到 200 元之间"))


class VolunteerForm(PostedForm):
    """Somebody who carries meals."""

    name = StringField(_l("姓名"), [DataRequired(_l("请填写志愿者姓名")), Length(max=40)])
    phone = StringField(_l("电话"), [Length(max=30)])
    box_capacity = IntegerField(
        _l("一次最多带几份"), [_NEEDED, NumberRange(1, 200, message=_l("1 到 200 份"))], default=12
    )
    weekdays = WeekdaysField(_l("哪几天来"), default=list("1234567"))
    staff_id = SelectField(_l("登录账号（手机上看自己的送餐单）"), coerce=int)
    active = BooleanField(_l("在参加送餐"), default=True)

    def validate_name(self, field: Field) -> None:
        _checked(field, check_name(field.data or ""))

    def validate_phone(self, field: Field) -> None:
        if (field.data or "").strip():
            _checked(field, check_phone(field.data))


class OutcomeForm(PostedForm):
    """What happened at a door. `outcome_id` is made by the page."""

    outcome_id = HiddenField(validators=[_NEEDED])
    follows = HiddenField()
    kind = SelectField(choices=[(kind.value, text) for kind, text in OUTCOMES.items()])
    note = StringField(_l("备注"), [Length(max=200)])

    def report(self, stop_id: int) -> Report:
        """What was said, of one stop; only after the form was found valid."""
        return Report(
            id=UUID(self.outcome_id.data),
            stop_id=stop_id,
            kind=OutcomeKind(self.kind.data),
            follows=UUID(self.follows.data) if self.follows.data else None,
            note=(self.note.data or "").strip(),
        )

    def validate_outcome_id(self, field: Field) -> None:
        _uuid(field)

    def validate_follows(self, field: Field) -> None:
        if field.data:
            _uuid(field)


class AssignmentForm(PostedForm):
    """Who carries a stop from now on."""

    volunteer_id = IntegerField(validators=[_NEEDED, NumberRange(1, LARGEST)])


class PublicationForm(PostedForm):
    """Which day and period is to be fixed."""

    day = DayField(validators=[DataRequired()])
    period = StringField(validators=[DataRequired(), Length(max=20)])


class AreaForm(PostedForm):
    """A place of the grid."""

    grid_node_id = IntegerField(validators=[_NEEDED, NumberRange(1, LARGEST)])


def _not_before(first: Field, field: Field) -> None:
    if field.data and first.data and field.data < first.data:
        raise ValidationError(_("结束不能早于开始"))


def _checked(field: Field, value: str | Refusal) -> None:
    if isinstance(value, Refusal):
        said = say(value)
        raise ValidationError(f"{said.text}{said.next_step}")
    field.data = value


def _uuid(field: Field) -> None:
    try:
        UUID(field.data)
    except ValueError as error:
        raise ValidationError(_("页面的编号不对，请刷新页面再试")) from error
