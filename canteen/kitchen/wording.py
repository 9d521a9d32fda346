"""What the kitchen says when something cannot be kept."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "portions_count": Sentence(
        _l("份数“%(value)s”不对。"), _l("请填 0 到 %(limit)s 的整数，或留空。")
    ),
    "share_percent": Sentence(
        _l("“%(value)s”%%不对。"), _l("请填 0 到 %(limit)s 的整数，或留空。")
    ),
    "share_place": Sentence(_l("菜单里没有这道菜了。"), _l("请刷新页面再填。")),
}
"""Sentences by refusal code."""
