"""What staff refusals say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "sign_in_wrong": Sentence(_l("用户名或密码不对"), _l("请重新输入；忘了请找管理员")),
    "password_short": Sentence(_l("密码太短"), _l("至少 %(least)s 个字符")),
    "password_common": Sentence(_l("这个密码太容易猜到"), _l("换一个别人想不到的")),
    "password_has_username": Sentence(_l("密码里不能有用户名"), _l("换一个密码")),
    "password_old_wrong": Sentence(_l("原密码不对"), _l("请重新输入原密码")),
    "username_form": Sentence(
        _l("用户名“%(username)s”不能用"), _l("2 到 40 个文字、数字或 . _ - @，不要空格")
    ),
    "staff_name_form": Sentence(_l("姓名“%(name)s”不能用"), _l("请填 1 到 %(most)s 个字")),
    "username_taken": Sentence(_l("用户名 %(username)s 已有人用"), _l("换一个用户名")),
    "pin_form": Sentence(_l("PIN 要 4 到 6 位数字"), _l("换一个 PIN")),
    "pin_easy": Sentence(_l("这个 PIN 太容易猜到"), _l("不要用 1111、1234 这样的")),
    "pin_wrong": Sentence(_l("PIN 不对"), _l("还可以试 %(left)s 次")),
    "pin_locked": Sentence(
        _l("PIN 错了太多次，先锁 %(minutes)s 分钟"), _l("等一会儿，或用密码登录")
    ),
    "pin_none": Sentence(_l("这个人还没有 PIN"), _l("请用密码登录")),
    "last_administrator": Sentence(
        _l("这是最后一位管理员"), _l("先让另一个人当管理员，再改这一位")
    ),
}
