"""Forms of the staff pages."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from canteen.blueprints.fields import PostedForm, SelectMultipleField
from canteen.staff.rules import Role

ROLE_NAMES = {
    Role.CLERK: _l("收银员"),
    Role.KITCHEN: _l("厨房"),
    Role.MANAGER: _l("负责人"),
    Role.COMMUNITY: _l("社区干部"),
    Role.VOLUNTEER: _l("送餐员（志愿者）"),
    Role.ADMINISTRATOR: _l("管理员"),
}

_NEEDED = InputRequired(_l("请填写"))


class SignInForm(PostedForm):
    """Who comes in."""

    username = StringField(
        _l("用户名"), [_NEEDED, Length(max=40)], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        _l("密码"), [_NEEDED, Length(max=200)], render_kw={"autocomplete": "current-password"}
    )


class RolesField(SelectMultipleField):
    """Roles as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class StaffForm(PostedForm):
    """A person and what they do at this site."""

    name = StringField(_l("姓名"), [DataRequired(_l("请填写姓名")), Length(max=40)])
    roles = RolesField(
        _l("岗位"),
        [DataRequired(_l("至少选一个岗位"))],
        choices=[(role.value, name) for role, name in ROLE_NAMES.items()],
    )
    active = BooleanField(_l("在岗，可以登录"), default=True)


class NewStaffForm(StaffForm):
    """A person who does not have a sign-in yet."""

    username = StringField(
        _l("用户名"),
        [
            _NEEDED,
            Length(min=2, max=40, message=_l("2 到 40 个字符")),
            Regexp(r"^[\w.@-]+$", message=_l("只用文字、数字和 . _ - @，不要空格")),
        ],
        render_kw={"autocomplete": "off"},
    )
    password = PasswordField(
        _l("初始密码"), [_NEEDED, Length(max=200)], render_kw={"autocomplete": "new-password"}
    )


class NewPasswordForm(PostedForm):
    """A new password for somebody who forgot theirs."""

    password = PasswordField(
        _l("新密码"), [_NEEDED, Length(max=200)], render_kw={"autocomplete": "new-password"}
    )


class PinForm(PostedForm):
    """A PIN of one's own; empty takes it away."""

    password = PasswordField(
        _l("密码"), [_NEEDED, Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    pin = PasswordField(
        _l("PIN（4 到 6 位数字）"),
        [Length(max=6, message=_l("PIN 要 4 到 6 位数字"))],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )


class OwnPasswordForm(NewPasswordForm):
    """One's own new password."""

    old = PasswordField(
        _l("原密码"), [_NEEDED, Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
