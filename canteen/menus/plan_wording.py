"""What refusals of the planning desk say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

_AGAIN = _l("请重新排一次。")
_RULES = _l("请到“排菜规则”里改好再保存。")

SENTENCES = {
    "plan_number": Sentence(
        _l("%(field)s：“%(value)s”不对。"), _l("请填 %(low)s 到 %(high)s 的整数。")
    ),
    "plan_money": Sentence(_l("%(field)s：“%(value)s”不是金额。"), _l("请填如 9 或 9.50。")),
    "plan_word": Sentence(_l("%(field)s：没有“%(value)s”。"), _l("可以用：%(known)s。")),
    "plan_day": Sentence(_l("%(field)s：“%(value)s”不是日期。"), _l("请写成 2026-11-25。")),
    "plan_shape": Sentence(_l("%(field)s：“%(value)s”看不懂。"), _RULES),
    "plan_many": Sentence(_l("%(field)s：有 %(value)s 项，太多了。"), _l("最多 %(limit)s 项。")),
    "plan_long": Sentence(_l("%(field)s：“%(value)s…”太长。"), _l("最多 %(limit)s 个字。")),
    "plan_band": Sentence(
        _l("%(field)s：至少 %(value)s 比至多 %(high)s 还多。"), _l("请把“至少”改小。")
    ),
    "plan_ban": Sentence(
        _l("%(field)s：不知道“%(value)s”是什么。"),
        _l("请填库里有的食材、菜名，或猪肉、牛肉、羊肉。"),
    ),
    "plan_unknown": Sentence(_l("规则里没有“%(field)s”这一项。"), _l("请去掉这一项。")),
    "plan_weeks": Sentence(_l("不能一次排 %(value)s 周。"), _l("请选 1 到 %(limit)s 周。")),
    "plan_seconds": Sentence(_l("不能给 %(value)s 秒。"), _l("请填 %(low)s 到 %(high)s 秒。")),
    "plan_period": Sentence(_l("没有“%(value)s”这个餐次。"), _l("可以用：%(known)s。")),
    "plan_day_outside": Sentence(_l("%(value)s 不在要排的这几周里。"), _l("请选这几周里的日子。")),
    "plan_week_published": Sentence(_l("%(week)s 已公布，不能再排。"), _l("请选还没有公布的周。")),
    "plan_no_slots": Sentence(
        _l("菜单里没有要排的栏目。"), _l("请先到“菜单栏目”里设置每餐有哪些格。")
    ),
    "plan_closed": Sentence(
        _l("%(week)s 每天都停伙，没有可排的。"), _l("请换一周，或在“排菜规则”里改停伙的日子。")
    ),
    "plan_nothing_stands": Sentence(
        _l("%(week)s 还没有菜，谈不上局部调整。"), _l("请先用“电脑排菜”排好这一周。")
    ),
    "plan_nothing_asked": Sentence(
        _l("还没有说要换什么。"), _l("请写上不用的食材或菜，或选要换的一格。")
    ),
    "plan_not_banned": Sentence(
        _l("库里没有叫“%(value)s”的食材或菜。"), _l("请从列表里选，或先到菜品库里查一查名字。")
    ),
    "plan_stopped_early": Sentence(
        _l("停得太早，还没有找到可用的方案。"), _l("需要时重新排一次，多等几秒。")
    ),
    "plan_not_found": Sentence(
        _l("时间到了，还没有找到可用的方案。"), _l("请多给一些时间，或先少排几周、几餐。")
    ),
    "plan_check_failed": Sentence(
        _l("排出的方案没有通过核对（%(rules)s），没有拿出来。"),
        _l("请把这句话告诉管理员，再重新排一次。"),
    ),
    "proposal_empty": Sentence(_l("这里没有可以采用的方案。"), _AGAIN),
    "proposal_discarded": Sentence(_l("这份方案已经放下，或有了更新的一份。"), _AGAIN),
    "proposal_taken": Sentence(_l("这份方案已经采用了。"), _l("要改请到这一周的菜单里改。")),
    "proposal_revised": Sentence(
        _l("方案的这一格刚被人换成了“%(dish)s”。"), _l("请看看新的，再决定换不换。")
    ),
    "proposal_grid_changed": Sentence(_l("排好以后，菜单的栏目或停伙的日子改过了。"), _AGAIN),
    "proposal_place_changed": Sentence(
        _l("排好以后，有人改了%(place)s，现在是“%(dish)s”。"), _AGAIN
    ),
    "proposal_pinned": Sentence(_l("排好以后，有人把%(place)s固定成“%(dish)s”。"), _AGAIN),
    "proposal_dish_gone": Sentence(_l("%(place)s要上的“%(dish)s”已经停用。"), _AGAIN),
    "proposal_breaks": Sentence(_l("情况变了，照这份排会违反规则：%(what)s。"), _AGAIN),
}
"""Sentences by refusal code."""
