"""What the counter says about a code it cannot take."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

_SCAN_AGAIN = _l("请把卡放平再扫一次，或按姓名查找。")
_FIND_BY_NAME = _l("请按姓名查找，或先付现金。")

SENTENCES = {
    "token_missing": Sentence(_l("没有扫到内容。"), _SCAN_AGAIN),
    "token_not_ours": Sentence(_l("这不是助餐卡的二维码。"), _l("请出示助餐卡，或按姓名查找。")),
    "token_cut": Sentence(_l("只扫到 %(digits)s 位，应为 %(expected)s 位。"), _SCAN_AGAIN),
    "token_tampered": Sentence(
        _l("这张卡的验证码不对，可能破损、被改动，或不是本系统发的卡。"), _FIND_BY_NAME
    ),
    "token_foreign": Sentence(_l("这张卡不是本系统发的。"), _FIND_BY_NAME),
    "card_number_missing": Sentence(_l("没有填卡号。"), _l("请填卡面上的 8 位数字。")),
    "card_number_form": Sentence(
        _l("卡号应为 %(expected)s 位数字。"), _l("请填卡面上的 8 位数字。")
    ),
}
"""Sentences by refusal code."""
