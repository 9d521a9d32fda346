"""Forms about who gets a meal: an application, other days, who decides, who pays."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from canteen.blueprints.delivery.forms import (
    NEEDED,
    TicksField,
    WeekdaysField,
    day_needed,
    not_before,
)
from canteen.blueprints.fields import ClockField, DayField, MoneyField, PostedForm, SelectField
from canteen.delivery.needs.models import SpecialKind
from canteen.delivery.needs.wording import ASKERS, SPECIALS

DAYS_BEFORE = ((0, _l("当天")), (1, _l("前一天")), (2, _l("前两天")))


class NeedForm(PostedForm):
    """Somebody asks for meals to be brought; a second person decides."""

    asked_by = SelectField(_l("谁来申请"), choices=list(ASKERS.items()))
    asked_name = StringField(_l("亲属姓名和关系，如“女儿陈丽”"), [Length(max=40)])
    evidence = StringField(
        _l("凭什么要送，如“失能评估 2026-014，中度”"),
        [DataRequired(_l("请写依据：哪份材料、谁出的、编号")), Length(max=200)],
    )
    period_code = SelectField(_l("餐次"))
    weekdays = WeekdaysField(_l("星期几"), default=list("1234567"))
    valid_from = DayField(_l("从哪天起"), [day_needed])
    valid_until = DayField(_l("到哪天为止（长期就空着）"))

    def validate_valid_until(self, field: Field) -> None:
        not_before(self.valid_from, field)


class PauseForm(PostedForm):
    """Days on which nothing is brought."""

    since = DayField(_l("从哪天起不送"), [day_needed])
    until = DayField(_l("到哪天为止（含）"), [day_needed])
    reason = StringField(
        _l("原因，如住院、去女儿家"), [DataRequired(_l("请写原因")), Length(max=100)]
    )

    def validate_until(self, field: Field) -> None:
        not_before(self.since, field)


class SpecialForm(PostedForm):
    """What is different on one day."""

    day = DayField(_l("哪一天"), [day_needed])
    special_period = SelectField(_l("哪一餐"))
    kind = SelectField(_l("怎么变"), choices=list(SPECIALS.items()))
    more = IntegerField(
        _l("多几份"), [Optional(), NumberRange(1, 10, message=_l("1 到 10 份"))], default=1
    )
    other_period = SelectField(_l("改到哪一餐"))
    special_reason = StringField(
        _l("原因，如“女儿来吃饭”"), [DataRequired(_l("请写原因")), Length(max=100)]
    )

    def validate_more(self, field: Field) -> None:
        if self.kind.data == SpecialKind.MORE and not field.errors and not field.data:
            raise ValidationError(_("1 到 10 份"))


class ReasonForm(PostedForm):
    """Why something is decided so; some decisions need no reason."""

    reason = StringField(_l("原因"), [Length(max=200)])


class TermsForm(PostedForm):
    """Until when a period can be changed, and until when a volunteer can cancel."""

    change_days_before = SelectField(_l("改送餐：哪天"), coerce=int, choices=list(DAYS_BEFORE))
    change_until = ClockField(_l("几点前"), [InputRequired(_l("请填写"))])
    cancel_days_before = SelectField(_l("志愿者请假：哪天"), coerce=int, choices=list(DAYS_BEFORE))
    cancel_until = ClockField(_l("几点前"), [InputRequired(_l("请填写"))])


class LastDayForm(PostedForm):
    """The last day of a need or a pause."""

    last_day = DayField(_l("最后一天"), [day_needed])


class ProgrammeForm(PostedForm):
    """Who gives free meals, to whom, at what price, from and until when."""

    name = StringField(_l("项目名称"), [DataRequired(_l("请填写项目名称")), Length(max=60)])
    funder_code = SelectField(_l("谁出钱"))
    price_fen = MoneyField(_l("一餐价格（元）"), [NEEDED])
    places = IntegerField(
        _l("最多多少人（不限就空着）"),
        [Optional(), NumberRange(1, 100_000, message=_l("1 人以上，或空着"))],
    )
    monthly_budget_fen = MoneyField(_l("每月最多花多少（元，不限就空着）"))
    tags = TicksField(_l("哪些人可以享受（有其中一项就可以）"), [DataRequired(_l("至少选一项"))])
    valid_from = DayField(_l("从哪天起"), [day_needed])
    valid_until = DayField(_l("到哪天为止（长期就空着）"))

    def validate_valid_until(self, field: Field) -> None:
        not_before(self.valid_from, field)

    def validate_price_fen(self, field: Field) -> None:
        if not field.errors and not 0 < (field.data or 0) <= 200_00:
            raise ValidationError(_("一餐的价格在 0.01 到 200 元之间"))

    def validate_monthly_budget_fen(self, field: Field) -> None:
        if field.data is not None and not 0 < field.data <= 10_000_000_00:
            raise ValidationError(_("每月金额要大于 0，或空着"))
