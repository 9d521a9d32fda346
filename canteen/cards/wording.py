"""What is said about a code, a card or a wallet that cannot be taken or changed."""

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
    "card_already_active": Sentence(
        _l("已有在用的卡 %(number)s"), _l("旧卡坏了或丢了，请在这里换卡")
    ),
    "card_not_in_use": Sentence(_l("卡 %(number)s 已停用"), _l("请看此人现在的卡")),
    "card_holder_ended": Sentence(_l("此人已登记搬离或去世，不能发卡"), _l("请先核对居民资料")),
    "too_many_cards": Sentence(_l("一次最多 %(most)s 张卡"), _l("请分几次做")),
    "no_cards_chosen": Sentence(_l("没有选人"), _l("请至少选一位")),
    "alias_form": Sentence(
        _l("这不像读卡器打出的号码（8 到 20 位数字或字母 A–F）"), _l("点一下框，再把卡放到读卡器上")
    ),
    "alias_taken": Sentence(_l("这个号码已登记在另一张餐卡上"), _l("请先在那张卡上删掉")),
    "alias_unknown": Sentence(
        _l("这张卡（或门卡）还没有登记"), _l("请在此人的餐卡页登记，或按姓名查找。")
    ),
    "too_many_aliases": Sentence(_l("一张餐卡最多登记 %(most)s 个"), _l("请先删掉一个")),
    "top_up_over_limit": Sentence(
        _l("余额最多 %(limit)s 元，现有 %(balance)s 元"), _l("这次最多充 %(room)s 元")
    ),
    "top_up_bonus_over_limit": Sentence(
        _l("充值要赠送 %(bonus)s 元，加上会超过上限 %(limit)s 元"),
        _l("现有 %(balance)s 元，请少充一些"),
    ),
    "refund_of_bonus": Sentence(
        _l("最多退现金 %(cash)s 元"), _l("另有赠送的 %(bonus)s 元，只能用餐")
    ),
    "pass_unknown": Sentence(_l("这里没有这种套餐卡"), _l("请刷新页面再选")),
    "pass_holder_ended": Sentence(_l("此人已登记搬离或去世，不能买卡"), _l("请先核对居民资料")),
    "pass_sold_earlier": Sentence(_l("只能在卖出当天退"), _l("以后请照常使用到期")),
    "pass_used": Sentence(_l("今天已用它减过餐费，不能退"), _l("要退，请先撤销那一餐")),
    "pass_followed": Sentence(_l("后面还有一张接着的卡"), _l("请先退后面那张")),
    "refund_over_balance": Sentence(_l("余额只有 %(balance)s 元"), _l("退款不能超过余额")),
    "refund_reason_missing": Sentence(_l("没有写退款原因"), _l("请写一句为什么")),
    "wallet_holder_ended": Sentence(_l("此人已登记搬离或去世，不能充值"), _l("余额可以退现金")),
    "wallet_busy": Sentence(_l("这个账户正在别处使用"), _l("请再试一次")),
}
"""Sentences by refusal code."""
