"""Forms of the settings pages."""

from collections.abc import Iterable, Mapping
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, StringField, ValidationError, widgets
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from canteen.blueprints.fields import (
    ClockField,
    DayField,
    MoneyField,
    PostedForm,
    SelectField,
    SelectMultipleField,
)
from canteen.blueprints.filters import is_english
from canteen.sites.models import DayKind
from canteen.subsidies.clause_words import TRAITS
from canteen.subsidies.wording import ITEMS

DAY_KINDS = {
    DayKind.WORKDAY: _l("工作日"),
    DayKind.WEEKEND: _l("周末"),
    DayKind.HOLIDAY: _l("节假日"),
    DayKind.MAKEUP_WORKDAY: _l("调休上班"),
}


def chosen(names: Mapping[str, tuple[str, str]], code: str) -> str:
    """A word that policies use, in the reader's language; an unknown one stands for itself."""
    return names.get(code, (code, code))[1 if is_english() else 0]


class BoxesField(SelectMultipleField):
    """Boxes to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


_NEEDED = InputRequired(_l("请填写"))
_CODE = Regexp(r"^[a-z][a-z0-9_]{0,19}$", message=_l("用小写英文字母、数字和 _，如 lunch"))


class SiteForm(PostedForm):
    """The canteen itself."""

    name = StringField(_l("食堂名称"), [DataRequired(_l("请填写名称")), Length(max=80)])
    name_en = StringField(_l("英文名称"), [Length(max=120)])
    phone = StringField(_l("电话"), [Length(max=30)])
    address = StringField(_l("地址"), [Length(max=200)])
    city = StringField(_l("市"), [Length(max=40)])
    district = StringField(_l("区（县）"), [Length(max=40)])
    town = StringField(_l("街道（镇）"), [Length(max=40)])
    time_zone = StringField(_l("时区"), [_NEEDED, Length(max=40)])
    daily_card_limit_fen = MoneyField(_l("一张卡一天最多付（元）"), [_NEEDED])
    balance_limit_fen = MoneyField(_l("卡内余额最多（元）"), [_NEEDED])
    undo_seconds = IntegerField(
        _l("撤销上一餐的时间（秒）"),
        [_NEEDED, NumberRange(0, 600, message=_l("0 到 600 秒"))],
    )
    offline_card_limit_fen = MoneyField(_l("断网时，一张卡一天最多付（元）"), [_NEEDED])
    offline_device_limit_fen = MoneyField(_l("断网时，一个窗口一天最多收卡款（元）"), [_NEEDED])
    offline_hours = IntegerField(
        _l("断网多久内还能刷卡（小时，0 表示断网只收现金）"),
        [_NEEDED, NumberRange(0, 168, message=_l("0 到 168 小时"))],
    )
    sells_sets = BooleanField(_l("套餐：不用点，刷卡就结"), default=True)
    sells_dishes = BooleanField(_l("单点：点今天的菜，按菜价算"))
    sells_amounts = BooleanField(_l("自选：输入金额，如称重"))
    tray_limit_fen = MoneyField(_l("单点、自选一份最多（元）"), [_NEEDED])
    menu_required = BooleanField(_l("公布了菜单才能收银"), default=True)
    shared_shifts = BooleanField(_l("一个窗口的人共用一班（不勾则每人各开各的班）"))
    shift_required = BooleanField(_l("开了班才能收银"))
    lock_minutes = IntegerField(
        _l("收银窗口闲多久自动锁（分钟，0 表示不锁）"),
        [_NEEDED, NumberRange(0, 240, message=_l("0 到 240 分钟"))],
    )
    shows_balance = BooleanField(_l("副屏显示余额，语音也报余额"), default=True)
    round_photo_days = IntegerField(
        _l("送餐照片留多少天"),
        [Optional(), NumberRange(1, 365, message=_l("1 到 365 天"))],
        filters=[lambda days: days or 30],
    )
    traits = BoxesField(_l("补贴政策问到的"))

    def offer_traits(self, asked: Iterable[str]) -> None:
        """Boxes for what the canteen's policies ask for, and what it already says of itself."""
        held = self.traits.object_data if isinstance(self.traits.object_data, str) else ""
        codes = sorted({*asked, *held.split()})
        self.traits.choices = [(code, chosen(TRAITS, code)) for code in codes]
        if not self.is_submitted():
            self.traits.data = held.split()

    def validate_traits(self, field: Field) -> None:
        if len(" ".join(field.data or ())) > 200:
            raise ValidationError(_("选得太多了"))

    def validate_time_zone(self, field: Field) -> None:
        if field.data not in available_timezones():
            raise ValidationError(
                _("没有“%(value)s”这个时区，中国各地填 Asia/Shanghai", value=field.data)
            )

    def validate_sells_amounts(self, field: Field) -> None:
        if not (self.sells_sets.data or self.sells_dishes.data or field.data):
            raise ValidationError(_("套餐、单点、自选至少勾一样"))

    def validate_tray_limit_fen(self, field: Field) -> None:
        if field.data is not None and not 1 <= field.data <= 100_000:
            raise ValidationError(_("填 0.01 到 1000 元"))

    def validate_balance_limit_fen(self, field: Field) -> None:
        if field.data is not None and field.data > 500_000:
            raise ValidationError(_("记名预付卡最多 5000 元"))


class PeriodForm(PostedForm):
    """A meal of the day."""

    code = StringField(_l("代号"), [_NEEDED, _CODE])
    name = StringField(_l("名称"), [DataRequired(_l("请填写名称")), Length(max=40)])
    name_en = StringField(_l("英文名称"), [Length(max=40)])
    starts = ClockField(_l("开始"), [_NEEDED])
    ends = ClockField(_l("结束"), [_NEEDED])
    position = IntegerField(_l("排序"), [NumberRange(0, 99)], default=0)

    def validate_ends(self, field: Field) -> None:
        if field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError(_("结束要晚于开始"))


class SetForm(PostedForm):
    """A set and its price."""

    period_code = SelectField(_l("餐次"))
    code = StringField(_l("代号"), [_NEEDED, _CODE])
    name = StringField(_l("名称"), [DataRequired(_l("请填写名称")), Length(max=40)])
    name_en = StringField(_l("英文名称"), [Length(max=60)])
    price_fen = MoneyField(_l("价格（元）"), [_NEEDED])
    position = IntegerField(_l("排序（最前的是默认）"), [NumberRange(0, 99)], default=0)
    item_class = SelectField(_l("算哪一类（补贴政策用）"), default="set")
    active = BooleanField(_l("在售"), default=True)

    def offer_classes(self, asked: Iterable[str]) -> None:
        """Sets, single dishes, and whatever else the canteen's policies tell apart."""
        held = self.item_class.object_data
        codes = dict.fromkeys(["set", "dish", *sorted(asked), *([held] if held else [])])
        self.item_class.choices = [(code, chosen(ITEMS, code)) for code in codes]


class DeviceForm(PostedForm):
    """A counter."""

    name = StringField(_l("窗口名称"), [DataRequired(_l("请填写名称")), Length(max=40)])


class DayForm(PostedForm):
    """What a day is."""

    day = DayField(_l("日期"), [_NEEDED])
    kind = SelectField(
        _l("这一天是"),
        choices=[("", _l("按星期几算")), *((kind.value, text) for kind, text in DAY_KINDS.items())],
    )
    name = StringField(_l("说明"), [Length(max=40)])
