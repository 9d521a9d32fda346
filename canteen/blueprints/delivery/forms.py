"""Fields and checks that forms of several rooms share, and what happened at a door."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from canteen.blueprints.fields import (
    PostedForm,
    SelectField,
    SelectMultipleField,
)
from canteen.blueprints.flashes import in_one_line
from canteen.delivery.actions import Report
from canteen.delivery.models import OutcomeKind
from canteen.delivery.wording import OUTCOMES
from canteen.foundation.wording import Refusal, say

WEEKDAYS = (
    ("1", _l("周一")),
    ("2", _l("周二")),
    ("3", _l("周三")),
    ("4", _l("周四")),
    ("5", _l("周五")),
    ("6", _l("周六")),
    ("7", _l("周日")),
)

NEEDED = InputRequired(_l("请填写"))


def day_needed(form: Any, field: Field) -> None:
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


class OutcomeForm(PostedForm):
    """What happened at a door. `outcome_id` is made by the page."""

    outcome_id = HiddenField(validators=[NEEDED])
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
        check_uuid(field)

    def validate_follows(self, field: Field) -> None:
        if field.data:
            check_uuid(field)


def not_before(first: Field, field: Field) -> None:
    """The end of a time, held against its beginning."""
    if field.data and first.data and field.data < first.data:
        raise ValidationError(_("结束不能早于开始"))


def check_uuid(field: Field) -> None:
    """An id as a page makes it."""
    try:
        UUID(field.data)
    except ValueError as error:
        raise ValidationError(_("页面的编号不对，请刷新页面再试")) from error


def checked(field: Field, value: str | Refusal) -> None:
    """Keep what a check made of a field, or say what is wrong with it."""
    if isinstance(value, Refusal):
        raise ValidationError(in_one_line(say(value)))
    field.data = value
