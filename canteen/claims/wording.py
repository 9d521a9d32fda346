"""What refusals about claims say, and the names of what claims are made of."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

Both = tuple[str, str]
"""One text as (Chinese, English)."""

KINDS: dict[str, Both] = {
    "meal_subsidy": ("用餐补贴", "meal subsidy"),
    "meal_free": ("免费餐", "free meal"),
    "operator_grant": ("运营补助", "operator grant"),
    "top_up_bonus": ("充值奖励", "top-up bonus"),
}
"""Kinds of entries that are claimed."""

CAUSES: dict[str, Both] = {
    "over_cap": ("超出上限", "over a cap"),
    "ended": ("已去世或搬离", "died or moved"),
    "no_birthday": ("没有生日", "no birthday"),
    "age": ("年龄不符", "another age"),
    "tag": ("身份不符", "a tag that does not hold"),
}
"""Why lines are shown before closing."""

HEADINGS: tuple[Both, ...] = (
    ("序号", "No."),
    ("就餐日期", "date"),
    ("餐次", "meal"),
    ("食堂", "canteen"),
    ("姓名", "diner"),
    ("类别", "kind"),
    ("政策与规则", "policy and rule"),
    ("规则代号", "rule code"),
    ("金额（元）", "amount (yuan)"),
    ("说明", "remark"),
    ("餐次编号", "meal id"),
    ("备注", "note"),
)
"""The columns of a claim's lines in its files."""

SENTENCES = {
    "claim_not_whole": Sentence(_l("申报要按整月或整季"), _l("请选一个月或一个季度")),
    "claim_not_over": Sentence(_l("这一期到 %(last_day)s 才结束"), _l("请等这一期过完再关账")),
    "claim_without_site": Sentence(_l("没有选食堂"), _l("请至少选一个食堂")),
    "claim_exists": Sentence(_l("这段时间已有申报 %(number)s"), _l("漏下的和更正的会进下一期")),
    "claim_empty": Sentence(_l("这一期没有可申报的账目"), _l("请换一期或换一个出资方")),
    "claim_has_problems": Sentence(
        _l("有 %(count)s 条账目要先看"), _l("请先处理，或写明理由照常关账")
    ),
    "claim_being_closed": Sentence(_l("正在关这个出资方的账"), _l("请等它做完再试")),
    "claim_unknown": Sentence(_l("找不到这份申报"), _l("请从列表里选")),
    "claim_not_closed": Sentence(_l("这份申报还没有关账"), _l("请等它关账后再记到账")),
    "payment_unknown": Sentence(_l("找不到这笔到账"), _l("请刷新页面再看")),
    "payment_reason_missing": Sentence(_l("没有写为什么撤回"), _l("请写一句原因，如记错了申报单")),
    "payment_reason_too_long": Sentence(
        _l("原因有 %(length)s 个字，最多 %(most)s 个"), _l("请写短一点")
    ),
    "received_in_future": Sentence(_l("到账日期在今天之后"), _l("请填真实的到账日期")),
    "payment_too_much": Sentence(
        _l("这份申报只剩 %(outstanding)s 元未付"), _l("请核对金额，多付的记入下一份申报")
    ),
}
