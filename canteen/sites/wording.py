"""What refusals about sites say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "site_code_taken": Sentence(_l("食堂代号 %(code)s 已经有了"), _l("换一个代号")),
    "period_code_taken": Sentence(_l("餐次代号 %(code)s 已经有了"), _l("换一个代号")),
    "set_code_taken": Sentence(_l("这个餐次已有代号为 %(code)s 的套餐"), _l("换一个代号")),
    "device_name_taken": Sentence(_l("已有窗口叫 %(name)s"), _l("换一个名字")),
}
