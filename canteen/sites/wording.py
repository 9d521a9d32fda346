"""What refusals about sites say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "site_code_taken": Sentence(_l("食堂代号 %(code)s 已经有了"), _l("换一个代号")),
    "site_code_form": Sentence(
        _l("食堂代号“%(code)s”不对"), _l("用小写英文字母开头，后接字母、数字、- 或 _，最多 40 个")
    ),
    "site_name_form": Sentence(_l("食堂名称“%(name)s”不对"), _l("请填 1 到 80 个字")),
    "period_code_taken": Sentence(_l("餐次代号 %(code)s 已经有了"), _l("换一个代号")),
    "set_code_taken": Sentence(_l("这个餐次已有代号为 %(code)s 的套餐"), _l("换一个代号")),
    "device_name_taken": Sentence(_l("已有窗口叫 %(name)s"), _l("换一个名字")),
}
