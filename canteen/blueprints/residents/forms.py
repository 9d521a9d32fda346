"""Forms of the residents' pages. What a field may hold is decided by `residents.rules`."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from canteen.blueprints.fields import (
    DayField,
    PostedForm,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from canteen.blueprints.flashes import in_one_line
from canteen.blueprints.residents import names
from canteen.foundation.geography import System
from canteen.foundation.wording import say
from canteen.residents import diets, tags
from canteen.residents.models import Status
from canteen.residents.rules import Problem

_OFF = {"autocomplete": "off"}
_DIGITS = _OFF | {"inputmode": "numeric"}


class TickBoxes(SelectMultipleField):
    """Several of a list as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PersonForm(PostedForm):
    """Everything about a person. The ID number comes first: it says birthday and gender."""

    id_number = StringField(_l("身份证号"), render_kw=_OFF | {"maxlength": "30"})
    name = StringField(_l("姓名"), render_kw=_OFF)
    birthday = StringField(_l("出生日期"), render_kw=_DIGITS)
    gender = RadioField(_l("性别"), choices=list(names.GENDERS.items()), default="unknown")
    phone = StringField(_l("电话"), render_kw=_OFF | {"inputmode": "tel"})
    place = StringField(_l("楼栋单元"), render_kw=_OFF | {"list": "units"})
    room = StringField(_l("房号"), render_kw=_OFF)
    mobility = RadioField(_l("行动"), choices=list(names.MOBILITIES.items()), default="walks")
    texture = RadioField(_l("质地"), choices=list(names.TEXTURES.items()), default="normal")
    diets = TickBoxes(_l("忌口"))
    diet_note = StringField(_l("忌口说明"), render_kw=_OFF)
    may_leave_at_door = BooleanField(_l("本人同意：没人应门时可以放在门口"))
    contact_name = StringField(_l("紧急联系人"), render_kw=_OFF)
    contact_relation = StringField(_l("关系"), render_kw=_OFF)
    contact_phone = StringField(_l("联系电话"), render_kw=_OFF | {"inputmode": "tel"})
    hukou_city = StringField(_l("户籍市"), render_kw=_OFF)
    hukou_district = StringField(_l("户籍区县"), render_kw=_OFF)
    hukou_town = StringField(_l("户籍街道"), render_kw=_OFF)
    in_institution = BooleanField(_l("住在养老机构"))
    request_id = HiddenField()
    confirmed = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.diets.choices = [(diet.code, names.of_diet(diet.code)) for diet in diets.DIETS]

    def tell(self, problems: Sequence[Problem]) -> None:
        """Put each problem beside the field it is about."""
        for problem in problems:
            field = self[problem.field]
            field.errors = [*field.errors, in_one_line(say(problem.refusal))]


class TagForm(PostedForm):
    """A tag with its dates and its paper."""

    tag = SelectField(_l("标签"))
    valid_from = DayField(_l("从哪天起"), [InputRequired(_l("请填开始日"))])
    valid_until = DayField(_l("到哪天止（含）"), [Optional()])
    evidence = StringField(_l("证明"), render_kw=_OFF)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tag.choices = [(tag.code, names.of_tag(tag.code)) for tag in tags.TAGS]


class EndTagForm(PostedForm):
    """The last day a tag holds."""

    last_day = DayField(_l("最后有效日"), [InputRequired(_l("请填最后有效日"))])


class DepartureForm(PostedForm):
    """Moved away or died, and when."""

    status = RadioField(
        _l("情况"),
        [InputRequired(_l("请选一项"))],
        choices=[(s.value, names.STATUSES[s]) for s in (Status.MOVED, Status.DECEASED)],
    )
    ended_on = DayField(_l("日期"), [InputRequired(_l("请填日期"))])


class CorrectionForm(DepartureForm):
    """What really happened and when, and how that is known."""

    reason = StringField(_l("更正的原因"), id="correction-reason", render_kw=_OFF)


class DisclosureForm(PostedForm):
    """Why somebody needs to see a whole ID number."""

    reason = StringField(_l("为什么要看"), id="disclosure-reason", render_kw=_OFF)


class NodeForm(PostedForm):
    """A place of the grid and who answers for it."""

    name = StringField(_l("名称"), render_kw=_OFF)
    leader_name = StringField(_l("网格员"), render_kw=_OFF)
    leader_phone = StringField(_l("网格员电话"), render_kw=_OFF | {"inputmode": "tel"})
    has_lift = RadioField(
        _l("电梯"),
        choices=[("", _l("不清楚")), ("yes", _l("有")), ("no", _l("没有"))],
        default="",
    )


_SYSTEMS = [
    (System.GCJ02.value, _l("高德、腾讯地图（GCJ-02）")),
    (System.BD09.value, _l("百度地图（BD-09）")),
    (System.WGS84.value, _l("GPS 或卫星定位（WGS-84）")),
]


class PointForm(PostedForm):
    """Where a place is, as it was copied from a map."""

    point = StringField(
        _l("坐标（经度、纬度谁先写都行）"), render_kw=_OFF | {"placeholder": "104.0648, 30.6586"}
    )
    system = SelectField(_l("从哪里抄的"), choices=_SYSTEMS, default=System.GCJ02.value)


class PointsForm(PostedForm):
    """Where many places are, a line each."""

    lines = TextAreaField(_l("一行一处"), render_kw=_OFF | {"rows": "10"})
    system = SelectField(_l("从哪里抄的"), choices=_SYSTEMS, default=System.GCJ02.value)


class NewNodeForm(PostedForm):
    """One more place."""

    name = StringField(_l("名称"), render_kw=_OFF)


class NodesForm(PostedForm):
    """Several at once: 1 to 15, each with its units."""

    first = IntegerField(_l("从"), [InputRequired(_l("请填数字"))], default=1)
    last = IntegerField(_l("到"), [InputRequired(_l("请填数字"))], default=15)
    before = StringField(_l("前缀"), render_kw=_OFF)
    after = StringField(_l("后缀"), render_kw=_OFF)
    units = IntegerField(
        _l("每栋几个单元"),
        [Optional(), NumberRange(0, 20, _l("0 到 20"))],
        default=0,
    )
