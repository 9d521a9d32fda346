"""What is said when a tablet cannot be paired."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "screen_code_wrong": Sentence(
        _l("这个配对码不对，或者过了 10 分钟"), _l("请收银员再出一个新的码")
    ),
    "screen_device_unknown": Sentence(_l("没有这个窗口"), _l("请刷新页面，重新选窗口")),
}
