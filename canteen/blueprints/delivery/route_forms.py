"""Forms of planning rounds."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from canteen.blueprints.fields import ClockField, DayField, PostedForm
from canteen.blueprints.row_ids import LARGEST

_NEEDED = InputRequired(_l("请填写"))


class RoutesForm(PostedForm):
    """Which rounds, and the hours of the day."""

    day = DayField(_l("日期"), [_NEEDED])
    period = SelectField(_l("餐次"))
    cooked_at = ClockField(_l("几点做好"), [_NEEDED])
    leaves_from = ClockField(_l("最早几点出发"), [_NEEDED])
    hot_minutes = IntegerField(
        _l("做好后多少分钟内要送到"),
        [_NEEDED, NumberRange(10, 300, message=_l("10 到 300 分钟"))],
    )
    back_by = ClockField(_l("最晚几点回到食堂"), [_NEEDED])
    fresh = BooleanField(_l("从头排（不照着现在用的路线改）"))


class RouteMoveForm(PostedForm):
    """Where a door goes: a volunteer (0: on no round) and a place on the round (0: the end)."""

    resident_id = IntegerField(validators=[_NEEDED, NumberRange(1, LARGEST)])
    volunteer_id = IntegerField(validators=[_NEEDED, NumberRange(0, LARGEST)])
    position = IntegerField(validators=[NumberRange(0, 1000)], default=0)
