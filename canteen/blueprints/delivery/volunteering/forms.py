"""Forms about volunteers: who they are, their team, households, absences, the agreement."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from canteen.blueprints.delivery.forms import NEEDED, WeekdaysField, checked, day_needed
from canteen.blueprints.fields import ClockField, DayField, PostedForm, SelectField
from canteen.blueprints.row_ids import LARGEST
from canteen.delivery.models import VolunteerKind
from canteen.delivery.volunteering.wording import KINDS, TEAM_KINDS, TRANSPORTS
from canteen.residents.identity import check_name, check_phone


class VolunteerForm(PostedForm):
    """Somebody who carries meals."""

    name = StringField(_l("姓名"), [DataRequired(_l("请填写志愿者姓名")), Length(max=40)])
    phone = StringField(_l("电话"), [Length(max=30)])
    kind = SelectField(_l("哪一类"), choices=list(KINDS.items()))
    company = StringField(_l("商家名称（合作商家才填）"), [Length(max=60)])
    team_id = SelectField(_l("哪支队"), coerce=int)
    leads_team = BooleanField(_l("是队长，能看本队路上的事"))
    transport = SelectField(_l("怎么送"), choices=list(TRANSPORTS.items()))
    leaves_at = ClockField(_l("最早几点出发（不限就空着）"), [Optional()])
    back_by = ClockField(_l("最晚几点送完（不限就空着）"), [Optional()])
    box_capacity = IntegerField(
        _l("一次最多带几份"), [NEEDED, NumberRange(1, 200, message=_l("1 到 200 份"))], default=12
    )
    weekdays = WeekdaysField(_l("哪几天来"), default=list("1234567"))
    staff_id = SelectField(_l("登录账号（手机上看自己的送餐单）"), coerce=int)
    active = BooleanField(_l("在参加送餐"), default=True)

    def validate_name(self, field: Field) -> None:
        checked(field, check_name(field.data or ""))

    def validate_phone(self, field: Field) -> None:
        if (field.data or "").strip():
            checked(field, check_phone(field.data))

    def validate_company(self, field: Field) -> None:
        field.data = (field.data or "").strip()
        if self.kind.data == VolunteerKind.MERCHANT and not field.data:
            raise ValidationError(_("合作商家请填商家名称"))
        if self.kind.data != VolunteerKind.MERCHANT:
            field.data = ""

    def validate_leads_team(self, field: Field) -> None:
        if field.data and not self.team_id.data:
            raise ValidationError(_("先选他带哪支队"))

    def validate_back_by(self, field: Field) -> None:
        if field.data and self.leaves_at.data and field.data <= self.leaves_at.data:
            raise ValidationError(_("送完要晚于出发"))


class TeamForm(PostedForm):
    """A team of volunteers."""

    name = StringField(_l("队名"), [DataRequired(_l("请填写队名")), Length(max=40)])
    kind = SelectField(_l("哪一类"), choices=list(TEAM_KINDS.items()))
    leader_name = StringField(_l("队长"), [Length(max=40)])
    leader_phone = StringField(_l("队长电话"), [Length(max=30)])
    active = BooleanField(_l("在参加送餐"), default=True)

    def validate_leader_phone(self, field: Field) -> None:
        if (field.data or "").strip():
            checked(field, check_phone(field.data))


class HouseholdForm(PostedForm):
    """A household somebody usually goes to."""

    resident_id = IntegerField(validators=[NEEDED, NumberRange(1, LARGEST)])
    period = StringField(validators=[DataRequired(), Length(max=20)])


class DutyForm(PostedForm):
    """A day and period of a volunteer."""

    day = DayField(validators=[DataRequired()])
    period = StringField(validators=[DataRequired(), Length(max=20)])
    reason = StringField(_l("原因"), [Length(max=100)])


class SubstituteForm(PostedForm):
    """Who goes instead."""

    substitute_id = IntegerField(validators=[NEEDED, NumberRange(1, LARGEST)])


class AgreementForm(PostedForm):
    """A text of the site's own that volunteers accept."""

    valid_from = DayField(_l("从哪天起"), [day_needed])
    words = TextAreaField(
        _l("承诺全文，一条一行"),
        [DataRequired(_l("请把全文贴进来，一条一行。")), Length(max=4000)],
        render_kw={"rows": 10},
    )


class AreaForm(PostedForm):
    """A place of the grid."""

    grid_node_id = IntegerField(validators=[NEEDED, NumberRange(1, LARGEST)])
