"""Forms of planning rounds."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from canteen.blueprints.fields import ClockField, DayField, PostedForm, SelectField
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


class RouteWishForm(PostedForm):
    """What a door asks of rounds; empty hours mean any hour."""

    earliest = ClockField(_l("最早几点送（空着就是都行）"), [Optional()])
    latest = ClockField(_l("最晚几点送到，如中午 12 点去透析"), [Optional()])
    hot_minutes = IntegerField(
        _l("做好后多少分钟内要送到"),
        [Optional(), NumberRange(10, 300, message=_l("10 到 300 分钟"))],
    )
    volunteer_id = SelectField(_l("一定由谁送"), coerce=int, default=0)


class RouteMoveForm(PostedForm):
    """Where a door goes: a volunteer (0: on no round) and a place on the round (0: the end)."""

    resident_id = IntegerField(validators=[_NEEDED, NumberRange(1, LARGEST)])
    volunteer_id = IntegerField(validators=[_NEEDED, NumberRange(0, LARGEST)])
    position = IntegerField(validators=[NumberRange(0, 1000)], default=0)
