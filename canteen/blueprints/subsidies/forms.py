"""Forms of the policy pages."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField, widgets
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from canteen.blueprints.fields import (
    ClockField,
    DayField,
    MoneyField,
    PostedForm,
    SelectField,
    SelectMultipleField,
)

_NEEDED = InputRequired(_l("请填写"))
LARGEST = 2**31 - 1


class BoxesField(SelectMultipleField):
    """Boxes to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class AdoptionForm(PostedForm):
    """A policy, and from when the canteen settles by it."""

    code = HiddenField()
    valid_from = DayField(_l("从哪天起"), [_NEEDED])


class EndingForm(PostedForm):
    """The last day; empty: until further notice."""

    last_day = DayField(_l("最后一天"))


class BeginForm(PostedForm):
    """What a draft begins from: a published version, or a shipped policy."""

    code = HiddenField()
    version = IntegerField(validators=[Optional(), NumberRange(1, LARGEST)])


class UploadForm(PostedForm):
    """A policy file."""

    file = FileField(_l("政策文件（.toml）"))


class TextForm(PostedForm):
    """The whole document."""

    document = TextAreaField(_l("政策文件全文（TOML）"))
    changes = IntegerField(validators=[_NEEDED, NumberRange(0, LARGEST)])


class PublicationForm(PostedForm):
    """From when, where, and that the changes were looked at."""

    changes = IntegerField(validators=[_NEEDED, NumberRange(0, LARGEST)])
    valid_from = DayField(_l("从哪天起（含）"), [_NEEDED])
    sites = BoxesField(_l("这些食堂按它结算"), coerce=int, validate_choice=True)
    looked = BooleanField(
        _l("我看过上面的变化，确认发布"), [InputRequired(_l("请先看过变化，再打勾"))]
    )


class CostForm(PostedForm):
    """A month to count again."""

    month = SelectField(_l("哪个月"))
    site_id = SelectField(_l("哪家食堂"), coerce=int)


class BenchForm(PostedForm):
    """A diner, a day and a meal to try a policy on."""

    q = StringField(_l("找一位居民"), [Length(max=40)])
    resident_id = IntegerField(validators=[Optional(), NumberRange(1, LARGEST)])
    age = IntegerField(_l("几岁"), [Optional(), NumberRange(0, 130, _l("0 到 130 岁"))])
    birthday = DayField(_l("或生日"))
    tags = BoxesField(_l("身份"))
    hukou = StringField(_l("户籍地"), [Length(max=120)])
    residence = StringField(_l("住在"), [Length(max=120)])
    in_institution = BooleanField(_l("住养老机构"))
    registered_here = BooleanField(_l("在这家食堂登记"))
    passes = BoxesField(_l("持有套餐卡"))

    site_id = SelectField(_l("在哪家食堂"), coerce=int)
    service_date = DayField(_l("哪一天"))
    day_kind = SelectField(_l("这一天算"))
    at = ClockField(_l("几点"), [Optional()])
    period = SelectField(_l("哪一餐"))
    channel = SelectField(_l("方式"))
    item_class = SelectField(_l("卖的是"))
    price_fen = MoneyField(_l("餐费（元）"))
    delivery_fee_fen = MoneyField(_l("送餐费（元）"))

    meals_today = IntegerField(_l("当天已吃几餐"), [Optional(), NumberRange(0, 20)])
    day_meals = IntegerField(_l("当天已补几次"), [Optional(), NumberRange(0, 999)])
    week_meals = IntegerField(_l("本周已补几次"), [Optional(), NumberRange(0, 999)])
    month_meals = IntegerField(_l("本月已补几次"), [Optional(), NumberRange(0, 999)])
    year_meals = IntegerField(_l("本年已补几次"), [Optional(), NumberRange(0, 999)])
    day_fen = MoneyField(_l("当天已补几元"))
    week_fen = MoneyField(_l("本周已补几元"))
    month_fen = MoneyField(_l("本月已补几元"))
    year_fen = MoneyField(_l("本年已补几元"))
    quota_left_fen = MoneyField(_l("额度还剩几元"))
    alone = BooleanField(_l("只看这一份政策，不和别的政策一起算"))
